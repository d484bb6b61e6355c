"""The kinds of value in slo.yaml, as annotated types: each reads one form of text and describes itself in the JSON
Schema.
"""

from typing import Annotated, Any, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from slogate.slo.endpoints import endpoint_name
from slogate.slo.grammar import (
    Allowance,
    Dimension,
    Limit,
    parse_allowance,
    parse_limit,
    parse_quantity,
    parse_statistic,
)


def _text(value: object, example: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} cannot stand here; write it as {example!r}")  # noqa: TRY004  # pydantic reports ValueError
    return str(value)


def _limit(dimension: Dimension, example: str) -> PlainValidator:
    return PlainValidator(lambda value: parse_limit(_text(value, example), dimension))


def _limit_schema(dimension: Dimension, units: str, example: str) -> WithJsonSchema:
    number = "[0-9]+" if dimension is Dimension.COUNT else r"[0-9]+(\.[0-9]+)?"
    unit = rf"\s*({units})" if units else ""
    pattern = rf"^\s*<=?\s*{number}{unit}\s*$|\$\{{"  # or a variable, whose value the schema cannot know
    description = f"An upper limit on a {dimension}, such as '{example}'."
    return WithJsonSchema({"type": "string", "description": description, "pattern": pattern}, mode="validation")


DurationLimit = Annotated[
    Limit, _limit(Dimension.DURATION, "< 500ms"), _limit_schema(Dimension.DURATION, "us|µs|ms|s|m|h", "< 500ms")
]
RatioLimit = Annotated[Limit, _limit(Dimension.RATIO, "< 1%"), _limit_schema(Dimension.RATIO, "%", "< 1%")]
CoresLimit = Annotated[Limit, _limit(Dimension.CORES, "< 150%"), _limit_schema(Dimension.CORES, "%", "< 150%")]
SizeLimit = Annotated[
    Limit, _limit(Dimension.SIZE, "< 300kB"), _limit_schema(Dimension.SIZE, "B|kB|MB|GB|KiB|MiB|GiB", "< 300kB")
]
CountLimit = Annotated[Limit, _limit(Dimension.COUNT, "< 60"), _limit_schema(Dimension.COUNT, "", "< 60")]
ScoreLimit = Annotated[Limit, _limit(Dimension.SCORE, "< 0.1"), _limit_schema(Dimension.SCORE, "", "< 0.1")]
WorseThanBaseline = Annotated[
    Allowance,
    PlainValidator(lambda value: parse_allowance(_text(value, "<= +10%"))),
    WithJsonSchema(
        {
            "type": "string",
            "description": "How much worse than the baseline is still taken, such as '<= +10%'.",
            "pattern": r"^\s*<=?\s*\+?\s*[0-9]+(\.[0-9]+)?\s*%\s*$|\$\{",
        },
        mode="validation",
    ),
]

Seconds = Annotated[
    float,
    PlainValidator(lambda value: parse_quantity(_text(value, "30s"), Dimension.DURATION) / 1e6),
    WithJsonSchema({"type": "string", "description": "A duration such as 30s or 5m.", "examples": ["30s", "5m"]}),
]
PerSecond = Annotated[
    float,
    PlainValidator(lambda value: parse_quantity(_text(value, "50/s"), Dimension.RATE)),
    WithJsonSchema({"type": "string", "description": "Arrivals, such as 50/s.", "examples": ["50/s"]}),
]
Share = Annotated[
    float,
    PlainValidator(lambda value: parse_quantity(_text(value, "95%"), Dimension.RATIO)),
    WithJsonSchema({"type": "string", "description": "A percentage such as 95%.", "examples": ["95%"]}),
]


def web_address(value: str, example: str) -> SplitResult:
    """The parts of an address with http or https. Raises `ValueError` for anything else; `example` is what it names."""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")  # such as an IPv6 address that nothing closes
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(map(str.isspace, value)):
        raise ValueError(f"{value!r} is not a web address; write it as {example}")
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(f"{value!r} has a port that is not a number from 0 to 65535") from None
    return parts


def http_url(value: str) -> str:
    """A target: scheme, host and port. Raises `ValueError` for anything else, and for a path, which clients read
    differently.
    """
    parts = web_address(value, "http://host:port")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            f"{value!r} has a path; a target ends with its port, and paths stand in scenarios and journeys"
        )
    return value.rstrip("/")


Url = Annotated[str, AfterValidator(http_url)]
Statistic = Annotated[
    str,
    AfterValidator(lambda name: (parse_statistic(name), name)[1]),
    WithJsonSchema({"type": "string", "pattern": r"^(mean|max|p[0-9]{1,2}(\.[0-9]{1,4})?)$"}),
]

