"""From tables to evidence, and no evidence from tables that cannot be."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from slogate.analyzer.evidence import Outcome, Requests, RunState
from slogate.errors import RunFolderError
from slogate.runs.folder import RunFolder
from slogate.runs.reading import read_evidence
from slogate.runs.schema import REQUESTS
from support import MakeRun


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
