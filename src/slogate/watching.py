"""Notices silence: that no run came into the history for too long, which no run can tell of."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from slogate.history.database import History
from slogate.history.incidents import Opening, select_incidents
from slogate.history.past import PastRun, Selection
from slogate.history.queries import select_runs
from slogate.notify.message import date, duration, version
from slogate.notify.posting import Means, Told
from slogate.telling import begin, deliver_waiting, end

_LOOK_FIRST = "what the scheduler says of its last `slogate nightly`, then `slogate doctor` on its machine"


@dataclass(frozen=True)
class Watched:
    """The latest run, if there is one; whether that is too long ago; and who was told."""

    latest: PastRun | None
    silent: bool
    said: str
    told: tuple[Told, ...]


def watch(history: History, service: str, profile: str | None, after: timedelta, means: Means) -> Watched:
    """Looks when the latest run of a service was started, of one profile or of any. Where `slogate nightly` has ever
    made one, only its runs count: what somebody measures by hand does not mean that the scheduler lives. Silence is
    told once, and so is its end. Raises `HistoryError` where the history cannot be read: then nobody knows.
    """
    moment = means.now()
    with history.begin() as connection:
        latest = _latest(connection, service, profile)
        silent = latest is None or moment - latest.started_at > after
        said = _said(service, profile, latest, moment, silent=silent)
        if silent:
            begin(connection, _silence(service, profile, said, latest, moment), means.notify, moment)
        else:
            asked = select_incidents(connection, service=service, profile=profile or "", kind="silence", only_open=True)
            for incident in asked:
                end(connection, incident, moment)
    told = deliver_waiting(history, service, means)
    return Watched(latest, silent, said, tuple(told))


def _latest(connection: sa.Connection, service: str, profile: str | None) -> PastRun | None:
    asked = Selection(service=service, profile=profile, limit=1)
    nightly = select_runs(connection, replace(asked, command="nightly"))
    return next(iter(nightly or select_runs(connection, asked)), None)


def _silence(service: str, profile: str | None, said: str, latest: PastRun | None, moment: datetime) -> Opening:
    return Opening(
        service=service,
        profile=profile or "",
        kind="silence",
        headline=said,
        opened_at=moment,
        since="no run was ever recorded" if latest is None else date(latest.started_at),
        look_first=_LOOK_FIRST,
    )


def _said(service: str, profile: str | None, latest: PastRun | None, moment: datetime, *, silent: bool) -> str:
    of = service + (f" with the profile {profile}" if profile else "")
    if latest is None:
        return f"no run of {of} is in the history"
    when, ago = date(latest.started_at), duration(moment - latest.started_at)
    what = f"no run of {of} since {when}" if silent else f"the latest run of {of} was started {when}"
    return f"{what}, {ago} ago; it measured {version(latest.release, latest.commit)}"
