"""Who slo.yaml names goes before this machine, which tells only of a target that runs on it."""

from pathlib import Path

import pytest

from slogate.host.local import LocalSource
from slogate.host.sources import elsewhere, sampler_of
from slogate.slo.host import Host

EXPORTER = Host(node_exporter="http://10.0.0.5:9100")
PROMETHEUS = Host(prometheus="http://u:pw@prom:9090/", instance="10.0.0.5:9100")


@pytest.mark.parametrize(
    ("host", "here", "name"),
    [
        (None, True, LocalSource().name),
        (None, False, None),
        (EXPORTER, False, "the node exporter at http://10.0.0.5:9100/metrics"),
        (EXPORTER, True, "the node exporter at http://10.0.0.5:9100/metrics"),
        (PROMETHEUS, False, "Prometheus at http://prom:9090 with instance 10.0.0.5:9100"),
    ],
)
def test_who_tells_of_the_host(host: Host | None, here: bool, name: str | None, tmp_path: Path) -> None:
    found = sampler_of(host, tmp_path / "host", 0, target_is_here=here, verify_tls=True)
    assert (found.name if found is not None else None) == name


def test_the_first_target_that_is_elsewhere() -> None:
    assert elsewhere(["http://127.0.0.1:1", "http://192.0.2.1", "http://192.0.2.2"]) == "http://192.0.2.1"
    assert elsewhere(["http://localhost:1"]) is None
