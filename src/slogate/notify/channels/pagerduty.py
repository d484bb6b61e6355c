"""PagerDuty, by its Events API v2: https://developer.pagerduty.com/docs/send-alert-event"""

import hashlib
from typing import Any

from slogate.history.incidents import Incident
from slogate.notify.channels.attempt import Letter, Send, post
from slogate.slo.channels import Kind

_SEVERITY: dict[Kind, str] = {
    "fail": "critical",
    "not_judgeable": "error",
    "silence": "error",
    "change_point": "warning",
    "inconclusive": "warning",
}
_LONGEST_KEY, _LONGEST_SUMMARY = 255, 1024


def channel(routing_key: str, url: str) -> Send:
    """Sends to the service that the routing key belongs to."""

    def send(letter: Letter, timeout_s: float) -> None:
        post(url, event(letter, routing_key), timeout_s)

    return send


def event(letter: Letter, routing_key: str) -> dict[str, Any]:
    """The event as PagerDuty takes it."""
    incident = letter.incident
    content: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": letter.event,
        "dedup_key": dedup_key(incident),
    }
    if letter.event == "trigger":
        content["payload"] = {
            "summary": letter.message.title[:_LONGEST_SUMMARY],
            "source": incident.service,
            "severity": _SEVERITY[incident.kind],
            "timestamp": incident.opened_at.isoformat(),
            "component": incident.profile or incident.service,
            "class": incident.kind,
            "custom_details": {
                "what": incident.headline,
                "details": list(incident.details),
                "since": incident.since,
                "release": incident.release,
                "commit": incident.commit,
                "report": incident.link,
                "look first at": incident.look_first,
                "incident": incident.id,
            },
        }
        content["client"] = "slogate"
        if incident.link.startswith(("http://", "https://")):
            content["client_url"] = incident.link
            content["links"] = [{"href": incident.link, "text": "Report"}]
    return content


def dedup_key(incident: Incident) -> str:
    """What all events of an incident share, and no other incident has, in whichever history it is."""
    began = f"{incident.opened_at:%Y%m%dT%H%M%S.%fZ}"
    key = "/".join(("slogate", incident.service, incident.profile, incident.kind, incident.subject, began))
    return key if len(key) <= _LONGEST_KEY else f"slogate/{hashlib.sha256(key.encode()).hexdigest()}"
