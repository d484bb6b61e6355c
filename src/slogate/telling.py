"""Tells people what changed: opens and closes incidents in the history, and sends what is to be said of them.

A channel that fails is told on standard error and tried again later. It raises nothing and changes no verdict.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from slogate.errors import HistoryError
from slogate.history import incidents as known_incidents
from slogate.history import outbox
from slogate.history.database import History
from slogate.history.incidents import Incident, Opening
from slogate.notify.events import changes
from slogate.notify.ladder import due
from slogate.notify.night import Night
from slogate.notify.opening import opening_of
from slogate.notify.posting import Means, PostOffice, Told
from slogate.slo.notify import Notify

_REMEMBERED = timedelta(days=120)  # twice the nights that a trend looks back


def tell(history: History, night: Night, means: Means) -> list[Told]:
    """Tells of a judged run what is new in it, and what waits from before. Where nobody is to be told, incidents are
    kept all the same. Never raises for what a channel or the history does; `means.note` is told of that.
    """
    try:
        with history.begin() as connection:
            _settle_night(connection, night, means.notify, means.now())
        return deliver_waiting(history, night.service, means)
    except HistoryError as error:
        means.note(f"nobody was told of this run: {error.message}")
        return []


def deliver_waiting(history: History, service: str, means: Means) -> list[Told]:
    """Calls the levels of the ladder whose time has come, sends all that waits, and reminds Alertmanager of what is
    open. Safe to run at any time and by several at once: each message is claimed by one of them.
    """
    if means.notify is None:
        return []
    with history.begin() as connection:
        lasting = known_incidents.select_incidents(connection, service=service, only_open=True)
        _climb(connection, lasting, means.notify, means.now())
        to_remind = list(_to_remind(connection, lasting, means.notify))
    office = PostOffice(means, means.notify)
    told = office.work_off(history, service)
    office.remind(to_remind)
    return told


def begin(connection: sa.Connection, opening: Opening, notify: Notify | None, now: datetime) -> Incident | None:
    """Opens an incident and lays out who is told at once. None where it is open already."""
    incident = known_incidents.open_incident(connection, opening)
    if incident is not None and notify is not None:
        for channel in notify.told_at_once:
            if channel.hears_of(incident.kind):
                outbox.enqueue(connection, incident.id, "trigger", channel.title, now)
    return incident


def end(connection: sa.Connection, incident: Incident, now: datetime, who: str = "", said: str = "") -> bool:
    """Resolves an incident; all who have heard of it are told. False where it was over before."""
    if not known_incidents.resolve(connection, incident.id, now, who, said):
        return False
    heard = outbox.channels_that_heard(connection, incident.id)
    outbox.drop_waiting(connection, incident.id)
    for channel in heard:
        outbox.enqueue(connection, incident.id, "resolve", channel, now)
    return True


def take_on(
    connection: sa.Connection, incident: Incident, notify: Notify | None, now: datetime, who: str, said: str = ""
) -> bool:
    """Acknowledges an incident: the ladder stops, and so does PagerDuty's. False where it was before, or is over."""
    if not known_incidents.acknowledge(connection, incident.id, now, who, said):
        return False
    outbox.drop_waiting(connection, incident.id, of_the_ladder=True)
    for title in outbox.channels_that_heard(connection, incident.id):
        channel = None if notify is None else notify.channel(title)
        if channel is not None and channel.service == "pagerduty":
            outbox.enqueue(connection, incident.id, "acknowledge", title, now)
    return True


def _settle_night(connection: sa.Connection, night: Night, notify: Notify | None, now: datetime) -> None:
    known = [
        incident
        for incident in known_incidents.select_incidents(connection, service=night.service, since=now - _REMEMBERED)
        if incident.profile in {night.profile, ""}
    ]
    found = changes(known, night)
    for incident in found.over:
        end(connection, incident, now)
    for begun in found.begun:
        begin(connection, opening_of(begun, night, now), notify, now)


def _climb(connection: sa.Connection, lasting: Iterable[Incident], notify: Notify, now: datetime) -> None:
    for incident in lasting:
        for step in due(notify.ladder, incident, now):
            channel = notify.channel(step.channel)
            if channel is not None and channel.hears_of(incident.kind):
                outbox.enqueue(connection, incident.id, "trigger", step.channel, now, step.level, step.who)


def _to_remind(
    connection: sa.Connection, lasting: Sequence[Incident], notify: Notify
) -> Iterable[tuple[Incident, str]]:
    forgetful = {channel.title for channel in notify.channels if channel.service == "alertmanager"}
    for incident in lasting if forgetful else ():
        for channel in outbox.channels_told(connection, incident.id):
            if channel in forgetful:
                yield incident, channel
