"""The launch checklist as Markdown, for a pull request, a wiki or an issue."""

from urllib.parse import quote

from slogate.checklists.proof import Mark
from slogate.report.launch.model import LaunchChecklist
from slogate.report.markdown import cell

BOXES = {Mark.TICKED: "[x]", Mark.CROSSED: "[✗]", Mark.UNDECIDED: "[?]", Mark.OPEN: "[ ]"}


def render(document: LaunchChecklist) -> str:
    """The text of checklist.md."""
    labels = document.labels
    facts = {
        labels.release: cell(document.release),
        labels.verdict: cell(document.verdict),
        labels.run: f"[{cell(document.run)}]({quote(document.folder)}/)",
        labels.report: f"[report.html]({quote(document.folder)}/report.html)",
        labels.profile: cell(document.profile),
        labels.measured_at: cell(document.measured_at),
        labels.summary: ", ".join(f"`{BOXES[mark]}` {labels.marks[mark]} {document.counts[mark]}" for mark in Mark),
    }
    lines = [f"# {cell(document.title)}: {cell(document.service)} {cell(document.release)}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts.items()]
    for number, part in enumerate(document.parts, start=1):
        lines += ["", f"## {number}. {cell(part.title)}", ""]
        for item in part.items:
            lines.append(f"- {BOXES[item.mark]} {cell(item.text)}")
            lines += [f"  - {cell(line)}" for line in item.lines]
    if document.sign_off:
        lines += ["", f"## {labels.sign_off}", ""]
        lines += [f"| {labels.role} | {labels.name} | {labels.signature} | {labels.date} |", "|---|---|---|---|"]
        lines += [f"| {cell(role)} | | | |" for role in document.sign_off]
    return "\n".join([*lines, ""])
