"""The ways in which the shop can be told to misbehave, by name: one for each thing that a verdict must catch.

This file says what each fault is; `misbehaviour.py` (server) and `pages.py` (documents) do it.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from slogate.errors import UsageError


@dataclass(frozen=True)
class Fault:
    """`summary` says what the shop does, `expected` what a verdict on it must say."""

    name: str
    area: Literal["api", "web"]
    summary: str
    expected: str


FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("slow-tail", "api", "3 % of the API's responses come 1.5 s late.", "p99 fails"),
        Fault("stall", "api", "The whole server stands still for 1.5 s once in 6 s.", "p99 fails"),
        Fault("errors", "api", "5 % of the API's responses are 500.", "errors fails"),
        Fault(
            "rate-limit",
            "api",
            "Each IP address has 300 API requests a minute; more are answered with 429.",
            "not judgeable: rate limited",
        ),
        Fault(
            "ip-ban",
            "api",
            "After 400 API requests from one IP address, it gets nothing but fast 403s.",
            "not judgeable: banned",
        ),
        Fault("blank-page", "web", "The home page answers 200 and renders nothing.", "not judgeable: no FCP"),
        Fault("long-task", "web", "The home page blocks its main thread until about 5 s after loading.", "tti fails"),
        Fault("late-lcp", "web", "The home page's largest image comes 3.2 s late.", "lcp fails"),
    )
}


def checked(names: Iterable[str]) -> frozenset[str]:
    """`names` as a set. Raises UsageError for a name that is no fault's."""
    wanted = frozenset(names)
    for name in sorted(wanted - FAULTS.keys()):
        near = difflib.get_close_matches(name, FAULTS, n=1)
        suggestion = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(
            f"The shop has no fault named {name!r}.{suggestion}", cure=f"Choose from: {', '.join(FAULTS)}."
        )
    return wanted
