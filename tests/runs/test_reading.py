"""From tables to evidence, and no evidence from tables that cannot be."""

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from slogate.analyzer.evidence import Outcome, Requests, RunState
from slogate.errors import RunFolderError
from slogate.runs.chunks import ChunkWriter
from slogate.runs.folder import RunFolder
from slogate.runs.reading import read_evidence
from slogate.runs.request_stream import ParquetRequests
from slogate.runs.schema import REQUESTS
from support import START_S, MakeRun


def change(folder: RunFolder, name: str, values: list[object]) -> None:
    path = folder.path / "requests.parquet"
    table = pq.read_table(path)
    index = table.column_names.index(name)
    field = pa.field(name, REQUESTS.field(name).type)
    pq.write_table(table.set_column(index, field, pa.array(values, field.type)), path)


def test_columns_become_arrays(make_run: MakeRun) -> None:
    folder = make_run([5.0, 6.0], outcomes=["ok", "http_error"], statuses=[200, 500])
    rows = read_evidence(folder, folder.read_info()).requests
    assert isinstance(rows, Requests)
    assert rows.endpoints == ("GET /api/products",)
    assert rows.outcome.tolist() == [Outcome.OK, Outcome.HTTP_ERROR]
    assert rows.response_us.tolist() == [5000, 6000]
    assert rows.judged.all()


def test_rows_come_in_the_order_of_their_arrival(make_run: MakeRun) -> None:
    folder = make_run([1.0, 2.0, 3.0])
    path = folder.path / "requests.parquet"
    table = pq.read_table(path)
    pq.write_table(table.take(pc.sort_indices(table, [("started_at_us", "descending")])), path)
    rows = read_evidence(folder, folder.read_info()).requests
    assert isinstance(rows, Requests)
    assert rows.latency_us.tolist() == [1000, 2000, 3000]


def test_the_response_time_counts_from_the_intended_arrival(make_run: MakeRun) -> None:
    folder = make_run([5.0, 5.0])
    started = pq.read_table(folder.path / "requests.parquet")["started_at_us"].to_pylist()
    change(folder, "intended_at_us", [started[0] - 700_000, None])
    rows = read_evidence(folder, folder.read_info()).requests
    assert isinstance(rows, Requests)
    assert rows.response_us.tolist() == [705_000, 5_000]


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("latency_us", [-5, 5], "negative latency"),
        ("latency_us", [None, 5], "empty value in the column 'latency_us'"),
        ("outcome", ["fine", "ok"], "outcome that is not one of"),
        ("status", [None, 200], "empty value in the column 'status'"),
    ],
)
def test_rows_that_cannot_be_are_a_clear_error(
    make_run: MakeRun, column: str, values: list[object], message: str
) -> None:
    folder = make_run([5.0, 6.0])
    change(folder, column, values)
    with pytest.raises(RunFolderError, match=message):
        read_evidence(folder, folder.read_info())


def test_a_run_without_requests_has_none(make_run: MakeRun) -> None:
    folder = make_run([])
    assert read_evidence(folder, folder.read_info()).requests is None


@pytest.mark.parametrize(
    ("state", "seconds", "good"),
    [
        (RunState.COMPLETE, 60.0, True),
        (RunState.COMPLETE, 0.0, False),
        (RunState.COMPLETE, -5.0, False),
        (RunState.INTERRUPTED, 0.0, True),  # as it began
        (RunState.INTERRUPTED, -5.0, False),
    ],
)
def test_a_phase_ends_after_it_has_begun(make_run: MakeRun, state: RunState, seconds: float, good: bool) -> None:
    folder = make_run([5.0], state=state)
    info = folder.read_info()
    info.phases[0].end_s = info.phases[0].start_s + seconds
    if good:
        read_evidence(folder, info)
    else:
        with pytest.raises(RunFolderError, match=r"run\.json is damaged: the phase 'load' ends at"):
            read_evidence(folder, info)


def killed_with(make_run: MakeRun, count: int, batch: int = 50_000) -> RunFolder:
    """A run of many requests that nobody could settle, whose stream ends in the middle of a batch."""
    folder = make_run([], settled=False, state=RunState.INTERRUPTED)
    random = np.random.default_rng(1)
    arrivals = ((START_S + np.sort(random.random(count)) * 60) * 1e6).astype(np.int64)
    path = folder.parts / "requests.arrows"
    with ChunkWriter(path, REQUESTS) as rows:
        for first in range(0, count, batch):
            some = arrivals[first : first + batch]
            n = len(some)
            columns: dict[str, object] = {
                "started_at_us": some,
                "intended_at_us": some,
                "latency_us": (random.lognormal(3, 1, n) * 1000).astype(np.int64),
                "endpoint": ["/a"] * n,
                "method": ["GET"] * n,
                "status": np.full(n, 200, np.int16),
                "outcome": ["ok"] * n,
                "bytes": np.full(n, 9),
                "connect_us": pa.nulls(n, pa.int64()),
                "worker": ["0"] * n,
                "phase": ["load"] * n,
            }
            arrays = [pa.array(columns[field.name], field.type) for field in REQUESTS]
            rows.append_batch(pa.record_batch(arrays, schema=REQUESTS))
    path.write_bytes(path.read_bytes()[:-1000])
    return folder


def test_many_requests_of_a_run_that_nobody_settled_are_a_stream_and_leave_no_copy(
    make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = killed_with(make_run, 650_000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "copies"))
    (tmp_path / "copies").mkdir()
    rows = read_evidence(folder, folder.read_info()).requests
    assert isinstance(rows, ParquetRequests)
    assert list((tmp_path / "copies").iterdir()) == []
    assert len(rows) == 600_000  # all whole batches
    again = np.concatenate([window.latency_us for window in rows.windows()])
    folder.settle()
    settled = read_evidence(folder, folder.read_info()).requests
    assert settled is not None
    assert np.array_equal(again, np.concatenate([window.latency_us for window in settled.windows()]))


def test_few_requests_of_a_run_that_nobody_settled_are_arrays(make_run: MakeRun) -> None:
    folder = killed_with(make_run, 3000, 1000)
    rows = read_evidence(folder, folder.read_info()).requests
    assert isinstance(rows, Requests)
    assert len(rows) == 2000


def test_without_room_for_a_copy_the_cure_is_named(
    make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = killed_with(make_run, 600_000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(RunFolderError, match="too many to hold in memory") as raised:
        read_evidence(folder, folder.read_info())
    assert "TMPDIR" in raised.value.cure
