"""Plain `locust` with --slo: Locust makes the load as ever, and the test ends with our verdict and exit code."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import requests
from command import Answer, descendants, finish, slogate, wait_until
from plain_locust import LOCUSTFILE, SLO, fetched, fetched_json, locust, start_locust
from webserver import WebServer

from slogate.demo.server import RunningShop, running_shop
from slogate.load.launch import free_port
from support import REPOSITORY

pytestmark = pytest.mark.e2e
USERS = ("-u", 10, "-r", 10)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "locustfile.py").write_text(LOCUSTFILE)
    (tmp_path / "slo.yaml").write_text(SLO)
    return tmp_path


@pytest.fixture
def server() -> Iterator[WebServer]:
    running = WebServer()
    running.routes["/api/posts"] = running.reply("{}", content_type="application/json")
    yield running
    running.close()


def arguments(files: Path, host: str, *more: object) -> list[object]:
    return ["-f", files / "locustfile.py", "--slo", files / "slo.yaml", "--host", host, *USERS, *more]


def rows_of(answer: Answer) -> pd.DataFrame:
    assert answer.folder is not None, answer.stderr
    return pd.read_parquet(answer.folder / "requests.parquet")


def wait_for_judged_rows(out: Path) -> None:
    wait_until(lambda: [path for path in out.glob("*/.parts/requests.arrows") if path.stat().st_size > 20_000])


def test_the_shop_passes_by_the_scenario_of_this_repository(shop: RunningShop, files: Path) -> None:
    scenario = REPOSITORY / "loadtests" / "shopper.py"
    asked = ["-f", scenario, "--slo", files / "slo.yaml", "--host", shop.url, "--headless", "-u", 20, "-r", 10]
    answer = locust(*asked, "-t", "6s", "--release", "1.5.0", out=files / "out")
    assert answer.code == 0, answer.stdout + answer.stderr
    assert " PASS " in answer.stdout
    assert "waited for each answer" in answer.stdout
    assert "report:" in answer.stderr
    assert answer.folder is not None
    assert answer.folder.name.endswith("Z-1.5.0")
    assert {path.name for path in answer.folder.iterdir()} == {
        *("run.json", "slo.yaml", "requests.parquet", "host.parquet"),
        *("verdict.json", "report.html", "junit.xml", "summary.md"),
    }
    info, rows = answer.run_info(), rows_of(answer)
    assert (info["profile"], info["state"], info["areas"]) == ("locust", "complete", ["api"])
    assert (info["load"]["model"], info["load"]["users"], info["load"]["rows_sent"]) == ("closed", 20, len(rows))
    assert [phase["name"] for phase in info["phases"]] == ["warm-up", "load"]
    assert {"warm-up", "load"} <= set(rows["phase"])  # and perhaps what began while Locust stopped its users
    assert rows["intended_at_us"].isna().all()
    assert "closed_model" in {finding["code"] for finding in answer.verdict()["findings"]}
    assert slogate("judge", answer.folder, out=files).code == 0


def test_a_release_that_answers_500_fails(files: Path) -> None:
    """With the options from the environment, as a container would have them."""
    (files / "slo.yaml").write_text(SLO.replace("errors: < 30%", "errors: < 0.1%"))
    environ = {"LOCUST_SLO": str(files / "slo.yaml"), "LOCUST_SLO_OUT": str(files / "out"), "SLOGATE_RELEASE": "7"}
    with running_shop(("errors",)) as shop:
        asked = ["-f", files / "locustfile.py", "--host", shop.url, *USERS, "--headless", "-t", "5s"]
        answer = finish(start_locust(*asked, **environ), files / "out")
    assert answer.code == 1, answer.stdout + answer.stderr
    assert answer.states()["api.errors"] == "fail"
    assert answer.run_info()["release"] == "7"


@pytest.mark.parametrize(("status", "theirs", "code"), [(503, 0, 1), (200, 1, 0)])
def test_the_exit_code_is_the_verdicts_whatever_listeners_set(
    server: WebServer, files: Path, status: int, theirs: int, code: int
) -> None:
    """They are called from the last to the first: one is there before ours, one comes after it."""
    setter = f"lambda environment, **_: setattr(environment, 'process_exit_code', {theirs})"
    (files / "locustfile.py").write_text(
        f"from locust import events\nevents.quitting.add_listener({setter})\n{LOCUSTFILE}\n"
        f"@events.test_start.add_listener\ndef late(**_):\n    events.quitting.add_listener({setter})\n"
    )
    (files / "slo.yaml").write_text(SLO.replace("  latency: {p50: < 20s}\n", ""))
    server.routes["/api/posts"] = server.reply("{}", status=status)
    answer = locust(*arguments(files, server.url, "--headless", "-t", "3s"), out=files / "out")
    assert answer.states() == {"api.errors": "fail" if code else "pass"}
    assert answer.code == code, answer.stdout + answer.stderr
    assert f"the locustfile set exit code {theirs}; slogate's is {code}, and stands" in answer.stderr


def test_with_locusts_json_standard_output_holds_that_alone(server: WebServer, files: Path) -> None:
    answer = locust(*arguments(files, server.url, "--headless", "-t", "3s", "--json"), out=files / "out")
    assert answer.code == 0, answer.stdout + answer.stderr
    assert json.loads(answer.stdout)[0]["name"] == "/api/posts"
    assert " PASS " in answer.stderr


def test_without_the_option_locust_is_as_ever(server: WebServer, files: Path) -> None:
    asked = ["-f", files / "locustfile.py", "--headless", "-u", 1, "-t", "1s", "--host", server.url, "--processes", 1]
    answer = locust(*asked, out=files / "out")
    assert answer.code == 0
    assert answer.folder is None
    assert "slogate" not in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SLO.replace("p50", "p59"), "did you mean"),
        (SLO.replace("api:\n  latency: {p50: < 20s}\n  errors: < 30%\n", ""), "no objective in api"),
    ],
)
def test_a_bad_file_ends_it_before_the_test_starts(server: WebServer, files: Path, text: str, said: str) -> None:
    (files / "slo.yaml").write_text(text)
    answer = locust(*arguments(files, server.url, "--headless", "-t", "30s"), out=files / "out")
    assert answer.code == 2
    assert "error: " in answer.stderr
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert (answer.folder, server.seen) == (None, [])


def test_a_folder_that_cannot_be_made_ends_the_test(server: WebServer, files: Path) -> None:
    (files / "out").write_text("a file")
    answer = locust(*arguments(files, server.url, "--headless", "-t", "60s"), out=files / "out")
    assert answer.code == 4
    assert "cannot be written" in answer.stderr


def test_no_row_of_two_workers_is_lost(server: WebServer, files: Path) -> None:
    """With a stop timeout Locust lets users finish what they ask, so every request that the server saw has a row."""
    more = ["--headless", "-t", "5s", "--processes", 2, "--stop-timeout", 20, "--master-bind-port", free_port()]
    more += ["--master-port", more[-1]]
    answer = locust(*arguments(files, server.url, *more), out=files / "out")
    assert answer.code == 0, answer.stdout + answer.stderr
    rows = rows_of(answer)
    assert len(rows) == len(server.seen)
    assert set(rows["worker"]) == {"1", "2"}
    workers = answer.run_info()["load"]["workers"]
    assert [worker["state"] for worker in workers] == ["finished", "finished"]
    assert sum(worker["rows_received"] for worker in workers) == len(rows)


def test_a_worker_that_tells_nothing_makes_it_not_judgeable(server: WebServer, files: Path) -> None:
    (files / "silent.py").write_text(LOCUSTFILE.replace("import slogate.locust\n", ""))
    port = free_port()
    worker = start_locust("-f", files / "silent.py", "--worker", "--master-port", port)
    more = ["--headless", "-t", "60s", "--master", "--expect-workers", 1, "--master-bind-port", port]
    answer = locust(*arguments(files, server.url, *more), out=files / "out")
    worker.communicate(timeout=30)
    assert answer.code == 4, answer.stdout + answer.stderr
    assert "import slogate.locust" in answer.stderr


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_test_without_a_run_time_is_complete_when_it_is_ended(server: WebServer, files: Path, name: str) -> None:
    process = start_locust(*arguments(files, server.url, "--headless", "--slo-out", files / "out"))
    wait_for_judged_rows(files / "out")
    process.send_signal(getattr(signal, name))
    answer = finish(process, files / "out")
    assert answer.run_info()["state"] == "complete"
    assert answer.code == 0, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
    assert len(rows_of(answer)) == answer.run_info()["load"]["rows_sent"]


def test_ctrl_c_ends_master_and_workers(server: WebServer, files: Path) -> None:
    port = free_port()
    more = ["--headless", "--processes", 2, "--master-bind-port", port, "--master-port", port]
    process = start_locust(*arguments(files, server.url, *more, "--slo-out", files / "out"))
    wait_for_judged_rows(files / "out")
    for pid in (*(one.pid for one in descendants(process.pid)), process.pid):
        os.kill(pid, signal.SIGINT)
    answer = finish(process, files / "out")
    assert answer.run_info()["state"] == "complete"
    assert answer.code == 0, answer.stdout + answer.stderr
    assert [worker["state"] for worker in answer.run_info()["load"]["workers"]] == ["finished", "finished"]


SLOW_LAST_WORD = """
import gevent
from slogate.load.recording import Recording

