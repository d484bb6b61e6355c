"""What people are still to be told. A message is made once, claimed by one process at a time, and tried again later
until it is delivered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from slogate.analyzer.units import counted
from slogate.history.incident_tables import incidents, messages

Event = Literal["trigger", "acknowledge", "resolve"]

_CLAIM = timedelta(minutes=3)  # longer than a delivery may take; whoever was killed in one has it tried again after it
_LONGEST_PAUSE_S = 3600.0
_KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Parcel:
    """A message that waits: what of which incident, and to whom. `attempts` are those before; `level` and `who` are of
    the ladder, empty: told at once.
    """

    id: int
    incident_id: int
    event: Event
    level: str
    who: str
    channel: str
    attempts: int


def enqueue(
    connection: sa.Connection,
    incident_id: int,
    event: Event,
    channel: str,
    now: datetime,
    level: str = "",
    who: str = "",
) -> bool:
    """Adds a message. False where it is known already: then another process tells it, or has told it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = connection.execute(
        dialect.insert(messages)
        .values(
            incident_id=incident_id,
            event=event,
            level=level,
            who=who,
            channel=channel,
            state="waiting",
            created_at=now,
            not_before=now,
        )
        .on_conflict_do_nothing()
        .returning(messages.c.id)
    ).scalar()
    return added is not None


def channels_that_heard(connection: sa.Connection, incident_id: int) -> list[str]:
    """The channels that were told of an incident, or may have been: an attempt that failed can have arrived."""
    query = (
        sa.select(messages.c.channel)
        .where(messages.c.incident_id == incident_id, messages.c.event == "trigger")
        .where((messages.c.state == "delivered") | (messages.c.attempts > 0) | messages.c.claimed_until.is_not(None))
        .distinct()
        .order_by(messages.c.channel)
    )
    return list(connection.execute(query).scalars())


def channels_told(connection: sa.Connection, incident_id: int) -> list[str]:
    """The channels that have certainly been told of an incident."""
    query = (
        sa.select(messages.c.channel)
        .where(messages.c.incident_id == incident_id, messages.c.event == "trigger", messages.c.state == "delivered")
        .distinct()
        .order_by(messages.c.channel)
    )
    return list(connection.execute(query).scalars())


def drop_waiting(connection: sa.Connection, incident_id: int, *, of_the_ladder: bool = False) -> None:
    """What waits to be told of an incident is not told any more: it is over, or somebody has taken it on, for which
    only the levels `of_the_ladder` need not be called.
    """
    waiting = (messages.c.incident_id == incident_id) & (messages.c.state == "waiting")
    called = messages.c.level != "" if of_the_ladder else messages.c.event != "resolve"
    connection.execute(sa.update(messages).where(waiting, called).values(state="dropped"))


def claim(connection: sa.Connection, service: str, now: datetime) -> list[Parcel]:
    """The messages about a service that can be tried now, in the order of their making; no other process gets them
    meanwhile. Those that have waited for a week are dropped.
    """
    of_service = sa.select(incidents.c.id).where(incidents.c.service == service)
    waiting = (messages.c.state == "waiting") & messages.c.incident_id.in_(of_service)
    connection.execute(
        sa.update(messages).where(waiting, messages.c.created_at < now - _KEPT_FOR).values(state="dropped")
    )
    free = messages.c.claimed_until.is_(None) | (messages.c.claimed_until < now)
    claimed = connection.execute(
        sa.update(messages)
        .where(waiting, messages.c.not_before <= now, free)
        .values(claimed_until=now + _CLAIM)
        .returning(*(messages.c[name] for name in Parcel.__dataclass_fields__))
    )
    return sorted((Parcel(*row) for row in claimed), key=lambda parcel: parcel.id)


def delivered(connection: sa.Connection, parcel: Parcel, now: datetime) -> None:
    """It has arrived."""
    connection.execute(
        sa.update(messages)
        .where(messages.c.id == parcel.id)
        .values(
            state="delivered", delivered_at=now, claimed_until=None, attempts=messages.c.attempts + 1, last_error=""
        )
    )


def failed(connection: sa.Connection, parcel: Parcel, now: datetime, error: str) -> None:
    """It has not arrived, and is tried again after a pause that doubles each time, up to an hour."""
    pause_s = min(_LONGEST_PAUSE_S, 60.0 * 2.0 ** min(parcel.attempts, 10))
    connection.execute(
        sa.update(messages)
        .where(messages.c.id == parcel.id)
        .values(
            attempts=messages.c.attempts + 1,
            last_error=error,
            claimed_until=None,
            not_before=now + timedelta(seconds=pause_s),
        )
    )


def undelivered(connection: sa.Connection, incident_ids: Iterable[int]) -> dict[int, list[str]]:
    """What waits of these incidents, in words: `team: no answer within 60 s (tried 3 times)`."""
    query = (
        sa.select(messages.c.incident_id, messages.c.channel, messages.c.last_error, messages.c.attempts)
        .where(messages.c.incident_id.in_(list(incident_ids)), messages.c.state == "waiting", messages.c.attempts > 0)
        .order_by(messages.c.id)
    )
    found: dict[int, list[str]] = {}
    for number, channel, error, attempts in connection.execute(query):
        found.setdefault(number, []).append(f"{channel}: {error} (tried {counted(attempts, 'time')})")
    return found
