"""What slo.yaml means: targets, objectives, profiles and policy, as pydantic models that are also its JSON Schema.

The models hold what the file says; `Slo.objectives()` flattens it into the list that the analyzer judges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from slogate.slo.fields import (
    Count,
    Duration,
    EndpointName,
    ErrorRatio,
    Latency,
    PerSecond,
    Ratio,
    Seconds,
    Section,
    Share,
    Url,
)
from slogate.slo.grammar import Limit, parse_statistic
from slogate.slo.rates import RatePlan, Stretch, constant

_HIGHEST_RATE = 1_000_000
_DEFAULT_WARMUP_S = 5.0
_DEFAULT_DURATION_S = 60.0


class Area(StrEnum):
    """The three things slogate measures."""

    API = "api"
    WEB = "web"
    RESOURCES = "resources"


@dataclass(frozen=True)
class Objective:
    """One line of the SLO: a metric, a statistic over it, and its limit.

    `quantile` (0..1) is set for a percentile. `subject` is an endpoint ("GET /x") or a page; None is every endpoint
    together, or each page by itself. `limit` is None for `normal`, which asks history rather than a number.
    """

    id: str
    area: Area
    metric: str
    statistic: str
    quantile: float | None
    subject: str | None
    limit: Limit | None
    warn: Limit | None


class Endpoint(Section):
    """One endpoint, named as Locust reports it: method and name. `ignore` leaves it out of every judgement."""

    ignore: bool = False
    latency: Latency | None = None
    errors: ErrorRatio | None = None

    @model_validator(mode="after")
    def _judged_or_ignored(self) -> Self:
        if self.ignore and (self.latency is not None or self.errors is not None):
            raise ValueError("an endpoint that is ignored has no objectives; take out ignore, or latency and errors")
        return self


def _endpoint_short_form(value: object) -> object:
    if isinstance(value, str):
        if value != "ignore":
            raise ValueError(f"{value!r} is not understood here; write ignore, or a mapping with latency or errors")
        return {"ignore": True}
    return value


class Api(Section):
    """Objectives on requests: over all endpoints that are not ignored, and on single endpoints."""

    latency: Latency | None = None
    errors: ErrorRatio | None = None
    endpoints: dict[
        EndpointName,
        Annotated[Endpoint, BeforeValidator(_endpoint_short_form, json_schema_input_type=Literal["ignore"] | Endpoint)],
    ] = Field(default_factory=dict)


class PageObjectives(Section):
    """Objectives on the loading of a page; each is about the median over the loads of the run."""

    fcp: Duration | None = None
    lcp: Duration | None = None
    tti: Duration | None = None


class Web(PageObjectives):
    """Objectives that hold for every page, and those of single pages, which replace them there."""

    pages: dict[str, PageObjectives] = Field(default_factory=dict)


class Resources(Section):
    """Objectives on the host of the target: the largest 60 s moving average over the judged load."""

    cpu: Ratio | None = None
    memory: Ratio | None = None
    disk: Literal["normal"] | None = None


class Targets(Section):
    """Where the service answers. With only one of the two given, the other is the same."""

    api: Url | None = None
    web: Url | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.api is None and self.web is None:
            raise ValueError("name the target: targets: {api: http://127.0.0.1:8710}")
        return self


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
    (closed).

    With `rate` or `users` the judged `duration` follows the `warmup`; the `warmup` of `stages` is their first part.
    `max_users` bounds how many iterations of an open load may be in flight. `abort` ends the load early: as soon as it
    is sure to `fail`, or as soon as every objective on requests but the mean is `decided` either way.
    """

    rate: PerSecond | None = None
    stages: Annotated[list[Stage], Field(min_length=1)] | None = None
    users: Annotated[int, Field(ge=1, le=100_000), Count] | None = None
    max_users: Annotated[int, Field(ge=1, le=100_000), Count] | None = None
    arrivals: Literal["poisson", "uniform"] = "poisson"
    warmup: Seconds | None = None
    duration: Seconds | None = None
    abort: Literal["fail", "decided", "never"] = "never"
    page_loads: Annotated[int, Field(ge=1, le=1000), Count] = 5
    pages: Annotated[list[str], Field(min_length=1)] | None = None
    inconclusive: Literal["allow", "block"] | None = None

    @model_validator(mode="after")
    def _bounded_load(self) -> Self:
        if sum(given is not None for given in (self.rate, self.stages, self.users)) != 1:
            raise ValueError("give one of rate (such as 50/s), stages and users (such as 50)")
        if self.max_users is not None and self.users is not None:
            raise ValueError("max_users bounds an open load (rate or stages); with users there are as many as it says")
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
        """The planned arrivals from the start of the warm-up to the end; None for a closed load."""
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


