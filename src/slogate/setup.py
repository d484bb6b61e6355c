"""From a command line and slo.yaml to everything that a run needs to know before it starts, or every reason why it
cannot.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from slogate.errors import ConfigError, UsageError
from slogate.preflight import check_hosts, host_of
from slogate.redact import names_of_secrets, without_credentials
from slogate.runs.content import content_hash
from slogate.runs.environment import commit_of
from slogate.runs.info import Command
from slogate.slo.conditions import When
from slogate.slo.fields import http_url
from slogate.slo.file import SloFile
from slogate.slo.model import Area
from slogate.slo.profile import Engine, Profile
from slogate.suite_files import JOURNEYS, SCENARIOS, read_slo, scripts


@dataclass(frozen=True)
class Generators:
    """Which processes make the load: this many of our own (`processes`), or this many that join from other machines
    (`expected`) at `bind`, an address and a port; else one.
    """

    processes: int | None = None
    expected: int | None = None
    bind: tuple[str, int] = ("*", 5557)

    @property
    def count(self) -> int:
        """How many workers of Locust there will be; 0 where Locust's only process makes the load."""
        return self.processes or self.expected or 0


@dataclass(frozen=True)
class RunOptions:
    """What the command line asks for; None is "as the file says"."""

    slo_path: Path
    profile: str | None = None
    targets: tuple[str, ...] = ()
    release: str | None = None
    commit: str | None = None
    only: frozenset[Area] | None = None
    rate_per_s: float | None = None
    duration_s: float | None = None
    page_loads: int | None = None
    max_page_loads: int | None = None
    pages: tuple[str, ...] | None = None
    out: Path = Path("reports")
    generators: Generators = Generators()
    abort: Literal["fail", "decided", "never"] | None = None
    cdp: str | None = None
    verify_tls: bool | None = None
    browser: Engine | None = None
    when: When | None = None
    baseline: str | None = None
    command: Command = "run"
    confirms: str = ""
    reports: Path | None = None


@dataclass(frozen=True)
class Setup:
    """A run that can start: checked file, chosen profile, targets that may be measured, scenario and journey files
    that exist.
    """

    file: SloFile
    profile_name: str
    profile: Profile
    targets: Mapping[Area, str]
    allowed_hosts: frozenset[str]
    areas: tuple[Area, ...]
    locustfiles: tuple[Path, ...]
    journeys: tuple[Path, ...]
    release: str
    commit: str
    allow_inconclusive: bool
    secret_variables: list[str]
    generators: Generators
    cdp: str | None = None
    verify_tls: bool = True
    command: Command = "run"
    confirms: str = ""

    @property
    def longest_latency_limit_s(self) -> float:
        """The most patient latency limit; 1 s when there is none."""
        objectives = self.file.slo.objectives()
        return max(
            (item.limit.value / 1e6 for item in objectives if item.metric == "latency" and item.limit), default=1.0
        )

    def record_fields(self) -> dict[str, Any]:
        """What run.json says of it."""
        return {
            "command": self.command,
            "confirms": self.confirms,
            "service": self.file.slo.service,
            "release": self.release,
            "commit": self.commit,
            "profile": self.profile_name,
            "areas": [area.value for area in self.areas],
            "targets": {
                area.value: without_credentials(url) for area, url in self.targets.items() if area in self.areas
            },
            "allow_inconclusive": self.allow_inconclusive,
            "verify_tls": self.verify_tls,
            "variables": self.file.judging_variables,
            "content": {
                name: content_hash(files)
                for name, files in (("loadtests", self.locustfiles), ("webvitals", self.journeys))
                if files
            },
        }


def prepare(options: RunOptions, variables: Mapping[str, str]) -> Setup:
    """Checks everything that can be checked without the target. Raises `ConfigError` or `UsageError`."""
    file = read_slo(options.slo_path, variables)
    name, profile = _profile(file, options)
    areas = _areas(file, options.only)
    _check_that_there_is_a_load(profile, areas, options)
    if Area.API in areas and not profile.makes_load:
        where = f"{file.name}:{file.line('profiles', name)}: profiles.{name}"
        raise ConfigError(
            f"{where}: it makes no load, and this run measures requests",
            cure="give it a rate (such as 50/s), stages or users, or give --rate; or leave api out with --only",
        )
    targets = _targets(file, options.targets)
    if areas == (Area.RESOURCES,):  # else the host is that of the targets that are measured
        targets[Area.RESOURCES] = targets.get(Area.API) or targets[Area.WEB]
    allowed = frozenset(
        {host_of(url) for url in _named_targets(file)} | {host.lower() for host in file.slo.allowed_hosts} - {""}
    )
    check_hosts([targets[area] for area in areas if area in targets], allowed)
    # An exporter may be asked, and no load may go to it.
    named = allowed | {host_of(url) for url in file.written_hosts}
    check_hosts(file.slo.host.addresses if file.slo.host is not None else (), named)
    base = options.slo_path.resolve().parent
    inconclusive = profile.inconclusive or file.slo.policy.inconclusive
    return Setup(
        file=file,
        profile_name=name,
        profile=profile,
        targets=targets,
        allowed_hosts=allowed,
        areas=areas,
        locustfiles=scripts(base / SCENARIOS, "a Locust scenario") if Area.API in areas else (),
        journeys=scripts(base / JOURNEYS, "a page journey") if Area.WEB in areas else (),
        release=options.release or variables.get("SLOGATE_RELEASE") or "unnamed",
        commit=options.commit or commit_of(base, variables),
        allow_inconclusive=inconclusive == "allow",
        secret_variables=sorted(names_of_secrets(variables)),
        generators=_generators(options.generators, areas),
        cdp=_devtools(options, profile, variables),
        verify_tls=file.slo.verify_tls if options.verify_tls is None else options.verify_tls,
        command=options.command,
        confirms=options.confirms,
    )


