"""What a profile can decide at best: too short a run cannot pass, nor what its browser does not tell of."""

from collections.abc import Iterator

from slogate.analyzer.dependence import effective_size
from slogate.analyzer.looks import level_of_each
from slogate.analyzer.proportion import least_size
from slogate.analyzer.units import counted
from slogate.analyzer.web.tti import QUIET_WINDOW_MS
from slogate.slo.conditions import conditions_of
from slogate.slo.model import Area, Objective, Slo
from slogate.slo.profile import ENGINES, Profile

# No other engine has entries for long tasks and layout shifts so far. A run goes by what its own browser tells.
_TOLD_BY_CHROMIUM_ALONE = {"tti", "tbt", "cls", "inp"}


def outlook(slo: Slo, profile: Profile) -> Iterator[str]:
    """One sentence for each reason why this profile cannot pass. For a closed model nothing is known beforehand."""
    alpha = 1 - slo.policy.confidence
    objectives = slo.objectives()
    if not profile.makes_load and any(item.area is Area.API for item in objectives):
        yield "it makes no load (rate, stages or users), so it is for runs without api, such as --only web"
    planned = profile.planned_requests
    if planned is not None:
        arrivals = int(planned)
        needs = {what: needed for item in objectives for what, needed in _needs(item, alpha)}
        for what, needed in needs.items():
            if effective_size(arrivals, 1.0, alpha) < needed:
                enough = needed / effective_size(10_000, 1.0, alpha) * 10_000
                yield (
                    f"{counted(arrivals, 'arrival')} cannot decide {what}: it takes {enough:,.0f} even of "
                    f"independent ones, {enough / planned * profile.judged_s:,.0f} s at this rate"
                )
    most = profile.most_page_loads
    loads = least_size(0.5, level_of_each(0.5, profile.page_loads, most, alpha))
    if not any(item.area is Area.WEB for item in objectives):
        return
    if most < loads:
        yield f"{counted(most, 'page load')} cannot pass a median: it takes {loads}"
    untold = sorted({item.metric for item in objectives if item.area is Area.WEB} & _TOLD_BY_CHROMIUM_ALONE)
    if untold and profile.browser != "chromium":
        yield f"{', '.join(untold)} cannot be judged in {ENGINES[profile.browser]}, which does not tell of them"
    room = int(profile.judged_s / (QUIET_WINDOW_MS / 1000))  # no load is over sooner, for it waits for a quiet window
    pages = len(profile.pages or ("any",))
    if "loaded" in conditions_of(profile.when) and room < pages * loads:
        yield (
            f"{profile.judged_s:g} s of load have time for {counted(room, 'page load')} at most, and a median takes "
            f"{loads} of each page"
        )


def needed_requests(objective: Objective, alpha: float) -> int | None:
    """How many independent requests a pass of a percentile or of an error rate takes at least; None for any other
    objective.
    """
    if objective.area is not Area.API or objective.limit is None:
        return None
    if objective.quantile is not None:
        return least_size(1 - objective.quantile, alpha)
    return least_size(objective.limit.value, alpha) if objective.metric == "errors" else None


def nothing_to_judge(slo: Slo) -> str:
    """Why no run can be judged by this file, however long; empty where one can."""
    if any(objective.limit is not None for objective in slo.objectives()):
        return ""
    return (
        "no run can be judged by this file: normal is what runs had that passed, and by this file none ever passes; "
        "add an objective with a limit, such as cpu: < 70%"
    )


def _needs(objective: Objective, alpha: float) -> Iterator[tuple[str, int]]:
    """How many independent requests a pass takes, for objectives over all endpoints."""
    needed = needed_requests(objective, alpha) if objective.subject is None else None
    if needed is not None and objective.limit is not None:
        yield f"errors {objective.limit.text}" if objective.metric == "errors" else objective.statistic, needed