own_stop = Recording.stop

def slow_stop(self):
    gevent.sleep(0.5)
    own_stop(self)

Recording.stop = slow_stop
"""


def test_ctrl_c_waits_for_a_last_word_that_is_being_said(server: WebServer, files: Path) -> None:
    (files / "locustfile.py").write_text(LOCUSTFILE + SLOW_LAST_WORD)
    port = free_port()
    more = ["--headless", "--processes", 2, "--master-bind-port", port, "--master-port", port]
    process = start_locust(*arguments(files, server.url, *more, "--slo-out", files / "out"))
    wait_for_judged_rows(files / "out")
    workers = [one.pid for one in descendants(process.pid)]
    os.kill(process.pid, signal.SIGINT)
    time.sleep(0.25)  # by now the master has asked for the last words
    for pid in workers:
        os.kill(pid, signal.SIGINT)
    answer = finish(process, files / "out")
    assert answer.code == 0, answer.stdout + answer.stderr
    assert [worker["state"] for worker in answer.run_info()["load"]["workers"]] == ["finished", "finished"]


def test_a_test_that_is_ended_before_its_run_time_cannot_pass(server: WebServer, files: Path) -> None:
    process = start_locust(*arguments(files, server.url, "--headless", "-t", "5m", "--slo-out", files / "out"))
    wait_for_judged_rows(files / "out")
    process.send_signal(signal.SIGINT)
    answer = finish(process, files / "out")
    assert answer.run_info()["state"] == "interrupted"
    assert answer.code == 4, answer.stdout + answer.stderr
    assert "of its --run-time" in answer.stderr
    assert set(answer.states().values()) == {"inconclusive"}


def test_users_that_hang_to_the_end_are_not_forgotten(server: WebServer, files: Path) -> None:
    (files / "slo.yaml").write_text(SLO.replace("p50: < 20s", "p50: < 2s"))
    process = start_locust(*arguments(files, server.url, "--headless", "-t", "8s", "--slo-out", files / "out"))
    wait_until(lambda: len(server.seen) > 100)
    server.routes["/api/posts"] = server.hang
    answer = finish(process, files / "out")
    rows = rows_of(answer)
    unanswered = rows[rows["endpoint"] == "(no answer)"]
    assert len(unanswered) == 10
    assert set(unanswered["outcome"]) == {"slow-timeout"}
    assert unanswered["latency_us"].min() > 2_000_000
    assert "closed_and_stalled" in answer.finding_codes()
    assert answer.code == 4


def test_the_web_interface_shows_the_verdict_as_it_forms(server: WebServer, files: Path) -> None:
    port = free_port()
    web = f"http://127.0.0.1:{port}"
    more = ["--autostart", "--web-host", "127.0.0.1", "--web-port", port, "--slo-out", files / "out"]
    process = start_locust(*arguments(files, server.url, *more))

    def document(state: str) -> Any:
        said = fetched_json(f"{web}/slogate/verdict.json")
        return said if said is not None and said["run"]["state"] == state else None

    wait_until(lambda: fetched(f"{web}/slogate")[0])
    first = wait_until(lambda: document("running"))
    assert first["objectives"][0]["n"] > 0
    assert "p50 latency" in fetched(f"{web}/slogate")[1]
    requests.post(f"{web}/stop", timeout=60)
    final = wait_until(lambda: document("complete"))
    assert final["state"] == "pass"
    assert final["objectives"][0]["n"] > first["objectives"][0]["n"]
    assert "PASS" in fetched(f"{web}/slogate")[1]
    (tab,) = fetched_json(f"{web}/stats/requests")["extended_stats"]
    assert tab["data"][0]["state"] == "PASS"
    assert {row["objective"] for row in tab["data"]} == {"the whole", "p50 latency", "error rate"}

    requests.post(f"{web}/swarm", data={"user_count": 3, "spawn_rate": 3, "host": server.url}, timeout=60)
    second = wait_until(lambda: document("running"))
    assert second["run"]["run_id"] != final["run"]["run_id"]
    process.send_signal(signal.SIGTERM)
    answer = finish(process, files / "out")
    assert answer.code == 0, answer.stdout + answer.stderr
    assert answer.verdict()["run"]["run_id"] == second["run"]["run_id"]
    assert answer.stdout.count(" PASS ") == 2
