"""Each fault of the shop ends in the right state, with a reason that names the cause."""

from pathlib import Path

import pytest
from command import Answer, measured

from slogate.demo.faults import FAULTS
from slogate.demo.server import running_shop
from support import REPOSITORY

pytestmark = pytest.mark.e2e
SLO = """\
version: 1
service: shop
targets: {api: "http://127.0.0.1:1"}
api:
  latency: {mean: < 200ms, p95: < 500ms, p99: < 1000ms}
  errors: < 1%
web: {fcp: < 1.5s, tti: < 3.5s, lcp: < 2.5s}
profiles:
  short: {rate: 80/s, warmup: 1s, duration: 10s, page_loads: 5, pages: [home]}
"""


def run(area: str, faults: list[str], folder: Path, *arguments: str) -> Answer:
    """Runs the repository's own scenario and journeys on a shop with these faults."""
    (folder / "slo.yaml").write_text(SLO)
    for name in ("loadtests", "webvitals"):
        (folder / name).symlink_to(REPOSITORY / name)
    with running_shop(faults) as shop:
        common = ["run", "--slo", folder / "slo.yaml", "--target", shop.url, "--only", area]
        return measured(*common, *arguments, out=folder / "out")


def reason_of(answer: Answer, objective: str) -> str:
    return next(str(item["reason"]) for item in answer.verdict()["objectives"] if item["id"] == objective)


def test_every_fault_has_a_test_here() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{name}"' in here for name in FAULTS)


@pytest.mark.alone
def test_a_slow_tail_fails_p99_and_nothing_below_it(tmp_path: Path) -> None:
    answer = run("api", ["slow-tail"], tmp_path)
    assert answer.code == 1, answer.stdout
    states = answer.states()
    assert states["api.latency.p99"] == "fail"
    assert states["api.latency.p95"] != "fail"
    assert states["api.latency.mean"] != "fail"


@pytest.mark.alone
def test_a_stall_fails_p99(tmp_path: Path) -> None:
    answer = run("api", ["stall"], tmp_path, "--duration", "20s")
    assert answer.code == 1, answer.stdout
    assert answer.states()["api.latency.p99"] == "fail"


@pytest.mark.alone
def test_errors_fail_the_error_rate_and_flatter_no_percentile(tmp_path: Path) -> None:
    answer = run("api", ["errors"], tmp_path)
    assert answer.code == 1, answer.stdout
    assert answer.states()["api.errors"] == "fail"
    assert "status 500" in reason_of(answer, "api.errors")
    counts = {item["id"]: item["n"] for item in answer.verdict()["objectives"]}
    assert counts["api.latency.p99"] < counts["api.errors"]


def test_a_rate_limiter_is_not_judgeable_and_named(tmp_path: Path) -> None:
    answer = run("api", ["rate-limit"], tmp_path)
    assert answer.code == 4
    assert "rate_limited" in answer.finding_codes()
    assert "a rate limiter answered 429" in reason_of(answer, "api.latency.p99")


def test_a_ban_is_not_judgeable_and_named(tmp_path: Path) -> None:
    answer = run("api", ["ip-ban"], tmp_path)
    assert answer.code == 4
    assert "access_denied" in answer.finding_codes()
    assert "looks like a ban" in reason_of(answer, "api.latency.p99")


def test_a_blank_page_with_status_200_is_not_judgeable(tmp_path: Path) -> None:
    answer = run("web", ["blank-page"], tmp_path)
    assert answer.code == 4
    assert set(answer.states().values()) == {"error"}


def test_a_long_task_fails_tti_and_a_late_hero_image_fails_lcp(tmp_path: Path) -> None:
    answer = run("web", ["long-task", "late-lcp"], tmp_path)
    assert answer.code == 1, answer.stdout
    states = answer.states()
    assert (states["web[home].tti"], states["web[home].lcp"], states["web[home].fcp"]) == ("fail", "fail", "pass")
