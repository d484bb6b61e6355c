"""Points in time as other tools write them."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import NoReturn

from slogate.imports.source import malformed

# Whatever lies outside is no measurement, and a load of thousands of years could not be counted second by second.
_EARLIEST_US, _LATEST_US = 100_000_000_000_000, 7_258_118_400_000_000  # March 1973, when epoch seconds get nine digits
_TEXT = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?")


def of_text(text: str) -> tuple[int, bool]:
    """`2026-11-24T15:24:37.415701127Z` and its like as microseconds since the epoch, and whether it has a zone; one
    without is taken as UTC. Raises `ValueError`, also for one that is not between 1973 and 2200.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        _no_time(text)
    year, month, day, clock, fraction, zone = found.groups()
    micros = int((fraction or "").ljust(6, "0")[:6])
    try:
        seconds = _seconds(f"{year}-{month}-{day}T{clock}", zone or "Z")
    except (ValueError, OverflowError):
        _no_time(text)
    return _sensible(seconds * 1_000_000 + micros, text), zone is not None


@lru_cache(256)
def _seconds(text: str, zone: str) -> int:
    moment = datetime.fromisoformat(f"{text}{'+00:00' if zone == 'Z' else zone}")
    return round(moment.astimezone(UTC).timestamp())


def of_number(text: str) -> tuple[int, bool]:
    """An epoch time in seconds, milli-, micro- or nanoseconds, told apart by its size, as microseconds; and whether it
    is written in whole seconds. Raises `ValueError`, also for one that is not between 1973 and 2200.
    """
    try:
        value = float(text)
    except ValueError:
        _no_time(text)
    for limit, per_unit in ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0), (1e20, 1e-3)):
        if 1e8 < value < limit:
            return _sensible(round(value * per_unit), text), limit == 1e11 and text.isdecimal()
    return _no_time(text)


def _sensible(moment_us: int, text: str) -> int:
    if not _EARLIEST_US <= moment_us < _LATEST_US:
        _no_time(text)
    return moment_us


def _no_time(text: str) -> NoReturn:
    malformed(f"{text[:40]!r} is no time between 1973 and 2200, such as 2026-11-24T15:24:37Z or 1795533877")
