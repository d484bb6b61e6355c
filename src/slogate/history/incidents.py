"""Incidents: trouble that people were told of, from its beginning to its end, and who has taken it on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from slogate.history.incident_tables import incidents
from slogate.slo.channels import Kind


@dataclass(frozen=True)
class Opening:
    """What is known of an incident when it is opened. `families` are those of its objectives (`api.latency`);
    `headline`, `details`, `since` and `look_first` are sentences for people; `link` is where the report is.
    """

    service: str
    profile: str
    kind: Kind
    headline: str
    opened_at: datetime
    subject: str = ""
    families: frozenset[str] = frozenset()
    run_id: str = ""
    release: str = ""
    commit: str = ""
    details: Sequence[str] = ()
    since: str = ""
    look_first: str = ""
    link: str = ""


@dataclass(frozen=True)
class Incident(Opening):
    """An incident of the history. `note` is what people said of it."""

    id: int = 0
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    resolved_at: datetime | None = None
    resolved_by: str = ""
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it lasts."""
        return self.resolved_at is None


def open_incident(connection: sa.Connection, opening: Opening) -> Incident | None:
    """Opens an incident; None where one of its kind and subject is open already."""
    values = {name: getattr(opening, name) for name in Opening.__dataclass_fields__}
    values |= {"families": sorted(opening.families), "details": list(opening.details)}
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = connection.execute(
        dialect.insert(incidents).values(values).on_conflict_do_nothing().returning(incidents.c.id)
    ).scalar()
    return None if added is None else find(connection, added)


def find(connection: sa.Connection, number: int) -> Incident | None:
    """The incident of this number."""
    row = connection.execute(sa.select(incidents).where(incidents.c.id == number)).first()
    return None if row is None else _incident(row)


def select_incidents(
    connection: sa.Connection,
    *,
    service: str | None = None,
    profile: str | None = None,
    kind: Kind | None = None,
    since: datetime | None = None,
    only_open: bool = False,
    limit: int | None = None,
) -> list[Incident]:
    """The incidents that are asked for, the newest first. `since` leaves out those that were over before it."""
    query = sa.select(incidents).order_by(incidents.c.id.desc()).limit(limit)
    for column, value in (
        (incidents.c.service, service),
        (incidents.c.profile, profile),
        (incidents.c.kind, kind),
    ):
        if value is not None:
            query = query.where(column == value)
    if since is not None:
        query = query.where(incidents.c.resolved_at.is_(None) | (incidents.c.resolved_at >= since))
    if only_open:
        query = query.where(incidents.c.resolved_at.is_(None))
    return [_incident(row) for row in connection.execute(query)]


def acknowledge(connection: sa.Connection, number: int, now: datetime, who: str, note: str) -> bool:
    """Somebody has taken it on. False where somebody had already, or it is over."""
    free = incidents.c.acknowledged_at.is_(None) & incidents.c.resolved_at.is_(None)
    return _change(connection, number, free, {"acknowledged_at": now, "acknowledged_by": who}, note)


def resolve(connection: sa.Connection, number: int, now: datetime, who: str, note: str = "") -> bool:
    """It is over. False where it was before."""
    lasts = incidents.c.resolved_at.is_(None)
    return _change(connection, number, lasts, {"resolved_at": now, "resolved_by": who}, note)


def _change(
    connection: sa.Connection, number: int, if_so: sa.ColumnElement[bool], values: dict[str, Any], note: str
) -> bool:
    if note:
        separator = sa.case((incidents.c.note == "", ""), else_="\n")
        values["note"] = incidents.c.note.concat(separator).concat(note)
    changed = connection.execute(sa.update(incidents).where(incidents.c.id == number, if_so).values(values))
    return changed.rowcount == 1


def _incident(row: Any) -> Incident:  # a row has the columns of its query
    values = dict(row._mapping)  # the documented way to the columns of a row
    values |= {"families": frozenset(row.families), "details": tuple(row.details)}
    return Incident(**values)
