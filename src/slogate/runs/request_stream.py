"""The requests of a big run as a stream: read from Parquet again and again, a window of arrivals at a time.

Workers tell of their requests once a second, and of each when its answer came, so the rows of a file are nearly in the
order of their arrival, but not quite. A first pass checks all of them and counts how many arrived when; from that the
time is divided into windows of about as many rows each, and the rows of a window are gathered from the row groups that
have any and sorted. That is exact for rows in any order; where they are in no order at all each window reads the whole
file.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from slogate.analyzer.evidence import Bools, Ints, Outcome, Requests
from slogate.errors import RunFolderError
from slogate.runs.arrival_order import Arrivals, in_order_of_arrival
from slogate.runs.columns import array_of, filled, valid, whole
from slogate.runs.schema import REQUESTS, typed

T = TypeVar("T")
WINDOW_ROWS = 1_500_000
KEPT_ROWS = 16_000_000
_BATCH_ROWS = 500_000
_NEEDED = [field.name for field in REQUESTS if field.name != "bytes"]
_NUMBERED = pa.dictionary(pa.int32(), pa.string())
_PROMISED = pa.schema(
    [
        pa.field(name, _NUMBERED if pa.types.is_string(REQUESTS.field(name).type) else REQUESTS.field(name).type)
        for name in _NEEDED
    ]
)
_TEXTS = [field.name for field in REQUESTS if pa.types.is_string(field.type)]
_OUTCOMES = {outcome.label: int(outcome) for outcome in Outcome}


class ParquetRequests:
    """The requests of a file. They are checked while it is opened, and RunFolderError says what is wrong with them, by
    the name of the file that they came from: `origin`, where that is another one. Up to `kept_rows` are kept once they
    were read; of more only a window is in memory. The file stays open, and may be removed meanwhile.
    """

    def __init__(
        self,
        path: Path,
        judged_phases: Sequence[str],
        *,
        origin: Path | None = None,
        window_rows: int = WINDOW_ROWS,
        kept_rows: int = KEPT_ROWS,
    ) -> None:
        self._path = origin or path
        self._judged_phases = frozenset(judged_phases)
        self._file = _opened(path)
        self._names = _Numbers()
        self._workers = _Numbers()
        self._kept: list[Requests] | None = [] if self._file.metadata.num_rows <= kept_rows else None
        self._groups: list[_RowGroup] = []
        self._unsorted: dict[int, list[Requests]] = {}  # row groups that are kept until they are in windows
        self._rows = 0
        with reading(self._path):
            self._edges = self._survey(window_rows)

    def __len__(self) -> int:
        return self._rows

    @property
    def endpoints(self) -> tuple[str, ...]:
        """As of `Requests`."""
        return self._names.texts

    @property
    def workers(self) -> tuple[str, ...]:
        """As of `Requests`."""
        return self._workers.texts

    @property
    def kept(self) -> bool:
        """As of `RequestStream`."""
        return self._kept is not None

    def windows(self) -> Iterator[Requests]:
        """As of `RequestStream`."""
        if self._kept:
            yield from self._kept
            return
        for window in ahead(self._window(*edges) for edges in pairwise(self._edges)):
            if self._kept is not None:
                self._kept.append(window)
            yield window

    def _window(self, low_us: int, high_us: int) -> Requests:
        """The rows that arrived in [low_us, high_us)."""
        found: list[Requests] = []
        for number, group in enumerate(self._groups):
            if group.first_us >= high_us or group.last_us < low_us:
                continue
            for rows in self._unsorted.get(number) or map(self._requests, self._batches(number)):
                if low_us <= group.first_us and group.last_us < high_us:
                    found.append(rows)
                else:
                    arrival_us = rows.arrival_us
                    found.append(rows.where(np.flatnonzero((arrival_us >= low_us) & (arrival_us < high_us))))
            if group.last_us < high_us:
                self._unsorted.pop(number, None)
        return in_order_of_arrival(found)

    def _tables(self) -> Iterator[tuple[int, pa.Table]]:
        """All rows, with the row groups that they are of."""
        for number in range(self._file.num_row_groups):
            for table in self._batches(number):
                yield number, table

    def _batches(self, group: int) -> Iterator[pa.Table]:
        for batch in self._file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=_NEEDED):
            yield typed(self._path, pa.Table.from_batches([batch]), _PROMISED)

    def _survey(self, window_rows: int) -> list[int]:
        """Checks all rows, and returns where windows begin and the last ends."""
        arrivals = Arrivals()
        self._groups = [_RowGroup() for _ in range(self._file.num_row_groups)]
        for number, table in ahead(self._tables()):
            check(self._path, table)
            rows = self._requests(table)
            check_numbers(self._path, rows)
            if len(rows):
                arrival_us = rows.arrival_us
                first_us, last_us = int(arrival_us.min()), int(arrival_us.max())
                self._groups[number].widen(first_us, last_us)
                arrivals.add(arrival_us, first_us, last_us)
            self._rows += len(rows)
            if self._kept is not None:
                self._unsorted.setdefault(number, []).append(rows)
        return arrivals.edges(window_rows)

    def _requests(self, table: pa.Table) -> Requests:
        intended = filled(table["intended_at_us"], 0)
        methods, names = whole(table["method"]), whole(table["endpoint"])
        return Requests(
            started_us=filled(table["started_at_us"], 0),
            intended_us=intended,
            planned=valid(table["intended_at_us"]),
            latency_us=_narrow(filled(table["latency_us"], 0)),
            endpoint=self._endpoint(methods, names),
            endpoints=self.endpoints,
            status=_narrow(filled(table["status"], 0)),
            outcome=_numbered(whole(table["outcome"]), _OUTCOMES),
            connect_us=_narrow(filled(table["connect_us"], 0)),
            worker=self._workers.of(whole(table["worker"])),
            workers=self.workers,
            judged=self._judged(whole(table["phase"])),
        )

    def _endpoint(self, methods: pa.DictionaryArray, names: pa.DictionaryArray) -> Ints:
        """The numbers of "GET /path", or of the path alone where there is no method."""
        of_method, of_name = methods.dictionary.to_pylist(), names.dictionary.to_pylist()
        pair = array_of(methods.indices).astype(np.int64) * len(of_name) + array_of(names.indices)
        there = np.flatnonzero(np.bincount(pair, minlength=len(of_method) * len(of_name)))
        number = np.zeros(len(of_method) * len(of_name), np.int64)
        for at in there.tolist():
            method, name = of_method[at // len(of_name)], of_name[at % len(of_name)]
            number[at] = self._names.number(f"{method} {name}" if method else name)
        of_rows: Ints = _narrow(number)[pair]
        return of_rows

    def _judged(self, phases: pa.DictionaryArray) -> Bools:
        judged = np.array([name in self._judged_phases for name in phases.dictionary.to_pylist()], dtype=bool)
        of_rows: Bools = judged[array_of(phases.indices)]
        return of_rows


@dataclass
class _RowGroup:
    """When the first and the last of its rows arrived."""

    first_us: int = 2**63 - 1
    last_us: int = -(2**63)

    def widen(self, first_us: int, last_us: int) -> None:
        self.first_us, self.last_us = min(self.first_us, first_us), max(self.last_us, last_us)


class _Numbers:
    """Gives each text a number, in the order in which they are met."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(self._number)

    def number(self, text: str) -> int:
        return self._number.setdefault(text, len(self._number))

    def of(self, texts: pa.DictionaryArray) -> Ints:
        names = texts.dictionary.to_pylist()
        return _numbered(texts, {names[at]: self.number(names[at]) for at in pc.unique(texts.indices).to_pylist()})


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, of which the next is already made, in a thread, while one is looked at."""
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = thread.submit(next, items, None)
            yield item


def check(path: Path, table: pa.Table) -> None:
    """Raises `RunFolderError` where a row has no value that it must have, or an outcome that is none."""
    for name in ("started_at_us", "latency_us", "endpoint", "method", "status", "outcome", "worker", "phase"):
        if table[name].null_count:
            raise RunFolderError(f"{path} has an empty value in the column {name!r}")
    if not _OUTCOMES.keys() >= set(pc.unique(table["outcome"]).to_pylist()):
        raise RunFolderError(f"{path} has an outcome that is not one of {', '.join(_OUTCOMES)}")


def check_numbers(path: Path, rows: Requests) -> None:
    """Raises `RunFolderError` where a number cannot be."""
    impossible = rows.status[(rows.status != 0) & ((rows.status < 100) | (rows.status > 999))]
    if len(impossible):
        raise RunFolderError(f"{path} has a status that is none: {int(impossible[0])}")
    if len(rows) and rows.latency_us.min() < 0:
        raise RunFolderError(f"{path} has a negative latency: {int(rows.latency_us.min())} us")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Says of a file that cannot be read that it cannot."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise RunFolderError(
            f"{path} cannot be read: {str(error).splitlines()[0]}", cure="restore it from a copy, or run again"
        ) from None


def _opened(path: Path) -> pq.ParquetFile:
    with reading(path):
        file = pq.ParquetFile(path, read_dictionary=_TEXTS, page_checksum_verification=True)
        names = file.schema_arrow.names
    missing = [field.name for field in REQUESTS if field.name not in names]
    if missing:
        raise RunFolderError(
            f"{path} has no column {missing[0]!r}", cure="it must be as docs/run-folder.md describes it"
        )
    return file


def _numbered(texts: pa.DictionaryArray, numbers: dict[str, int]) -> Ints:
    """The number of each text; those that `numbers` does not have are not among them."""
    of_each = np.array([numbers.get(text, 0) for text in texts.dictionary.to_pylist()], dtype=np.int64)
    of_rows: Ints = _narrow(of_each)[array_of(texts.indices)]
    return of_rows


def _narrow(values: npt.NDArray[np.int64]) -> Any:
    """The same numbers in the smallest of a few types: most columns hold small ones, in eight bytes each."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    for kind in (np.uint8, np.int16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values
