"""A source is asked once a second; what it does not tell is a gap, and no fault of it ends more than its samples."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from process_tree import eventually

from slogate.host.sampler import HostSampler
from slogate.host.source import Part, Reading, SourceError
from slogate.runs.chunks import ChunkWriter, read_batches
from slogate.runs.schema import HOST


class Told:
    """A source that does what `tell` does, by the number of the question from 0."""

    name = "the oracle"
    kind = "oracle"

    def __init__(
        self, tell: Callable[[int], dict[str, float]], parts: tuple[Part, ...] = (), *, absent: bool = False
    ) -> None:
        self._tell, self._parts, self._absent = tell, parts, absent
        self.asked = 0
        self.closed = False

    def begin(self) -> None:
        if self._absent:
            raise SourceError("is not there")

    def read(self) -> Reading:
        self.asked += 1
        return Reading(time.monotonic(), self._tell(self.asked - 1), self._parts, time.time() + 7.5)

    def close(self) -> None:
        self.closed = True


def sampled(source: Told, path: Path, seconds: float) -> tuple[HostSampler, list[dict[str, object]]]:
    sampler = HostSampler(source, path / "host", round((time.time() - time.monotonic()) * 1e6))
    sampler.start()
    time.sleep(seconds)
    sampler.stop()
    return sampler, pa.Table.from_batches(read_batches(path / "host", HOST), HOST).to_pylist()


def test_a_second_without_an_answer_has_no_row(tmp_path: Path) -> None:
    def tell(number: int) -> dict[str, float]:
        if number == 1:
            raise SourceError("is silent")
        return {"cpu": 0.25}

    source = Told(tell)
    sampler, rows = sampled(source, tmp_path, 3.4)
    assert (source.asked, source.closed) == (3, True)
    assert [(row["source"], row["cpu"], row["memory"]) for row in rows] == [("target", 0.25, None)] * 2
    first_s, second_s = (float(str(row["time_us"])) / 1e6 for row in rows)
    assert second_s - first_s == pytest.approx(2, abs=0.3)
    assert abs(second_s - time.time()) < 2
    assert sampler.trouble == "the oracle is silent (1 of 3 times)"
    assert sampler.latest == {"cpu": 0.25}


def test_one_that_is_not_there_is_told_at_once_and_once(tmp_path: Path) -> None:
    sampler = HostSampler(Told(lambda _: {"cpu": 0.5}, absent=True), tmp_path / "host", 0)
    sampler.start()
    eventually(lambda: bool(silence := sampler.silence()) and silence == "the oracle is not there")
    time.sleep(1.2)
    sampler.stop()
    assert (sampler.silence(), sampler.trouble) == ("", "")


def test_one_that_falls_silent_is_told_while_it_is(tmp_path: Path) -> None:
    def tell(number: int) -> dict[str, float]:
        raise SourceError("is silent")

    assert sampled(Told(tell), tmp_path, 1.3)[0].silence() == "the oracle is silent"


def test_each_part_has_a_row_and_nothing_of_the_whole_has_none(tmp_path: Path) -> None:
    parts = (Part("disk", "vda", {"disk_iops": 5.0}), Part("process", "shop", {"cpu": 1.5}))
    _, rows = sampled(Told(lambda _: {}, parts), tmp_path, 1.3)
    assert [(row["source"], row["subject"], row["disk_iops"], row["cpu"]) for row in rows] == [
        ("disk", "vda", 5.0, None),
        ("process", "shop", None, 1.5),
    ]


def test_how_far_the_clock_over_there_is_ahead_is_the_median(tmp_path: Path) -> None:
    assert sampled(Told(lambda _: {"cpu": 0.5}), tmp_path, 2.3)[0].clock_ahead_s == pytest.approx(7.5, abs=1)


def test_a_slow_source_is_not_asked_again_for_the_seconds_that_it_took(tmp_path: Path) -> None:
    def tell(number: int) -> dict[str, float]:
        time.sleep(2.5 if number == 0 else 0)
        return {"cpu": 0.5}

    source = Told(tell)
    sampler, _ = sampled(source, tmp_path, 4.0)
    assert source.asked == 2
    assert sampler.trouble == ""


def test_what_is_not_told_any_more_is_not_shown_any_more(tmp_path: Path) -> None:
    def tell(number: int) -> dict[str, float]:
        if number:
            raise SourceError("is silent")
        return {"cpu": 0.5}

    assert sampled(Told(tell), tmp_path, 2.4)[0].latest == {}


def test_a_source_that_never_comes_back_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slogate.host.sampler._LONGEST_END_S", 0.2)
    never = threading.Event()

    def tell(number: int) -> dict[str, float]:
        if number:
            never.wait(30)
        return {"cpu": 0.5}

    sampler, rows = sampled(Told(tell), tmp_path, 2.4)
    assert "did not end it" in sampler.trouble
    assert len(rows) == 1
    never.set()


def test_a_full_disk_ends_the_sampling_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ChunkWriter, "append", refuse)
    source = Told(lambda _: {"cpu": 0.5})
    sampler, _ = sampled(source, tmp_path, 1.3)
    assert "No space left" in sampler.trouble
    assert source.closed
