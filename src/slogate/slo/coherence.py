"""What no part of slo.yaml has wrong by itself, and two parts have together."""

from collections.abc import Iterator

from slogate.slo.document import Document, Path, Problem, dotted
from slogate.slo.model import Area, Slo


def problems_between(slo: Slo, document: Document) -> Iterator[Problem]:
    """Pages under a load that no run makes, and objectives on processes that nobody watches."""
    yield from _pages_under_no_load(slo, document)
    yield from _unknown_processes(slo, document)


def _pages_under_no_load(slo: Slo, document: Document) -> Iterator[Problem]:
    if any(objective.area is Area.API for objective in slo.objectives()):
        return
    for name, profile in slo.profiles.items():
        if profile.when != "idle":
            path: Path = ("profiles", name, "when")
            message = (
                f"{profile.when} measures pages while the load holds, and without an objective in api no run makes a "
                "load; add one, such as api: {errors: < 1%}, or write when: idle"
            )
            yield Problem(document.line(path), dotted(path), message)


def _unknown_processes(slo: Slo, document: Document) -> Iterator[Problem]:
    known = slo.host.processes if slo.host is not None else {}
    for name in slo.resources.processes if slo.resources is not None else ():
        if name not in known:
            path: Path = ("resources", "processes", name)
            others = f" (it has {', '.join(known)})" if known else ""
            message = f"host.processes{others} does not say which process that is; add it there, such as {name}: pm2"
            yield Problem(document.line(path), dotted(path), message)
