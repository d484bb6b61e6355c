"""Nights told to real channels, from a history, by a clock that the test sets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from past_runs import FIRST_NIGHT
from receivers import PagerDuty, Receiver, alertmanager, alerts_of
from told_nights import Clock, night, shift

from slogate.analyzer.result import State
from slogate.history.database import History, open_history
from slogate.history.incidents import Incident, find, select_incidents
from slogate.notify.posting import Means, Told
from slogate.slo.channels import Channel
from slogate.slo.notify import Level, Notify
from slogate.telling import deliver_waiting, end, take_on, tell

KEY = "0123456789abcdef0123456789abcdef"
LADDER = [Level(channel="dev"), Level(channel="lead"), Level(channel="cto")]


class Team:
    """A history, its channels, and who was told what."""

    def __init__(self, history: History, webhook: Receiver, pagerduty: PagerDuty) -> None:
        self.history, self.webhook, self.pagerduty = history, webhook, pagerduty
        self.clock = Clock(FIRST_NIGHT)
        self.notes: list[str] = []
        self.environ = {"KEY": KEY, "HOOK": f"json://127.0.0.1:{webhook.port}/hunter2000"}
        self.notify = Notify(
            channels=[
                Channel(name="oncall", pagerduty="${KEY}", url=pagerduty.events_url),
                *(Channel(name=name, apprise=f"${{HOOK}}/{name}") for name in ("dev", "lead", "cto")),
            ],
            escalation=LADDER,
        )

    def tell(self, number: int, state: State, **fields: object) -> list[str]:
        tonight = night(number, state, **fields)
        self.clock.now = max(self.clock.now, tonight.started_at)
        return said(tell(self.history, tonight, self.means))

    def escalate(self) -> list[str]:
        return said(deliver_waiting(self.history, "shop", self.means))

    @property
    def means(self) -> Means:
        return Means(self.notify, self.environ, self.clock, self.notes.append, within_s=2)

    @property
    def incident(self) -> Incident:
        with self.history.begin() as connection:
            found = find(connection, 1)
        assert found is not None
        return found

    def take_on(self, who: str = "Kim") -> bool:
        incident = self.incident
        with self.history.begin() as connection:
            return take_on(connection, incident, self.notify, self.clock(), who)

    def end(self) -> bool:
        incident = self.incident
        with self.history.begin() as connection:
            return end(connection, incident, self.clock(), "Kim", "index added")


def said(told: list[Told]) -> list[str]:
    return sorted(
        f"{item.channel}: {item.event}{f' {item.level}' if item.level else ''}" for item in told if not item.error
    )


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with open_history(str(tmp_path / "history.db")) as history, Receiver() as webhook, PagerDuty(KEY) as pagerduty:
        yield Team(history, webhook, pagerduty)


def test_a_regression_is_told_once_and_its_end_once(team: Team) -> None:
    assert team.tell(0, State.PASS) == []
    assert team.tell(1, State.FAIL) == ["dev: trigger L1", "oncall: trigger"]
    assert team.tell(2, State.FAIL) == ["cto: trigger L3", "lead: trigger L2"]  # nobody has acknowledged it
    assert team.tell(3, State.FAIL) == []
    assert team.tell(4, State.PASS) == ["cto: resolve", "dev: resolve", "lead: resolve", "oncall: resolve"]
    assert team.tell(5, State.PASS) == []
    assert list(team.pagerduty.alerts.values()) == ["resolve"]
    assert team.notes == []


def test_thirty_nights_with_an_outage_and_a_regression(team: Team) -> None:
    """Noise throughout, an outage of the host in night 9, and a regression from night 18 to 24."""
    team.notify = Notify(channels=team.notify.channels[:1])
    told = {}
    for number in range(30):
        state = (State.PASS, State.WARNING, State.PASS, State.INCONCLUSIVE)[number % 4]
        shifts = () if number < 20 or number > 26 else (shift(18 if number != 21 else 17),)
        if number == 9:
            state = State.ERROR
        if 18 <= number < 24:
            state = State.INCONCLUSIVE if number == 20 else State.FAIL
        if said_tonight := team.tell(number, state, undecided=1, shifts=shifts):
            told[number] = said_tonight
    assert told == {
        9: ["oncall: trigger"],
        10: ["oncall: resolve"],
        18: ["oncall: trigger"],
        24: ["oncall: resolve"],
    }
    outage, regression = (body["payload"] for body in team.pagerduty.bodies if "payload" in body)
    assert (outage["class"], regression["class"]) == ("not_judgeable", "fail")
    assert regression["custom_details"]["release"] == "1.18.0"


def test_the_ladder_by_the_clock(team: Team) -> None:
    team.tell(1, State.FAIL)
    called = {}
    for minute in range(1, 41):
        team.clock.forward(minutes=1)
        if told := team.escalate():
            called[minute] = told
    assert called == {15: ["lead: trigger L2"], 30: ["cto: trigger L3"]}
    titles = [body["title"] for body in team.webhook.bodies]
    assert [title.partition("]")[0] for title in titles] == ["[L1, developer", "[L2, team lead", "[L3, CTO"]
    assert "Nobody has acknowledged it: for 30 min" in team.webhook.bodies[-1]["message"]


def test_who_takes_it_on_stops_the_ladder_here_and_at_pagerduty(team: Team) -> None:
    team.tell(1, State.FAIL)
    team.clock.forward(minutes=10)
    assert team.take_on()
    assert not team.take_on("Lee")
    team.clock.forward(hours=9)
    assert team.escalate() == ["oncall: acknowledge"]
    assert list(team.pagerduty.alerts.values()) == ["acknowledge"]
    assert team.tell(2, State.FAIL) == []
    assert team.tell(3, State.PASS) == ["dev: resolve", "oncall: resolve"]


def test_a_level_that_could_not_be_reached_is_not_called_after_somebody_took_it_on(team: Team) -> None:
    team.webhook.script = [404] * 20
    team.tell(1, State.FAIL)
    team.take_on()
    team.webhook.script = []
    team.clock.forward(hours=2)
    assert team.escalate() == ["oncall: acknowledge"]


def test_an_end_by_hand_is_told_and_the_next_failure_is_another(team: Team) -> None:
    team.tell(1, State.FAIL)
    assert team.end()
    assert not team.end()
    assert team.escalate() == ["dev: resolve", "oncall: resolve"]
    assert "resolved by Kim" in team.webhook.bodies[-1]["message"]
    assert team.tell(2, State.FAIL) == ["dev: trigger L1", "oncall: trigger"]
    assert list(team.pagerduty.alerts.values()) == ["resolve", "trigger"]


def test_what_could_not_be_told_waits_for_the_next_command(team: Team) -> None:
    good, team.environ["HOOK"] = team.environ["HOOK"], ""
    assert team.tell(1, State.FAIL) == ["oncall: trigger"]
    assert len(team.notes) == 1
    assert "dev was not told of incident 1 (trigger)" in team.notes[0]
    team.environ["HOOK"] = good
    assert team.escalate() == []  # it is left alone for a minute
    team.clock.forward(minutes=2)
    assert team.escalate() == ["dev: trigger L1"]
    assert team.escalate() == []


def test_what_is_over_before_it_could_be_told_is_not_told(team: Team) -> None:
    team.notify = Notify(channels=[*team.notify.channels[:1], Channel(name="gone", apprise="${GONE}")])
    assert team.tell(1, State.FAIL) == ["oncall: trigger"]
    assert team.tell(2, State.PASS) == ["oncall: resolve"]


def test_secrets_are_in_no_note_and_nowhere_in_the_history(team: Team) -> None:
    team.environ |= {"KEY": "f" * 32, "AM": f"{team.webhook.url}/hunter2000"}
    team.notify = team.notify.model_copy(update={"channels": [*team.notify.channels, Channel(alertmanager="${AM}")]})
    team.webhook.script = [401] * 9
    team.tell(1, State.FAIL)
    with team.history.begin() as connection:
        tables = [connection.execute(sa.text(f"SELECT * FROM {name}")).fetchall() for name in ("incidents", "messages")]  # noqa: S608
    everything = f"{tables} {team.notes}"
    assert "401" in everything
    assert "answered 400" in everything
    assert "/***/api/v2/alerts" in everything  # which the server had said
    for secret in ("hunter2000", "f" * 32, KEY):
        assert secret not in everything


def test_channels_are_told_of_the_kinds_that_they_asked_for(team: Team) -> None:
    some = [channel.model_copy(update={"on": ["not_judgeable"]}) for channel in team.notify.channels]
    team.notify = Notify(channels=some, escalation=LADDER)
    assert team.tell(1, State.FAIL) == []
    assert team.tell(2, State.ERROR) == ["dev: trigger L1", "oncall: trigger"]
    assert team.tell(3, State.PASS) == ["dev: resolve", "oncall: resolve"]


def test_a_run_of_another_profile_ends_nothing(team: Team) -> None:
    team.tell(1, State.FAIL)
    team.notify = Notify(channels=team.notify.channels[:1])
    assert team.tell(2, State.PASS, profile="smoke") == []
    assert team.tell(3, State.FAIL, profile="smoke") == ["oncall: trigger"]
    assert team.tell(4, State.PASS, service="other") == []
    assert team.tell(5, State.PASS) == ["oncall: resolve"]


def test_without_notify_incidents_are_kept_and_nobody_is_told(team: Team) -> None:
    told = tell(team.history, night(1, State.FAIL), Means(None, {}, team.clock, team.notes.append))
    assert (told, team.notes) == ([], [])
    assert team.incident.kind == "fail"


def test_change_points_become_incidents_of_their_own(team: Team) -> None:
    assert team.tell(21, State.PASS, shifts=(shift(18),)) == ["dev: trigger L1", "oncall: trigger"]
    assert team.incident.release == "1.18.0"
    assert team.tell(22, State.PASS, shifts=(shift(18),)) == ["cto: trigger L3", "lead: trigger L2"]
    assert len(team.tell(23, State.PASS, shifts=())) == 4
    with team.history.begin() as connection:
        assert [item.is_open for item in select_incidents(connection)] == [False]


def test_a_history_that_fails_is_a_note(team: Team) -> None:
    with team.history.begin() as connection:
        connection.exec_driver_sql("DROP TABLE messages")
    assert team.tell(1, State.FAIL) == []
    assert "nobody was told of this run: the history" in team.notes[0]


def test_an_alertmanager_that_forgot_is_reminded(team: Team, tmp_path: Path) -> None:
    team.clock.now = FIRST_NIGHT
    with alertmanager(tmp_path) as url:
        team.notify = Notify(channels=[Channel(alertmanager=url)])
        team.clock = Clock(night(400).started_at)  # in the future, as an alert that is over is not kept
        assert team.tell(400, State.FAIL) == ["alertmanager: trigger"]
        assert len(alerts_of(url)) == 1
    team.clock.forward(hours=1)
    (tmp_path / "again").mkdir()
    with alertmanager(tmp_path / "again") as url:
        team.notify = Notify(channels=[Channel(alertmanager=url)])
        assert alerts_of(url) == []
        assert team.escalate() == []
        assert [alert["labels"]["alertname"] for alert in alerts_of(url)] == ["SlogateFail"]
    assert team.escalate() == []
    assert team.notes == ["alertmanager was not reminded of incident 1: the connection failed: Connection refused"]
