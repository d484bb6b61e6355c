"""Silence is noticed, told once, and told to be over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from past_runs import FIRST_NIGHT, judged
from receivers import Receiver
from told_nights import Clock, night

from slogate.analyzer.result import State
from slogate.history.database import History, open_history
from slogate.history.incidents import select_incidents
from slogate.history.recording import record
from slogate.notify.posting import Means
from slogate.slo.channels import Channel
from slogate.slo.notify import Notify
from slogate.telling import tell
from slogate.watching import Watched, watch

AFTER = timedelta(hours=26)


class Watch:
    """A history with a run of the first night, a channel, and a clock."""

    def __init__(self, history: History, webhook: Receiver) -> None:
        self.history, self.webhook, self.clock = history, webhook, Clock(FIRST_NIGHT)
        self.notify = Notify(channels=[Channel(apprise=f"json://127.0.0.1:{webhook.port}/")])

    def record(self, number: int, service: str = "shop", command: str = "run") -> None:
        run = judged(number, service=service)
        with self.history.begin() as connection:
            record(connection, replace(run, info=run.info.model_copy(update={"command": command})))

    def look(self, profile: str | None = "nightly") -> Watched:
        return watch(self.history, "shop", profile, AFTER, Means(self.notify, {}, self.clock, print))

    def titles(self) -> list[str]:
        return [body["title"] for body in self.webhook.bodies]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watch]:
    with open_history(str(tmp_path / "history.db")) as history, Receiver() as webhook:
        yield Watch(history, webhook)


def test_no_run_for_26_hours_is_told_once_and_so_is_its_end(watched: Watch) -> None:
    watched.record(0)
    watched.clock.forward(hours=26)
    found = watched.look()
    assert not found.silent
    assert found.said == (
        "the latest run of shop with the profile nightly was started 2026-09-01 02:00 UTC, 1 d 2 h ago; "
        "it measured 1.4.0 (0000000)"
    )
    watched.clock.forward(minutes=1)
    found = watched.look()
    assert found.silent
    assert found.said == (
        "no run of shop with the profile nightly since 2026-09-01 02:00 UTC, 1 d 2 h ago; it measured 1.4.0 (0000000)"
    )
    watched.clock.forward(hours=5)
    assert watched.look().silent
    watched.record(2)
    watched.clock.now = FIRST_NIGHT + timedelta(days=2, hours=1)
    assert not watched.look().silent
    assert not watched.look().silent
    assert [title.split()[0] for title in watched.titles()] == ["SILENT", "RESOLVED"]
    assert "Look first at: what the scheduler says" in watched.webhook.bodies[0]["message"]


def test_a_run_of_another_profile_or_service_breaks_no_silence(watched: Watch) -> None:
    watched.record(0, service="other")
    found = watched.look()
    assert found.silent
    assert found.latest is None
    assert found.said == "no run of shop with the profile nightly is in the history"
    watched.record(1)
    watched.clock.now = FIRST_NIGHT + timedelta(days=1)
    assert watched.look("smoke").silent
    assert not watched.look(None).silent


def test_where_nights_are_run_by_a_scheduler_a_run_by_hand_breaks_no_silence(watched: Watch) -> None:
    watched.record(0, command="nightly")
    watched.record(2)
    watched.clock.now = FIRST_NIGHT + timedelta(days=2, hours=1)
    assert watched.look().silent
    watched.record(3, command="nightly")
    watched.clock.forward(days=1)
    assert not watched.look().silent


def test_the_next_run_says_itself_that_it_is_not_silent_any_more(watched: Watch) -> None:
    watched.look(None)
    watched.look("nightly")
    watched.clock.forward(days=1)
    tell(watched.history, night(1, State.PASS), Means(watched.notify, {}, watched.clock, print))
    with watched.history.begin() as connection:
        assert [item.is_open for item in select_incidents(connection)] == [False, False]
    assert len(watched.titles()) == 4
