"""Pieces of text that several reports share; what came from outside is made safe to print, for endpoint names, page
names and messages may hold anything.
"""

import unicodedata

from slogate.slo.rates import RatePlan

_MOST = 400


def printable(text: str) -> str:
    """`text` on one line, without control characters (an ANSI escape among them), shortened to 400 characters."""
    cleaned = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    return cleaned if len(cleaned) <= _MOST else f"{cleaned[: _MOST - 3]}..."


def rates_in_words(plan: RatePlan) -> str:
    """A planned rate on one line: `50/s`, or `0 -> 50/s in 30 s, 50/s for 300 s`."""
    rates = {rate for stretch in plan.stretches for rate in (stretch.from_per_s, stretch.to_per_s)}
    if len(rates) == 1:
        return f"{rates.pop():g}/s"
    return ", ".join(
        f"{stretch.to_per_s:g}/s for {stretch.seconds:g} s"
        if stretch.from_per_s == stretch.to_per_s
        else f"{stretch.from_per_s:g} -> {stretch.to_per_s:g}/s in {stretch.seconds:g} s"
        for stretch in plan.stretches
    )
