"""Incidents in a terminal and as JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slogate.history.incidents import Incident
from slogate.notify.message import WORDS, date, duration
from slogate.report.text import printable

_STYLES = {"fail": "bold red", "not_judgeable": "magenta", "silence": "magenta"}


def table(incidents: Sequence[Incident]) -> RenderableType:
    """One line an incident."""
    if not incidents:
        return Text("no incident", style="green")
    shown = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("id", "", "service", "profile", "opened", "state", "what"):
        shown.add_column(heading)
    for item in incidents:
        shown.add_row(
            str(item.id),
            Text(WORDS[item.kind], style=_STYLES.get(item.kind, "yellow")),
            Text(printable(item.service)),
            Text(printable(item.profile or "any")),
            date(item.opened_at),
            Text(_state(item)),
            Text(printable(item.headline)),
        )
    return shown


def page(incident: Incident, undelivered: Sequence[str], now: datetime) -> RenderableType:
    """All that is known of one."""
    lasted = duration((incident.resolved_at or now) - incident.opened_at)
    facts = [
        ("service", f"{incident.service} {incident.profile}".strip()),
        ("release", incident.release),
        ("commit", incident.commit),
        ("opened", f"{date(incident.opened_at)}, {'lasted' if incident.resolved_at else 'for'} {lasted}"),
        ("state", _state(incident)),
        ("since", incident.since),
        ("report", incident.link),
        ("look first at", incident.look_first),
        *(("note", line) for line in incident.note.splitlines()),
        *(("not told", line) for line in undelivered),
    ]
    grid = Table.grid(padding=(0, 2))
    for name, value in facts:
        if value:
            grid.add_row(Text(name, style="dim"), Text(printable(value)))
    title = Text(f"incident {incident.id}: {WORDS[incident.kind]}", style=_STYLES.get(incident.kind, "yellow"))
    details = [Text(f"  {printable(detail)}") for detail in incident.details]
    return Group(title, Text(printable(incident.headline)), *details, Text(), grid)


def as_json(incidents: Sequence[Incident]) -> str:
    """The same for machines: a list."""
    return json.dumps([_plain(item) for item in incidents], indent=2) + "\n"


def _plain(incident: Incident) -> Mapping[str, object]:
    fields = {name: getattr(incident, name) for name in incident.__dataclass_fields__}
    return {
        "id": fields.pop("id"),
        **{
            name: value.isoformat()
            if isinstance(value, datetime)
            else sorted(value)
            if isinstance(value, frozenset)
            else value
            for name, value in fields.items()
        },
    }


def _state(incident: Incident) -> str:
    if incident.resolved_at is not None:
        by = f" by {incident.resolved_by}" if incident.resolved_by else ""
        return printable(f"resolved {date(incident.resolved_at)}{by}")
    if incident.acknowledged_at is not None:
        return printable(f"acknowledged by {incident.acknowledged_by}")
    return "open"
