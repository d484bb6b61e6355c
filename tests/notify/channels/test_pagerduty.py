"""Events as PagerDuty's documentation has them, sent to a server that refuses any other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from past_runs import FIRST_NIGHT
from receivers import PagerDuty
from told_nights import incident

from slogate.history.incidents import Incident
from slogate.history.outbox import Event
from slogate.notify.channels.attempt import Letter, UndeliveredError
from slogate.notify.channels.pagerduty import channel, dedup_key
from slogate.notify.message import compose

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def pagerduty() -> Iterator[PagerDuty]:
    with PagerDuty(KEY) as server:
        yield server


def letter(event: Event, about: Incident) -> Letter:
    return Letter(event, about, compose(about, event, FIRST_NIGHT))


def test_an_incident_from_its_beginning_to_its_end(pagerduty: PagerDuty) -> None:
    send, about = channel(KEY, pagerduty.events_url), incident()
    states = []
    for event in ("trigger", "acknowledge", "resolve"):
        send(letter(event, about), 5)
        states.append(pagerduty.alerts[dedup_key(about)])
    assert states == ["trigger", "acknowledge", "resolve"]
    payload = pagerduty.bodies[0]["payload"]
    assert payload["severity"] == "critical"
    assert payload["summary"].startswith("FAIL shop nightly 1.5.0: p95 latency 612 ms")
    assert payload["custom_details"]["look first at"] == about.look_first
    assert pagerduty.bodies[0]["links"] == [{"href": about.link, "text": "Report"}]


@pytest.mark.parametrize("kind", ["fail", "inconclusive", "not_judgeable", "change_point", "silence"])
def test_every_kind_is_taken(pagerduty: PagerDuty, kind: str) -> None:
    channel(KEY, pagerduty.events_url)(letter("trigger", incident(kind=kind, headline="x" * 5000)), 5)
    assert len(pagerduty.alerts) == 1


def test_a_report_that_is_a_file_is_no_link(pagerduty: PagerDuty) -> None:
    channel(KEY, pagerduty.events_url)(letter("trigger", incident(link="/srv/reports/1/report.html")), 5)
    assert "links" not in pagerduty.bodies[0]
    assert pagerduty.bodies[0]["payload"]["custom_details"]["report"] == "/srv/reports/1/report.html"


def test_the_next_incident_is_another() -> None:
    first = incident()
    assert dedup_key(first) == dedup_key(replace(first, id=8))  # as in another history
    assert dedup_key(first) != dedup_key(replace(first, opened_at=FIRST_NIGHT + timedelta(seconds=1)))
    long = dedup_key(incident(service="s" * 300))
    assert len(long) <= 255
    assert long != dedup_key(incident(service="s" * 301))


def test_a_wrong_key_is_told_and_not_shown(pagerduty: PagerDuty) -> None:
    with pytest.raises(UndeliveredError, match=r"answered 400.*'routing_key' is invalid") as caught:
        channel("f" * 32, pagerduty.events_url)(letter("trigger", incident()), 5)
    assert caught.value.lasting
    assert "f" * 32 not in str(caught.value)
