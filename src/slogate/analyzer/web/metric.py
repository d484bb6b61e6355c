"""What a page metric is: a value, or the reason why there is none. A missing value is never zero."""

from dataclasses import dataclass
from enum import StrEnum


class MissingReason(StrEnum):
    """Why a metric has no value."""

    NOT_MEASURED = "NOT_MEASURED"
    NO_FCP = "NO_FCP"
    NO_LCP = "NO_LCP"
    NO_DCL = "NO_DCL"
    NO_CPU_QUIET = "NO_CPU_QUIET"
    NO_NET_QUIET = "NO_NET_QUIET"

    @property
    def not_reached(self) -> bool:
        """The page was watched and never got there: slower than any limit. Otherwise the load cannot be judged."""
        return self in {MissingReason.NO_CPU_QUIET, MissingReason.NO_NET_QUIET}

    @property
    def explanation(self) -> str:
        """The reason in words, without a full stop."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    MissingReason.NOT_MEASURED: "the load did not end well, so its numbers would describe some other page",
    MissingReason.NO_FCP: "the page painted nothing",
    MissingReason.NO_LCP: "the browser reported no largest paint",
    MissingReason.NO_DCL: "DOMContentLoaded did not end before the recording did",
    MissingReason.NO_CPU_QUIET: "the main thread was never quiet for 5 s",
    MissingReason.NO_NET_QUIET: "there were never 5 s with at most 2 GETs in flight and a quiet main thread",
}


@dataclass(frozen=True)
class Metric:
    """Milliseconds since the start of the navigation, or why there are none: exactly one of the two is None."""

    value_ms: float | None
    missing: MissingReason | None = None

    def __post_init__(self) -> None:
        if (self.value_ms is None) is (self.missing is None):
            raise ValueError("a metric has either a value or the reason why it has none")

    @property
    def not_reached(self) -> bool:
        """Missing because the page never got there: slower than any limit, not unjudgeable."""
        return self.missing is not None and self.missing.not_reached


def missing(reason: MissingReason) -> Metric:
    """The metric that has no value, for `reason`."""
    return Metric(None, reason)
