"""The launch checklist as HTML: a page of its own, and the section of report.html that holds it."""

from typing import Any

from markupsafe import Markup

from slogate.checklists.proof import Mark
from slogate.report.launch.model import LaunchChecklist
from slogate.report.templating import template

_SIGNS = {Mark.TICKED: "☑", Mark.CROSSED: "☒", Mark.UNDECIDED: "?", Mark.OPEN: "☐"}
# The classes of report.css that colour what they say.
_STATES = {Mark.TICKED: "pass", Mark.CROSSED: "fail", Mark.UNDECIDED: "inconclusive", Mark.OPEN: "info"}


def render(document: LaunchChecklist) -> str:
    """The text of checklist.html: one file, no network, and ready for the printer."""
    return template("checklist.html.j2").render(_values(document))


def render_section(document: LaunchChecklist) -> Markup:
    """What report.html shows of it."""
    return Markup(template("checklist_items.html.j2").render(_values(document)))  # noqa: S704  # escaped by the template


def _values(document: LaunchChecklist) -> dict[str, Any]:
    return {"document": document, "labels": document.labels, "signs": _SIGNS, "states": _STATES, "marks": list(Mark)}
