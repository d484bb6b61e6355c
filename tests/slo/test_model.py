"""What a file means, flattened, and the JSON Schema that editors check it by."""

import json
from typing import Any

import jsonschema
import pytest
import yaml
from synthetic import objective, slo

from slogate.slo.model import Area, Slo
from slogate.slo.profile import Profile
from support import REPOSITORY

VALIDATOR = jsonschema.Draft202012Validator(Slo.model_json_schema(mode="validation"))


def repository_file() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((REPOSITORY / "slo.yaml").read_text(encoding="utf-8"))
    return {**data, "targets": {"api": "http://127.0.0.1:1"}}


def with_change(path: str, value: object) -> dict[str, Any]:
    """The repository's file with one value changed; `...` takes it out."""
    data = json.loads(json.dumps(repository_file()))
    *parents, last = path.split(">")
    place = data
    for part in parents:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return data  # type: ignore[no-any-return]  # json.loads


def test_objectives_come_in_the_order_of_the_file() -> None:
    objectives = slo(
        """
api:
  latency: {p95: < 500ms, mean: < 200ms}
  errors: < 1%
  endpoints:
    "GET /a": {latency: {p99.9: < 1s}, errors: < 5%}
    "GET /health": ignore
web:
  tti: < 3s
  fcp: {pass: < 2s, warn: < 1s}
  pages: {cart: {lcp: < 3s}}
resources: {memory: < 80%, disk_await: < 20ms, cpu: <= 70%, disk_util: < 80%, disk: normal}
"""
    ).objectives()
    assert [item.id for item in objectives] == [
        "api.latency.p95",
        "api.latency.mean",
        "api.errors",
        "api[GET /a].latency.p99.9",
        "api[GET /a].errors",
        "web.fcp",
        "web.tti",
        "web[cart].lcp",
        "resources.cpu",
        "resources.memory",
        "resources.disk_util",
        "resources.disk_await",
        "resources.disk_throughput",
        "resources.disk_iops",
    ]
    assert [item.subject for item in objectives] == [None] * 3 + ["GET /a"] * 2 + [None] * 2 + ["cart"] + [None] * 6


def test_an_objective_carries_its_numbers_in_base_units() -> None:
    item = objective("api: {latency: {p99.9: {pass: <= 1.5s, warn: < 1s}}}")
    assert (item.area, item.metric, item.statistic, item.quantile) == (Area.API, "latency", "p99.9", 0.999)
    assert item.limit is not None
    assert item.warn is not None
    assert (item.limit.value, item.limit.strict, item.limit.text) == (1_500_000.0, False, "<= 1.5s")
    assert (item.warn.value, item.warn.strict) == (1_000_000.0, True)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("disk: normal", ["disk_throughput", "disk_iops"]),
        ("network: normal", ["network_rx", "network_tx"]),
        ("cpu: normal", ["cpu"]),
        ("disk_await: normal", ["disk_await"]),
    ],
)
def test_normal_has_no_number(text: str, ids: list[str]) -> None:
    found = slo(f"resources: {{{text}}}")
    assert found.asks_for_a_normal_range()
    assert [item.id for item in found.objectives()] == [f"resources.{name}" for name in ids]
    assert all((item.statistic, item.limit, item.warn) == ("normal", None, None) for item in found.objectives())


def test_a_process_is_a_subject_of_resources() -> None:
    found = slo(
        "resources: {processes: {shop: {cpu: < 250%, rss: normal, restarts: < 1}}}\nhost: {processes: {shop: pm2}}\n"
    ).objectives()
    assert [(item.id, item.subject) for item in found] == [
        (f"resources[shop].{metric}", "shop") for metric in ("cpu", "rss", "restarts")
    ]
    assert found[0].limit is not None
    assert (found[0].limit.value, found[2].statistic) == (2.5, "count")


def test_a_page_metric_is_about_the_median() -> None:
    assert (objective("web: {lcp: < 2s}").statistic, objective("web: {lcp: < 2s}").quantile) == ("median", 0.5)


def test_ignored_endpoints() -> None:
    found = slo("api: {errors: < 1%, endpoints: {GET /a: ignore, GET /b: {errors: < 5%}, GET /c: {ignore: true}}}")
    assert found.ignored_endpoints() == {"GET /a", "GET /c"}
    assert slo("web: {lcp: < 2s}").ignored_endpoints() == frozenset()


def test_a_profile_is_in_seconds_and_events_a_second() -> None:
    profile = Slo.model_validate(repository_file()).profiles["launch"]
    assert (profile.rate, profile.warmup, profile.duration, profile.page_loads) == (50.0, 30.0, 300.0, 11)
    assert (profile.users, profile.arrivals, profile.inconclusive) == (None, "poisson", None)


@pytest.mark.parametrize(("confidence", "share"), [("80%", 0.8), ("95%", 0.95), ("99.9%", 0.999)])
def test_a_confidence_that_is_of_use(confidence: str, share: float) -> None:
    assert Slo.model_validate(with_change("policy>confidence", confidence)).policy.confidence == share


@pytest.mark.parametrize("confidence", ["79.9%", "99.91%", "0%"])
def test_a_confidence_that_is_of_no_use(confidence: str) -> None:
    with pytest.raises(ValueError, match=r"choose one from 80% to 99\.9%"):
        Slo.model_validate(with_change("policy>confidence", confidence))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)


