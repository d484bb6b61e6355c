"""Where the numbers of a report come from: what was run, against what, on which machine, and how it was measured."""

from slogate.analyzer import imported
from slogate.analyzer.summary import Summary
from slogate.analyzer.units import counted
from slogate.report.text import rates_in_words
from slogate.runs.info import LOCAL_IN_CONTAINER, ImportInfo, PagesInfo, RunInfo
from slogate.runs.reading import imported_file
from slogate.slo.conditions import When
from slogate.slo.profile import ENGINES
from slogate.slo.rates import RatePlan, Stretch

_OPEN_ARRIVALS = (
    "Arrivals did not wait for responses. Latency counts from the moment an iteration was meant to start to the last "
    "byte of its first response, connection set-up included; later requests of an iteration count from their own start."
)
_PERCENTILES = (
    "Percentiles are exact order statistics of every request that ended as expected, and of every failed one that was "
    "slower than the limit. Intervals are exact binomial ones at the effective sample size."
)
_PAGE_LOADS = (
    "Pages were loaded with a cold cache, one at a time, {}. The estimate of a page metric is the median of its loads."
)
_WHEN_LOADED: dict[When, str] = {
    "idle": "before the load began",
    "loaded": "while the judged load held",
    "both": "before the load began, and again while its judged part held",
}
_LOADS_WHEN: dict[When, str] = {"idle": "", "loaded": " under load", "both": " idle, and again under load"}
_WARM_LOADS = (
    "Not so {}: there each load followed another one that is not counted, so that cache and connections were those of "
    "a visitor who comes again."
)
_SOFT_PAGES = (
    "{} came by a soft navigation: each load opened the page before, waited until that had settled, and then clicked. "
    "Times count from the click, and requests, long tasks and layout shifts from then on; what was painted is what the "
    "browser traces back to the click."
)
_CONNECTED = "The browser was one that ran before, in contexts of its own; what else it did is not known."
_OTHER_ENGINE = (
    "The browser was {}. Objectives on what it does not tell of are not judgeable, and its times compare only with "
    "those of the same engine."
)
_MORE_LOADS = (
    "Pages that were undecided were loaded again. Looking again after each load would make wrong answers more likely, "
    "so each look is made at a smaller level, with which all of them together are wrong as seldom as a single one."
)
_ANY_CERTIFICATE = (
    "TLS certificates were not verified, as verify_tls: false or --no-verify-tls asked: whoever answered at the "
    "targets' addresses was measured."
)
_IMPORTED = (
    "Other tools measured this; slogate read their records and judged them. It did not watch over the measurement, so "
    "what would pass is a warning."
)
_MEDIANS = "The estimate of a page metric is the median of its loads."
_CONTAINER = (
    "This machine is a container. CPU and memory are ratios of what it may use ({}); all else of the host is of the "
    "whole machine."
)
_SHARED_MACHINE = "The target runs on this machine, so CPU and memory include the load generator's own{}."


def facts(info: RunInfo, summary: Summary) -> list[tuple[str, str]]:
    """What was run, against what and where, as names and values."""
    found = [
        ("Service", info.service),
        ("Release", info.release),
        ("Profile", info.profile),
        ("Targets", _targets(info)),
        ("Started", info.started_at),
        ("State", f"{info.state.value}{f': {info.state_reason}' if info.state_reason else ''}"),
    ]
    if info.load is not None:
        found.append(("Load", _load(info, summary)))
    if info.imports:
        found.append(("Imported", "; ".join(map(_import, info.imports))))
    if info.pages is not None and not info.imports:
        found.append(("Pages", _pages(info.pages)))
        if info.pages.cpu_benchmark is not None:
            found.append(("CPU benchmark", f"{info.pages.cpu_benchmark:,.0f}, of the browser, by JavaScript"))
    if info.host_source:
        found.append(("Host", f"told by {info.host_source}{_clock(info)}"))
    if not info.imports:  # whose machine nobody knows
        machine = info.environment
        found.append(
            (
                "Machine",
                f"{machine.get('processor', '?')}, {machine.get('cores', '?')} cores, {machine.get('system', '?')}",
            )
        )
    found.append(("Tools", ", ".join(f"{name} {version}" for name, version in info.tools.items())))
    return found


