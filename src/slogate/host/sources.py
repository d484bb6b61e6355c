"""Which source tells of the target's host: the one that slo.yaml names, else this machine if the target is here."""

from collections.abc import Iterable

from slogate.host.address import is_this_machine
from slogate.host.local import LocalSource
from slogate.host.source import Source
from slogate.slo.host import Host


def elsewhere(targets: Iterable[str]) -> str | None:
    """The first target that is not on this machine."""
    return next((url for url in targets if not is_this_machine(url)), None)


def source_of(host: Host | None, *, target_is_here: bool, verify_tls: bool) -> Source | None:
    """The source of the host's samples; None when nobody could tell of it."""
    if host is not None:
        # Its parser takes longer to import than the rest of the room, and most runs have no use for it.
        from slogate.host.node_exporter import NodeExporter  # noqa: PLC0415

        return NodeExporter(host.node_exporter, verify_tls=verify_tls)
    return LocalSource() if target_is_here else None
