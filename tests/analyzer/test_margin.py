"""What would change a result is true: with the counts that it names the judge decides otherwise."""

import re

import numpy as np
import pytest
from synthetic import Numbers, evidence, objective, page, rows, samples, slo

from slogate.analyzer import judge_host, judge_pages, judge_requests
from slogate.analyzer.evidence import Outcome
from slogate.analyzer.margin import with_margin
from slogate.analyzer.result import ObjectiveResult, State

N, SECONDS = 3000, 60.0


def judged(text: str, latencies: Numbers, *, failed: int = 0, seconds: float = SECONDS) -> ObjectiveResult:
    item = objective(f"api: {{{text}}}")
    outcome = np.full(len(latencies), int(Outcome.OK))
    outcome[np.linspace(0, len(latencies) - 1, failed).astype(int)] = int(Outcome.HTTP_ERROR)
    requests = rows(latencies, outcome=outcome.tolist())
    phase = evidence(requests).judged_phase()
    return with_margin(item, judge_requests.judge(item, requests, phase, 0.05), 0.05, seconds)


def mixed(slow: int, n: int = N) -> Numbers:
    """Independent requests of which some are slow, evenly spread."""
    latencies = np.full(n, 10.0)
    if slow:
        latencies[np.linspace(0, n - 1, slow).astype(int)] = 900.0
    return latencies


def count_of(found: ObjectiveResult) -> int:
    match = re.search(r"with (?:up to )?([\d,]+)", found.reason.split("; ")[-1])
    assert match is not None
    return int(match[1].replace(",", ""))


def test_a_failure_says_how_few_would_pass() -> None:
    found = judged("latency: {p95: < 500ms}", mixed(300))
    assert found.state is State.FAIL
    assert found.reason.endswith(" such requests it would pass")
    assert judged("latency: {p95: < 500ms}", mixed(int(0.9 * count_of(found)))).state is State.PASS


def test_a_pass_says_how_many_it_could_bear() -> None:
    found = judged("latency: {p95: < 500ms}", mixed(60))
    assert found.state is State.PASS
    assert found.reason.endswith("it would still pass")
    assert 60 < count_of(found) < 150
    assert judged("latency: {p95: < 500ms}", mixed(count_of(found) + 20)).state is State.INCONCLUSIVE


def test_error_rates_have_the_same_margin() -> None:
    found = judged("errors: < 5%", mixed(0), failed=30)
    assert found.state is State.PASS
    assert 100 < count_of(found) < 150
    assert "such requests it would pass" in judged("errors: < 5%", mixed(0), failed=500).reason


