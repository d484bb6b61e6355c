"""The nights of a shop that has something of everything: regressions open and mended, an improvement, gaps, zeros."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from slogate.analyzer.measure import Family, Measure
from slogate.analyzer.nights import Night, Series
from slogate.analyzer.result import State
from slogate.analyzer.trend import Trend, trend
from slogate.report.trend.model import TrendReport, build
from slogate.slo.model import Area

NIGHTS = 75
_RELEASES = ((0, "1.3.2"), (16, "1.4.0"), (38, "1.4.1"), (58, "1.5.0"), (70, "1.5.1"))
_FIRST = date(2026, 9, 12)
_P95 = Measure("api.latency.p95", Family.OBJECTIVES, Area.API, "latency", "p95", None, "ms")
_ERRORS = Measure("api.errors", Family.OBJECTIVES, Area.API, "errors", "rate", None, "ratio", reference=0.01)
_CART = replace(_P95, id="api[GET /api/cart].latency.p95", subject="GET /api/cart")
_LCP = Measure("web[home].lcp", Family.OBJECTIVES, Area.WEB, "lcp", "p50", "home", "ms")
_CPU = Measure("resources.cpu", Family.OBJECTIVES, Area.RESOURCES, "cpu", "max", None, "ratio")


def release_at(night: int) -> str:
    """The release of a night."""
    return next(name for first, name in reversed(_RELEASES) if first <= night)


def shop(name: str = "o4o-platform", release: Callable[[int], str] = release_at) -> TrendReport:
    """The report of all of it."""
    return build(name, "nightly", "3f9c21ab77d0", list(_trends(release)), notes=["3 runs of another kind are left out"])


def _trends(release: Callable[[int], str]) -> Iterator[tuple[Trend, str]]:
    def ratios(seed: int, noise: float) -> np.ndarray:
        return np.exp(np.random.default_rng(seed).normal(0, noise, NIGHTS))

    slower = 400 * ratios(1, 0.04)
    slower[58:] *= 1.23
    yield _trend(_P95, _gaps(slower, 9, 30, 31), 500.0, "< 500ms", release)
    mended = 180 * ratios(2, 0.05)
    mended[16:27] *= 1.4
    mended[45] = 1900.0
    yield _trend(_CART, _gaps(mended, 9), 1000.0, "< 1s", release)
    errors = np.zeros(NIGHTS)
    errors[[5, 22, 50]] = 0.0004
    errors[70:] = 0.02
    yield _trend(_ERRORS, _gaps(errors, 9), 0.01, "< 1%", release)
    faster = 2100 * ratios(3, 0.04)
    faster[64:] *= 0.8
    yield _trend(_LCP, _gaps(faster, 9), 2500.0, "< 2.5s", release)
    yield _trend(_CPU, _gaps(0.4 * ratios(4, 0.05)[:7]), 0.7, "< 70%", release)


def _gaps(values: np.ndarray, *missing: int) -> list[float | None]:
    return [None if at in missing else float(value) for at, value in enumerate(values)]


def _trend(
    measure: Measure, values: Sequence[float | None], limit: float, criterion: str, release: Callable[[int], str]
) -> tuple[Trend, str]:
    nights = tuple(
        Night(
            run=f"{at:032x}",
            release=release(at),
            commit=f"{0xABC123400 + at * 7919:x}",
            date=(_FIRST + timedelta(days=at)).isoformat(),
            value=value,
            state=State.ERROR if value is None else State.PASS if value < limit else State.FAIL,
            limit=limit,
        )
        for at, value in enumerate(values, NIGHTS - len(values))
    )
    return trend(Series(measure, nights)), criterion
