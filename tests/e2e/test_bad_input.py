"""Bad input: one clear message, the right exit code, no traceback."""

import os
from pathlib import Path

import pytest
from command import Answer, finish, slogate, start

from slogate.demo.server import RunningShop
from support import REPOSITORY

pytestmark = pytest.mark.e2e
SLO = """\
version: 1
service: shop
targets: {{api: "{url}"}}
api: {{latency: {{p95: < 500ms}}}}
profiles: {{quick: {{rate: 20/s, warmup: 0s, duration: 2s}}}}
"""
SCENARIO = """\
from locust import FastHttpUser, task

class Shopper(FastHttpUser):
    @task
    def browse(self):
        self.client.get("/api/products")
"""


@pytest.fixture
def suite(tmp_path: Path, shop: RunningShop) -> Path:
    """A folder with a small SLO file and scenario that work."""
    (tmp_path / "slo.yaml").write_text(SLO.format(url=shop.url))
    (tmp_path / "loadtests").mkdir()
    (tmp_path / "loadtests" / "shopper.py").write_text(SCENARIO)
    return tmp_path


def run(suite: Path, *arguments: object, **changes: str) -> Answer:
    out = suite / "out"
    return finish(start("run", "--slo", suite / "slo.yaml", *arguments, "--out", out, **changes), out)


def complains(answer: Answer, code: int, *words: str) -> None:
    assert answer.code == code, answer.stderr + answer.stdout
    assert "Traceback" not in answer.stderr + answer.stdout
    for word in words:
        assert word in answer.stderr


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("api: {latency: {p59: < 500ms}}", ["slo.yaml:4: api.latency.p59", "did you mean p95?"]),
        ("api: {latency: {p95: < 500sec}}", ["slo.yaml:4: api.latency.p95", "did you mean 's'?"]),
        ("api: {errors: {p95: < 1%}}", ["slo.yaml:4: api.errors", "which has no p95"]),
        ("api: {latencies: {p95: < 1s}}", ["slo.yaml:4: api.latencies", "did you mean latency?"]),
        ("api: [", ["slo.yaml:5: this is not YAML"]),
    ],
)
def test_wrong_slo(suite: Path, wrong: str, words: list[str]) -> None:
    lines = (suite / "slo.yaml").read_text().splitlines()
    lines[3] = wrong
    (suite / "slo.yaml").write_text("\n".join(lines))
    complains(run(suite), 2, *words)
    assert not (suite / "out").exists()


@pytest.mark.parametrize("content", ["", "- 1\n", "\x00", "a: &a [*a]\n"])
def test_what_is_no_slo(suite: Path, content: str) -> None:
    (suite / "slo.yaml").write_text(content)
    complains(run(suite), 2, "slo.yaml:1:")


def test_a_missing_file(suite: Path) -> None:
    (suite / "slo.yaml").unlink()
    complains(run(suite), 2, "there is no such file", "--slo")


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("import nothing_of_that_name\n", ["shopper.py:1: ModuleNotFoundError", "nothing_of_that_name"]),
        ("def broken(:\n", ["shopper.py:1", "SyntaxError"]),
        ("x = 1\n", ["no Locust user class"]),
        ("raise SystemExit(3)\n", ["locust ended before its time (exit code 3)"]),
    ],
)
def test_a_scenario_that_does_not_import(suite: Path, scenario: str, words: list[str]) -> None:
    (suite / "loadtests" / "shopper.py").write_text(scenario)
    answer = run(suite)
    complains(answer, 4 if "SystemExit" in scenario else 2, *words)


def test_a_scenario_whose_users_all_fail_to_start(suite: Path) -> None:
    text = SCENARIO.replace(
        "    @task", "    def on_start(self):\n        raise RuntimeError('no account')\n\n    @task"
    )
    (suite / "loadtests" / "shopper.py").write_text(text)
    complains(run(suite), 4, "every user of the scenario ended in its on_start: RuntimeError: no account")


def test_a_scenario_that_reaches_for_a_stranger(suite: Path) -> None:
    (suite / "loadtests" / "shopper.py").write_text(SCENARIO.replace('"/api/products"', '"http://stranger.example/"'))
    answer = run(suite)
    assert answer.code == 4
    assert "host_not_allowed" in answer.finding_codes()


def test_tasks_that_ask_nothing_make_no_load(suite: Path) -> None:
    (suite / "loadtests" / "shopper.py").write_text(SCENARIO + "\n    @task\n    def rest(self):\n        return\n")
    answer = run(suite)
    assert answer.code == 4
    assert "iterations_without_request" in answer.finding_codes()


