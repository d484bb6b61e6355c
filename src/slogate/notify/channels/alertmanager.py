"""Alertmanager, by its API v2: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml

An alert is over when nobody has sent it again for `resolve_timeout`, unless it says itself until when it lasts. Ours
say a week, and are sent again by every `slogate nightly` and `slogate escalate` while the incident is open: an
Alertmanager that was restarted has forgotten them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slogate.history.incidents import Incident
from slogate.notify.channels.attempt import Letter, Send, post
from slogate.notify.message import WORDS

LASTS = timedelta(days=7)
# An end that is in the future by Alertmanager's clock would be taken for none at all.
_CLOCKS_DIFFER_BY = timedelta(minutes=1)
_SEVERITY = {"fail": "critical", "not_judgeable": "critical", "silence": "critical"}


def channel(address: str, now: Callable[[], datetime]) -> Send:
    """Sends to the Alertmanager at this address. It does not know of acknowledgement: its silences are its own."""
    url = f"{address.rstrip('/')}/api/v2/alerts"

    def send(letter: Letter, timeout_s: float) -> None:
        if letter.event != "acknowledge":
            post(url, [alert(letter, now())], timeout_s)

    return send


def alert(letter: Letter, now: datetime) -> dict[str, Any]:
    """An alert as Alertmanager takes it. Its labels are the same from its beginning to its end."""
    incident = letter.incident
    ends, starts = now + LASTS, incident.opened_at
    if letter.event == "resolve":
        ends = now - _CLOCKS_DIFFER_BY
        starts = min(starts, ends)
    annotations = {
        "summary": letter.message.title,
        "description": letter.message.text,
        "report": incident.link,
        "incident": str(incident.id),
    }
    content: dict[str, Any] = {
        "labels": labels(incident),
        "annotations": {name: value for name, value in annotations.items() if value},
        "startsAt": starts.isoformat(),
        "endsAt": ends.isoformat(),
    }
    if incident.link.startswith(("http://", "https://")):
        content["generatorURL"] = incident.link
    return content


def labels(incident: Incident) -> dict[str, str]:
    """By which Alertmanager knows an alert, routes and silences it; an empty one would be left out."""
    found = {
        "alertname": f"Slogate{WORDS[incident.kind].title().replace(' ', '')}",
        "service": incident.service,
        "profile": incident.profile,
        "kind": incident.kind,
        "subject": incident.subject,
        "severity": _SEVERITY.get(incident.kind, "warning"),
    }
    return {name: value for name, value in found.items() if value}
