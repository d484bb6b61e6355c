"""Counters become ratios and rates; a counter that went back becomes nothing."""

import pytest
from exporters import answer
from hypothesis import given
from hypothesis import strategies as st

from slogate.host.exposition import parse_node_facts
from slogate.host.node_facts import NodeFacts
from slogate.host.node_rates import memory_of, rates_between
from slogate.host.source import Part

CPU = {"cpu", "cpu_busiest_core", "iowait"}


def rates_of(before: NodeFacts, now: NodeFacts, seconds: float) -> dict[str, float]:
    return rates_between(before, now, seconds)[0]


def facts(busy_s: float, idle_s: float, **more: float) -> NodeFacts:
    return parse_node_facts(answer(busy_s, idle_s, **more))


def test_what_happened_between_two_answers() -> None:
    rates = rates_of(facts(100, 900), facts(100.5, 901.5, waited_s=0.01), 2.0)
    assert rates == pytest.approx(
        {
            "cpu": 0.25,
            "cpu_busiest_core": 0.25,
            "iowait": 0.0,
            "disk_read_bytes_per_s": 0.0,
            "disk_write_bytes_per_s": 1024.0,
            "disk_iops": 0.25,
            "disk_utilization": 0.005,
            "disk_await_ms": 20.0,
        }
    )


def test_the_busiest_core_is_not_the_average_and_iowait_is_not_busy() -> None:
    before = NodeFacts(cpus={"0": {"user": 0, "idle": 0, "iowait": 0}, "1": {"user": 0, "idle": 0, "iowait": 0}})
    now = NodeFacts(cpus={"0": {"user": 1, "idle": 0, "iowait": 0}, "1": {"user": 0, "idle": 0.5, "iowait": 0.5}})
    assert rates_of(before, now, 1.0) == {"cpu": 0.5, "cpu_busiest_core": 1.0, "iowait": 0.25}


def test_a_disk_that_did_nothing_has_waited_for_nothing() -> None:
    rates = rates_of(facts(1, 1), facts(1, 2), 1.0)
    assert rates["disk_iops"] == 0
    assert "disk_await_ms" not in rates


def test_a_host_that_was_started_anew_has_no_rates_even_when_all_its_counters_grew() -> None:
    assert rates_of(facts(1, 1), facts(5, 5, booted_s=2000.0), 1.0) == {}
    assert rates_of(facts(1, 1), facts(5, 5, booted_s=1001.0), 1.0)["cpu"] == 0.5  # a clock that is corrected


def test_a_counter_that_went_back_takes_only_what_depends_on_it() -> None:
    assert set(rates_of(facts(9, 9, waited_s=9), facts(10, 10, waited_s=0), 1.0)) == CPU
    assert rates_of(facts(9, 9), facts(0.1, 0.2), 1.0) == {}
    one_core_back = NodeFacts(cpus={"0": {"user": 2, "idle": 2}, "1": {"user": 0, "idle": 0}})
    assert rates_of(NodeFacts(cpus={core: {"user": 1, "idle": 1} for core in "01"}), one_core_back, 1.0) == {}


def test_a_core_that_was_switched_on_and_a_disk_that_was_plugged_in_begin_with_the_next_answer() -> None:
    before, now = facts(1, 1), facts(2, 2)
    fewer = NodeFacts({"0": before.cpus["0"]}, {}, before.gauges)
    assert rates_of(fewer, now, 1.0) == {"cpu": 0.5, "cpu_busiest_core": 0.5, "iowait": 0.0}


@pytest.mark.parametrize("device", ["dm-0", "md127", "loop3", "ram0", "zram0"])
def test_devices_that_lie_on_others_are_not_counted_twice(device: str) -> None:
    before, now = facts(1, 1), facts(2, 2)
    twice, twice_now = (
        NodeFacts(item.cpus, {**item.disks, device: item.disks["vda"]}, item.gauges) for item in (before, now)
    )
    assert rates_of(twice, twice_now, 1.0) == rates_of(before, now, 1.0)


def test_each_disk_is_told_by_itself() -> None:
    _, parts = rates_between(facts(1, 1), facts(2, 2), 1.0)
    assert [(part.kind, part.name, part.values["disk_iops"]) for part in parts] == [("disk", "vda", 1.0)]
    assert rates_between(facts(1, 1), facts(5, 5, booted_s=2000.0), 1.0) == ({}, ())
    assert isinstance(parts[0], Part)


def test_the_network_is_told_by_what_leads_to_other_hosts() -> None:
    before, now = NodeFacts(), NodeFacts()
    for told, count in ((before, 1000.0), (now, 4000.0)):
        for device in ("eth0", "lo"):
            told.add("node_network_receive_bytes_total", {"device": device}, count)
            told.add("node_network_transmit_bytes_total", {"device": device}, 2 * count)
    assert rates_of(before, now, 2.0) == {"network_rx_bytes_per_s": 1500.0, "network_tx_bytes_per_s": 3000.0}


def test_swap_is_what_is_in_use_of_it_and_nothing_where_there_is_none() -> None:
    def swap(total: float, free: float) -> dict[str, float]:
        return memory_of(NodeFacts(gauges={"node_memory_SwapTotal_bytes": total, "node_memory_SwapFree_bytes": free}))

    assert swap(1e9, 0.75e9) == {"swap": 0.25}
    assert swap(0.0, 0.0) == {"swap": 0.0}
    assert memory_of(NodeFacts(gauges={"node_memory_SwapTotal_bytes": 1e9})) == {}


def test_memory_is_what_is_not_available_and_unknown_where_that_is() -> None:
    assert memory_of(facts(1, 1, memory=0.3)) == pytest.approx({"memory": 0.3})
    assert memory_of(NodeFacts(gauges={"node_memory_MemTotal_bytes": 1e9})) == {}
    assert memory_of(NodeFacts(gauges={"node_memory_MemTotal_bytes": 0.0, "node_memory_MemAvailable_bytes": 0.0})) == {}


@given(*[st.floats(0, 1e9)] * 4, st.floats(0.1, 3))
def test_no_pair_of_answers_makes_a_ratio_that_is_none(
    busy_before: float, idle_before: float, busy: float, idle: float, seconds: float
) -> None:
    rates = rates_of(facts(busy_before, idle_before), facts(busy, idle), seconds)
    assert all(0 <= rates[name] <= 1 for name in ("cpu", "cpu_busiest_core", "disk_utilization") if name in rates)
    assert all(value >= 0 for value in rates.values())
