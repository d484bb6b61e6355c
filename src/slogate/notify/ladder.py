"""The checklist's ladder: which levels of it are to be told of an incident by now. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from slogate.history.incidents import Incident
from slogate.slo.notify import Step


def due(ladder: Sequence[Step], incident: Incident, now: datetime) -> list[Step]:
    """The levels whose time has come. Nobody is called for what is acknowledged or over."""
    if not incident.is_open or incident.acknowledged_at is not None:
        return []
    return [step for step in ladder if now >= incident.opened_at + timedelta(seconds=step.after_s)]
