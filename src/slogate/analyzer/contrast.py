"""Page metrics idle and under load, side by side: what the load adds. Estimates only; nothing is judged by them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slogate.analyzer.result import ObjectiveResult
from slogate.analyzer.units import Unit


@dataclass(frozen=True)
class Contrast:
    """The medians of one metric of one page, in `unit`; None where there is none."""

    page: str
    metric: str
    unit: Unit
    idle: float | None
    loaded: float | None

    @property
    def difference(self) -> float | None:
        """The median under load minus the idle one."""
        return None if self.idle is None or self.loaded is None else self.loaded - self.idle

    @property
    def ratio(self) -> float | None:
        """The median under load divided by the idle one; None also where that is 0."""
        return None if not self.idle or self.loaded is None else self.loaded / self.idle


def contrasts(results: Iterable[ObjectiveResult]) -> Iterator[Contrast]:
    """One for each objective that was judged under both conditions, in their order."""
    idle: dict[tuple[str | None, str], ObjectiveResult] = {}
    for result in results:
        key = (result.subject, result.metric)
        if result.when == "idle":
            idle[key] = result
        elif result.when == "loaded" and key in idle and result.subject is not None:
            yield Contrast(result.subject, result.metric, result.unit, idle[key].estimate, result.estimate)
