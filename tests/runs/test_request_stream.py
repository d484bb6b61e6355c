"""Requests read from Parquet in windows are those of the whole table, in the same order, in bounded memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from slogate.analyzer.evidence import Outcome, Requests
from slogate.errors import RunFolderError
from slogate.runs.reading import requests_of
from slogate.runs.request_stream import ParquetRequests, ahead
from slogate.runs.schema import REQUESTS

COLUMNS = ("started_us", "intended_us", "planned", "latency_us", "status", "outcome", "connect_us", "judged")


def table_of(n: int, *, spread_s: float, shuffled: bool = False, endpoints: int = 3, seed: int = 1) -> pa.Table:
    """Rows in the order of their answers, or in no order; some arrive together."""
    random = np.random.default_rng(seed)
    arrival = np.sort(random.integers(0, max(1, int(spread_s * 100)), n)) * 10_000 + 1_700_000_000_000_000
    latency = (random.lognormal(3, 1, n) * 1000).astype(np.int64)
    order = random.permutation(n) if shuffled else np.argsort(arrival + latency, kind="stable")
    planned = random.random(n) < 0.7
    values = {
        "started_at_us": arrival + np.where(planned, 100, 0),
        "intended_at_us": pa.array(arrival, mask=~planned),
        "latency_us": latency,
        "endpoint": [f"/{number}" for number in random.integers(0, endpoints, n)],
        "method": random.choice(["GET", "POST", ""], n).tolist(),
        "status": pa.array(random.choice([200, 0, 503], n), pa.int16()),
        "outcome": random.choice([outcome.label for outcome in Outcome], n).tolist(),
        "bytes": random.integers(0, 9, n),
        "connect_us": pa.array(random.integers(0, 9, n), mask=random.random(n) < 0.5),
        "worker": random.choice(["0", "1"], n).tolist(),
        "phase": random.choice(["warm-up", "load"], n).tolist(),
    }
    return pa.table([values[name] for name in REQUESTS.names], schema=REQUESTS).take(pa.array(order))


def written(path: Path, table: pa.Table, row_group: int) -> Path:
    file = path / "requests.parquet"
    pq.write_table(table, file, row_group_size=row_group)
    return file


def named(rows: Requests) -> list[tuple[str, str]]:
    """The endpoint and the worker of each row."""
    return [
        (rows.endpoints[endpoint], rows.workers[worker])
        for endpoint, worker in zip(rows.endpoint.tolist(), rows.worker.tolist(), strict=True)
    ]


@pytest.mark.parametrize("kept_rows", [0, 10_000])
@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize(
    ("n", "row_group", "window_rows", "spread_s"),
    [
        (5000, 700, 600, 60.0),
        (5000, 5000, 100, 60.0),
        (5000, 64, 10_000, 60.0),
        (3000, 500, 300, 0.01),
        (1, 1, 1, 1.0),
    ],
)
def test_windows_are_the_whole_table_in_the_order_of_arrival(
    tmp_path: Path, n: int, row_group: int, window_rows: int, spread_s: float, shuffled: bool, kept_rows: int
) -> None:
    table = table_of(n, spread_s=spread_s, shuffled=shuffled)
    whole = requests_of(table, ["load"])
    stream = ParquetRequests(
        written(tmp_path, table, row_group), ["load"], window_rows=window_rows, kept_rows=kept_rows
    )
    assert len(stream) == n
    for _ in range(2):  # as often as somebody asks
        windows = list(stream.windows())
        for name in COLUMNS:
            column = np.concatenate([getattr(window, name) for window in windows])
            assert np.array_equal(column, getattr(whole, name)), name
        assert [row for window in windows for row in named(window)] == named(whole)
        assert {window.endpoints for window in windows} == {stream.endpoints}
        most = max(len(window) for window in windows)
        assert most <= window_rows + n if spread_s < 1 else most <= window_rows + 2 * n / spread_s


def test_a_file_without_rows_has_no_window(tmp_path: Path) -> None:
    stream = ParquetRequests(written(tmp_path, REQUESTS.empty_table(), 100), ["load"])
    assert (len(stream), list(stream.windows())) == (0, [])


def changed(name: str, values: pa.Array) -> pa.Table:
    table = table_of(3, spread_s=1)
    return table.set_column(table.column_names.index(name), name, values)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (table_of(3, spread_s=1).drop_columns(["bytes"]), "no column 'bytes'"),
        (changed("latency_us", pa.array([5, -5, 5])), "negative latency: -5 us"),
        (changed("latency_us", pa.array([5, None, 5])), "empty value in the column 'latency_us'"),
        (changed("endpoint", pa.array(["/a", None, "/a"])), "empty value in the column 'endpoint'"),
        (changed("outcome", pa.array(["ok", "fine", "ok"])), "outcome that is not one of"),
        (changed("status", pa.array([200, 7, 200])), "status that is none: 7"),
        (changed("status", pa.array([200, 70_000, 200])), "'status' is not of int16"),
        (changed("endpoint", pa.array([b"/a", b"\xff", b"/a"]).cast(pa.string(), safe=False)), "'endpoint' is not of"),
    ],
)
def test_a_file_that_cannot_be_is_refused_when_it_is_opened(tmp_path: Path, table: pa.Table, message: str) -> None:
    with pytest.raises(RunFolderError, match=message):
        ParquetRequests(written(tmp_path, table, 100), ["load"])


def test_wider_types_and_dictionaries_will_do(tmp_path: Path) -> None:
    table = changed("endpoint", pa.array(["/a", "/b", "/a"]).dictionary_encode())
    table = table.set_column(5, "status", pa.array([200, 201, 202], pa.int64()))
    [window] = ParquetRequests(written(tmp_path, table, 2), ["load"]).windows()
    assert sorted(window.status.tolist()) == [200, 201, 202]
    assert {name.split()[-1] for name in window.endpoints} == {"/a", "/b"}


def test_a_damaged_page_is_told_of(tmp_path: Path) -> None:
    file = written(tmp_path, table_of(5000, spread_s=60), 1000)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    content[200:400] = bytes(200)
    file.write_bytes(content)
    with pytest.raises(RunFolderError, match="cannot be read"):
        ParquetRequests(file, ["load"])


def test_what_is_made_ahead_comes_in_order_and_fails_where_it_fails() -> None:
    def items() -> "list[int]":
        return list(ahead(iter(range(5))))

    assert items() == [0, 1, 2, 3, 4]
    made = ahead(1 // number for number in (1, 0))
    assert next(made) == 1
    with pytest.raises(ZeroDivisionError):
        next(made)


_PEAK = """
import sys
from pathlib import Path
from slogate.runs.request_stream import ParquetRequests
import numpy as np
stream = ParquetRequests(Path(sys.argv[1]), ["load"], window_rows=100_000, kept_rows=int(sys.argv[2]))
# Of this program alone: ru_maxrss begins with that of the process that started it.
def peak(): return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
total = sum(int(window.latency_us.sum()) for window in stream.windows())
print(total, peak())
"""


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Held against the same rows kept, whose columns take more than 30 bytes each."""
    one = table_of(250_000, spread_s=3000)
    file = tmp_path / "requests.parquet"
    with pq.ParquetWriter(file, REQUESTS) as writer:
        for number in range(12):
            shift = number * 3_000_000_000
            later = one.set_column(0, REQUESTS.field(0), pc.add(one["started_at_us"], shift))
            later = later.set_column(1, REQUESTS.field(1), pc.add(one["intended_at_us"], shift))
            writer.write_table(later)
    streamed, kept = (
        [
            int(word)
            for word in subprocess.run(
                [sys.executable, "-c", _PEAK, str(file), rows], capture_output=True, text=True, check=True, timeout=60
            ).stdout.split()
        ]
        for rows in ("0", "10000000")
    )
    assert streamed[0] == kept[0]
    assert kept[1] - streamed[1] > 12 * 250_000 * 20 / 1024  # kilobytes