def test_dependence_is_told_where_there_is_some() -> None:
    latencies = np.where(np.arange(N) // 100 % 3 == 0, 900.0, 10.0)
    found = judged("latency: {p50: < 500ms}", latencies)
    assert found.n_effective is not None
    assert f"they are worth {found.n_effective:,.0f} independent ones" in found.reason


def test_a_failure_of_too_few_requests_could_not_have_been_a_pass() -> None:
    found = judged("latency: {p99: < 500ms}", np.full(60, 900.0))
    assert found.state is State.FAIL
    assert found.reason.endswith("; a pass takes 299 independent ones")


@pytest.mark.parametrize("text", ["latency: {p95: < 500ms}", "latency: {mean: < 56ms}", "errors: < 5%"])
def test_what_is_undecided_says_how_much_longer_decides(text: str) -> None:
    found = judged(text, mixed(165), failed=165 if "errors" in text else 0)
    assert found.state is State.INCONCLUSIVE
    assert re.search(r"about \d+ (s|min) more at this rate would decide$", found.reason)
    assert "more at this rate" not in judged(text, mixed(165), failed=165 if "errors" in text else 0, seconds=0).reason


def test_a_mean_says_how_much_faster_or_slower() -> None:
    noise = np.random.default_rng(1).normal(100, 5, N)
    fails = judged("latency: {mean: < 90ms}", noise)
    match = re.search(r"with every request ([\d.]+) ms faster it would pass$", fails.reason)
    assert match is not None
    assert judged("latency: {mean: < 90ms}", noise - float(match[1]) - 0.1).state is State.PASS
    passes = judged("latency: {mean: < 120ms}", noise)
    match = re.search(r"with every request up to ([\d.]+) ms slower it would still pass$", passes.reason)
    assert match is not None
    assert judged("latency: {mean: < 120ms}", noise + float(match[1]) + 0.2).state is not State.PASS


@pytest.mark.parametrize("text", ["latency: {max: < 500ms}", "errors: < 0.5%"])
def test_what_has_no_margin_has_no_word_on_it(text: str) -> None:
    found = judged(text, mixed(0, 10))
    assert "would" not in found.reason or "allow a pass" in found.reason


def of_loads(beyond: int, within: int, alpha: float = 0.05) -> ObjectiveResult:
    loads = tuple(page(lcp_ms=value) for value in [3000.0] * beyond + [1000.0] * within)
    measured = evidence(None, pages=loads, planned_pages=("home",), known_pages=("home",))
    file = slo("web: {lcp: < 2.5s}")
    [found] = judge_pages.judge(file.objectives()[0], file, measured, alpha)
    return found


@pytest.mark.parametrize("n", [5, 8, 11, 20, 41])
def test_a_median_that_passes_says_how_many_loads_beyond_the_limit_it_could_bear(n: int) -> None:
    found = of_loads(0, n)
    assert found.state is State.PASS
    match = re.search(r"with up to (\d+) loads? beyond the limit it would still pass", found.reason)
    most = int(match[1]) if match else 0
    assert most > 0 or found.reason.endswith("one load beyond the limit would leave it undecided")
    assert of_loads(most, n - most).state is State.PASS
    assert of_loads(most + 1, n - most - 1).state is not State.PASS


@pytest.mark.parametrize("n", [5, 11, 20])
def test_a_median_that_fails_says_with_how_many_it_would_pass(n: int) -> None:
    found = of_loads(n, 0)
    assert found.state is State.FAIL
    match = re.search(r"with up to (\d+) loads? beyond the limit it would pass", found.reason)
    most = int(match[1]) if match else 0
    assert most > 0 or found.reason.endswith("if none were it would pass")
    assert of_loads(most, n - most).state is State.PASS


@pytest.mark.parametrize(("beyond", "within"), [(2, 6), (6, 2), (4, 7), (7, 4)])
def test_a_median_that_is_undecided_says_how_many_loads_decide(beyond: int, within: int) -> None:
    found = of_loads(beyond, within)
    assert found.state is State.INCONCLUSIVE
    match = re.search(r"about (\d+) loads would, if as large a share", found.reason)
    assert match is not None
    share, size = beyond / (beyond + within), 1.2 * int(match[1])
    slow = round(share * size)
    assert of_loads(slow, round(size) - slow).state is (State.PASS if share < 0.5 else State.FAIL)


def test_too_few_loads_and_an_even_mix_have_no_such_number() -> None:
    assert "loads would," not in of_loads(0, 4).reason
    assert "loads would," not in of_loads(4, 4).reason


@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        ("{cpu: < 70%}", {"cpu": 0.952}, "to pass it has to be more than 25.2 percentage points lower"),
        ("{cpu: < 70%}", {"cpu": 0.3}, "it could be 40.0 percentage points higher before it fails"),
        ("{disk_await: < 20ms}", {"disk_await_ms": 26.0, "disk_iops": 5.0}, "it has to be more than 6.0 ms lower"),
    ],
)
def test_a_resource_says_how_far_it_is_from_its_limit(text: str, columns: dict[str, float], words: str) -> None:
    item = objective(f"resources: {text}")
    measured = evidence(host=samples(np.arange(60) + 0.5, columns))
    assert words in with_margin(item, judge_host.judge(item, measured), 0.05, 0.0).reason


def test_a_resource_without_data_has_no_margin() -> None:
    item = objective("resources: {cpu: < 70%}")
    found = judge_host.judge(item, evidence())
    assert with_margin(item, found, 0.05, 0.0) == found
