"""The time in which the load holds, as the page loader knows it: page loads under load are begun in it, and only in it.

The parent says when it begins and is to end as soon as that is known, and again where it ends earlier.
"""

from collections.abc import Callable

from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.web.tti import QUIET_WINDOW_MS
from slogate.vitals.lifetime import Lifetime


class Hold:
    """From now until the load is over. Times are seconds since the epoch, by `now_s`."""

    def __init__(self, lifetime: Lifetime, planned_until_s: float, now_s: Callable[[], float]) -> None:
        self._lifetime = lifetime
        self._planned_until_s = planned_until_s
        self._now_s = now_s

    @classmethod
    def begun(cls, lifetime: Lifetime, now_s: Callable[[], float]) -> "Hold":
        """Waits until the load holds. Started by hand, without a parent, it does already: the person makes the load.

        Raises `CutShortError` when the process has to stop.
        """
        command = lifetime.wait_for("load_begins")
        if command is None:
            return cls(lifetime, float("inf"), now_s)
        lifetime.pause(float(command["from_s"]) - now_s())
        return cls(lifetime, float(command["until_s"]), now_s)

    @property
    def until_s(self) -> float:
        """When it is over, as far as is known."""
        told = self._lifetime.latest("load_is_over")
        return self._planned_until_s if told is None else min(self._planned_until_s, float(told["until_s"]))

    @property
    def has_time(self) -> bool:
        """Whether a page load that is begun now may be over in time: none is over before its quiet window."""
        return self._now_s() + QUIET_WINDOW_MS / 1000 < self.until_s

    def lasted_for(self, load: PageLoad) -> bool:
        """Whether it held to the end of a page load; of one that broke nobody asks."""
        if load.outcome is not LoadOutcome.OK:
            return True
        return load.ended_at_us is not None and load.ended_at_us / 1e6 <= self.until_s
