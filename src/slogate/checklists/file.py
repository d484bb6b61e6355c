"""Reads checklist.yaml: bytes in, a checked `Checklist` out, or every problem of the file at once."""

from collections.abc import Iterator

from pydantic import ValidationError

from slogate.checklists.model import Checklist
from slogate.slo.document import Document, Path, Problem, dotted, parse
from slogate.slo.model import Objective
from slogate.slo.problems import config_error, empty_values, text_of, validation_problems


def load(content: bytes, name: str) -> Checklist:
    """Checks the bytes of a list; `name` is how messages call it. Raises `ConfigError` with every problem."""
    document = parse(text_of(content, name), "docs/checklist.md")
    if not isinstance(document.data, dict):
        not_a_mapping = Problem(1, "", "the file must be a mapping that begins with version: 1")
        raise config_error(name, document.problems or [not_a_mapping])
    document.problems += empty_values(document)
    problems = list(document.problems)
    try:
        checklist = Checklist.model_validate(document.data)
    except ValidationError as error:
        raise config_error(name, problems + validation_problems(error, document, Checklist)) from None
    problems += _contradictions(checklist, document)
    if problems:
        raise config_error(name, problems)
    return checklist


def _contradictions(checklist: Checklist, document: Document) -> Iterator[Problem]:
    """Objectives that an earlier item has with another limit: a run is judged by one of them."""
    first: dict[str, tuple[Objective, int]] = {}
    for place, item in checklist.items():
        if item.shown_by is None or item.shown_by.slo is None:
            continue
        path: Path = (*place, "shown_by", "slo")
        for objective in item.shown_by.slo.flat():
            known, line = first.setdefault(objective.id, (objective, document.line(path)))
            if known != objective:
                message = f"line {line} has another limit for {objective.id}; a list has one for each objective"
                yield Problem(document.line(path), dotted(path), message)
