"""Each fault of the shop ends in the right state, with a reason that names the cause."""

from pathlib import Path

import pytest
from command import Answer, measured

from slogate.demo.faults import FAULTS
from slogate.demo.server import running_shop
from support import REPOSITORY

pytestmark = pytest.mark.e2e
ONE_PAGE = """\
version: 1
service: shop
targets: {web: "http://127.0.0.1:1"}
web: {fcp: < 1.5s, tti: < 3.5s, lcp: < 2.5s}
profiles:
  home: {rate: 1/s, page_loads: 5, pages: [home]}
"""


def load(fault: str, out: Path, seconds: int = 14) -> Answer:
    with running_shop([fault]) as shop:
        arguments = [
            "run",
            "--slo",
            REPOSITORY / "slo.yaml",
            "--profile",
            "demo",
            "--only",
            "api",
            "--target",
            shop.url,
        ]
        return measured(*arguments, "--duration", f"{seconds}s", out=out)


def loads_of_home(fault: str, tmp_path: Path) -> Answer:
    (tmp_path / "slo.yaml").write_text(ONE_PAGE)
    (tmp_path / "webvitals").symlink_to(REPOSITORY / "webvitals")
    with running_shop([fault]) as shop:
        return measured("run", "--slo", tmp_path / "slo.yaml", "--target", shop.url, out=tmp_path / "out")


def reason_of(answer: Answer, objective: str) -> str:
    return next(str(item["reason"]) for item in answer.verdict()["objectives"] if item["id"] == objective)


def test_every_fault_has_a_test_here() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{name}"' in here for name in FAULTS)


def test_a_slow_tail_fails_p99_and_nothing_below_it(tmp_path: Path) -> None:
    answer = load("slow-tail", tmp_path)
    assert answer.code == 1, answer.stdout
    states = answer.states()
    assert states["api.latency.p99"] == "fail"
    assert states["api.latency.p95"] != "fail"
    assert states["api.latency.mean"] != "fail"


def test_a_stall_fails_p99(tmp_path: Path) -> None:
    answer = load("stall", tmp_path, seconds=24)
    assert answer.code == 1, answer.stdout
    assert answer.states()["api.latency.p99"] == "fail"


def test_errors_fail_the_error_rate_and_flatter_no_percentile(tmp_path: Path) -> None:
    answer = load("errors", tmp_path)
    assert answer.code == 1, answer.stdout
    assert answer.states()["api.errors"] == "fail"
    assert "status 500" in reason_of(answer, "api.errors")
    counts = {item["id"]: item["n"] for item in answer.verdict()["objectives"]}
    assert counts["api.latency.p99"] < counts["api.errors"]


def test_a_rate_limiter_is_not_judgeable_and_named(tmp_path: Path) -> None:
    answer = load("rate-limit", tmp_path)
    assert answer.code == 4
    assert "rate_limited" in answer.finding_codes()
    assert "a rate limiter answered 429" in reason_of(answer, "api.latency.p99")


def test_a_ban_is_not_judgeable_and_named(tmp_path: Path) -> None:
    answer = load("ip-ban", tmp_path)
    assert answer.code == 4
    assert "access_denied" in answer.finding_codes()
    assert "looks like a ban" in reason_of(answer, "api.latency.p99")


def test_a_blank_page_with_status_200_is_not_judgeable(tmp_path: Path) -> None:
    answer = loads_of_home("blank-page", tmp_path)
    assert answer.code == 4
    assert set(answer.states().values()) == {"error"}


def test_a_long_task_after_load_fails_tti(tmp_path: Path) -> None:
    answer = loads_of_home("long-task", tmp_path)
    assert answer.code == 1, answer.stdout
    assert answer.states()["web[home].tti"] == "fail"
    assert answer.states()["web[home].fcp"] == "pass"


def test_a_late_hero_image_fails_lcp(tmp_path: Path) -> None:
    answer = loads_of_home("late-lcp", tmp_path)
    assert answer.code == 1, answer.stdout
    assert answer.states()["web[home].lcp"] == "fail"
    assert answer.states()["web[home].fcp"] == "pass"