def test_the_schema_takes_the_file_of_this_repository() -> None:
    VALIDATOR.validate(yaml.safe_load((REPOSITORY / "slo.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("api>latency>p99.9", "<= 2s"),
        ("api>latency>p95", "${P95}"),
        ("api>latency>p95", {"pass": "< 500ms", "warn": "< 400ms"}),
        ("api>errors", "<0.5 %"),
        ("web>pages", {"checkout": {"lcp": "< 3s"}}),
        ("web>pages", {"checkout": {"requests": "< 60", "image_bytes": {"pass": "< 0.5MiB", "warn": "< 300 kB"}}}),
        ("web>cls", "< 0.1"),
        ("web>inp", "< 200ms"),
        ("web>page_bytes", "<= 1.5MB"),
        ("web>uncached", "<= 0"),
        ("profiles>smoke", {"users": 50}),
        ("profiles>smoke>when", "both"),
        ("allowed_hosts", ["cdn.example"]),
        ("policy", ...),
        ("web", ...),
    ],
)
def test_the_schema_takes_a_good_change(path: str, value: object) -> None:
    VALIDATOR.validate(with_change(path, value))
    Slo.model_validate(with_change(path, "< 450ms" if value == "${P95}" else value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", 2),
        ("service", ...),
        ("profiles", ...),
        ("api>latncy", {"p95": "< 1s"}),
        ("api>latency>q95", "< 1s"),
        ("api>latency>p95", "500ms"),
        ("api>latency>p95", "> 500ms"),
        ("api>latency>p95", "< 5%"),
        ("api>latency>p95", 500),
        ("api>latency>p95", None),
        ("api>latency>p95", {"warn": "< 1s"}),
        ("api>latency>p95", {"pass_": "< 1s"}),
        ("api>latency", {}),
        ("api", None),
        ("api>errors", None),
        ("api>errors", {"p95": "< 1%"}),
        ("api>errors", "< 70"),
        ("api>endpoints>GET /health", "ingore"),
        ("web>speed", "< 1s"),
        ("web>cls", "< 0.1s"),
        ("web>requests", "< 57.5"),
        ("web>page_bytes", "< 300"),
        ("web>page_bytes", "< 300KB"),
        ("web>tbt", "< 200"),
        ("web>pages", ["home"]),
        ("resources>disk", "norml"),
        ("profiles>smoke>users", 0),
        ("profiles>smoke>users", True),
        ("profiles>smoke>page_loads", 1001),
        ("profiles>smoke>max_page_loads", 0),
        ("profiles>smoke>when", "busy"),
        ("profiles>smoke>pages", "home"),
        ("profiles>smoke>inconclusive", "maybe"),
        ("allowed_hosts", "cdn.example"),
        ("policy>confidence", 0.95),
        ("slo", 1),
    ],
)
def test_the_schema_and_the_model_both_refuse_a_bad_change(path: str, value: object) -> None:
    data = with_change(path, value)
    assert not VALIDATOR.is_valid(data)
    if value is not None:  # `load` refuses what is left empty
        with pytest.raises(ValueError, match="validation error"):
            Slo.model_validate(data)


def test_stages_are_a_plan_whose_first_part_may_be_warm_up() -> None:
    profile = Profile.model_validate(
        {"stages": [{"to": "50/s", "over": "30s"}, {"hold": "5m"}, {"to": "200/s"}, {"hold": "10s"}], "warmup": "30s"}
    )
    plan = profile.rate_plan
    assert plan is not None
    assert (profile.warmup_s, profile.judged_s, plan.seconds, plan.peak_per_s) == (30, 310, 340, 200)
    assert profile.planned_requests == 50 * 300 + 200 * 10
    assert plan.expected_by(30) == 750


def test_a_constant_rate_has_its_warm_up_before_it() -> None:
    profile = Profile.model_validate({"rate": "10/s"})
    assert (profile.warmup_s, profile.judged_s, profile.planned_requests) == (5, 60, 600)
    closed = Profile.model_validate({"users": 3, "warmup": "0s"})
    assert (closed.warmup_s, closed.rate_plan, closed.planned_requests) == (0, None, None)


@pytest.mark.parametrize(
    "profile",
    [
        {"stages": [{"to": "50/s", "over": "30s"}, {"hold": "5m"}], "abort": "fail"},
        {"rate": "5/s", "max_users": 20, "abort": "decided"},
    ],
)
def test_an_editor_takes_these_profiles(profile: dict[str, Any]) -> None:
    VALIDATOR.validate(with_change("profiles>smoke", profile))


def test_the_most_page_loads_are_never_fewer_than_the_least() -> None:
    assert Profile.model_validate({"rate": "1/s", "page_loads": 7}).most_page_loads == 7
    assert Profile.model_validate({"rate": "1/s", "page_loads": 7, "max_page_loads": 9}).most_page_loads == 9
    with pytest.raises(ValueError, match="max_page_loads must not be less than page_loads, which are 7"):
        Profile.model_validate({"rate": "1/s", "page_loads": 7, "max_page_loads": 6})
