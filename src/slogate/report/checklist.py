"""What `slogate check` prints: the objectives and profiles as they were understood."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slogate.analyzer.outlook import nothing_to_judge, outlook
from slogate.analyzer.units import counted
from slogate.report.model import AREA_TITLES
from slogate.report.text import printable, rates_in_words
from slogate.slo.conditions import When
from slogate.slo.model import Area, Objective, Slo
from slogate.slo.notify import Notify
from slogate.slo.profile import Profile

_WHEN: dict[When, str] = {"idle": "", "loaded": " under load", "both": " idle, and under load"}


def render(slo: Slo, name: str, pages: Sequence[str] | None = None, journeys: str = "") -> RenderableType:
    """The meaning of an SLO file. `pages` are those that the files of the folder `journeys` declare; None: there is no
    file yet.
    """
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("area", "of", "metric", "pass", "warn"):
        table.add_column(heading)
    objectives = slo.objectives()
    for area in Area:
        for objective in (item for item in objectives if item.area is area):
            table.add_row(*map(Text, _cells(objective)))
    profiles = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("profile", "load", "warm-up", "judged", "page loads", "if inconclusive"):
        profiles.add_column(heading)
    for title, profile in slo.profiles.items():
        profiles.add_row(*map(Text, _profile_cells(title, profile, slo)))
    count = counted(len(objectives), "objective")
    notes = [Text(sentence, style="yellow") for sentence in _notes(slo)]
    if pages is None and any(item.area is Area.WEB for item in objectives):
        notes.append(Text(f"no run can load pages: there is no journey in {journeys}", style="yellow"))
    told = [Text(), Text(f"pages: {', '.join(map(printable, pages))}")] if pages is not None else []
    told += _who_is_told(slo.notify) if slo.notify is not None else []
    headline = Text(f"{name} is in order: {slo.service}, {count}", style="green")
    return Group(headline, Text(), table, Text(), profiles, *told, *([Text(), *notes] if notes else []))


def _who_is_told(notify: Notify) -> list[Text]:
    lines = [
        f"{item.title} by {item.service} of {', '.join(item.on) if item.on else 'everything'}"
        for item in notify.told_at_once
    ]
    lines += [
        f"{step.level}, {step.who}, by {step.channel}"
        + (f" after {step.after_s:g} s unless it is acknowledged" if step.after_s else " at once")
        for step in notify.ladder
    ]
    return [Text(), *(Text(f"told: {printable(line)}") for line in lines)]


def _notes(slo: Slo) -> Iterator[str]:
    if nothing := nothing_to_judge(slo):
        yield nothing
    for title, profile in slo.profiles.items():
        for sentence in outlook(slo, profile):
            yield f"{title}: {sentence}"


def _cells(objective: Objective) -> tuple[str, ...]:
    scope = {Area.API: "all endpoints", Area.WEB: "each page", Area.RESOURCES: "the target's host"}[objective.area]
    metric = objective.metric if objective.area is Area.RESOURCES else f"{objective.statistic} {objective.metric}"
    return (
        AREA_TITLES[objective.area],
        objective.subject or scope,
        metric.replace("rate errors", "error rate"),
        _pass(objective),
        objective.warn.text if objective.warn is not None else "",
    )


def _pass(objective: Objective) -> str:
    text = objective.limit.text if objective.limit is not None else objective.statistic
    return f"{text}, {objective.vs_baseline.text} vs baseline" if objective.vs_baseline is not None else text


def _profile_cells(title: str, profile: Profile, slo: Slo) -> tuple[str, ...]:
    plan = profile.rate_plan
    load = "none" if profile.users is None else f"{counted(profile.users, 'user')}, closed"
    if plan is not None:
        load = f"{rates_in_words(plan)} {profile.arrivals}"
    return (
        title,
        load,
        f"{profile.warmup_s:g} s",
        f"{profile.judged_s:g} s",
        _page_loads(profile) if any(item.area is Area.WEB for item in slo.objectives()) else "none",
        profile.inconclusive or slo.policy.inconclusive,
    )


def _page_loads(profile: Profile) -> str:
    more = "" if profile.max_page_loads is None else f" to {profile.max_page_loads}"
    pages = f" of {', '.join(profile.pages)}" if profile.pages else ""
    browser = "" if profile.browser == "chromium" else f" in {profile.browser}"
    return f"{profile.page_loads}{more}{_WHEN[profile.when]}{pages}{browser}"
