"""Samples become facts; what is no count is not known."""

import pytest

from slogate.host.node_facts import NAMES, NodeFacts


def test_facts_by_core_device_and_name() -> None:
    facts = NodeFacts()
    assert facts.nothing
    facts.add("node_cpu_seconds_total", {"cpu": "0", "mode": "user"}, 5.0)
    facts.add("node_disk_io_time_seconds_total", {"device": "vda", "job": "node"}, 6.0)
    facts.add("node_boot_time_seconds", {}, 7.0)
    facts.add("node_load1", {}, 8.0)
    assert facts.cpus == {"0": {"user": 5.0}}
    assert facts.disks == {"vda": {"io_time_seconds_total": 6.0}}
    assert facts.gauges == {"node_boot_time_seconds": 7.0}
    assert not facts.nothing


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -1.0])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_count_is_not_known(name: str, value: float) -> None:
    facts = NodeFacts()
    facts.add(name, {"cpu": "0", "mode": "user", "device": "vda"}, value)
    assert facts.nothing


def test_a_label_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        NodeFacts().add("node_cpu_seconds_total", {"cpu": "0"}, 1.0)
