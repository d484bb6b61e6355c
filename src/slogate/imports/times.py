"""Points in time as other tools write them."""

import re
from datetime import UTC, datetime
from functools import lru_cache

_TEXT = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?")


def of_text(text: str) -> tuple[int, bool]:
    """`2026-11-24T15:24:37.415701127Z` and its like as microseconds since the epoch, and whether it has a zone; one
    without is taken as UTC. Raises `ValueError`.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is no time")
    year, month, day, clock, fraction, zone = found.groups()
    micros = int((fraction or "").ljust(6, "0")[:6])
    return _seconds(f"{year}-{month}-{day}T{clock}", zone or "Z") * 1_000_000 + micros, zone is not None


@lru_cache(256)
def _seconds(text: str, zone: str) -> int:
    moment = datetime.fromisoformat(f"{text}{'+00:00' if zone == 'Z' else zone}")
    return round(moment.astimezone(UTC).timestamp())


def of_number(text: str) -> tuple[int, bool]:
    """An epoch time in seconds, milli-, micro- or nanoseconds, told apart by its size, as microseconds; and whether it
    is in whole seconds. Raises `ValueError`.
    """
    value = float(text)
    for limit, per_unit in ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0), (1e20, 1e-3)):
        if 1e8 < value < limit:
            whole = value.is_integer() and limit == 1e11
            return (int(text) * int(per_unit) if whole else round(value * per_unit)), whole
    raise ValueError(f"{text[:40]!r} is no time since 1973")
