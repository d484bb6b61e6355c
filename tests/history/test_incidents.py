"""Incidents from their beginning to their end, in both databases."""

from datetime import timedelta
from threading import Barrier, Thread

from past_runs import FIRST_NIGHT
from told_nights import opening

from slogate.history.database import History
from slogate.history.incidents import (
    Incident,
    acknowledge,
    find,
    open_incident,
    resolve,
    select_incidents,
)

LATER = FIRST_NIGHT + timedelta(hours=1)


def opened(history: History, **fields: object) -> Incident:
    with history.begin() as connection:
        found = open_incident(connection, opening(**fields))
    assert found is not None
    return found


def test_what_is_known_of_an_incident_is_kept(history: History) -> None:
    incident = opened(history)
    with history.begin() as connection:
        assert find(connection, incident.id) == incident
        assert find(connection, incident.id + 1) is None
    known = opening()
    assert {name: getattr(incident, name) for name in known.__dataclass_fields__} == {
        name: getattr(known, name) for name in known.__dataclass_fields__
    }
    assert incident.is_open


def test_only_one_of_a_kind_is_open(history: History) -> None:
    first = opened(history)
    with history.begin() as connection:
        assert open_incident(connection, opening(opened_at=LATER)) is None
        assert open_incident(connection, opening(kind="silence")) is not None
        assert open_incident(connection, opening(subject="another")) is not None
        resolve(connection, first.id, LATER, "Kim")
        assert open_incident(connection, opening(opened_at=LATER)) is not None


def test_of_two_that_open_it_together_one_does(history: History) -> None:
    together, done = Barrier(2), []

    def begin() -> None:
        together.wait()
        with history.begin() as connection:
            done.append(open_incident(connection, opening()) is not None)

    threads = [Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]


def test_it_is_acknowledged_once_and_not_after_its_end(history: History) -> None:
    incident = opened(history)
    with history.begin() as connection:
        assert acknowledge(connection, incident.id, LATER, "Kim", "I look")
        assert not acknowledge(connection, incident.id, LATER, "Lee", "me too")
        assert resolve(connection, incident.id, LATER, "Lee", "the index was missing")
        assert not resolve(connection, incident.id, LATER, "Kim")
        assert not acknowledge(connection, incident.id, LATER, "Kim", "")
        found = find(connection, incident.id)
    assert found is not None
    assert (found.acknowledged_by, found.acknowledged_at) == ("Kim", LATER)
    assert (found.resolved_by, found.resolved_at) == ("Lee", LATER)
    assert found.note == "I look\nthe index was missing"
    assert not found.is_open


def test_which_are_found(history: History) -> None:
    old, other, lasting = opened(history), opened(history, service="other"), opened(history, kind="silence")
    with history.begin() as connection:
        resolve(connection, old.id, LATER, "")
        every = [item.id for item in select_incidents(connection)]
        assert every == [lasting.id, other.id, old.id]
        assert [item.id for item in select_incidents(connection, service="shop", only_open=True)] == [lasting.id]
        assert [item.id for item in select_incidents(connection, kind="fail", service="shop")] == [old.id]
        assert [item.id for item in select_incidents(connection, profile="smoke")] == []
        assert old.id in {item.id for item in select_incidents(connection, since=LATER)}
        assert old.id not in {item.id for item in select_incidents(connection, since=LATER + timedelta(seconds=1))}
        assert [item.id for item in select_incidents(connection, limit=1)] == [lasting.id]
