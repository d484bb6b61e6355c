"""Something found about a run itself, before the verdict."""

from dataclasses import dataclass
from enum import StrEnum

from slogate.slo.conditions import Condition
from slogate.slo.model import Area


class Severity(StrEnum):
    """An error makes objectives not judgeable, a warning is said."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """Something about the run itself. `subject` narrows it to one page, and `when` to its loads under one condition;
    `code` is stable, for machines; `cause` is what of the message other subjects may share, empty: all of it.
    """

    code: str
    severity: Severity
    area: Area
    subject: str | None
    message: str
    cure: str
    when: Condition | None = None
    cause: str = ""


def error(
    code: str,
    area: Area,
    message: str,
    cure: str,
    subject: str | None = None,
    when: Condition | None = None,
    cause: str = "",
) -> Finding:
    """What makes objectives not judgeable."""
    return Finding(code, Severity.ERROR, area, subject, message, cure, when, cause)


def warning(code: str, area: Area, message: str, cure: str, subject: str | None = None) -> Finding:
    """What is said and changes nothing."""
    return Finding(code, Severity.WARNING, area, subject, message, cure)
