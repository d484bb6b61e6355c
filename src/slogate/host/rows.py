"""Readings as rows of host.parquet."""

from collections.abc import Iterable, Sequence

from slogate.host.source import Part

Row = tuple[str, str | None, dict[str, float]]


def columns_of(rows: Iterable[tuple[int, dict[str, float], Sequence[Part]]]) -> dict[str, list[object]]:
    """The columns of a batch, from the time in microseconds of each reading, what it told of the host as a whole, and
    of its parts. What was not told of the whole has no row.
    """
    times: list[object] = []
    told: list[Row] = []
    for time_us, values, parts in rows:
        of_reading: list[Row] = [("target", None, values)] if values else []
        of_reading += [(part.kind, part.name, part.values) for part in parts]
        times += [time_us] * len(of_reading)
        told += of_reading
    names = sorted({name for _, _, values in told for name in values})
    return {
        "time_us": times,
        "source": [source for source, _, _ in told],
        "subject": [subject for _, subject, _ in told],
        **{name: [values.get(name) for _, _, values in told] for name in names},
    }