def test_a_task_that_raises_counts_as_failed(suite: Path) -> None:
    (suite / "loadtests" / "shopper.py").write_text(SCENARIO + '        raise KeyError("items")\n')
    (suite / "slo.yaml").write_text(
        (suite / "slo.yaml").read_text().replace("{latency: {p95: < 500ms}}", "{errors: < 1%}")
    )
    answer = run(suite)
    assert "scenario_raised" in {finding["code"] for finding in answer.verdict()["findings"]}


@pytest.mark.parametrize("event", ["test_start", "test_stop", "quitting"])
def test_a_listener_that_raises_is_told(suite: Path, event: str) -> None:
    listener = f"import locust\n@locust.events.{event}.add_listener\ndef warm_up(**_):\n    raise KeyError('stock')\n"
    (suite / "loadtests" / "shopper.py").write_text(SCENARIO + "\n\n" + listener)
    answer = run(suite)
    (found,) = [item for item in answer.verdict()["findings"] if item["code"] == "listener_raised"]
    assert "shopper.py:" in found["message"]
    assert found["message"].endswith("KeyError: 'stock'")


def test_users_that_take_long_to_sign_in_are_seen_to(suite: Path) -> None:
    slow = "    def on_start(self):\n        import time; time.sleep(7)\n\n    @task"
    (suite / "loadtests" / "shopper.py").write_text(SCENARIO.replace("    @task", slow))
    assert "sign-in: 0 of" in run(suite).stderr


def test_a_target_that_is_not_there(suite: Path) -> None:
    complains(run(suite, "--target", "http://127.0.0.1:9"), 4, "http://127.0.0.1:9 does not answer", "refused")


def test_a_host_whose_service_is_not_running(suite: Path) -> None:
    text = (suite / "slo.yaml").read_text()
    (suite / "slo.yaml").write_text(text + "resources: {cpu: < 99%}\n")
    answer = run(suite, "--only", "resources", "--target", "http://127.0.0.1:9")
    complains(answer, 4, "http://127.0.0.1:9 does not answer", "refused")
    assert answer.folder is None


def test_a_host_that_was_only_watched(suite: Path, shop: RunningShop) -> None:
    text = (suite / "slo.yaml").read_text()
    (suite / "slo.yaml").write_text(text + "resources: {memory: < 100%}\n")
    answer = run(suite, "--only", "resources", "--duration", "5s")
    assert answer.code in {0, 4}, answer.stderr  # a busy machine may lose too many of the few samples
    assert shop.url in answer.stdout.splitlines()[0]
    assert "nobody made load in this run: the host was only watched" in answer.stdout


def test_a_target_that_the_file_does_not_name(suite: Path) -> None:
    complains(run(suite, "--target", "http://stranger.example"), 2, "not on a host of the SLO file", "allowed_hosts")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--profile", "quik"], ["no profile 'quik'; did you mean quick?"]),
        (["--only", "api,wbe"], ["'wbe' is not an area"]),
        (["--only", "web"], ["no objective in web"]),
        (["--rate", "50"], ["--rate", "no unit"]),
        (["--rate", "0/s"], ["--rate 0/s must be more than nothing"]),
        (["--duration", "5 parsecs"], ["--duration", "unknown unit"]),
        (["--target", "shop"], ["--target: 'shop' is not a web address"]),
        (["--nonsense"], ["No such option"]),
    ],
)
def test_wrong_options(suite: Path, arguments: list[str], words: list[str]) -> None:
    complains(run(suite, *arguments), 2, *words)


@pytest.mark.parametrize("place", ["/proc/slogate-reports", "/dev/null/reports"])
def test_a_place_that_cannot_be_written(suite: Path, place: str) -> None:
    answer = finish(start("run", "--slo", suite / "slo.yaml", "--out", place), suite / "out")
    complains(answer, 4, "cannot be written", "--out")


