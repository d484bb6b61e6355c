"""A run on disk: creates the folder, keeps run.json true, and turns what collectors left into tables.

While a run lasts its rows are in `.parts/`, as append-only streams; at the end they become Parquet and `.parts/` goes.
A folder whose process was killed keeps `.parts/` until somebody settles it, and is readable all the while.
"""

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from slogate.analyzer.evidence import RunState
from slogate.errors import RunFolderError
from slogate.runs.chunks import read_batches
from slogate.runs.info import RunInfo
from slogate.runs.migration import NewerSchemaError, migrated
from slogate.runs.schema import HOST, REQUESTS, SCHEMA_VERSION, missing_columns, typed

_RESERVE_BYTES = 256 * 1024
_ROW_GROUP = 500_000
REQUEST_PARTS = "requests.arrows"
_HOST_PARTS = ("host.arrows", "processes.arrows", "generator.arrows")


class RunFolder:
    """One run's folder. `path` is the folder itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = path / ".parts"
        self._reserve = self.parts / "reserve"

    @classmethod
    def create(cls, base: Path, release: str, now: datetime) -> "RunFolder":
        """A new folder `<UTC time>-<release>` under `base`; a second run in the same second gets a number."""
        folder = cls(new_folder(base, release, now))
        try:
            folder.parts.mkdir()
            folder._reserve.write_bytes(b"\0" * _RESERVE_BYTES)
        except OSError as error:
            folder.discard()
            raise write_error(base, error) from None
        return folder

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """An existing folder; raises `RunFolderError` when there is no run in it."""
        if not (path / "run.json").is_file():
            raise RunFolderError(
                f"{path} is not a run folder: it has no run.json",
                cure="name a folder that `slogate run` wrote, such as reports/<time>-<release>",
            )
        return cls(path)

    def read_info(self) -> RunInfo:
        """What run.json says."""
        path = self.path / "run.json"
        try:
            content = json.loads(path.read_bytes())
            if not isinstance(content, dict):
                raise RunFolderError(f"{path} is damaged: it holds no JSON object")
            return RunInfo.model_validate(migrated(content))
        except OSError as error:
            raise RunFolderError(f"{path} cannot be read: {error.strerror}") from None
        except NewerSchemaError as error:
            raise RunFolderError(
                f"{path} was written by a newer slogate: schema {error}, this one reads {SCHEMA_VERSION}",
                cure="pip install --upgrade slogate",
            ) from None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise RunFolderError(f"{path} is damaged: {where}: {first['msg']}") from None
        except ValueError as error:
            raise RunFolderError(f"{path} is damaged: {error}") from None

    def write_info(self, info: RunInfo) -> None:
        """Replaces run.json."""
        self.write_text("run.json", info.model_dump_json(indent=2) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Replaces a file of the folder: readers see the old one or the new one, never a half."""
        path = self.path / name
        draft = path.with_name(f".{name}.{os.getpid()}.draft")
        try:
            draft.write_text(text, encoding="utf-8")
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise write_error(path, error) from None

    def read_requests(self) -> pa.Table | None:
        """The table of requests; None when the run made none."""
        return self._read("requests.parquet", REQUESTS, (REQUEST_PARTS,))

    def read_host(self) -> pa.Table | None:
        """The table of host samples, the generator's own among them; None when there is none."""
        return self._read("host.parquet", HOST, _HOST_PARTS)

    def settle(self) -> None:
        """Turns what is in `.parts/` into Parquet and removes it. Nothing is removed before it is written."""
        if not self.parts.is_dir():
            return
        for name, schema, parts in (
            ("requests.parquet", REQUESTS, (REQUEST_PARTS,)),
            ("host.parquet", HOST, _HOST_PARTS),
        ):
            try:
                write_parquet(self.path / name, schema, [self.parts / part for part in parts])
            except (OSError, pa.ArrowException) as error:
                raise write_error(self.path / name, error) from None
        shutil.rmtree(self.parts)

    def release_reserve(self) -> None:
        """Frees the space that was set aside so that a full disk cannot keep run.json from being true."""
        self._reserve.unlink(missing_ok=True)

    def keep_log(self, name: str, text: str) -> None:
        """Keeps a collector's log beside the tables, for a run that broke."""
        self.write_text(f"{name}.log", text)

    def discard(self) -> None:
        """Removes the folder of a run that ended before it measured anything."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _read(self, name: str, schema: pa.Schema, parts: tuple[str, ...]) -> pa.Table | None:
        path = self.path / name
        if path.is_file():
            try:
                # Not `read_table`, which imports pandas: that takes longer than most runs take to be judged.
                with pq.ParquetFile(path, page_checksum_verification=True) as file:
                    table = file.read()
                names = table.column_names  # which are decoded only now
            except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
                raise RunFolderError(
                    f"{path} cannot be read: {str(error).splitlines()[0]}", cure="restore it from a copy, or run again"
                ) from None
            missing = missing_columns(names, schema)
            if missing:
                raise RunFolderError(
                    f"{path} has no column {missing[0]!r}", cure="it must be as docs/run-folder.md describes it"
                )
            return typed(path, table.select([name for name in schema.names if name in names]), schema)
        batches = [batch for part in parts for batch in read_batches(self.parts / part, schema)]
        return pa.Table.from_batches(batches, schema) if batches else None


def write_parquet(path: Path, schema: pa.Schema, parts: list[Path]) -> None:
    """Writes the rows of append-only streams as Parquet, a row group after the other; without a row no file. Readers
    see all of it or nothing. Raises `OSError` when the disk does not take it.
    """
    draft = path.with_name(f".{path.name}.draft")
    rows = 0
    try:
        with pq.ParquetWriter(
            draft,
            schema,
            write_page_checksum=True,
            compression="zstd",
            column_encoding=_encodings(schema),
            use_dictionary=_texts(schema),
        ) as writer:
            for table in _in_groups(parts, schema):
                writer.write_table(table)
                rows += table.num_rows
        if rows:
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def new_folder(base: Path, label: str, now: datetime) -> Path:
    """Makes `<UTC time>-<label>` under `base`; a second one in the same second gets a number."""
    name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{file_name(label)}"
    try:
        base.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = base / (name if number == 1 else f"{name}-{number}")
            try:
                path.mkdir()
            except FileExistsError:
                continue
            return path
    except OSError as error:
        raise write_error(base, error) from None
    raise RunFolderError(f"there are already 999 runs named {name} in {base}")


def abandon(folder: RunFolder, reason: str) -> None:
    """Marks a run whose process is gone as interrupted, and settles what it left."""
    info = folder.read_info()
    if info.state is RunState.RUNNING:
        info.state, info.state_reason = RunState.INTERRUPTED, reason
        info.ended_at = datetime.now(UTC).isoformat(timespec="seconds")
        folder.write_info(info)
    folder.settle()


def write_error(path: Path, error: BaseException) -> RunFolderError:
    """What to say when a file cannot be written."""
    number = getattr(error, "errno", None)
    cures = {
        errno.ENOSPC: "free some space, or name another place with --out",
        errno.EDQUOT: "free some space, or name another place with --out",
        errno.EFBIG: "raise the limit on file sizes (ulimit -f), or name another place with --out",
        errno.EROFS: "name a place that can be written with --out",
        errno.EACCES: "name a place that you may write to with --out",
        errno.ENOTDIR: "name a folder with --out",
    }
    text = os.strerror(number) if isinstance(number, int) else str(error).splitlines()[0]
    return RunFolderError(
        f"{path} cannot be written: {text}", cure=cures.get(number or 0, "name another place with --out")
    )


def _in_groups(parts: list[Path], schema: pa.Schema) -> Iterator[pa.Table]:
    """The batches of all parts, gathered into row groups of a size that compresses and reads well."""
    gathered: list[pa.RecordBatch] = []
    for part in parts:
        for batch in read_batches(part, schema):
            gathered.append(batch)
            if sum(item.num_rows for item in gathered) >= _ROW_GROUP:
                yield pa.Table.from_batches(gathered, schema)
                gathered = []
    if gathered:
        yield pa.Table.from_batches(gathered, schema)


def file_name(text: str) -> str:
    """A name that any file system takes, close to `text`."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", text).strip("-.")[:80] or "unnamed"


def _encodings(schema: pa.Schema) -> dict[str, str]:
    return {field.name: "DELTA_BINARY_PACKED" for field in schema if pa.types.is_int64(field.type)}


def _texts(schema: pa.Schema) -> list[str]:
    return [field.name for field in schema if pa.types.is_string(field.type)]
