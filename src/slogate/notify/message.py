"""What people read: what broke, by how much, since when, where the report is, and what to look at first."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from slogate.history.incidents import Incident
from slogate.history.outbox import Event
from slogate.report.text import printable
from slogate.slo.channels import Kind

WORDS: dict[Kind, str] = {
    "fail": "FAIL",
    "inconclusive": "INCONCLUSIVE",
    "not_judgeable": "NOT JUDGEABLE",
    "change_point": "REGRESSED",
    "silence": "SILENT",
}
_LONGEST_TITLE = 250
# Not more than needed: some services show a backslash that they do not know. Entities they would show as well.
_MARKS = re.compile(r"[\\`*\[\]<>]|(?<![^\W_])_|_(?![^\W_])")


@dataclass(frozen=True)
class Message:
    """A message in words: one line, and the same text plain and as Markdown."""

    title: str
    text: str
    markdown: str


def compose(incident: Incident, event: Event, now: datetime, level: str = "", who: str = "") -> Message:
    """What is said of an incident when it begins, when it reaches a level of the ladder, or when it is over."""
    told = _lines(incident, event, now, level)
    return Message(
        title=_title(incident, event, level, who),
        text="\n".join(f"{name}: {value}" if name else value for name, value in told) + "\n",
        markdown="\n".join(_markdown(name, value) for name, value in told) + "\n",
    )


def _title(incident: Incident, event: Event, level: str, who: str) -> str:
    word = {"trigger": WORDS[incident.kind], "acknowledge": "ACKNOWLEDGED", "resolve": "RESOLVED"}[event]
    called = f"[{level}, {who}] " if level and event == "trigger" else ""
    of = " ".join(part for part in (incident.service, incident.profile, incident.release) if part)
    title = printable(f"{called}{word} {of}: {incident.headline}")
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 3]}..."


def _lines(incident: Incident, event: Event, now: datetime, level: str) -> list[tuple[str, str]]:
    """The text: each line with its name, if it has one."""
    lasted = duration(now - incident.opened_at)
    lines = []
    if event == "resolve":
        by = f", resolved by {incident.resolved_by}" if incident.resolved_by else ""
        lines.append(("Over", f"after {lasted}{by}"))
    elif event == "acknowledge":
        lines.append(("Taken on", f"by {incident.acknowledged_by}, after {lasted}"))
    elif level and now - incident.opened_at >= timedelta(minutes=1):
        lines.append(("Nobody has acknowledged it", f"for {lasted}"))
    lines += [("What", incident.headline), *(("", detail) for detail in incident.details)]
    since = incident.since or f"{incident.opened_at:%Y-%m-%d %H:%M} UTC"
    lines.append(("Since", since))
    if incident.link:
        lines.append(("Report", incident.link))
    if incident.look_first and event == "trigger":
        lines.append(("Look first at", incident.look_first))
    if event == "trigger":
        lines.append(("Take it on", f"slogate incident ack {incident.id}"))
    return [(name, value if name == "Report" else printable(value)) for name, value in lines]


def _markdown(name: str, value: str) -> str:
    if not name:
        return f"- {_plain(value)}"
    # A name in bold and a list need a line of their own around them, or they run together.
    shown = value if name == "Report" else f"`{value}`" if name == "Take it on" else _plain(value)
    return f"\n**{name}**: {shown}\n"


def _plain(text: str) -> str:
    """Text as Markdown that shows it as it is."""
    return _MARKS.sub(r"\\\g<0>", text)


def duration(time: timedelta) -> str:
    """A time as people say it: `35 min`, `4 h 10 min`, `3 d 2 h`."""
    minutes = max(0, round(time.total_seconds() / 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def date(moment: datetime) -> str:
    """A time as it stands in messages."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def version(release: str, commit: str) -> str:
    """What was measured: `1.5.0 (abc1234)`."""
    return f"{release} ({commit[:7]})" if commit else release
