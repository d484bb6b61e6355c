"""One page load that is to be made, and what is known of it before anything was seen."""

from dataclasses import dataclass

from playwright.sync_api import StorageState

from slogate.analyzer.web.facts import PageLoad
from slogate.slo.conditions import Condition
from slogate.vitals.credentials import Credentials
from slogate.vitals.endings import Ending
from slogate.vitals.journeys import PageJourney
from slogate.vitals.plan import DEADLINE_S
from slogate.vitals.settle import Pace
from slogate.vitals.site import Site

FULL_PACE = Pace()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One load to be made."""

    journey: PageJourney
    site: Site
    index: int = 1
    warmup: bool = False
    when: Condition = "idle"
    storage: StorageState | None = None
    credentials: Credentials | None = None  # for HTTP Basic
    guarded: bool = True  # stop strangers' documents before they are asked for, which slows every request a little
    pace: Pace = FULL_PACE
    deadline_s: float = DEADLINE_S

    @property
    def warm(self) -> bool:
        """Whether the page is loaded once before it is recorded."""
        return self.journey.warm and not self.warmup


def not_loaded(visit: Visit, started_at_us: int, ending: Ending, ended_at_us: int | None = None) -> PageLoad:
    """The record of a visit before any fact is added to it."""
    return PageLoad(
        page=visit.journey.name,
        index=visit.index,
        warmup=visit.warmup,
        throttle=visit.journey.throttle,
        started_at_us=started_at_us,
        outcome=ending.outcome,
        reason=ending.reason,
        when=visit.when,
        ended_at_us=ended_at_us,
        cache="warm" if visit.warm else "cold",
    )
