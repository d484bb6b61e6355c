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
    Flag,
    Latency,
    Number,
    Ratio,
    Score,
    Section,
    Share,
    Size,
    Url,
)
from slogate.slo.grammar import Allowance, Limit, parse_statistic
from slogate.slo.host import Host
from slogate.slo.notify import Notify
from slogate.slo.profile import Profile
from slogate.slo.resources import Criterion, Resources


class Area(StrEnum):
    """The three things slogate measures."""

    API = "api"
    WEB = "web"
    RESOURCES = "resources"


@dataclass(frozen=True)
class Objective:
    """One line of the SLO: a metric, a statistic over it, and its limit.

    `quantile` (0..1) is set for a percentile. `subject` is an endpoint ("GET /x"), a page or a process; None is every
    endpoint together, each page by itself, or the whole host. `limit` is None for `normal`, which asks history rather
    than a number. `vs_baseline` is how much worse than an earlier release it may be.
    """

    id: str
    area: Area
    metric: str
    statistic: str
    quantile: float | None
    subject: str | None
    limit: Limit | None
    warn: Limit | None
    vs_baseline: Allowance | None = None


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
    tbt: Duration | None = None
    cls: Score | None = None
    inp: Duration | None = None
    ttfb: Duration | None = None
    page_bytes: Size | None = None
    js_bytes: Size | None = None
    css_bytes: Size | None = None
    image_bytes: Size | None = None
    font_bytes: Size | None = None
    third_party_bytes: Size | None = None
    requests: Number | None = None
    third_party_requests: Number | None = None
    uncached: Number | None = None
    eager_images: Number | None = None


class Web(PageObjectives):
    """Objectives that hold for every page, and those of single pages, which replace them there."""

    pages: dict[str, PageObjectives] = Field(default_factory=dict)


class Targets(Section):
    """Where the service answers. With only one of the two given, the other is the same."""

    api: Url | None = None
    web: Url | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.api is None and self.web is None:
            raise ValueError("name the target: targets: {api: http://127.0.0.1:8710}")
        return self


def _usual_confidence(value: float) -> float:
    if not 0.8 <= value <= 0.999:
        raise ValueError(f"a confidence of {value:.4g} is of no use here; choose one from 80% to 99.9%")
    return value


class Policy(Section):
    """`confidence` of every interval (each side), and whether an INCONCLUSIVE verdict blocks."""

    confidence: Annotated[Share, AfterValidator(_usual_confidence)] = 0.95
    inconclusive: Literal["allow", "block"] = "block"


class Slo(Section):
    """The whole of slo.yaml. With `verify_tls: false` any certificate of a target will do, also a self-signed one."""

    version: Annotated[Literal[1], Count]
    service: Annotated[str, Field(min_length=1, max_length=200)]
    targets: Targets
    verify_tls: Flag = True
    allowed_hosts: list[str] = Field(default_factory=list)
    host: Host | None = None
    api: Api | None = None
    web: Web | None = None
    resources: Resources | None = None
    profiles: Annotated[dict[str, Profile], Field(min_length=1)]
    policy: Policy = Policy()
    notify: Notify | None = None

    @model_validator(mode="after")
    def _something_to_judge(self) -> Self:
        if not self.objectives():
            raise ValueError("there is no objective in api, web or resources, so no run could ever pass; add one")
        return self

    def objectives(self) -> list[Objective]:
        """Every objective, in the order of the file's sections."""
        return objectives_of(self.api, self.web, self.resources)

    def asks_for_a_baseline(self) -> bool:
        """Whether an objective is also held against an earlier release."""
        return any(objective.vs_baseline is not None for objective in self.objectives())

    def asks_for_a_normal_range(self) -> bool:
        """Whether an objective is held against earlier runs that passed, and not against a limit."""
        return any(objective.limit is None for objective in self.objectives())

    def ignored_endpoints(self) -> frozenset[str]:
        """The endpoints ("GET /health") that no judgement looks at."""
        return (
            frozenset(name for name, endpoint in self.api.endpoints.items() if endpoint.ignore)
            if self.api
            else frozenset()
        )


def objectives_of(api: Api | None, web: Web | None, resources: Resources | None) -> list[Objective]:
    """Every objective of these sections, in order."""
    return [
        *([] if api is None else _api(api)),
        *([] if web is None else _web(web)),
        *([] if resources is None else _resources(resources)),
    ]


def _api(api: Api) -> Iterator[Objective]:
    yield from _requests("api", None, api.latency, api.errors)
    for name, endpoint in api.endpoints.items():
        if not endpoint.ignore:
            yield from _requests(f"api[{name}]", name, endpoint.latency, endpoint.errors)


def _web(web: Web) -> Iterator[Objective]:
    for page, section in (None, web), *web.pages.items():
        prefix = "web" if page is None else f"web[{page}]"
        for metric in PageObjectives.model_fields:
            criterion = getattr(section, metric)
            if criterion is not None:
                yield Objective(
                    f"{prefix}.{metric}",
                    Area.WEB,
                    metric,
                    "median",
                    0.5,
                    page,
                    criterion.pass_,
                    criterion.warn,
                    criterion.vs_baseline,
                )


def _resources(resources: Resources) -> Iterator[Objective]:
    for criterion in resources.criteria():
        yield _on_resource("resources", None, criterion)
    for name, process in resources.processes.items():
        for criterion in process.criteria():
            yield _on_resource(f"resources[{name}]", name, criterion)


def _on_resource(prefix: str, process: str | None, criterion: Criterion) -> Objective:
    statistic = "count" if criterion.metric == "restarts" else "peak 60 s average"
    return Objective(
        f"{prefix}.{criterion.metric}",
        Area.RESOURCES,
        criterion.metric,
        "normal" if criterion.limit is None else statistic,
        None,
        process,
        criterion.limit,
        criterion.warn,
        criterion.vs_baseline,
    )


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
            criterion.vs_baseline,
        )
    if errors is not None:
        yield Objective(
            f"{prefix}.errors",
            Area.API,
            "errors",
            "rate",
            None,
            subject,
            errors.pass_,
            errors.warn,
            errors.vs_baseline,
        )