def test_another_locale(suite: Path) -> None:
    answer = run(suite, LC_ALL="C", LANG="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert answer.code in {0, 3, 4}, answer.stderr
    assert "p95 latency" in answer.stdout


def test_two_runs_at_once_have_two_folders(suite: Path) -> None:
    out = suite / "out"
    both = [start("run", "--slo", suite / "slo.yaml", "--release", "1", "--out", out) for _ in range(2)]
    codes = {finish(process, out).code for process in both}
    assert codes <= {0, 3, 4}
    assert len(list(out.glob("*/verdict.json"))) == 2


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    complains(slogate("judge", tmp_path, out=tmp_path), 4, "not a run folder")


def test_debug_shows_the_traceback(suite: Path) -> None:
    answer = run(suite, "--target", "http://127.0.0.1:9", "--debug")
    assert "Traceback" in answer.stderr


def test_check_names_every_problem_at_once(suite: Path) -> None:
    text = (
        (suite / "slo.yaml").read_text().replace("p95: < 500ms", "p59: < 5s, p99: 7").replace("rate: 20/s", "rat: 20/s")
    )
    (suite / "slo.yaml").write_text(text)
    answer = slogate("check", "--slo", suite / "slo.yaml", out=suite)
    assert answer.code == 2
    assert answer.stderr.count("slo.yaml:") >= 3


def test_the_checklist_of_this_repository_is_in_order(tmp_path: Path) -> None:
    answer = slogate("check", "--slo", REPOSITORY / "slo.yaml", out=tmp_path, NO_COLOR="1")
    assert answer.code == 0
    assert "12 objectives" in answer.stdout
    assert os.linesep in answer.stdout


WEB_SLO = """\
version: 1
service: shop
targets: {{web: "{url}"}}
web: {{fcp: < 5s, pages: {{home: {{lcp: < 5s}}}}}}
profiles: {{quick: {{page_loads: 1}}}}
"""
JOURNEY = """\
from slogate import page

@page("home")
def home(page):
    page.goto("/")
"""


@pytest.fixture
def web_suite(tmp_path: Path, shop: RunningShop) -> Path:
    """A folder with a small SLO file and journey that work."""
    (tmp_path / "slo.yaml").write_text(WEB_SLO.format(url=shop.url))
    (tmp_path / "webvitals").mkdir()
    (tmp_path / "webvitals" / "pages.py").write_text(JOURNEY)
    return tmp_path


@pytest.mark.parametrize(
    ("journey", "words"),
    [
        ("import nothing_of_that_name\n", ["pages.py:1", "nothing_of_that_name"]),
        ("x = 1\n", ["pages.py", "page"]),
        (
            JOURNEY.replace('"home"', '"hme"'),
            ["slo.yaml:4: web.pages.home: no journey declares this page", "did you mean hme?"],
        ),
        (JOURNEY.replace('@page("home")', '@page("home", throttle="2g")'), ["pages.py", "2g"]),
    ],
)
def test_a_journey_that_cannot_be_used(web_suite: Path, journey: str, words: list[str]) -> None:
    (web_suite / "webvitals" / "pages.py").write_text(journey)
    complains(slogate("check", "--slo", web_suite / "slo.yaml", out=web_suite), 2, *words)
    answer = run(web_suite)
    complains(answer, 2, *words)
    assert answer.folder is None  # nothing was measured, so nothing is kept


def test_a_journey_that_raises_is_not_judgeable(web_suite: Path) -> None:
    (web_suite / "webvitals" / "pages.py").write_text(JOURNEY + '    raise KeyError("basket")\n')
    answer = run(web_suite)
    complains(answer, 4)
    assert "page_journey_error" in answer.finding_codes()
    assert "basket" in answer.stdout


def test_a_journey_that_ends_the_process_is_named_and_what_other_pages_measured_is_kept(web_suite: Path) -> None:
    ends = "    if seen.exists(): os._exit(0)\n    seen.touch()\n"
    rogue = f'\n@page("rogue")\ndef rogue(page):\n{ends}    page.goto("/")\n'
    journeys = f"import os, pathlib\nseen = pathlib.Path(__file__).with_name('seen')\n{JOURNEY}{rogue}"
    (web_suite / "webvitals" / "pages.py").write_text(journeys)
    answer = run(web_suite)  # in its warm-up load it does no harm
    complains(answer, 4, "pages.py:9: the page loader ended (exit code 0) while it loaded rogue", "os._exit")
    said = {item["id"]: (item["state"], item["reason"]) for item in answer.verdict()["objectives"]}
    state, reason = said["web[rogue].fcp"]
    assert state == "error"
    assert "1 of 1 load of rogue cannot be judged" in reason
    assert "pages.py:9" in reason
    assert said["web[home].fcp"][0] == "inconclusive"
    assert "the median FCP of 1 load is" in said["web[home].fcp"][1]


def test_no_browser(web_suite: Path) -> None:
    complains(run(web_suite, SLOGATE_BROWSER="/nowhere/chrome"), 4, "/nowhere/chrome is not a program")


def test_one_load_is_too_few_to_pass(web_suite: Path) -> None:
    assert run(web_suite).code == 3
