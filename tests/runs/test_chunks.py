"""A stream that stops anywhere is read up to its last whole batch."""

from pathlib import Path

import pyarrow as pa
import pytest

from slogate.runs.chunks import ChunkFollower, ChunkWriter, read_batches
from slogate.runs.schema import HOST

SCHEMA = pa.schema([pa.field("a", pa.int64()), pa.field("b", pa.string())])


def values(path: Path) -> list[int]:
    return [value for batch in read_batches(path, SCHEMA) for value in batch["a"].to_pylist()]


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "rows"
    with ChunkWriter(path, SCHEMA) as writer:
        for start in (0, 10, 20):
            writer.append({"a": list(range(start, start + 10)), "b": ["x"] * 10})
    return path


def test_every_cut_gives_whole_batches_and_no_error(stream: Path) -> None:
    content = stream.read_bytes()
    seen = set()
    for end in range(0, len(content), 7):
        stream.write_bytes(content[:end])
        rows = values(stream)
        assert rows == list(range(len(rows)))
        seen.add(len(rows))
    assert seen == {0, 10, 20, 30}


def test_a_missing_file_and_an_empty_one_hold_nothing(tmp_path: Path) -> None:
    assert values(tmp_path / "none") == []
    (tmp_path / "empty").touch()
    assert values(tmp_path / "empty") == []


def test_garbage_is_not_taken_for_rows(tmp_path: Path) -> None:
    (tmp_path / "rows").write_bytes(b"\xff" * 500)
    assert values(tmp_path / "rows") == []


def test_a_stream_of_another_schema_is_not_mixed_in(tmp_path: Path) -> None:
    other = pa.schema([pa.field("a", pa.int64())])
    with ChunkWriter(tmp_path / "rows", other) as writer:
        writer.append({"a": [1]})
    assert values(tmp_path / "rows") == []


def test_a_stream_that_an_older_version_wrote_lacks_what_is_new(tmp_path: Path) -> None:
    older = pa.schema([field for field in HOST if field.name not in {"subject", "iowait", "restarts"}])
    with ChunkWriter(tmp_path / "rows", older) as writer:
        writer.append({"time_us": [5], "source": ["target"], "cpu": [0.25]})
    (batch,) = read_batches(tmp_path / "rows", HOST)
    assert batch.schema.equals(HOST)
    assert (batch["cpu"].to_pylist(), batch["iowait"].to_pylist(), batch["subject"].to_pylist()) == (
        [0.25],
        [None],
        [None],
    )


def test_a_column_that_is_left_out_is_null(tmp_path: Path) -> None:
    with ChunkWriter(tmp_path / "rows", SCHEMA) as writer:
        writer.append({"a": [1, 2]})
    (batch,) = read_batches(tmp_path / "rows", SCHEMA)
    assert batch["b"].to_pylist() == [None, None]


def test_a_follower_sees_each_batch_once_while_the_stream_grows(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    follower = ChunkFollower(path)
    assert list(follower.new_batches()) == []
    with ChunkWriter(path, SCHEMA) as writer:
        for number in range(5):
            writer.append({"a": [number]})
            assert [batch["a"].to_pylist() for batch in follower.new_batches()] == [[number]]
        assert list(follower.new_batches()) == []


def test_a_follower_waits_for_the_rest_of_a_batch(stream: Path, tmp_path: Path) -> None:
    content = stream.read_bytes()
    growing = tmp_path / "growing"
    follower = ChunkFollower(growing)
    seen: list[int] = []
    for end in [*range(0, len(content), 11), len(content)]:
        growing.write_bytes(content[:end])
        seen += [value for batch in follower.new_batches() for value in batch["a"].to_pylist()]
    assert seen == list(range(30))
