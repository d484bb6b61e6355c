"""The small language inside slo.yaml: quantities, limits and the names of statistics.

    quantity   := number unit                  unit: us ms s m h | % | /s /m | B kB MB GB KiB MiB GiB
                | number                       a count (whole) or a score, which have no unit
    limit      := ("<" | "<=" | ">" | ">=") quantity
    allowance  := ("<" | "<=") "+"? number "%"     a change for the worse that is still taken, such as <= +10%
    statistic  := "mean" | "max" | percentile
    percentile := "p" number                   p50, p99.9; see `parse_statistic` for the ones that need a decimal point

Durations become microseconds, percentages ratios (0..1; for CPU use of one core, so it may be more), rates events per
second, sizes bytes (a kB is 1,000 of them, a KiB 1,024). Anything else is a `GrammarError` that says what would have
been right.
"""

import difflib
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class GrammarError(ValueError):
    """A piece of text that the grammar does not take; the message names the value and the cure."""


class Dimension(StrEnum):
    """What a quantity measures, and so which units it may carry."""

    DURATION = "duration"
    RATIO = "ratio"
    RATE = "rate"
    SIZE = "size"
    COUNT = "count"
    SCORE = "score"
    CORES = "CPU use"

    @property
    def has_units(self) -> bool:
        """Whether its quantities carry a unit; counts and scores are plain numbers."""
        return self not in {Dimension.COUNT, Dimension.SCORE}


@dataclass(frozen=True)
class Unit:
    """One unit of the grammar: a value in it times `scale` is in the base unit (microseconds, ratio, events per
    second, bytes).
    """

    symbol: str
    dimension: Dimension
    scale: Decimal


_UNITS = {
    unit.symbol: unit
    for unit in (
        Unit("us", Dimension.DURATION, Decimal(1)),
        Unit("µs", Dimension.DURATION, Decimal(1)),
        Unit("ms", Dimension.DURATION, Decimal(1_000)),
        Unit("s", Dimension.DURATION, Decimal(1_000_000)),
        Unit("m", Dimension.DURATION, Decimal(60_000_000)),
        Unit("h", Dimension.DURATION, Decimal(3_600_000_000)),
        Unit("d", Dimension.DURATION, Decimal(86_400_000_000)),
        Unit("%", Dimension.RATIO, Decimal("0.01")),
        Unit("/s", Dimension.RATE, Decimal(1)),
        Unit("/m", Dimension.RATE, Decimal(1) / Decimal(60)),
        Unit("B", Dimension.SIZE, Decimal(1)),
        Unit("kB", Dimension.SIZE, Decimal(1_000)),
        Unit("MB", Dimension.SIZE, Decimal(1_000_000)),
        Unit("GB", Dimension.SIZE, Decimal(1_000_000_000)),
        Unit("KiB", Dimension.SIZE, Decimal(2**10)),
        Unit("MiB", Dimension.SIZE, Decimal(2**20)),
        Unit("GiB", Dimension.SIZE, Decimal(2**30)),
    )
}
_EXAMPLES = {
    Dimension.DURATION: "500ms or 1.5s",
    Dimension.RATIO: "1%",
    Dimension.RATE: "50/s",
    Dimension.SIZE: "300kB or 1.5MB",
    Dimension.COUNT: "60",
    Dimension.SCORE: "0.1",
    Dimension.CORES: "150%",
}
_IN_UNITS_OF = {Dimension.CORES: Dimension.RATIO}  # 100 % is one core
_MAY_BE_ZERO = frozenset({Dimension.SIZE, Dimension.COUNT, Dimension.SCORE})  # a page may well have none of something
_LARGEST = 10**15  # in any base unit; 31 years, as a duration
_QUANTITY = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[^0-9\s.][^0-9\s]*)?")
_NEGATIVE = re.compile(r"-\s*[0-9]")
_LIMIT = re.compile(r"(?P<operator><=|>=|<|>)\s*(?P<quantity>.+)", re.DOTALL)
_ALLOWANCE = re.compile(r"(?P<operator><=|<)\s*\+?\s*(?P<quantity>[0-9].*)", re.DOTALL)
_LARGEST_ALLOWANCE = 10.0  # a change to the eleven-fold; whoever allows more compares nothing
_PERCENTILE = re.compile(r"p(?P<digits>[0-9]{1,2}(?:\.[0-9]{1,4})?)")
_USUAL_PERCENTILES = frozenset(range(50, 90, 5)) | frozenset(range(90, 100))