EndpointName = Annotated[str, AfterValidator(endpoint_name)]


def _not_a_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not a whole number")  # noqa: TRY004  # pydantic reports ValueError
    return value


# YAML reads yes and on as booleans, and pydantic a boolean as 1.
Count = BeforeValidator(_not_a_boolean)


def _yes_or_no(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false; write one of them, without quotes")  # noqa: TRY004  # pydantic reports ValueError
    return value


# pydantic would take 0, "off" and more; what decides about trust is written plainly.
Flag = Annotated[bool, BeforeValidator(_yes_or_no)]


def _without_null(schema: dict[str, Any]) -> None:
    """An optional key is left out of the file, and never empty."""
    for value in schema.get("properties", {}).values():
        choices = [choice for choice in value.pop("anyOf", []) if choice != {"type": "null"}]
        value.update(choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})
        if value.get("default", ...) is None:
            del value["default"]


class Section(BaseModel):
    """A mapping of the file. An unknown key is a problem: a typo in a criterion must not remove it."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_without_null)


def _short_form(value: object) -> object:
    return value if isinstance(value, dict) else {"pass": value}


class _Criterion(Section):
    pass_: Limit = Field(alias="pass")
    warn: Limit | None = None
    vs_baseline: WorseThanBaseline | None = None

    @model_validator(mode="after")
    def _warn_is_tighter(self) -> Self:
        if self.warn is not None and self.warn.value >= self.pass_.value:
            raise ValueError(
                f"warn ({self.warn.text}) must be tighter than pass ({self.pass_.text}), or it can never show"
            )
        return self


class DurationCriterion(_Criterion):
    """`< 500ms`, or `{pass: < 500ms, warn: < 400ms}`."""

    pass_: DurationLimit = Field(alias="pass")
    warn: DurationLimit | None = None


class RatioCriterion(_Criterion):
    """`< 1%`, or `{pass: < 1%, warn: < 0.5%}`."""

    pass_: RatioLimit = Field(alias="pass")
    warn: RatioLimit | None = None


class CoresCriterion(_Criterion):
    """`< 150%` of one core, or `{pass: < 150%, warn: < 100%}`."""

    pass_: CoresLimit = Field(alias="pass")
    warn: CoresLimit | None = None


class SizeCriterion(_Criterion):
    """`< 300kB`, or `{pass: < 300kB, warn: < 250kB}`."""

    pass_: SizeLimit = Field(alias="pass")
    warn: SizeLimit | None = None


class CountCriterion(_Criterion):
    """`< 60`, or `{pass: < 60, warn: < 50}`."""

    pass_: CountLimit = Field(alias="pass")
    warn: CountLimit | None = None


class ScoreCriterion(_Criterion):
    """`< 0.1`, or `{pass: < 0.1, warn: < 0.05}`."""

    pass_: ScoreLimit = Field(alias="pass")
    warn: ScoreLimit | None = None


Duration = Annotated[
    DurationCriterion, BeforeValidator(_short_form, json_schema_input_type=DurationLimit | DurationCriterion)
]
Ratio = Annotated[RatioCriterion, BeforeValidator(_short_form, json_schema_input_type=RatioLimit | RatioCriterion)]
Cores = Annotated[CoresCriterion, BeforeValidator(_short_form, json_schema_input_type=CoresLimit | CoresCriterion)]
Size = Annotated[SizeCriterion, BeforeValidator(_short_form, json_schema_input_type=SizeLimit | SizeCriterion)]
Number = Annotated[CountCriterion, BeforeValidator(_short_form, json_schema_input_type=CountLimit | CountCriterion)]
Score = Annotated[ScoreCriterion, BeforeValidator(_short_form, json_schema_input_type=ScoreLimit | ScoreCriterion)]


def _not_a_ratio_statistic(value: object) -> object:
    if isinstance(value, dict):
        for name in value:
            if name in {"mean", "max"} or (name.startswith("p") and name[1:2].isdigit()):
                raise ValueError(f"errors is a share of requests, which has no {name}; write 'errors: < 1%'")
    return value


ErrorRatio = Annotated[Ratio, BeforeValidator(_not_a_ratio_statistic)]


def _once_each(value: dict[str, DurationCriterion]) -> dict[str, DurationCriterion]:
    """p95 and p95.0 are two keys and one objective."""
    seen: dict[float, str] = {}
    for name in value:
        quantile = parse_statistic(name)
        if quantile is not None and seen.setdefault(quantile, name) != name:
            raise ValueError(f"{name} is {seen[quantile]} once more; keep one of them")
    return value


Latency = Annotated[
    dict[Statistic, Duration],
    Field(min_length=1, json_schema_extra={"additionalProperties": False}),
    AfterValidator(_once_each),
]
