"""The commands for people who are told."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command import finish, start, wait_until
from past_runs import judged
from receivers import PagerDuty, Receiver
from told_nights import Clock, night

from slogate.analyzer.result import State
from slogate.cli import main
from slogate.history.database import open_history
from slogate.history.recording import record
from slogate.notify.posting import Means
from slogate.slo.file import load
from slogate.telling import deliver_waiting, tell

Run = Callable[..., tuple[int, str, str]]
KEY = "0123456789abcdef0123456789abcdef"
SLO = """\
version: 1
service: shop
targets: {{api: "${{NOT_SET_HERE}}"}}
api: {{latency: {{p95: < 500ms}}}}
profiles: {{nightly: {{rate: 2/s}}}}
notify:
  channels:
    - {{name: oncall, pagerduty: "${{KEY}}", url: {url}, on: [fail, silence]}}
    - {{name: dev, apprise: "${{HOOK}}"}}
  escalation: [{{channel: dev}}, {{channel: dev, after: 0s}}]
"""


class Place:
    """A folder with slo.yaml and a history in which a night has failed, of which nobody was told, and who will be."""

    def __init__(self, folder: Path, webhook: Receiver, pagerduty: PagerDuty) -> None:
        self.webhook, self.pagerduty = webhook, pagerduty
        self.slo, self.history = folder / "slo.yaml", folder / "reports" / "history.db"
        self.slo.write_text(SLO.format(url=pagerduty.events_url))
        self.environ = {"KEY": KEY, "HOOK": f"json://127.0.0.1:{webhook.port}/hunter2000"}
        with open_history(str(self.history)) as history:
            with history.begin() as connection:
                record(connection, judged(1, state=State.FAIL))
            tell(history, night(1, State.FAIL), Means(None, {}, Clock(night(1).started_at), print))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with Receiver() as webhook, PagerDuty(KEY) as pagerduty:
        made = Place(tmp_path, webhook, pagerduty)
        monkeypatch.chdir(tmp_path)
        for name, value in made.environ.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def run(place: Place, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command where the files are; returns its exit code, and what it wrote."""

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        written = capsys.readouterr()
        return code, written.out, written.err

    return command


def test_two_that_escalate_at_once_tell_once(place: Place, run: Run, tmp_path: Path) -> None:
    both = [start("escalate", **place.environ) for _ in range(2)]
    answers = [finish(process, tmp_path / "none") for process in both]
    assert [answer.code for answer in answers] == [0, 0], answers
    told = sorted("".join(answer.stdout for answer in answers).splitlines())
    assert told == ["dev (L1) was told of incident 1: trigger", "dev (L2) was told of incident 1: trigger"]
    assert [body["title"][:4] for body in place.webhook.bodies] == ["[L1,", "[L2,"]
    assert run("escalate") == (0, "", "")
    assert len(place.webhook.bodies) == 2


def test_who_is_killed_while_telling_leaves_it_to_the_next(place: Place, tmp_path: Path) -> None:
    place.webhook.script = ["hang"]
    process = start("escalate", **place.environ)
    wait_until(lambda: not place.webhook.script)
    process.kill()
    finish(process, tmp_path / "none")
    environ, slo = place.environ, load(place.slo.read_bytes(), "slo.yaml", {}, targets_needed=False).slo
    clock = Clock(datetime.now(UTC))
    with open_history(str(place.history)) as history:
        assert deliver_waiting(history, "shop", Means(slo.notify, environ, clock, print)) == []  # it may be at it still
        clock.forward(minutes=4)
        told = deliver_waiting(history, "shop", Means(slo.notify, environ, clock, print))
    assert [(item.level, item.error) for item in told] == [("L1", ""), ("L2", "")]
    assert len(place.webhook.bodies) == 2


