"""What must be equal before two runs may be compared, and the differences in words.

It is what was done and where: the load, the pages, the scripts, the machine and the browser. It is not what is compared
(the release and its address), nor the slo.yaml, by which all runs are judged anew. A patch of the kernel or of the
browser does not set runs apart; it is told.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from slogate.runs.info import LoadInfo, PagesInfo, RunInfo

UNKNOWN = "not recorded"
_SHORT_HASH = 12
_GIB = 2**30
_HOST = "host told by"


@dataclass(frozen=True)
class Fingerprint:
    """Facts by name, in the words in which a difference is told."""

    facts: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """The same as one short text, for tables and file names."""
        return hashlib.sha256(repr(self.facts).encode()).hexdigest()[:_SHORT_HASH]


@dataclass(frozen=True)
class Difference:
    """A fact that two runs do not share."""

    name: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.name}: {self.first} and {self.second}"


def fingerprint_of(info: RunInfo) -> Fingerprint:
    """The fingerprint of a run."""
    return Fingerprint(tuple(_facts(info)))


def alike(first: Fingerprint, second: Fingerprint) -> bool:
    """Whether two runs may be compared."""
    return not differences(first, second)


def differences(first: Fingerprint, second: Fingerprint) -> list[Difference]:
    """What sets two runs apart, in the order of the facts. Older runs do not tell who told of the host, and that alone
    sets none of them apart.
    """
    one, other = dict(first.facts), dict(second.facts)
    if UNKNOWN in {one.get(_HOST), other.get(_HOST)}:
        one.pop(_HOST, None)
        other.pop(_HOST, None)
    names = dict.fromkeys([*one, *other])
    return [
        Difference(name, one.get(name, "none"), other.get(name, "none"))
        for name in names
        if one.get(name) != other.get(name)
    ]


def worth_telling(first: RunInfo, second: RunInfo) -> list[Difference]:
    """What differs without keeping runs apart: versions of what measured them, and of what they ran on."""
    pairs = [
        ("system", str(first.environment.get("system", UNKNOWN)), str(second.environment.get("system", UNKNOWN))),
        *(
            (name, first.tools.get(name, UNKNOWN), second.tools.get(name, UNKNOWN))
            for name in ("slogate", "locust", "playwright", "browser")
        ),
    ]
    return [Difference(name, one, other) for name, one, other in pairs if one != other]


def _facts(info: RunInfo) -> Iterator[tuple[str, str]]:
    yield "service", info.service
    yield "measured by", ", ".join(sorted({item.tool for item in info.imports})) or "slogate"
    yield "measured areas", ", ".join(info.areas)
    yield "schemes of the targets", ", ".join(f"{area} {urlsplit(url).scheme}" for area, url in info.targets.items())
    yield "target and generator", "on one machine" if info.shared_machine else "on two machines"
    yield _HOST, info.host_kind or UNKNOWN
    if info.load is not None:
        yield from _load(info.load)
        yield "scenarios", _script(info.content.get("loadtests"))
    if info.pages is not None:
        yield from _pages(info.pages)
        yield "journeys", _script(info.content.get("webvitals"))
        version = info.tools.get("browser", UNKNOWN).partition(".")[0]
        yield "browser", f"{info.pages.browser} {version}"
    machine = info.environment
    yield "processor", str(machine.get("processor", UNKNOWN))
    yield "architecture", str(machine.get("machine", UNKNOWN))
    yield "cores", str(machine.get("cores", UNKNOWN))
    memory = machine.get("memory_bytes")
    yield "memory", f"{round(memory / _GIB)} GiB" if isinstance(memory, int) else UNKNOWN


def _load(load: LoadInfo) -> Iterator[tuple[str, str]]:
    yield "load model", load.model
    if load.model == "closed":
        yield "users", str(load.users)
    else:
        yield "rate", ", ".join(_stretch(item.from_per_s, item.to_per_s, item.seconds) for item in load.stretches)
        yield "arrivals", load.arrivals
        yield "seed", str(load.seed)
    yield "warm-up", f"{load.warmup_s:g} s"
    yield "judged load", f"{load.duration_s:g} s"
    yield "generators", str(max(1, len(load.workers)))


def _stretch(from_per_s: float, to_per_s: float, seconds: float) -> str:
    rate = f"{to_per_s:g}/s" if from_per_s == to_per_s else f"{from_per_s:g} -> {to_per_s:g}/s"
    return f"{rate} for {seconds:g} s"


def _pages(pages: PagesInfo) -> Iterator[tuple[str, str]]:
    yield "pages", ", ".join(pages.planned)
    yield "page loads", f"{pages.loads}" if pages.max_loads is None else f"{pages.loads} to {pages.max_loads}"
    yield "when pages were loaded", pages.when
    yield "soft navigations", ", ".join(pages.soft) or "none"
    yield "pages with a warm cache", ", ".join(pages.warm) or "none"
    yield "throttle", ", ".join(f"{page} {name}" for page, name in pages.throttles.items()) or UNKNOWN
    yield "browser was running before", "yes" if pages.connected else "no"


def _script(digest: str | None) -> str:
    return UNKNOWN if digest is None else f"content {digest[:_SHORT_HASH]}"
