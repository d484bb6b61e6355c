"""What waits is worked off, whatever becomes of the channels and of the history meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from past_runs import FIRST_NIGHT
from receivers import Receiver
from told_nights import Clock, opening

from slogate.history import outbox
from slogate.history.database import History, open_history
from slogate.history.incidents import find, open_incident
from slogate.notify.posting import Means, PostOffice
from slogate.slo.channels import Channel
from slogate.slo.notify import Notify


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """With an incident of which the channels `team` and `gone` are to be told."""
    with open_history(str(tmp_path / "history.db")) as opened:
        with opened.begin() as connection:
            assert open_incident(connection, opening()) is not None
            for channel in ("team", "gone"):
                outbox.enqueue(connection, 1, "trigger", channel, FIRST_NIGHT)
        yield opened


class Desk:
    """A post office whose only channel is `team`."""

    def __init__(self, webhook: Receiver) -> None:
        self.notes: list[str] = []
        self.notify = Notify(channels=[Channel(name="team", apprise=f"json://127.0.0.1:{webhook.port}")])
        self.office = PostOffice(Means(self.notify, {}, Clock(FIRST_NIGHT), self.notes.append, 5), self.notify)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Receiver() as webhook:
        yield Desk(webhook)


def test_a_channel_that_the_file_has_no_more_is_told_and_holds_up_no_other(history: History, desk: Desk) -> None:
    told = {item.channel: item.error for item in desk.office.work_off(history, "shop")}
    assert told == {"team": "", "gone": "slo.yaml has no such channel any more"}
    [note] = desk.notes
    assert note.startswith(
        "gone was not told of incident 1 (trigger): slo.yaml has no such channel any more; it is tried"
    )


def test_what_was_sent_and_could_not_be_written_down_is_a_note(history: History, desk: Desk) -> None:
    with history.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE UPDATE OF attempts ON messages BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    told = {item.channel: item.error for item in desk.office.work_off(history, "shop")}
    assert told["team"] == ""
    assert any(note.startswith("whether team was told is not in the history: ") for note in desk.notes)


def test_who_is_reminded_in_vain_is_a_note(history: History, desk: Desk) -> None:
    with history.begin() as connection:
        incident = find(connection, 1)
    assert incident is not None
    desk.office.remind([(incident, "team"), (incident, "gone")])
    assert desk.notes == []
    gone = Notify(channels=[Channel(name="team", alertmanager="http://127.0.0.1:1")])
    notes: list[str] = []
    PostOffice(Means(gone, {}, Clock(FIRST_NIGHT), notes.append, 0.5), gone).remind([(incident, "team")])
    assert notes == ["team was not reminded of incident 1: the connection failed: Connection refused"]