def test_an_incident_is_listed_taken_on_and_ended(place: Place, run: Run) -> None:
    run("escalate")
    [listed] = json.loads(run("incident", "list", "--json")[1])
    assert listed["headline"].startswith("p95 latency 612 ms")
    assert "incident 1: FAIL" in run("incident", "show", "1")[1]
    taken = run("incident", "ack", "1", "--by", "Kim", "--note", "rolling back")
    assert taken == (0, "incident 1 is acknowledged by Kim\n", "")
    assert "acknowledged by Kim before" in run("incident", "ack", "1", "--by", "Lee")[1]
    ended = run("incident", "resolve", "1", "--by", "Kim")[1]
    assert ended.splitlines() == ["incident 1 is resolved by Kim", "dev was told of incident 1: resolve"]
    assert "is over since" in run("incident", "ack", "1")[1]
    assert run("incident", "list") == (0, "no incident\n", "")
    assert "rolling back" in run("incident", "list", "--all", "--json")[1]


def test_an_incident_that_is_not_there_is_a_mistake(place: Place, run: Run) -> None:
    for verb in ("show", "ack", "resolve"):
        code, _, error = run("incident", verb, "7")
        assert code == 2
        assert "there is no incident 7" in error
        assert "incident list --all" in error


@pytest.mark.parametrize("text", ["abc", "1.5", "12345678901234567890"])
def test_what_is_no_number_is_a_mistake(run: Run, text: str) -> None:
    for verb in ("show", "ack", "resolve"):
        code, _, error = run("incident", verb, text)
        assert code == 2
        assert f"'{text}' is no number of an incident" in error
        assert "`slogate incident list` shows them" in error


def test_it_can_be_taken_on_whatever_has_become_of_slo_yaml(place: Place, run: Run) -> None:
    place.slo.write_text("version: 2\n")
    code, output, error = run("incident", "ack", "1", "--by", "Kim")
    assert (code, output) == (0, "incident 1 is acknowledged by Kim\n")
    assert "nobody is told now" in error


def test_the_watchdog_barks_once(place: Place, run: Run) -> None:
    code, output, _ = run("watchdog")
    assert code == 4
    assert output.startswith("no run of shop with the profile nightly since 2026-09-02 02:00 UTC, ")
    assert "oncall was told of incident 2: trigger" in output
    code, output, _ = run("watchdog", "--after", "26h", "--profile", "nightly")
    assert code == 4
    assert "was told" not in output
    assert list(place.pagerduty.alerts.values()) == ["trigger"]
    code, output, _ = run("watchdog", "--after", "80000h")
    assert code == 0
    assert output.startswith("in order: the latest run of shop with the profile nightly was started 2026-09-02 ")
    assert list(place.pagerduty.alerts.values()) == ["resolve"]


def test_a_variable_that_is_not_set_is_told_by_the_check_and_ends_no_escalation(
    place: Place, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK")
    code, _, error = run("escalate")
    assert code == 4
    assert "dev was not told of incident 1 (trigger): the variable HOOK is not set" in error
    monkeypatch.setenv("NOT_SET_HERE", "http://127.0.0.1:1")
    code, _, error = run("check")
    assert code == 2
    assert "slo.yaml:9: notify.channels[1].apprise: the variable HOOK is not set" in error


def test_the_check_says_who_is_told(place: Place, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOT_SET_HERE", "http://127.0.0.1:1")
    code, output, _ = run("check")
    assert code == 0
    assert "told: oncall by pagerduty of fail, silence" in output
    assert "told: L1, developer, by dev at once" in output
    assert "hunter2000" not in output


def test_without_a_history_nobody_knows(place: Place, run: Run) -> None:
    place.history.unlink()
    for command in ("watchdog", "escalate"):
        code, _, error = run(command)
        assert code == 4
        assert "there is no history" in error


def test_a_file_that_names_nobody_cannot_escalate(place: Place, run: Run) -> None:
    place.slo.write_text(place.slo.read_text().partition("notify:")[0])
    code, _, error = run("escalate")
    assert code == 2
    assert "says nobody to tell" in error
