"""Which source tells of the target's host: the one that slo.yaml names, else this machine if the target is here."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from slogate.host.address import is_this_machine
from slogate.host.local import LocalSource
from slogate.host.processes import ProcessSource
from slogate.host.sampler import HostSampler
from slogate.slo.host import Host, Process


def elsewhere(targets: Iterable[str]) -> str | None:
    """The first target that is not on this machine."""
    return next((url for url in targets if not is_this_machine(url)), None)


class Sampler(Protocol):
    """Keeps samples of the host from its start to its stop. `latest` are the newest, `trouble` says what is missing."""

    @property
    def name(self) -> str:
        """How messages call who tells of the host."""

    @property
    def kind(self) -> str:
        """What of it must be equal before two runs are compared."""

    @property
    def clock_ahead_s(self) -> float | None:
        """By how much its clock is ahead of this machine's, in seconds; None where nobody knows, or it is the same."""

    latest: dict[str, float]

    @property
    def trouble(self) -> str:
        """Empty where nothing is missing."""

    def silence(self) -> str:
        """Why nothing is told, as soon as that is known; once, and empty from then on."""

    def start(self) -> None:
        """Begins."""

    def stop(self, *, patient: bool = True) -> None:
        """Ends, with everything in its file. Unless `patient`, what comes late is done without."""


def sampler_of(
    host: Host | None, path: Path, wall_offset_us: int, *, target_is_here: bool, verify_tls: bool
) -> Sampler | None:
    """What writes the samples of the host to `path`; None when nobody could tell of it."""
    # What speaks HTTP takes longer to import than the rest of the room, and most runs have no use for it.
    if host is not None and host.prometheus is not None and host.instance is not None:
        from slogate.host.prometheus import PrometheusHistory  # noqa: PLC0415

        return PrometheusHistory(host.prometheus, host.instance, path, wall_offset_us, verify_tls=verify_tls)
    if host is not None and host.node_exporter is not None:
        from slogate.host.node_exporter import NodeExporter  # noqa: PLC0415

        return HostSampler(NodeExporter(host.node_exporter, verify_tls=verify_tls), path, wall_offset_us)
    return HostSampler(LocalSource(), path, wall_offset_us) if target_is_here else None


def process_sampler_of(
    processes: Mapping[str, Process], path: Path, wall_offset_us: int, environ: Mapping[str, str]
) -> HostSampler:
    """What writes the samples of processes of this machine to `path`."""
    home = Path(environ.get("PM2_HOME") or Path.home() / ".pm2")
    return HostSampler(ProcessSource(processes, home, os.getpid()), path, wall_offset_us)
