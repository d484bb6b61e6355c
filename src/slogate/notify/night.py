"""What one run says to those who are told: the verdict, what broke, and what has moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slogate.analyzer.result import State


@dataclass(frozen=True)
class Shift:
    """An objective that got worse and has not come back. `family` is what else moves with it, such as `api.latency`;
    `change` is by how much, in words; `began_at` is the start of the first run after it, of `release` and `commit`.
    """

    objective: str
    family: str
    name: str
    change: str
    release: str
    commit: str
    began_at: datetime


@dataclass(frozen=True)
class Broken:
    """An objective that is not met, or not judged: its name, by how much, and what to look at first, in words."""

    objective: str
    family: str
    name: str
    detail: str
    look_first: str = ""


@dataclass(frozen=True)
class Night:
    """A judged run. `undecided` counts the inconclusive runs up to and with this one; `last_good` names the latest run
    that passed, empty: none is known. `shifts` are None where the trend was not looked at. `cure` is what the verdict
    itself advises.
    """

    service: str
    profile: str
    run_id: str
    release: str
    commit: str
    started_at: datetime
    state: State
    headline: str
    broken: Sequence[Broken] = ()
    undecided: int = 0
    shifts: Sequence[Shift] | None = None
    last_good: str = ""
    link: str = ""
    cure: str = ""