def _clock(info: RunInfo) -> str:
    """How wrong the clock over there is, and what that means for the samples."""
    ahead_s = info.host_clock_ahead_s
    if ahead_s is None:
        return ""
    off = f"{abs(ahead_s):.3f} s {'ahead of' if ahead_s >= 0 else 'behind'} this machine's"
    if info.host_kind == "prometheus":
        return f"; its clock was {off}, which was taken off"
    return f"; the host's clock was {off}, and no sample has its time from there"


def _targets(info: RunInfo) -> str:
    addresses = ", ".join(dict.fromkeys(info.targets.values()))
    return addresses if info.verify_tls else f"{addresses}; certificates not verified"


def _pages(pages: PagesInfo) -> str:
    marked = {"warm cache": pages.warm, "soft navigation": pages.soft}
    marks = {name: ", ".join(mark for mark, those in marked.items() if name in those) for name in pages.planned}
    names = [f"{name} ({marks[name]})" if marks[name] else name for name in pages.planned]
    more = "" if pages.max_loads is None else f", up to {pages.max_loads} while undecided"
    where = "" if pages.browser == "chromium" else f", in {_engine(pages)}"
    loads = f"{counted(pages.loads, 'load' if pages.warm else 'cold load')} each{_LOADS_WHEN[pages.when]}"
    return f"{', '.join(names)}; {loads}{more}{where}"


def _engine(pages: PagesInfo) -> str:
    return next((name for engine, name in ENGINES.items() if engine == pages.browser), pages.browser)


def _import(info: ImportInfo) -> str:
    counts = ((info.requests, "request"), (info.page_loads, "page load"))
    taken = " and ".join(counted(count, what) for count, what in counts if count)
    left_out = f", without {info.left_out:,} that sum up others" if info.left_out else ""
    return f"{info.file} ({info.tool}, {info.form}): {taken}{left_out}"


def _load(info: RunInfo, summary: Summary) -> str:
    load = info.load
    if load is None:
        return ""
    plan = RatePlan([Stretch(item.seconds, item.from_per_s, item.to_per_s) for item in load.stretches])
    closed = f"{counted(load.users, 'user')}, closed"
    planned = f"{rates_in_words(plan)}, {load.arrivals} arrivals" if load.stretches else closed
    if len(load.workers) > 1:
        planned += f", by {counted(len(load.workers), 'generator')}"
    return f"{planned}; {counted(summary.judged_requests, 'request')} judged over {summary.judged_seconds:.0f} s"


def method(info: RunInfo) -> list[str]:
    """How the numbers came about, so that a reader need not guess."""
    if info.imports:
        return _method_of_import(info)
    sentences = []
    if info.load is not None and info.load.model == "open":
        sentences.append(_OPEN_ARRIVALS)
    if info.load is not None:
        sentences.append(_PERCENTILES)
    if info.pages is not None:
        sentences.append(_PAGE_LOADS.format(_WHEN_LOADED[info.pages.when]))
        if info.pages.browser != "chromium":
            sentences.append(_OTHER_ENGINE.format(_engine(info.pages)))
        if info.pages.connected:
            sentences.append(_CONNECTED)
        if info.pages.warm:
            sentences.append(_WARM_LOADS.format(", ".join(info.pages.warm)))
        if info.pages.soft:
            sentences.append(_SOFT_PAGES.format(", ".join(info.pages.soft)))
        if info.pages.max_loads is not None:
            sentences.append(_MORE_LOADS)
    if not info.verify_tls:
        sentences.append(_ANY_CERTIFICATE)
    if info.host_kind.startswith(LOCAL_IN_CONTAINER):
        sentences.append(_CONTAINER.format(info.host_kind.removeprefix(LOCAL_IN_CONTAINER)))
    if info.shared_machine:
        together = info.pages is not None and info.pages.when != "idle" and not info.pages.connected
        sentences.append(_SHARED_MACHINE.format(" and that of the browser" if together else ""))
    return sentences


def _method_of_import(info: RunInfo) -> list[str]:
    """What another tool measured is said with all that its record lacks."""
    said = [text for item in info.imports for text in imported.sentences(imported_file(item))]
    return [
        _IMPORTED,
        *dict.fromkeys(said),
        *([_PERCENTILES] if any(item.requests for item in info.imports) else []),
        *([_MEDIANS] if any(item.page_loads for item in info.imports) else []),
    ]
