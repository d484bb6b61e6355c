"""All of the history as one table: a row for each result of each run, for spreadsheets, DuckDB and pandas."""

import csv
import io
import itertools
import json
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from slogate.history.tables import Moment, results, runs

_AT_ONCE = 5000
_OF_RUN = [column for column in runs.c if column.name != "facts"]
_OF_RESULT = [column for column in results.c if column.name not in {"run_id", "position"}]
_BOTH = {column.name for column in _OF_RUN} & {column.name for column in _OF_RESULT}
# Of two columns with one name, that of the run says so: run_reason.
COLUMNS = tuple(
    [f"run_{column.name}" if column.name in _BOTH else column.name for column in _OF_RUN]
    + [column.name for column in _OF_RESULT]
)


def rows(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """The rows by the names in `COLUMNS`, the oldest run first. A run without a result has one row, of nulls."""
    query = (
        sa.select(*(column.label(name) for name, column in zip(COLUMNS, [*_OF_RUN, *_OF_RESULT], strict=True)))
        .select_from(runs.outerjoin(results, results.c.run_id == runs.c.run_id))
        .order_by(runs.c.started_at, runs.c.run_id, results.c.position)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in connection.execute(query).mappings():
        yield dict(row)


def write(table: Iterator[dict[str, Any]], form: str, out: IO[bytes]) -> None:
    """Writes the rows as `csv`, `jsonl` (one JSON object a line) or `parquet`. Times are ISO 8601 in UTC."""
    if form == "parquet":
        _write_parquet(table, out)
        return
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        if form == "csv":
            writer = csv.DictWriter(text, COLUMNS)
            writer.writeheader()
            writer.writerows(map(_plain, table))
        else:
            text.writelines(f"{json.dumps(_plain(row), ensure_ascii=False)}\n" for row in table)
    finally:
        text.detach()  # `out` is the caller's, and stays open


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _write_parquet(table: Iterator[dict[str, Any]], out: IO[bytes]) -> None:
    with pq.ParquetWriter(out, _SCHEMA, compression="zstd") as writer:
        while some := list(itertools.islice(table, _AT_ONCE)):
            writer.write_table(pa.Table.from_pylist(some, _SCHEMA))


def _arrow_type(column: sa.Column[Any]) -> pa.DataType:
    match column.type:
        case Moment():
            return pa.timestamp("us", "UTC")
        case sa.Float():
            return pa.float64()
        case sa.Integer():
            return pa.int64()
    return pa.string()


_SCHEMA = pa.schema(
    [(name, _arrow_type(column)) for name, column in zip(COLUMNS, [*_OF_RUN, *_OF_RESULT], strict=True)]
)
