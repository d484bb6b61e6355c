"""What is said below the table of objectives: one paragraph for all that share a state, its cause and its cure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slogate.analyzer.result import State
from slogate.report.model import Row

_MOST_NAMES = 3  # of pages or other objectives in a row; of more, two are named and the others counted
_UNTOLD = {State.PASS, State.INFO}


@dataclass(frozen=True)
class Paragraph:
    """Some objectives of one area that are in the same state for the same cause; `first` stands for all of them."""

    first: Row
    names: str
    reason: str


def paragraphs(rows: Iterable[Row]) -> list[Paragraph]:
    """One paragraph for each cause, in the order in which they are first met. What passes needs none."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        if row.state not in _UNTOLD:
            groups.setdefault((row.area, row.state, row.cause or row.reason, row.cure), []).append(row)
    return [_paragraph(group) for group in groups.values()]


def _paragraph(group: list[Row]) -> Paragraph:
    first = group[0]
    if len(group) == 1:
        return Paragraph(first, first.name, first.reason)
    return Paragraph(first, "; ".join(_names(group)), first.cause or first.reason)


def _names(group: list[Row]) -> Iterator[str]:
    """`p95 latency`; `FCP and LCP of home, cart and 58 more`: metrics of the same pages together."""
    alone = [row.name for row in group if not row.page]
    if alone:
        yield _listed(alone)
    pages_of: dict[str, list[str]] = {}
    for row in group:
        if row.page:
            pages_of.setdefault(row.metric, []).append(row.page)
    metrics_of: dict[tuple[str, ...], list[str]] = {}
    for metric, pages in pages_of.items():
        metrics_of.setdefault(tuple(pages), []).append(metric)
    for same, metrics in metrics_of.items():
        yield f"{_listed(metrics)} of {_listed(same)}"


def _listed(names: list[str] | tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    if len(names) <= _MOST_NAMES:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(names[:2])} and {len(names) - 2} more"
