"""What the requests of the load show beyond their objectives: that an endpoint answers, and that a limiter is there.

All rows are looked at, those of the warm-up and of endpoints that slo.yaml ignores too: whether a health check answers
is no matter of its latency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slogate.analyzer.evidence import Evidence, Outcome
from slogate.checklists.page_facts import limited_pages
from slogate.checklists.proof import Mark, Proof

_TOO_MANY = 429  # https://www.rfc-editor.org/rfc/rfc6585#section-4


@dataclass(frozen=True)
class Asked:
    """How often an endpoint was asked, how often that went well, and how often it was answered that it is too much."""

    requests: int
    ok: int
    refused: int


def asked(evidence: Evidence) -> Mapping[str, Asked]:
    """Each endpoint that was asked, in one pass over the requests."""
    if evidence.requests is None:
        return {}
    names = evidence.requests.endpoints
    counts = np.zeros((3, len(names)), np.int64)
    for rows in evidence.requests.windows():
        for row, chosen in enumerate((None, rows.outcome == Outcome.OK, rows.status == _TOO_MANY)):
            endpoints = rows.endpoint if chosen is None else rows.endpoint[chosen]
            counts[row] += np.bincount(endpoints, minlength=len(names))
    return {name: Asked(*map(int, counts[:, index])) for index, name in enumerate(names) if counts[0, index]}


def answers(names: Sequence[str], known: Mapping[str, Asked]) -> list[Proof]:
    """Whether each of these endpoints was asked and always answered as expected."""
    return [_answers(name, known.get(name)) for name in names]


def _answers(name: str, found: Asked | None) -> Proof:
    if found is None:
        return Proof(Mark.OPEN, "endpoint.unseen", {"endpoint": name})
    values: dict[str, str | int] = {"endpoint": name, "requests": found.requests, "failed": found.requests - found.ok}
    if found.ok == found.requests:
        return Proof(Mark.TICKED, "endpoint.answers", values)
    return Proof(Mark.UNDECIDED if found.ok else Mark.CROSSED, "endpoint.fails", values)


def rate_limited(evidence: Evidence, known: Mapping[str, Asked]) -> list[Proof]:
    """Whether a rate limiter was seen: by its headers on an answer to a page, or because it refused a request.

    It is never crossed: that a run met none says only that it stayed below the limit, or that the limiter is silent.
    """
    refusing = {name: found.refused for name, found in known.items() if found.refused}
    if refusing:
        most = max(refusing, key=lambda name: refusing[name])
        return [Proof(Mark.TICKED, "rate_limited.refused", {"endpoint": most, "requests": refusing[most]})]
    url = next(limited_pages(evidence), None)
    if url is not None:
        return [Proof(Mark.TICKED, "rate_limited.told", {"url": url})]
    return [Proof(Mark.OPEN, "rate_limited.unseen")]