def _devtools(options: RunOptions, profile: Profile, variables: Mapping[str, str]) -> str | None:
    """Where the DevTools of a browser are that runs already. The variable is for Chromium, an option for this run."""
    if profile.browser == "chromium":
        return options.cdp or variables.get("SLOGATE_CDP") or None
    if options.cdp is not None:
        raise UsageError(
            f"--cdp is about a Chromium that runs already, and pages are to be loaded in {profile.browser}",
            cure="leave --cdp out, or give --browser chromium",
        )
    return None


def _check_that_there_is_a_load(profile: Profile, areas: Sequence[Area], options: RunOptions) -> None:
    if options.when is not None and Area.WEB not in areas:
        raise UsageError(
            f"--when {options.when} is about page loads, and this run makes none",
            cure="name web in --only, or leave it out",
        )
    if profile.when != "idle" and Area.WEB in areas and Area.API not in areas:
        raise UsageError(
            f"pages are to be measured while the load holds (when: {profile.when}), and this run makes none",
            cure="leave --only out, or name api in it; or measure pages alone with --when idle",
        )


def _generators(asked: Generators, areas: Sequence[Area]) -> Generators:
    if asked.count and Area.API not in areas:
        raise UsageError(
            "--processes and --expect-workers are about load, and this run makes none", cure="leave them out"
        )
    if asked.processes is not None and asked.expected is not None:
        raise UsageError(
            "--processes starts generators here and --expect-workers awaits them from elsewhere; give one of them",
            cure="on the other machines, run `slogate worker --master HOST --processes N`",
        )
    return asked


def _profile(file: SloFile, options: RunOptions) -> tuple[str, Profile]:
    profiles = file.slo.profiles
    name = options.profile or next(iter(profiles))
    if name not in profiles:
        close = difflib.get_close_matches(name, profiles, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise UsageError(f"{options.slo_path} has no profile {name!r}{hint}", cure=f"it has {', '.join(profiles)}")
    profile = profiles[name]
    changes: dict[str, object] = {}
    if options.page_loads is not None:
        changes |= {"page_loads": options.page_loads, "max_page_loads": None}
    if options.max_page_loads is not None:
        least = options.page_loads or profile.page_loads
        if options.max_page_loads < least:
            raise UsageError(f"--max-page-loads {options.max_page_loads} is less than the {least} page loads")
        changes["max_page_loads"] = options.max_page_loads
    if options.when is not None:
        changes["when"] = options.when
    if options.pages is not None:
        changes["pages"] = list(options.pages)
    if options.browser is not None:
        changes["browser"] = options.browser
    if options.abort is not None:
        changes["abort"] = options.abort
    if options.rate_per_s is not None:
        changes |= {"rate": options.rate_per_s, "users": None, "stages": None}
    if options.duration_s is not None:
        if profile.stages is not None and options.rate_per_s is None:
            raise UsageError(
                f"the stages of profile {name} say how long they last", cure="give --rate too, or leave --duration out"
            )
        changes["duration"] = options.duration_s
    return name, profile.model_copy(update=changes)


def _areas(file: SloFile, only: frozenset[Area] | None) -> tuple[Area, ...]:
    with_objectives = {objective.area for objective in file.slo.objectives()}
    missing = sorted((only or frozenset()) - with_objectives)
    if missing:
        raise UsageError(
            f"slo.yaml has no objective in {', '.join(missing)}, which --only names", cure="add one, or leave it out"
        )
    return tuple(area for area in Area if area in with_objectives and (only is None or area in only))


def _targets(file: SloFile, given: tuple[str, ...]) -> dict[Area, str]:
    named = file.slo.targets
    fallback = named.api or named.web
    targets = {Area.API: named.api or fallback, Area.WEB: named.web or fallback}
    for text in given:
        area, separator, url = text.partition("=")
        if separator and area in {Area.API, Area.WEB}:
            targets[Area(area)] = _checked_url(url)
        else:
            targets = dict.fromkeys(targets, _checked_url(text))
    return {area: url for area, url in targets.items() if url is not None}


def _checked_url(url: str) -> str:
    try:
        return http_url(url)
    except ValueError as error:
        raise UsageError(f"--target: {error}") from None


def _named_targets(file: SloFile) -> list[str]:
    targets = file.slo.targets
    return [url for url in (targets.api, targets.web, *file.written_targets) if url]
