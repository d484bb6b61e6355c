"""A real Alertmanager holds an alert for as long as the incident lasts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command import wait_until
from receivers import alertmanager, alerts_of
from told_nights import Clock, incident

from slogate.history.incidents import Incident
from slogate.history.outbox import Event
from slogate.notify.channels.alertmanager import LASTS, channel
from slogate.notify.channels.attempt import Letter, UndeliveredError
from slogate.notify.message import compose


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with alertmanager(Path(tmp_path_factory.mktemp("alertmanager"))) as address:
        yield address


def letter(event: Event, about: Incident, now: datetime) -> Letter:
    return Letter(event, about, compose(about, event, now))


def of(url: str, service: str) -> list[dict[str, object]]:
    return [alert for alert in alerts_of(url) if alert["labels"]["service"] == service]


def test_an_alert_lasts_for_a_week_and_is_over_when_the_incident_is(url: str) -> None:
    now = datetime.now(UTC)
    clock, about = Clock(now), incident(service="one", opened_at=now - timedelta(minutes=5))
    send = channel(f"{url}/", clock)
    send(letter("trigger", about, now), 10)
    [alert] = wait_until(lambda: of(url, "one"))
    assert alert["labels"] == {
        "alertname": "SlogateFail",
        "service": "one",
        "profile": "nightly",
        "kind": "fail",
        "severity": "critical",
    }
    assert alert["generatorURL"] == about.link
    assert (
        datetime.fromisoformat(str(alert["endsAt"])) == now.replace(microsecond=now.microsecond // 1000 * 1000) + LASTS
    )
    send(letter("acknowledge", about, now), 10)
    clock.forward(hours=1)
    send(letter("trigger", about, clock.now), 10)  # again
    assert len(of(url, "one")) == 1
    clock.now = datetime.now(UTC)
    send(letter("resolve", about, clock.now), 10)
    wait_until(lambda: of(url, "one") == [])


def test_an_incident_that_ends_as_it_begins_is_over_too(url: str) -> None:
    now = datetime.now(UTC) + timedelta(seconds=50)  # and our clock is ahead
    send, about = channel(url, Clock(now)), incident(service="two", opened_at=now)
    send(letter("trigger", about, now), 10)
    wait_until(lambda: of(url, "two"))
    send(letter("resolve", about, now), 10)
    wait_until(lambda: of(url, "two") == [], timeout_s=20)


def test_the_same_trouble_can_come_back(url: str) -> None:
    now = datetime.now(UTC)
    send, about = channel(url, Clock(now)), incident(service="three", kind="silence", profile="", opened_at=now)
    for event in ("trigger", "resolve", "trigger"):
        send(letter(event, about, now), 10)
    [alert] = wait_until(lambda: of(url, "three"))
    assert alert["labels"] == {
        "alertname": "SlogateSilent",
        "service": "three",
        "kind": "silence",
        "severity": "critical",
    }


def test_something_else_at_the_address_is_told(url: str) -> None:
    now = datetime.now(UTC)
    with pytest.raises(UndeliveredError, match="answered 404"):
        channel(f"{url}/elsewhere", Clock(now))(letter("trigger", incident(), now), 10)
