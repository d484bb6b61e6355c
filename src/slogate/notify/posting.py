"""Works off what waits to be told: claims it, delivers it, and writes down how that went."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from slogate.errors import HistoryError
from slogate.history import outbox
from slogate.history.database import History
from slogate.history.incidents import Incident, find
from slogate.history.outbox import Event, Parcel
from slogate.notify.channels.attempt import Letter, Send
from slogate.notify.channels.known import sender
from slogate.notify.delivery import WITHIN_S, Delivered, Sending, deliver
from slogate.notify.message import compose
from slogate.notify.secrets import redactor
from slogate.redact import Redactor
from slogate.slo.channels import AddressError
from slogate.slo.notify import Notify

Clock = Callable[[], datetime]
Note = Callable[[str], None]
_REMINDED_WITHIN_S = 5.0  # what does not get through is sent again soon


@dataclass(frozen=True)
class Told:
    """A message, and how it went: `error` is why it did not arrive; then it is tried again by the next command."""

    incident_id: int
    event: Event
    level: str
    channel: str
    error: str = ""


@dataclass(frozen=True)
class Means:
    """By what people are told: the section of slo.yaml (None: nobody is), the variables in it, and the clock. What does
    not arrive `within_s` is left to the next command; `note` is told of it, without secrets.
    """

    notify: Notify | None
    environ: Mapping[str, str]
    now: Clock
    note: Note
    within_s: float = WITHIN_S


class PostOffice:
    """Sends to the channels of slo.yaml."""

    def __init__(self, means: Means, notify: Notify) -> None:
        self._within_s, self._now, self._note = means.within_s, means.now, means.note
        self._redact: Redactor = redactor(notify, means.environ)
        self._senders: dict[str, Send] = {}
        self._problems: dict[str, str] = {}
        for channel in notify.channels:
            try:
                self._senders[channel.title] = sender(channel, means.environ, means.now)
            except AddressError as error:
                self._problems[channel.title] = str(error)

    def work_off(self, history: History, service: str) -> list[Told]:
        """Delivers what waits about a service; others of the same history have other channels. Raises `HistoryError`
        only where nothing has been sent yet.
        """
        now = self._now()
        with history.begin() as connection:
            parcels = outbox.claim(connection, service, now)
            incidents = {parcel.incident_id: find(connection, parcel.incident_id) for parcel in parcels}
        sendings, told = [], []
        for parcel in parcels:
            incident, send = incidents[parcel.incident_id], self._senders.get(parcel.channel)
            if incident is None or send is None:
                problem = self._problems.get(parcel.channel, "slo.yaml has no such channel any more")
                told.append(self._settle(history, parcel, Delivered(parcel.id, problem, 0)))
            else:
                message = compose(incident, parcel.event, now, parcel.level, parcel.who)
                sendings.append(Sending(parcel.id, parcel.channel, send, Letter(parcel.event, incident, message)))
        by_id = {parcel.id: parcel for parcel in parcels}
        told += [
            self._settle(history, by_id[ending.key], ending) for ending in deliver(sendings, within_s=self._within_s)
        ]
        return told

    def remind(self, incidents: list[tuple[Incident, str]]) -> None:
        """Sends the triggers of these open incidents again, each to its channel; nothing is written down."""
        now = self._now()
        sendings = [
            Sending(
                place, channel, self._senders[channel], Letter("trigger", incident, compose(incident, "trigger", now))
            )
            for place, (incident, channel) in enumerate(incidents)
            if channel in self._senders
        ]
        for ending in deliver(sendings, within_s=min(self._within_s, _REMINDED_WITHIN_S)):
            if ending.error:
                incident, channel = incidents[ending.key]
                self._note(f"{channel} was not reminded of incident {incident.id}: {self._redact(ending.error)}")

    def _settle(self, history: History, parcel: Parcel, ending: Delivered) -> Told:
        error = self._redact(ending.error)
        if error:
            self._note(
                f"{parcel.channel} was not told of incident {parcel.incident_id} ({parcel.event}): {error}; "
                "it is tried again by the next `slogate nightly` or `slogate escalate`"
            )
        try:
            with history.begin() as connection:
                if error:
                    outbox.failed(connection, parcel, self._now(), error)
                else:
                    outbox.delivered(connection, parcel, self._now())
        except HistoryError as failure:
            self._note(f"whether {parcel.channel} was told is not in the history: {failure.message}")
        return Told(parcel.incident_id, parcel.event, parcel.level, parcel.channel, error)