def _usual_confidence(value: float) -> float:
    if not 0.8 <= value <= 0.999:
        raise ValueError(f"a confidence of {value:.4g} is of no use here; choose one from 80% to 99.9%")
    return value


class Policy(Section):
    """`confidence` of every interval (each side), and whether an INCONCLUSIVE verdict blocks."""

    confidence: Annotated[Share, AfterValidator(_usual_confidence)] = 0.95
    inconclusive: Literal["allow", "block"] = "block"


class Slo(Section):
    """The whole of slo.yaml."""

    version: Annotated[Literal[1], Count]
    service: Annotated[str, Field(min_length=1, max_length=200)]
    targets: Targets
    allowed_hosts: list[str] = Field(default_factory=list)
    api: Api | None = None
    web: Web | None = None
    resources: Resources | None = None
    profiles: Annotated[dict[str, Profile], Field(min_length=1)]
    policy: Policy = Policy()

    @model_validator(mode="after")
    def _something_to_judge(self) -> Self:
        if not self.objectives():
            raise ValueError("there is no objective in api, web or resources, so no run could ever pass; add one")
        return self

    def objectives(self) -> list[Objective]:
        """Every objective, in the order of the file's sections."""
        return [*self._api(), *self._web(), *self._resources()]

    def ignored_endpoints(self) -> frozenset[str]:
        """The endpoints ("GET /health") that no judgement looks at."""
        return (
            frozenset(name for name, endpoint in self.api.endpoints.items() if endpoint.ignore)
            if self.api
            else frozenset()
        )

    def _api(self) -> Iterator[Objective]:
        if self.api is None:
            return
        yield from _requests("api", None, self.api.latency, self.api.errors)
        for name, endpoint in self.api.endpoints.items():
            if not endpoint.ignore:
                yield from _requests(f"api[{name}]", name, endpoint.latency, endpoint.errors)

    def _web(self) -> Iterator[Objective]:
        if self.web is None:
            return
        for page, section in (None, self.web), *self.web.pages.items():
            prefix = "web" if page is None else f"web[{page}]"
            for metric in PageObjectives.model_fields:
                criterion = getattr(section, metric)
                if criterion is not None:
                    yield Objective(
                        f"{prefix}.{metric}", Area.WEB, metric, "median", 0.5, page, criterion.pass_, criterion.warn
                    )

    def _resources(self) -> Iterator[Objective]:
        if self.resources is None:
            return
        for metric in ("cpu", "memory"):
            criterion = getattr(self.resources, metric)
            if criterion is not None:
                yield Objective(
                    f"resources.{metric}",
                    Area.RESOURCES,
                    metric,
                    "peak 60 s average",
                    None,
                    None,
                    criterion.pass_,
                    criterion.warn,
                )
        if self.resources.disk is not None:
            yield Objective("resources.disk", Area.RESOURCES, "disk", "normal", None, None, None, None)


def _requests(prefix: str, subject: str | None, latency: Latency | None, errors: Ratio | None) -> Iterator[Objective]:
    for statistic, criterion in (latency or {}).items():
        yield Objective(
            f"{prefix}.latency.{statistic}",
            Area.API,
            "latency",
            statistic,
            parse_statistic(statistic),
            subject,
            criterion.pass_,
            criterion.warn,
        )
    if errors is not None:
        yield Objective(f"{prefix}.errors", Area.API, "errors", "rate", None, subject, errors.pass_, errors.warn)
