"""Can the loads of a page be judged? A page that is an error, blank or not what it should be looks fast."""

import re
from collections.abc import Iterator, Mapping

from slogate.analyzer.finding import Finding, error, warning
from slogate.analyzer.page_loads import LoadsOfPage
from slogate.analyzer.units import counted
from slogate.analyzer.web.clock import on_its_clock
from slogate.analyzer.web.facts import LoadOutcome, PageLoad
from slogate.analyzer.web.lcp import lcp_candidate
from slogate.slo.conditions import Condition, under
from slogate.slo.model import Area

_SPINNER = re.compile(r"spinner|loader|loading|skeleton|placeholder", re.IGNORECASE)
_PAGE_CURES = {
    LoadOutcome.HTTP_ERROR: "mend the page or its address in the journey; an error page loads fast",
    LoadOutcome.NOT_READY: "check the ready= selector of the journey, and whether the page really shows its content",
    LoadOutcome.JOURNEY_ERROR: "mend the journey there; slogate open shows the page, and again whenever you save it",
    LoadOutcome.NO_RESPONSE: "check that the target runs and that its address is right",
    LoadOutcome.DOCUMENT_NAVIGATION: "if it should be a soft navigation, see why no script took the click",
    LoadOutcome.NO_NAVIGATION: "let the function of the page click or press what leads there",
    LoadOutcome.REDIRECTED_AWAY: "add the host to allowed_hosts in slo.yaml if it is yours; else mend what leads there",
}


def findings(page: str, by_condition: Mapping[Condition, LoadsOfPage]) -> Iterator[Finding]:
    """All findings on the loads of one page: what breaks them under each condition, and what else they show."""
    for condition, of_it in by_condition.items():
        yield from _under(page, condition, of_it)
    loads = [load for of_it in by_condition.values() for load in of_it.judged]
    usable = [load for load in loads if load.outcome is LoadOutcome.OK]
    if usable and all(load.ready is None and not load.is_imported for load in usable):
        yield warning(
            "no_ready",
            Area.WEB,
            f"nothing shows that {page} was the page it should be: an error page with status 200 would count too",
            "name an element that only the right page has: @page(..., ready='#total')",
            page,
        )
    messages = [message for load in loads for message in load.console_errors]
    if messages:
        yield warning(
            "console_errors", Area.WEB, f"{page} logs errors to the console, such as {messages[0][:160]!r}", "", page
        )
    told_above = LoadOutcome.DOCUMENT_NAVIGATION
    if any(len(load.navigations) > 1 and load.outcome is not told_above for load in loads):
        yield warning("second_navigation", Area.WEB, f"{page} loads a second document by itself", "", page)
    candidates = (lcp_candidate(on_its_clock(load)) for load in loads)
    largest = [candidate.element or "" for candidate in candidates if candidate is not None]
    element = next((path for path in largest if _SPINNER.search(path)), None)
    if element:
        yield warning(
            "spinner_lcp", Area.WEB, f"the largest paint of {page} is {element}, which looks like a spinner", "", page
        )


def cure_of(load: PageLoad) -> str:
    """What may help a page that had this load, which cannot be judged."""
    return _PAGE_CURES.get(load.outcome, "open the page in a browser and look at what it shows")


def _under(page: str, condition: Condition, loads: LoadsOfPage) -> Iterator[Finding]:
    broken = [load for load in loads.judged if load.outcome is not LoadOutcome.OK]
    if broken:
        first = broken[0]
        share = f"{len(broken)} of {counted(len(loads.judged), 'load')}"
        yield error(
            f"page_{first.outcome.value}",
            Area.WEB,
            f"{share} of {under(page, condition)} cannot be judged: {first.reason}",
            cure_of(first),
            page,
            condition,
            f"loads cannot be judged: {first.reason}",
        )
    if loads.outlasting:
        count = len(loads.outlasting)
        yield warning(
            "load_outlasted",
            Area.WEB,
            f"{counted(count, 'load')} of {page} {'was' if count == 1 else 'were'} begun under load and outlasted it: "
            "not judged",
            "",
            page,
        )