@dataclass(frozen=True)
class Limit:
    """One side of an objective: `value` is in the base unit of `dimension`, `text` is what the file says.

    `strict` tells `<` from `<=`: with `< 500ms` an observation of exactly 500 ms already breaks the limit.
    """

    value: float
    dimension: Dimension
    strict: bool
    text: str


@dataclass(frozen=True)
class Allowance:
    """How much worse than the baseline a metric may be: `value` is a ratio (0.1 is 10 %), `text` what the file says."""

    value: float
    strict: bool
    text: str


def parse_quantity(text: str, dimension: Dimension) -> float:
    """The number that `text` stands for, in the base unit of `dimension`."""
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        raise GrammarError(f"{text!r} is not a {dimension}; write it as {_EXAMPLES[dimension]}")
    symbol = match["unit"]
    if not dimension.has_units:
        return _plain_number(text, match["number"], symbol, dimension)
    if symbol is None:
        raise GrammarError(f"{text!r} has no unit; write it as {_readings(match['number'], dimension)}")
    unit = _UNITS.get(symbol)
    if unit is None:
        raise GrammarError(f"{text!r} has the unknown unit {symbol!r}{_suggest_unit(symbol, dimension)}")
    if unit.dimension is not _IN_UNITS_OF.get(dimension, dimension):
        raise _wrong_dimension(text, unit, dimension)
    return _within_reason(text, Decimal(match["number"]) * unit.scale)


def _wrong_dimension(text: str, unit: Unit, needed: Dimension) -> GrammarError:
    return GrammarError(f"{text!r} is a {unit.dimension}, and a {needed} is needed here, such as {_EXAMPLES[needed]}")


def _plain_number(text: str, number: str, symbol: str | None, dimension: Dimension) -> float:
    unit = _UNITS.get(symbol or "")
    if unit is not None:
        raise _wrong_dimension(text, unit, dimension)
    if symbol is not None:
        raise GrammarError(f"{text!r} has the unit {symbol!r}, and a {dimension} has none; write it as {number}")
    value = _within_reason(text, Decimal(number))
    if dimension is Dimension.COUNT and not value.is_integer():
        raise GrammarError(f"{text!r} is not a whole number, and a count is one; write it as {math.ceil(value)}")
    return value


def _within_reason(text: str, value: Decimal) -> float:
    if value > _LARGEST:
        raise GrammarError(f"{text!r} is larger than anything that can be measured")
    return float(value)


def parse_limit(text: str, dimension: Dimension) -> Limit:
    """An upper limit such as `< 500ms`.

    Every metric of today is the better the smaller it is, so `>` parses but is refused with its likely cure.
    """
    match = _LIMIT.fullmatch(text.strip())
    if match is None:
        if not text.strip():
            raise GrammarError("the limit is empty")
        raise GrammarError(f"{text!r} does not begin with < or <=; write it as {_as_limit(text, dimension)}")
    if _NEGATIVE.match(match["quantity"]):
        raise GrammarError(f"{text!r} can never be held: no {dimension} is below zero; {_least(dimension)}")
    value = parse_quantity(match["quantity"], dimension)
    if match["operator"].startswith(">"):
        raise GrammarError(
            f"{text!r} asks for more, and this metric is better the smaller it is; write '< {match['quantity']}'"
        )
    if dimension is Dimension.RATIO and (value > 1 or (value == 1 and match["operator"] == "<=")):
        raise GrammarError(f"{text!r} could never fail; write less than 100%")
    if value == 0 and match["operator"] == "<" and dimension in _MAY_BE_ZERO:
        raise GrammarError(f"{text!r} can never be held: no {dimension} is below zero; {_least(dimension)}")
    if value == 0 and not (match["operator"] == "<=" and dimension in _MAY_BE_ZERO):
        raise GrammarError(
            f"{text!r} can never be shown, however long the run; write the most that is acceptable, such as "
            f"'< {_example(dimension)}'"
        )
    return Limit(value, dimension, strict=match["operator"] == "<", text=" ".join(text.split()))


def parse_allowance(text: str) -> Allowance:
    """A change against the baseline such as `<= +10%`."""
    match = _ALLOWANCE.fullmatch(text.strip())
    if match is None:
        raise GrammarError(
            f"{text!r} does not say how much worse than the baseline is still taken; write it as '<= +10%'"
        )
    value = parse_quantity(match["quantity"], Dimension.RATIO)
    if value == 0:
        raise GrammarError(
            f"{text!r} can never be shown, however long the run; write the most that is acceptable, such as '<= +5%'"
        )
    if value > _LARGEST_ALLOWANCE:
        raise GrammarError(f"{text!r} allows so much that it compares nothing; write at most 1000%")
    return Allowance(value, strict=match["operator"] == "<", text=" ".join(text.split()))


