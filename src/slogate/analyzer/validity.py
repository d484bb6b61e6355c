"""Can this run be judged at all? Findings that come before the verdict.

An `error` makes every objective of its area (or of its page) not judgeable: a limiter that answers 429, a ban that
answers fast 403s, a saturated generator and a blank page all look fast. A `warning` is said and changes nothing. Each
finding carries its evidence in numbers and the cure.
"""

from slogate.analyzer import (
    imported,
    validity_generator,
    validity_lateness,
    validity_pages,
    validity_record,
    validity_together,
)
from slogate.analyzer.evidence import Evidence
from slogate.analyzer.finding import Finding, error, warning
from slogate.analyzer.page_loads import loads_of
from slogate.analyzer.validity_requests import RequestFacts, refused, unnamed_endpoints
from slogate.slo.model import Area


def findings(evidence: Evidence, of_requests: RequestFacts | None) -> list[Finding]:
    """All findings of a run; `of_requests` is what its requests show, None where there is no record of any."""
    found: list[Finding] = []
    if of_requests is not None and of_requests.refused is not None:
        found += refused(of_requests.refused)  # first: who is refused learns little from how busy the generator was
    if of_requests is not None and of_requests.lateness is not None:
        found += validity_lateness.findings(of_requests.lateness)
    if evidence.load is not None:
        found += validity_generator.findings(evidence, evidence.load)
        record = None if of_requests is None else of_requests.record
        found += validity_record.findings(evidence, evidence.load, record)
    elif evidence.imported:
        found += imported.findings(evidence.imported)
    elif evidence.areas == {Area.RESOURCES} and not evidence.planned_pages:
        found.append(
            warning(
                "host_without_load",
                Area.RESOURCES,
                "nobody made load in this run: the host was only watched",
                "leave --only out, unless something else loads the target meanwhile",
            )
        )
    elif evidence.requests is not None:
        found.append(error("no_load_record", Area.API, "run.json does not say what load was made", "run it again"))
    if of_requests is not None:
        found += unnamed_endpoints(of_requests.judged, of_requests.endpoints)
    for page in dict.fromkeys(load.page for load in evidence.pages):
        loads = {condition: loads_of(evidence, page, condition) for condition in evidence.conditions}
        found += validity_pages.findings(page, loads)
    found += validity_together.findings(evidence)
    return list(validity_together.with_the_browser_named(found, evidence))
