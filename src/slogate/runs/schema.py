"""The tables of a run folder: column names, types and units. They are a promise to whoever reads them with pandas,
DuckDB or Polars.
"""

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa

from slogate.errors import RunFolderError

SCHEMA_VERSION = 2  # of run.json; `migration` knows the older ones

REQUESTS = pa.schema(
    [
        pa.field("started_at_us", pa.int64(), nullable=False),  # since the Unix epoch
        pa.field("intended_at_us", pa.int64()),  # null in a closed model, and after the first request of an iteration
        pa.field("latency_us", pa.int64(), nullable=False),  # service time, as the client measured it
        pa.field("endpoint", pa.string(), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        pa.field("status", pa.int16(), nullable=False),  # 0: no response
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("bytes", pa.int64(), nullable=False),  # -1: an imported file does not tell
        pa.field("connect_us", pa.int64()),  # set-up of the connection, before `started_at_us`; null where it was kept
        pa.field("worker", pa.string(), nullable=False),
        pa.field("phase", pa.string(), nullable=False),
    ]
)

HOST = pa.schema(
    [
        pa.field(
            "time_us", pa.int64(), nullable=False
        ),  # since the Unix epoch, at the end of the second that the row tells of
        pa.field("source", pa.string(), nullable=False),  # target, disk, process or generator
        pa.field("subject", pa.string()),  # disk: which device; process: its name in slo.yaml
        pa.field("worker", pa.string()),  # generator: which process, as in the requests
        pa.field("cpu", pa.float64()),  # ratio: of all cores for a host, of one core for a process and the generator
        pa.field("cpu_busiest_core", pa.float64()),
        pa.field("cpu_of_machine", pa.float64()),  # process: ratio of all cores
        pa.field("iowait", pa.float64()),  # ratio of the time of all cores
        pa.field("steal", pa.float64()),  # ratio of the time of all cores
        pa.field("memory", pa.float64()),  # ratio that is not available to programs
        pa.field("swap", pa.float64()),  # ratio of it that is in use
        pa.field("rss_bytes", pa.float64()),  # process
        pa.field("threads", pa.float64()),  # process
        pa.field("processes", pa.float64()),  # process: how many it consists of
        pa.field("restarts", pa.float64()),  # process: how many of its roots ended in the second
        pa.field("disk_read_bytes_per_s", pa.float64()),
        pa.field("disk_write_bytes_per_s", pa.float64()),
        pa.field("disk_iops", pa.float64()),
        pa.field("disk_utilization", pa.float64()),  # ratio, of the busiest device
        pa.field("disk_await_ms", pa.float64()),
        pa.field("network_rx_bytes_per_s", pa.float64()),
        pa.field("network_tx_bytes_per_s", pa.float64()),
        pa.field("lag_ms", pa.float64()),  # generator: the latest arrival of the second although a user was free
        pa.field("backlog", pa.float64()),  # generator: arrivals of the second that found every user busy
        pa.field("in_flight", pa.float64()),  # generator: users inside an iteration
        pa.field("open_files", pa.float64()),  # generator: file descriptors of the process
        pa.field("tcp_ports", pa.float64()),  # generator: TCP sockets of its host, those that wait to be freed included
        pa.field("own_errors", pa.float64()),  # generator: requests of the second that its own system refused
    ]
)


# What older versions did not write of a host: nobody knows it of their runs.
_LATER = frozenset(
    {
        *("subject", "cpu_of_machine", "iowait", "steal", "swap", "rss_bytes", "threads", "processes", "restarts"),
        *("network_rx_bytes_per_s", "network_tx_bytes_per_s"),
    }
)


def missing_columns(names: Collection[str], schema: pa.Schema) -> list[str]:
    """Those of the schema that are neither there nor of a later version than the file."""
    return [field.name for field in schema if field.name not in names and field.name not in _LATER]


def with_later_columns(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """A batch in the schema, in which columns of a later version are null."""
    arrays = [
        batch.column(field.name) if field.name in batch.schema.names else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.record_batch(arrays, schema=schema)


def typed(path: Path, table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in the promised types, without loss: whoever wrote it may have used wider integers, or dictionaries.
    What of a later version it lacks is null. RunFolderError where it cannot be done.
    """
    columns = []
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if field.name not in table.column_names:
            columns.append(pa.nulls(table.num_rows, field.type))
            continue
        try:
            column = table[field.name].cast(field.type)
            if pa.types.is_string(kind):
                column.validate(full=True)  # text that is none would be met only when it is shown
        except pa.ArrowException as error:
            raise RunFolderError(
                f"{path}: the column {field.name!r} is not of {kind}: {str(error).splitlines()[0]}",
                cure="it must be as docs/run-folder.md describes it",
            ) from None
        columns.append(column)
    return pa.table(columns, schema=schema)
