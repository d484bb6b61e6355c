"""verdict.json: the verdict for machines. Its JSON Schema ships with the package (`slogate schema verdict`)."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from slogate.analyzer.explain import SlowRequest
from slogate.analyzer.explanation import Explanation
from slogate.analyzer.finding import Finding
from slogate.analyzer.result import ObjectiveResult, State
from slogate.analyzer.verdict import Verdict
from slogate.runs.info import RunInfo

SCHEMA_VERSION = 1


class RunIdentity(BaseModel):
    """Which run was judged."""

    run_id: str
    service: str
    release: str
    profile: str
    state: str
    started_at: str
    ended_at: str | None
    targets: dict[str, str]


class VerdictDocument(BaseModel):
    """The whole of verdict.json. The numbers of an objective are in its `unit`: milliseconds, ratios 0..1, bytes,
    counts or scores; null is "there is none", never zero.
    """

    model_config = ConfigDict(title="slogate verdict")

    schema_version: int = SCHEMA_VERSION
    run: RunIdentity
    state: State
    exit_code: int
    reason: str
    confidence: float
    objectives: list[ObjectiveResult]
    findings: list[Finding]
    explanations: list[Explanation] = []
    slowest: list[SlowRequest] = []


def document(
    info: RunInfo,
    verdict: Verdict,
    *,
    exit_code: int,
    confidence: float,
    explanations: Sequence[Explanation] = (),
    slowest: Sequence[SlowRequest] = (),
) -> VerdictDocument:
    """The document of a judged run; `explanations` are of the objectives on requests and resources that failed, and
    `slowest` are its slowest requests, which are looked for where there is an explanation.
    """
    return VerdictDocument(
        run=RunIdentity.model_validate(info.model_dump()),
        state=verdict.state,
        exit_code=exit_code,
        reason=verdict.reason,
        confidence=confidence,
        objectives=list(verdict.objectives),
        findings=list(verdict.findings),
        explanations=list(explanations),
        slowest=list(slowest),
    )


def render(content: VerdictDocument) -> str:
    """The text of verdict.json."""
    return content.model_dump_json(indent=2) + "\n"
