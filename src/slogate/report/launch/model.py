"""What the launch checklist says, once for all formats: each item with its mark and the lines that back it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogate.analyzer.result import State
from slogate.analyzer.units import say
from slogate.analyzer.verdict import Verdict
from slogate.checklists.decide import DecidedItem, whole
from slogate.checklists.model import Checklist, Language
from slogate.checklists.proof import Mark, Proof
from slogate.report.launch.words import LABELS, SENTENCES, VERDICTS, Labels, measured, title_of
from slogate.report.text import printable
from slogate.runs.info import RunInfo

_MOST_LINES = 6  # of an item; what would cross it comes first
_URGENCY = (Mark.CROSSED, Mark.UNDECIDED, Mark.OPEN, Mark.TICKED)


@dataclass(frozen=True)
class ItemView:
    """One line of the list; `lines` are what its mark rests on, or what would show it."""

    mark: Mark
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class PartView:
    """Items under a heading."""

    title: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class LaunchChecklist:
    """The document. `folder` is the run's, as a path from where the document will lie; `counts` are items by mark."""

    language: Language
    labels: Labels
    title: str
    service: str
    release: str
    profile: str
    measured_at: str
    run: str
    folder: str
    verdict: str
    counts: Mapping[Mark, int]
    parts: tuple[PartView, ...]
    sign_off: tuple[str, ...]


def build(
    checklist: Checklist,
    decided: Sequence[Sequence[DecidedItem]],
    verdict: Verdict,
    info: RunInfo,
    run: str,
    folder: str,
    language: Language,
) -> LaunchChecklist:
    """The document of a list that was decided for a run: `run` is the name of its folder, `folder` the way to it."""
    parts = tuple(
        PartView(part.title.in_language(language), tuple(_item(item, language) for item in items))
        for part, items in zip(checklist.sections, decided, strict=True)
    )
    marks = [item.mark for part in parts for item in part.items]
    return LaunchChecklist(
        language=language,
        labels=LABELS[language],
        title=checklist.title.in_language(language),
        service=printable(info.service),
        release=printable(info.release),
        profile=printable(info.profile),
        measured_at=info.started_at,
        run=run,
        folder=folder,
        verdict=printable(SENTENCES[language]["whole"].format_map(_said(whole(verdict), language))),
        counts={mark: marks.count(mark) for mark in Mark},
        parts=parts,
        sign_off=tuple(role.in_language(language) for role in checklist.sign_off),
    )


def _item(decided: DecidedItem, language: Language) -> ItemView:
    proofs = sorted(decided.proofs, key=lambda proof: _URGENCY.index(proof.mark))
    lines = [printable(_line(proof, language)) for proof in proofs]
    if len(lines) > _MOST_LINES:
        more = LABELS[language].more.format(count=len(lines) - _MOST_LINES + 1)
        lines = [*lines[: _MOST_LINES - 1], more]
    reasons = dict.fromkeys(printable(reason) for proof in proofs for reason in _reasons(proof))
    return ItemView(decided.mark, decided.item.text.in_language(language), (*lines, *reasons))


def _line(proof: Proof, language: Language) -> str:
    result = proof.result
    if result is None:
        return SENTENCES[language][proof.code].format_map(_said(proof.values, language))
    line = f"{title_of(result, language)}: {measured(result, language)}"
    said = result.state in {State.PASS, State.FAIL}  # by the item's own mark
    return line if said else f"{line} - {VERDICTS[language][result.state]}"


def _reasons(proof: Proof) -> Iterator[str]:
    """Why an objective was not decided, which several of an item may share; its numbers stand in its line."""
    result = proof.result
    if result is not None and result.state in {State.INCONCLUSIVE, State.ERROR, State.INFO}:
        yield f"{result.cause or result.reason}{f' ({result.cure})' if result.cure else ''}"


def _said(values: Mapping[str, str | int], language: Language) -> dict[str, str]:
    said = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    if "bytes" in values:
        said["size"] = say(float(values["bytes"]), "bytes")
    if "state" in values:
        said["word"] = VERDICTS[language][State(str(values["state"]))]
    return said
