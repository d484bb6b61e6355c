"""What a page metric is: a value, or the reason why there is none. A missing value is never zero."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from slogate.analyzer.units import Unit
from slogate.analyzer.web.clock import on_its_clock
from slogate.analyzer.web.facts import LoadOutcome, PageLoad


class MissingReason(StrEnum):
    """Why a metric has no value."""

    NOT_MEASURED = "NOT_MEASURED"
    NO_FCP = "NO_FCP"
    NO_LCP = "NO_LCP"
    NO_DCL = "NO_DCL"
    NO_CPU_QUIET = "NO_CPU_QUIET"
    NO_NET_QUIET = "NO_NET_QUIET"
    NO_INTERACTION = "NO_INTERACTION"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    NO_RESPONSE_START = "NO_RESPONSE_START"
    UNKNOWN_SITE = "UNKNOWN_SITE"
    UNKNOWN_SIZE = "UNKNOWN_SIZE"
    UNKNOWN_HEADERS = "UNKNOWN_HEADERS"
    UNKNOWN_IMAGES = "UNKNOWN_IMAGES"
    NO_DOCUMENT = "NO_DOCUMENT"
    NO_SOFT_PAINT = "NO_SOFT_PAINT"
    UNTOLD_PAINT = "UNTOLD_PAINT"
    UNTOLD_INTERACTION = "UNTOLD_INTERACTION"
    NOT_REPORTED = "NOT_REPORTED"
    NOT_WATCHED = "NOT_WATCHED"

    @property
    def not_reached(self) -> bool:
        """The page was watched and never got there: slower than any limit. Otherwise the load cannot be judged."""
        return self in {MissingReason.NO_CPU_QUIET, MissingReason.NO_NET_QUIET}

    @property
    def explanation(self) -> str:
        """The reason in words, without a full stop."""
        return _EXPLANATIONS[self]

    @property
    def cure(self) -> str:
        """What a person may do about it."""
        return _CURES.get(self, _LOOK)


_EXPLANATIONS = {
    MissingReason.NOT_MEASURED: "the load did not end well, so its numbers would describe some other page",
    MissingReason.NO_FCP: "the page painted nothing",
    MissingReason.NO_LCP: "the browser reported no largest paint",
    MissingReason.NO_DCL: "DOMContentLoaded did not end before the recording did",
    MissingReason.NO_CPU_QUIET: "the main thread was never quiet for 5 s",
    MissingReason.NO_NET_QUIET: "there were never 5 s with at most 2 GETs in flight and a quiet main thread",
    MissingReason.NO_INTERACTION: "nobody interacted with the page",
    MissingReason.NOT_SUPPORTED: "this browser engine does not tell what the metric is made of",
    MissingReason.NO_RESPONSE_START: "the browser did not say when the response began",
    MissingReason.UNKNOWN_SITE: "the address of the page has no host",
    MissingReason.UNKNOWN_SIZE: "the browser did not say how much a request transferred",
    MissingReason.UNKNOWN_HEADERS: "the headers of a response were not recorded",
    MissingReason.UNKNOWN_IMAGES: "the images of the document were not recorded",
    MissingReason.NO_DOCUMENT: "a soft navigation asks for no document",
    MissingReason.NO_SOFT_PAINT: "the browser saw nothing painted that goes back to the interaction",
    MissingReason.UNTOLD_PAINT: "this browser does not tell what a soft navigation paints",
    MissingReason.UNTOLD_INTERACTION: "the browser told no event of it: it took less than 16 ms, or was no press",
    MissingReason.NOT_REPORTED: "the tool that made the load reported no value",
    MissingReason.NOT_WATCHED: "the record of the load holds network traffic and nothing of the page itself",
}
_OF_THE_PAGE = frozenset({"fcp", "lcp", "tti", "tbt", "cls", "inp"})  # what its network traffic does not tell
_LOOK = "look at what the page shows in a browser; a page that paints nothing is not a fast page"
_ELSEWHERE = "an objective under web: is for every page: move it to web.pages, under those that have it"
_OR_ELSEWHERE = f"measure again; if it stays so: {_ELSEWHERE}"
_MEASURE_AGAIN = "measure again; a run of an earlier version did not record what this metric takes"
_CURES = {
    MissingReason.NO_INTERACTION: "let the journey click or type",
    MissingReason.NOT_SUPPORTED: "measure it with browser: chromium, or judge this engine by a file without it (--slo)",
    MissingReason.NO_RESPONSE_START: _OR_ELSEWHERE,
    MissingReason.UNKNOWN_SITE: "let the journey end on a page of the target",
    MissingReason.UNKNOWN_SIZE: _OR_ELSEWHERE,
    MissingReason.UNKNOWN_HEADERS: _MEASURE_AGAIN,
    MissingReason.UNKNOWN_IMAGES: _MEASURE_AGAIN,
    MissingReason.NO_DOCUMENT: _ELSEWHERE,
    MissingReason.NO_SOFT_PAINT: "see docs/scenarios.md for what a browser takes for a soft navigation",
    MissingReason.UNTOLD_PAINT: "measure with Chromium 151 or newer, which SLOGATE_BROWSER may name",
    MissingReason.UNTOLD_INTERACTION: _ELSEWHERE,
    MissingReason.NOT_REPORTED: "look into the tool's own report for the reason",
    MissingReason.NOT_WATCHED: "measure the page with `slogate run`, or import a report of Lighthouse",
}


@dataclass(frozen=True)
class Metric:
    """A value in the unit of its metric, or why there is none: exactly one of the two is None."""

    value: float | None
    missing: MissingReason | None = None

    def __post_init__(self) -> None:
        if (self.value is None) is (self.missing is None):
            raise ValueError("a metric has either a value or the reason why it has none")

    @property
    def not_reached(self) -> bool:
        """Missing because the page never got there: slower than any limit, not unjudgeable."""
        return self.missing is not None and self.missing.not_reached


def missing(reason: MissingReason) -> Metric:
    """The metric that has no value, for `reason`."""
    return Metric(None, reason)


@dataclass(frozen=True)
class PageMetric:
    """One metric there is: `title` is how a sentence calls it, `compute` takes a load that is on its page's clock."""

    name: str
    title: str
    unit: Unit
    compute: Callable[[PageLoad], Metric]

    def measure(self, load: PageLoad) -> Metric:
        """The metric of a load: computed as it was recorded, or as the tool reported it that made the load."""
        if load.outcome is LoadOutcome.OK and load.network_only and self.name in _OF_THE_PAGE:
            return missing(MissingReason.NOT_WATCHED)
        if load.outcome is LoadOutcome.OK and load.reported is not None and self.name in load.reported:
            value = load.reported[self.name]
            return missing(MissingReason.NOT_REPORTED) if value is None else Metric(value)
        return self.compute(on_its_clock(load))
