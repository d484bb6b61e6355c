"""The tables of a run folder: column names, types and units. They are a promise to whoever reads them with pandas,
DuckDB or Polars.
"""

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
        pa.field("source", pa.string(), nullable=False),  # target or generator
        pa.field("worker", pa.string()),  # generator: which process, as in the requests
        pa.field("cpu", pa.float64()),  # ratio: of all cores for a host, of one core for the generator
        pa.field("cpu_busiest_core", pa.float64()),
        pa.field("memory", pa.float64()),  # ratio that is not available to programs
        pa.field("disk_read_bytes_per_s", pa.float64()),
        pa.field("disk_write_bytes_per_s", pa.float64()),
        pa.field("disk_iops", pa.float64()),
        pa.field("disk_utilization", pa.float64()),  # ratio, of the busiest device
        pa.field("disk_await_ms", pa.float64()),
        pa.field("lag_ms", pa.float64()),  # generator: the latest arrival of the second although a user was free
        pa.field("backlog", pa.float64()),  # generator: arrivals of the second that found every user busy
        pa.field("in_flight", pa.float64()),  # generator: users inside an iteration
        pa.field("open_files", pa.float64()),  # generator: file descriptors of the process
        pa.field("tcp_ports", pa.float64()),  # generator: TCP sockets of its host, those that wait to be freed included
        pa.field("own_errors", pa.float64()),  # generator: requests of the second that its own system refused
    ]
)


def typed(path: Path, table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in the promised types, without loss: whoever wrote it may have used wider integers, or dictionaries.
    RunFolderError where it cannot be done.
    """
    columns = []
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
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
