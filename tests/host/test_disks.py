"""What several disks did together."""

import pytest

from slogate.host.disks import DiskGrowth, disk_rates, lies_on_others, parts_of

FAST, SLOW = DiskGrowth("vda", 2000, 0, 90, 9, 100), DiskGrowth("vdb", 0, 4000, 10, 991, 1800)


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
    assert disk_rates([DiskGrowth("vda", 0, 0, 1, 1, 2003)], 2.0)["disk_utilization"] == 1.0


def test_no_disk_and_no_time_tell_nothing() -> None:
    assert disk_rates([], 1.0) == {}
    assert disk_rates([FAST], 0.0) == {}


def test_each_device_is_told_as_if_it_were_alone() -> None:
    parts = parts_of([FAST, SLOW], 2.0)
    assert [(part.kind, part.name) for part in parts] == [("disk", "vda"), ("disk", "vdb")]
    assert parts[1].values == disk_rates([SLOW], 2.0)
    assert parts_of([FAST], 0.0) == ()


@pytest.mark.parametrize(
    ("device", "lies"),
    [
        ("dm-0", True),
        ("md127", True),
        ("loop3", True),
        ("ram0", True),
        ("zram0", True),
        ("vda", False),
        ("nvme0n1", False),
    ],
)
def test_which_devices_lie_on_others(device: str, lies: bool) -> None:
    assert lies_on_others(device) is lies
