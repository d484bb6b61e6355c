"""How hard and how long to measure: the profiles of slo.yaml."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from slogate.slo.conditions import When
from slogate.slo.fields import Count, PerSecond, Seconds, Section
from slogate.slo.rates import RatePlan, Stretch, constant

Engine = Literal["chromium", "firefox", "webkit"]
ENGINES: Mapping[Engine, str] = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}  # as people write it

_HIGHEST_RATE = 1_000_000
_DEFAULT_WARMUP_S = 5.0
_DEFAULT_DURATION_S = 60.0


class Stage(Section):
    """A stretch of a load that changes: `{to: 50/s, over: 30s}` ramps from the rate before it, without `over` at once;
    `{hold: 5m}` keeps the rate.
    """

    to: PerSecond | None = None
    over: Seconds | None = None
    hold: Seconds | None = None

    @model_validator(mode="after")
    def _ramp_or_hold(self) -> Self:
        if (self.to is None) == (self.hold is None):
            raise ValueError("a stage is either {to: 50/s, over: 30s} or {hold: 5m}")
        if self.over is not None and self.to is None:
            raise ValueError("over belongs to a ramp; write {to: 50/s, over: 30s}")
        return self


class Profile(Section):
    """How hard and how long to measure. Give `rate` or `stages` (open: arrivals do not wait for responses), or `users`
    (closed); none of them where requests are not measured.

    With `rate` or `users` the judged `duration` follows the `warmup`; the `warmup` of `stages` is their first part.
    `max_users` bounds how many iterations of an open load may be in flight. `abort` ends the load early: as soon as it
    is sure to `fail`, or as soon as every objective on requests but the mean is `decided` either way. Pages with an
    objective that `page_loads` leave undecided are loaded again, up to `max_page_loads`; every load is in `browser`.
    `when` says whether pages are loaded before the load (`idle`), while its judged part holds (`loaded`), or `both`.
    """

    rate: PerSecond | None = None
    stages: Annotated[list[Stage], Field(min_length=1)] | None = None
    users: Annotated[int, Field(ge=1, le=100_000), Count] | None = None
    max_users: Annotated[int, Field(ge=1, le=100_000), Count] | None = None
    arrivals: Literal["poisson", "uniform"] = "poisson"
    warmup: Seconds | None = None
    duration: Seconds | None = None
    abort: Literal["fail", "decided", "never"] = "never"
    browser: Engine = "chromium"
    page_loads: Annotated[int, Field(ge=1, le=1000), Count] = 5
    max_page_loads: Annotated[int, Field(ge=1, le=1000), Count] | None = None
    when: When = "idle"
    pages: Annotated[list[str], Field(min_length=1)] | None = None
    inconclusive: Literal["allow", "block"] | None = None

    @model_validator(mode="after")
    def _bounded_load(self) -> Self:
        if sum(given is not None for given in (self.rate, self.stages, self.users)) > 1:
            raise ValueError("give one of rate (such as 50/s), stages and users (such as 50), and no other")
        if self.max_users is not None and not self.makes_load:
            raise ValueError("max_users bounds an open load; give rate or stages too")
        if self.max_users is not None and self.users is not None:
            raise ValueError("max_users bounds an open load (rate or stages); with users there are as many as it says")
        if self.max_page_loads is not None and self.max_page_loads < self.page_loads:
            raise ValueError(f"max_page_loads must not be less than page_loads, which are {self.page_loads}")
        if self.stages is not None:
            self._check_stages(self.stages)
        elif self.judged_s <= 0:
            raise ValueError("the duration must be longer than 0s")
        if self.rate is not None and not 0 < self.rate <= _HIGHEST_RATE:
            raise ValueError(f"a rate of {self.rate:g}/s cannot be made; use more than 0/s, and at most 1000000/s")
        return self

    def _check_stages(self, stages: list[Stage]) -> None:
        if self.duration is not None:
            raise ValueError("stages say themselves how long they last; leave duration out")
        if stages[0].to is None:
            raise ValueError("the first stage has no rate to hold; begin with {to: 50/s, over: 30s} or {to: 50/s}")
        plan = self.rate_plan
        assert plan is not None  # noqa: S101  # there are stages
        if plan.peak_per_s > _HIGHEST_RATE:
            raise ValueError(f"a rate of {plan.peak_per_s:g}/s cannot be made; use at most 1000000/s")
        if plan.seconds <= self.warmup_s:
            raise ValueError(
                f"the stages last {plan.seconds:g} s and the warmup, which is their first part, {self.warmup_s:g} s; "
                "nothing is left to judge"
            )
        if plan.expected_between(self.warmup_s, plan.seconds) <= 0:
            raise ValueError("no arrival is planned after the warmup")

    @property
    def makes_load(self) -> bool:
        """Whether it says how much load to make, which runs that measure requests need and others do not."""
        return self.rate is not None or self.stages is not None or self.users is not None

    @property
    def most_page_loads(self) -> int:
        """How many judged loads a page may come to have."""
        return self.page_loads if self.max_page_loads is None else self.max_page_loads

    @property
    def warmup_s(self) -> float:
        """How much of the load is recorded and not judged."""
        if self.warmup is not None:
            return self.warmup
        return _DEFAULT_WARMUP_S if self.stages is None else 0.0

    @property
    def judged_s(self) -> float:
        """How long the judged part lasts."""
        if self.stages is not None and (plan := self.rate_plan) is not None:
            return plan.seconds - self.warmup_s
        return self.duration if self.duration is not None else _DEFAULT_DURATION_S

    @property
    def rate_plan(self) -> RatePlan | None:
        """The planned arrivals from the start of the warm-up to the end; None for a closed load, and without one."""
        if self.rate is not None:
            return constant(self.rate, self.warmup_s + self.judged_s)
        return None if self.stages is None else RatePlan(list(_stretches(self.stages)))

    @property
    def planned_requests(self) -> float | None:
        """How many arrivals the judged part is expected to have; None for a closed load."""
        plan = self.rate_plan
        return None if plan is None else plan.expected_between(self.warmup_s, plan.seconds)


def _stretches(stages: list[Stage]) -> Iterator[Stretch]:
    rate = 0.0
    for stage in stages:
        if stage.to is not None:
            yield Stretch(stage.over or 0.0, rate, stage.to)
            rate = stage.to
        else:
            yield Stretch(stage.hold or 0.0, rate, rate)
