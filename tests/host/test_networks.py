"""What a host carried to and from others."""

import pytest

from slogate.host.networks import NetworkCounters, network_rates

BEFORE = {"eth0": NetworkCounters(1000, 2000), "ens5": NetworkCounters(0, 0)}
NOW = {"eth0": NetworkCounters(3000, 2500), "ens5": NetworkCounters(100, 0)}
RATES = {"network_rx_bytes_per_s": 1050.0, "network_tx_bytes_per_s": 250.0}


def test_interfaces_add_up() -> None:
    assert network_rates(BEFORE, NOW, 2.0) == RATES


@pytest.mark.parametrize("name", ["lo", "veth1a2b", "docker0", "br-1234", "cni0", "wg0", "bond0", "eth0.100", "tun0"])
def test_those_that_lead_nowhere_else_are_not_counted_twice(name: str) -> None:
    before, now = {**BEFORE, name: NetworkCounters(0, 0)}, {**NOW, name: NetworkCounters(1e9, 1e9)}
    assert network_rates(before, now, 2.0) == RATES


def test_counters_that_went_back_are_no_spike_and_no_half_of_a_sum() -> None:
    assert network_rates(BEFORE, {**NOW, "eth0": NetworkCounters(10, 10)}, 2.0) == {}


def test_one_that_has_just_come_begins_with_the_next_reading() -> None:
    assert network_rates({"ens5": BEFORE["ens5"]}, NOW, 2.0) == {
        "network_rx_bytes_per_s": 50.0,
        "network_tx_bytes_per_s": 0.0,
    }


def test_nothing_and_no_time_tell_nothing() -> None:
    assert network_rates({}, {}, 1.0) == {}
    assert network_rates(BEFORE, NOW, 0.0) == {}
