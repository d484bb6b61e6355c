"""The cores of a host together: busy, waiting, stolen, and the busiest of them."""

import pytest

from slogate.host.cpus import Modes, cpu_rates

REST: Modes = {"user": 0.0, "idle": 0.0, "iowait": 0.0, "steal": 0.0}


def test_ratios_are_of_the_time_of_all_cores() -> None:
    busy: Modes = {"user": 0.5, "idle": 0.25, "iowait": 0.0, "steal": 0.25}
    waiting: Modes = {"user": 0.0, "idle": 0.5, "iowait": 0.5, "steal": 0.0}
    assert cpu_rates([(REST, busy), (REST, waiting)]) == pytest.approx(
        {"cpu": 0.375, "cpu_busiest_core": 0.75, "iowait": 0.25, "steal": 0.125}
    )


def test_what_a_system_does_not_tell_is_not_told() -> None:
    assert set(cpu_rates([({"user": 1.0, "idle": 1.0}, {"user": 1.5, "idle": 1.5})])) == {"cpu", "cpu_busiest_core"}


@pytest.mark.parametrize("mode", ["idle", "iowait"])
def test_rest_that_the_kernel_takes_back_is_no_reset(mode: str) -> None:
    before = {**REST, mode: 5.0}
    now = {**before, "user": 1.0, mode: 4.99}
    assert cpu_rates([(before, now)])["cpu"] == pytest.approx(1.0)
    assert cpu_rates([(before, {**now, mode: 0.1})]) == {}


def test_a_core_whose_work_went_back_takes_them_all() -> None:
    assert cpu_rates([(REST, {**REST, "user": 1.0}), ({**REST, "user": 9.0}, {**REST, "user": 1.0})]) == {}


def test_no_core_and_no_time_tell_nothing() -> None:
    assert cpu_rates([]) == {}
    assert cpu_rates([(REST, REST)]) == {}
