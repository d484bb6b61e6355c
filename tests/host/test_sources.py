"""The source that slo.yaml names goes before this machine, which tells only of a target that runs on it."""

import pytest

from slogate.host.local import LocalSource
from slogate.host.node_exporter import NodeExporter
from slogate.host.sources import elsewhere, source_of
from slogate.slo.host import Host

NAMED = Host(node_exporter="http://10.0.0.5:9100")


@pytest.mark.parametrize(
    ("host", "here", "kind"),
    [
        (None, True, LocalSource),
        (None, False, type(None)),
        (NAMED, False, NodeExporter),
        (NAMED, True, NodeExporter),
    ],
)
def test_who_tells_of_the_host(host: Host | None, here: bool, kind: type) -> None:
    assert type(source_of(host, target_is_here=here, verify_tls=True)) is kind


def test_it_is_called_by_its_address() -> None:
    source = source_of(NAMED, target_is_here=False, verify_tls=True)
    assert source is not None
    assert source.name == "the node exporter at http://10.0.0.5:9100/metrics"


def test_the_first_target_that_is_elsewhere() -> None:
    assert elsewhere(["http://127.0.0.1:1", "http://192.0.2.1", "http://192.0.2.2"]) == "http://192.0.2.1"
    assert elsewhere(["http://localhost:1"]) is None
