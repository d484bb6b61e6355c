"""Did page loads and the load that held meanwhile disturb each other? They do where they share a machine.

Whether a generator was disturbed too much is judged by what it says of itself (`validity_generator`,
`validity_lateness`). What a page felt of it nobody can tell apart, so that is said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from slogate.analyzer.evidence import Evidence
from slogate.analyzer.finding import Finding, warning
from slogate.slo.model import Area

_OF_A_BUSY_GENERATOR = {"generator_saturated", "late_arrivals"}
_BROWSER_TOO = (
    "; the browser that loaded pages meanwhile took CPU of the same machine: give it another one (--cdp), or measure "
    "pages apart (when: idle)"
)


def findings(evidence: Evidence) -> Iterator[Finding]:
    """That the browser and a generator shared a machine while pages were loaded under load."""
    if share_a_machine(evidence):
        yield warning(
            "browser_beside_generator",
            Area.WEB,
            "the browser that loaded pages under load shared a machine with a load generator, so these loads also felt "
            "the generator, which no visitor does",
            "make the load from another machine (--expect-workers and `slogate worker`), or load pages in a browser on "
            "another one (--cdp)",
        )


def with_the_browser_named(found: Iterable[Finding], evidence: Evidence) -> Iterator[Finding]:
    """The findings, where those on a busy generator say that the browser may be why."""
    shared = share_a_machine(evidence)
    for finding in found:
        named = shared and finding.code in _OF_A_BUSY_GENERATOR
        yield replace(finding, cure=finding.cure + _BROWSER_TOO) if named else finding


def share_a_machine(evidence: Evidence) -> bool:
    """Whether a generator ran on the browser's machine while it loaded pages."""
    generators = {worker.host for worker in evidence.load.workers} if evidence.load is not None else set()
    return evidence.browser_host in generators and any(load.when == "loaded" for load in evidence.pages)
