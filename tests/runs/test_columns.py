"""Columns become arrays with the right numbers in the right places, and pandas is not imported for it."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from slogate.runs.columns import array_of, filled, valid, whole
from support import MakeRun

WITH_EMPTY = pa.array([1, None, 3, None, 5, 6, 7, 8, 9, None])
IN_PIECES = pa.chunked_array([[1, None], [3]], pa.int64())
READS = """
import sys
from pathlib import Path
from slogate.runs.folder import RunFolder
from slogate.runs.reading import _evidence
from slogate.runs.request_stream import ParquetRequests
folder = RunFolder(Path(sys.argv[1]))
requests = ParquetRequests(folder.path / "requests.parquet", ["load"])
evidence = _evidence(folder, folder.read_info(), requests, folder.read_host())
print(len(list(requests.windows())), [item.source for item in evidence.generators], "pandas" in sys.modules)
"""


@pytest.mark.parametrize("column", [WITH_EMPTY, WITH_EMPTY[3:], WITH_EMPTY[1:2], WITH_EMPTY[4:9], IN_PIECES])
def test_empty_places_are_filled_and_told(column: pa.Array | pa.ChunkedArray) -> None:
    values = column.to_pylist()
    assert valid(column).tolist() == [value is not None for value in values]
    assert filled(column, 0).tolist() == [value or 0 for value in values]
    as_floats = filled(column, float("nan"))
    assert np.isnan(as_floats).tolist() == [value is None for value in values]


def test_a_column_without_an_empty_place_is_not_copied() -> None:
    column = pa.array([1, 2, 3], pa.int16())
    assert filled(column, 0).dtype == np.int16
    assert filled(column[1:], 0).tolist() == [2, 3]
    assert array_of(column).__array_interface__["data"][0] == column.buffers()[1].address


def test_no_row_has_no_value() -> None:
    nothing = pa.chunked_array([], pa.int64())
    assert (len(whole(nothing)), filled(nothing, 0).tolist(), valid(nothing).tolist()) == (0, [], [])


def test_a_run_is_read_without_pandas(make_run: MakeRun) -> None:
    """It would take longer than most runs take to be judged."""
    folder = make_run([5.0, 6.0])
    done = subprocess.run([sys.executable, "-c", READS, str(folder.path)], capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout.split()[0], done.stdout.split()[-1]) == ("", "1", "False")
