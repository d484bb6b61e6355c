"""Which page loads of a plan to make, and in which order: first warm-up loads, then rounds of all pages, idle, under
load, or both.

Loads are interleaved (the first of every page, then the second of every page), so that a drift of the machine or the
target hits all pages alike. Further rounds are made for as long as whoever judges them asks for more.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from slogate.slo.conditions import Condition
from slogate.vitals.hold import Hold
from slogate.vitals.journeys import PageJourney
from slogate.vitals.lifetime import Lifetime
from slogate.vitals.plan import PagesPlan
from slogate.vitals.settle import Pace
from slogate.vitals.site import Site
from slogate.vitals.visit import Visit


class Rounds:
    """The visits of one plan. Each is to be made before the next is asked for."""

    def __init__(
        self,
        plan: PagesPlan,
        pages: Sequence[PageJourney],
        site: Site,
        lifetime: Lifetime,
        tell: Callable[..., None],
    ) -> None:
        self._plan = plan
        self._pages = pages
        self._site = site
        self._lifetime = lifetime
        self._tell = tell

    def warm_up(self) -> Iterator[Visit]:
        """Visits that are recorded and not judged."""
        for index in range(1, self._plan.warmup_loads + 1):
            for journey in self._pages:
                yield self._visit(journey, index, "idle", Pace(quiet_ms=0), warmup=True)

    def idle(self) -> Iterator[Visit]:
        """Visits while the target has nothing else to do."""
        return self._judged("idle", None)

    def loaded(self, hold: Hold) -> Iterator[Visit]:
        """Visits while the load holds; none is begun that could not be over in time."""
        return self._judged("loaded", hold)

    def _judged(self, condition: Condition, hold: Hold | None) -> Iterator[Visit]:
        pages = self._pages
        for index in range(1, self._plan.most_page_loads + 1):
            if hold is not None and not hold.has_time:
                return
            if index > self._plan.page_loads:
                names = self._undecided(index - 1)
                pages = [journey for journey in pages if journey.name in names]
            if not pages:
                return
            for journey in pages:
                if hold is None or hold.has_time:
                    yield self._visit(journey, index, condition, Pace())

    def _visit(
        self, journey: PageJourney, index: int, condition: Condition, pace: Pace, *, warmup: bool = False
    ) -> Visit:
        return Visit(
            journey=journey,
            site=self._site,
            index=index,
            warmup=warmup,
            when=condition,
            pace=pace,
            deadline_s=self._plan.deadline_s,
        )

    def _undecided(self, loads: int) -> Collection[str]:
        """Asks the parent which pages to load once more; none where nobody is there to say."""
        self._tell("round", loads=loads)
        command = self._lifetime.wait_for("more")
        return command["pages"] if command is not None else ()
