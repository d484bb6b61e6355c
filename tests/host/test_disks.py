"""What several disks did together."""

import pytest

from slogate.host.disks import DiskGrowth, disk_rates

FAST, SLOW = DiskGrowth(2000, 0, 90, 9, 100), DiskGrowth(0, 4000, 10, 991, 1800)


def test_work_adds_up_and_utilisation_is_that_of_the_busiest() -> None:
    assert disk_rates([FAST, SLOW], 2.0) == pytest.approx(
        {
            "disk_read_bytes_per_s": 1000,
            "disk_write_bytes_per_s": 2000,
            "disk_iops": 50,
            "disk_utilization": 0.9,
            "disk_await_ms": 10,
        }
    )


def test_a_disk_is_never_busier_than_always() -> None:
    assert disk_rates([DiskGrowth(0, 0, 1, 1, 2003)], 2.0)["disk_utilization"] == 1.0


def test_no_disk_and_no_time_tell_nothing() -> None:
    assert disk_rates([], 1.0) == {}
    assert disk_rates([FAST], 0.0) == {}
