"""Messages are made once, claimed by one, tried again, and dropped when they are of no use any more."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from past_runs import FIRST_NIGHT as NOW
from told_nights import opening

from slogate.history import outbox
from slogate.history.database import History
from slogate.history.incidents import open_incident
from slogate.history.outbox import claim, delivered, enqueue, failed


@pytest.fixture
def connection(history: History) -> Iterator[sa.Connection]:
    """In a transaction, with the incident 1 in the history."""
    with history.begin() as opened:
        assert open_incident(opened, opening()) is not None
        yield opened


def test_each_message_is_made_once(connection: sa.Connection) -> None:
    assert enqueue(connection, 1, "trigger", "team", NOW)
    assert not enqueue(connection, 1, "trigger", "team", NOW + timedelta(days=1))
    assert enqueue(connection, 1, "trigger", "team", NOW, "L2", "team lead")
    assert enqueue(connection, 1, "resolve", "team", NOW)
    assert enqueue(connection, 1, "trigger", "other", NOW)


def test_what_is_claimed_is_not_claimed_again_until_its_process_must_be_dead(connection: sa.Connection) -> None:
    enqueue(connection, 1, "trigger", "team", NOW)
    enqueue(connection, 1, "trigger", "lead", NOW, "L2", "team lead")
    first, second = claim(connection, "shop", NOW)
    assert (first.channel, first.level, second.channel, second.level, second.who) == (
        "team",
        "",
        "lead",
        "L2",
        "team lead",
    )
    assert claim(connection, "shop", NOW + timedelta(minutes=2)) == []
    assert [parcel.channel for parcel in claim(connection, "shop", NOW + timedelta(minutes=4))] == ["team", "lead"]


def test_messages_about_another_service_are_left_to_its_own_commands(connection: sa.Connection) -> None:
    enqueue(connection, 1, "trigger", "team", NOW)
    assert claim(connection, "other", NOW + timedelta(days=30)) == []
    assert len(claim(connection, "shop", NOW)) == 1


def test_what_arrived_is_done(connection: sa.Connection) -> None:
    enqueue(connection, 1, "trigger", "team", NOW)
    [parcel] = claim(connection, "shop", NOW)
    delivered(connection, parcel, NOW)
    assert claim(connection, "shop", NOW + timedelta(days=1)) == []
    assert outbox.channels_told(connection, 1) == ["team"]


def test_what_failed_is_tried_again_after_pauses_that_grow(connection: sa.Connection) -> None:
    enqueue(connection, 1, "trigger", "team", NOW)
    now, pauses = NOW, []
    for _ in range(8):
        [parcel] = claim(connection, "shop", now)
        failed(connection, parcel, now, "refused")
        pause = timedelta(0)
        while not (again := claim(connection, "shop", now + pause)):
            pause += timedelta(minutes=1)
        pauses.append(pause.total_seconds() / 60)
        now += pause + timedelta(minutes=4)  # past the claim that was only to look
        assert again[0].attempts == parcel.attempts + 1
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert outbox.channels_told(connection, 1) == []
    assert outbox.undelivered(connection, [1]) == {1: ["team: refused (tried 8 times)"]}


def test_what_waits_for_a_week_is_dropped(connection: sa.Connection) -> None:
    enqueue(connection, 1, "trigger", "team", NOW)
    assert claim(connection, "shop", NOW + timedelta(days=7, minutes=1)) == []
    assert claim(connection, "shop", NOW) == []


def test_who_may_have_heard(connection: sa.Connection) -> None:
    for channel in ("delivered", "failed", "killed", "never"):
        enqueue(connection, 1, "trigger", channel, NOW)
        if channel != "never":
            [parcel] = claim(connection, "shop", NOW)
            if channel == "delivered":
                delivered(connection, parcel, NOW)
            if channel == "failed":
                failed(connection, parcel, NOW, "reset")
    assert outbox.channels_that_heard(connection, 1) == ["delivered", "failed", "killed"]
    outbox.drop_waiting(connection, 1)
    assert claim(connection, "shop", NOW + timedelta(days=1)) == []
    assert "never" not in outbox.channels_that_heard(connection, 1)


def test_the_ladder_alone_can_be_dropped(connection: sa.Connection) -> None:
    enqueue(connection, 1, "trigger", "team", NOW)
    enqueue(connection, 1, "trigger", "lead", NOW, "L2", "team lead")
    outbox.drop_waiting(connection, 1, of_the_ladder=True)
    assert [parcel.channel for parcel in claim(connection, "shop", NOW)] == ["team"]


def test_of_two_that_claim_together_one_gets_it(history: History) -> None:
    with history.begin() as connection:
        open_incident(connection, opening())
        enqueue(connection, 1, "trigger", "team", NOW)
    together, got = Barrier(2), []

    def work() -> None:
        together.wait()
        with history.begin() as connection:
            got.append(len(claim(connection, "shop", NOW)))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [0, 1]