def parse_statistic(text: str) -> float | None:
    """The quantile (0..1) that a percentile names, or None for `mean` and `max`.

    A whole percentile that nobody gates on is far more often a slip of the finger (`p59` for `p95`) than a wish, so it
    needs a decimal point to be taken at its word: `p59.0`.
    """
    if text in {"mean", "max"}:
        return None
    if text == "p100":
        raise GrammarError("'p100' is the largest value; write max")
    match = _PERCENTILE.fullmatch(text)
    if match is None:
        close = difflib.get_close_matches(text.lower(), ["mean", "max", "p50", "p90", "p95", "p99", "p99.9"], n=1)
        raise GrammarError(
            f"{text!r} is not a statistic of latency; use mean, max or a percentile such as p95"
            + (f"; did you mean {close[0]}?" if close else "")
        )
    digits = match["digits"]
    percentile = Decimal(digits)
    if percentile == 0:
        raise GrammarError(f"{text!r} is the smallest value, which no objective can be about; use p50 or higher")
    if "." not in digits and int(digits) not in _USUAL_PERCENTILES:
        swapped = f"p{digits[::-1]}"
        hint = f"did you mean {swapped}? (" if int(digits[::-1]) in _USUAL_PERCENTILES and len(digits) == 2 else ""
        raise GrammarError(
            f"{text!r} is an unusual percentile; {hint}write {text}.0 if it is meant{')' if hint else ''}"
        )
    return float(percentile / 100)


def _as_limit(text: str, dimension: Dimension) -> str:
    """What of `text` would read well behind a comparison: `500ms` as it is, `500` with a unit."""
    match = _QUANTITY.search(text)
    if match is None:
        return f"'< {_example(dimension)}'"
    if match["unit"] is not None and dimension.has_units:
        return f"'< {match[0]}'"
    if _is_a_share(match["number"], dimension):
        return _readings(match["number"], dimension, before="< ")
    return f"'< {_with_unit(match['number'], dimension).partition(' ')[0]}'"


def _least(dimension: Dimension) -> str:
    """The cure for a limit that nothing can keep."""
    none = "'<= 0' if there may be none, or " if dimension in _MAY_BE_ZERO else ""
    return f"write {none}the most that is acceptable, such as '< {_example(dimension)}'"


def _is_a_share(number: str, dimension: Dimension) -> bool:
    return dimension is Dimension.RATIO and 0 < Decimal(number) < 1


def _readings(number: str, dimension: Dimension, before: str = "") -> str:
    """What a number without a unit may mean. `0.01` may be a share as programs write it, and a hundredth of that."""
    if not _is_a_share(number, dimension):
        return _with_unit(number, dimension)
    percent = f"{(Decimal(number) * 100).normalize():f}"
    return f"'{before}{percent}%' if you mean {percent} in 100, or as '{before}{number}%' if you mean {number} in 100"


def _example(dimension: Dimension) -> str:
    return _EXAMPLES[dimension].partition(" ")[0]


def _with_unit(number: str, dimension: Dimension) -> str:
    match dimension:
        case Dimension.DURATION:
            return f"{number}ms or {number}s"
        case Dimension.RATIO | Dimension.CORES:
            return f"{number}%"
        case Dimension.RATE:
            return f"{number}/s"
        case Dimension.SIZE:
            return f"{number}kB or {number}B"
        case Dimension.COUNT | Dimension.SCORE:
            return number


def _suggest_unit(symbol: str, dimension: Dimension) -> str:
    spelled = {
        "sec": "s",
        "secs": "s",
        "second": "s",
        "seconds": "s",
        "msec": "ms",
        "min": "m",
        "mins": "m",
        "minutes": "m",
        "rps": "/s",
        "byte": "B",
        "bytes": "B",
        "k": "kB",
        "m": "MB",
        "g": "GB",
        "ki": "KiB",
        "mi": "MiB",
    }
    units = _IN_UNITS_OF.get(dimension, dimension)
    allowed = [unit.symbol for unit in _UNITS.values() if unit.dimension is units and unit.symbol.isascii()]
    guess = spelled.get(symbol.lower())
    if guess not in allowed:
        guess = next((unit for unit in allowed if unit.lower() == symbol.lower()), None)
    if guess is None:
        guess = next(iter(difflib.get_close_matches(symbol, allowed, n=1, cutoff=0.5)), None)
    return f"; did you mean {guess!r}?" if guess in allowed else f"; a {dimension} takes {', '.join(allowed)}"
