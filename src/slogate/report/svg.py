"""What the charts share: round values for an axis, and text that is safe inside SVG."""

import itertools
import math

from markupsafe import escape

from slogate.report.text import printable


def ticks(top: float, least: int = 2) -> list[float]:
    """A few round values from 0 to `top`."""
    ladder = (factor * 10.0**power for power in range(-3, 12) for factor in (1, 2, 5))
    step = next(step for step in ladder if top / step <= least + 2)
    return [index * step for index in range(int(top / step) + 1)]


def ticks_between(low: float, high: float, most: int = 4) -> list[float]:
    """At most so many round values from `low` to `high`, which are not equal."""
    step = 10.0 ** math.floor(math.log10(high - low)) / 10
    for factor in itertools.cycle((2.0, 2.5, 2.0)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            break
        step *= factor
    return [index * step for index in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Round values on a logarithmic axis: powers of ten, and 2 and 5 times those where there are few."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if math.log10(high / low) < 2 else (1,)
    return [value for power in powers for factor in factors if low <= (value := factor * 10.0**power) <= high]


def safe(text: str) -> str:
    """`text` as it may stand in an element or an attribute, whatever is in it."""
    return str(escape(printable(text)))
