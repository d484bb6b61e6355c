"""A run folder as evidence: from tables to the arrays that the analyzer takes."""

import math
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from slogate.analyzer.evidence import (
    Evidence,
    HostSamples,
    Ints,
    LoadSummary,
    Outcome,
    Phase,
    Requests,
    RequestStream,
    RunState,
    Worker,
)
from slogate.analyzer.imported import ImportedFile
from slogate.errors import RunFolderError
from slogate.runs.chunks import count_rows
from slogate.runs.columns import filled, valid
from slogate.runs.folder import REQUEST_PARTS, RunFolder, write_parquet
from slogate.runs.info import ImportInfo, LoadInfo, RunInfo
from slogate.runs.marks import read_marks
from slogate.runs.pages import read_page_loads
from slogate.runs.request_stream import ParquetRequests, check, check_numbers, reading
from slogate.runs.schema import HOST, REQUESTS
from slogate.slo.conditions import conditions_of

MOST_IN_ARRAYS = 500_000  # rows; of more, passes over a stream are faster than whole columns
_OUTCOMES = {outcome.label: int(outcome) for outcome in Outcome}


def read_evidence(folder: RunFolder, info: RunInfo) -> Evidence:
    """Everything that a verdict may look at. Raises `RunFolderError` for a folder that is damaged."""
    _check_phases(folder.path / "run.json", info)
    return _evidence(folder, info, _read_requests(folder, info), folder.read_host())


def read_pages(folder: RunFolder) -> Evidence:
    """What is known of the pages of a run that goes on, without requests and samples, of which there may be many."""
    return _evidence(folder, folder.read_info(), None, None)


def _evidence(folder: RunFolder, info: RunInfo, requests: RequestStream | None, host: pa.Table | None) -> Evidence:
    pages = info.pages
    load = info.load
    return Evidence(
        state=info.state,
        areas=frozenset(info.areas),
        phases=tuple(Phase(phase.name, phase.start_s, phase.end_s, phase.judged) for phase in info.phases),
        requests=requests,
        load=_load(load) if load is not None else None,
        pages=tuple(read_page_loads(folder.path / "pages.jsonl")) if pages is not None else (),
        planned_pages=tuple(pages.planned) if pages is not None else (),
        known_pages=tuple(pages.known) if pages is not None else (),
        page_loads=pages.loads if pages is not None else 0,
        host=_samples(host, "target"),
        host_missing=info.host_missing,
        generators=tuple(_each(host, "generator", "worker")),
        most_page_loads=pages.max_loads if pages is not None else None,
        loads_made=pages.made if pages is not None else {},
        loads_made_under_load=pages.made_under_load if pages is not None else {},
        conditions=conditions_of(pages.when if pages is not None else "idle"),
        browser_host=pages.host if pages is not None else "",
        imported=tuple(imported_file(item) for item in info.imports),
        marks=read_marks(folder.path),
        disks=tuple(_each(host, "disk", "subject")),
        processes=tuple(_each(host, "process", "subject")),
        processes_missing=info.processes_missing,
    )


def imported_file(info: ImportInfo) -> ImportedFile:
    """A file that the run was made from, as the analyzer takes it."""
    return ImportedFile(**{**info.model_dump(), "lacks": frozenset(info.lacks)})


def _check_phases(path: Path, info: RunInfo) -> None:
    for phase in info.phases:
        # One that was cut short may have ended as it began.
        if phase.end_s < phase.start_s or (
            info.state is RunState.COMPLETE and phase.judged and phase.end_s == phase.start_s
        ):
            raise RunFolderError(
                f"{path} is damaged: the phase {phase.name!r} ends at {phase.end_s:.1f} s and begins at "
                f"{phase.start_s:.1f} s",
                cure="restore it from a copy, or run again",
            )


def _load(load: LoadInfo) -> LoadSummary:
    return LoadSummary(
        model=load.model,
        users=load.users,
        planned_arrivals=load.planned_arrivals,
        started_arrivals=load.started_arrivals,
        unfinished=load.unfinished,
        rows_sent=load.rows_sent,
        failed_users=load.failed_users,
        first_error=load.first_error,
        refused_hosts=tuple(load.refused_hosts),
        without_request=load.without_request,
        unrecorded=load.unrecorded,
        ended_users=load.ended_users,
        own_error=load.own_error,
        listener_error=load.listener_error,
        workers=tuple(
            Worker(lost=worker.state == "lost", **worker.model_dump(exclude={"state", "pid"}))
            for worker in load.workers
        ),
        ended_early=load.ended_early,
        duration_s=load.duration_s,
    )


def _read_requests(folder: RunFolder, info: RunInfo) -> RequestStream | None:
    path = folder.path / "requests.parquet"
    phases = [phase.name for phase in info.phases if phase.judged]
    if path.is_file():
        with reading(path):
            many = pq.read_metadata(path).num_rows > MOST_IN_ARRAYS
        if many:
            return ParquetRequests(path, phases)
    elif count_rows(folder.parts / REQUEST_PARTS, REQUESTS) > MOST_IN_ARRAYS:
        return _of_parts(folder.parts / REQUEST_PARTS, phases)
    table = folder.read_requests()
    if table is None:
        return None
    check(path, table)
    rows = requests_of(table, phases)
    check_numbers(path, rows)
    return rows


def _of_parts(path: Path, phases: list[str]) -> ParquetRequests:
    """The many requests of a run that nobody settled. A stream can only be read from its beginning, so they are first
    written in a form that can be read in passes, to a file that is gone as soon as it is open: the folder is not ours
    to change, for the run may still go on.
    """
    try:
        with TemporaryDirectory(prefix="slogate-") as place:
            copy = Path(place) / "requests.parquet"
            write_parquet(copy, REQUESTS, [path])
            return ParquetRequests(copy, phases, origin=path)
    except OSError as error:
        raise RunFolderError(
            f"the requests in {path} are too many to hold in memory: {error.strerror}",
            cure="free some space for temporary files, or name a place that has some with TMPDIR",
        ) from None


def requests_of(table: pa.Table, judged_phases: list[str]) -> Requests:
    """Rows of requests.parquet, or of the stream that it is made from, as columns in the order of their arrival."""
    intended = table["intended_at_us"]
    names = pc.if_else(
        pc.equal(table["method"], ""),
        table["endpoint"],
        pc.binary_join_element_wise(table["method"], table["endpoint"], " "),
    )
    endpoints, workers = _indexed(names), _indexed(table["worker"])
    outcome = pc.index_in(table["outcome"], pa.array(list(_OUTCOMES)))
    rows = Requests(
        started_us=table["started_at_us"].to_numpy(),
        intended_us=pc.fill_null(intended, 0).to_numpy(),
        planned=pc.is_valid(intended).to_numpy(),
        latency_us=table["latency_us"].to_numpy(),
        endpoint=endpoints.indices.to_numpy().astype(np.int64),
        endpoints=tuple(endpoints.dictionary.to_pylist()),
        status=table["status"].to_numpy().astype(np.int64),
        outcome=outcome.to_numpy().astype(np.int64),
        connect_us=pc.fill_null(table["connect_us"], 0).to_numpy(),
        worker=workers.indices.to_numpy().astype(np.int64),
        workers=tuple(workers.dictionary.to_pylist()),
        judged=pc.is_in(table["phase"], pa.array(judged_phases, pa.string())).to_numpy(),
    )
    arrival = rows.arrival_us
    return rows if np.all(arrival[:-1] <= arrival[1:]) else rows.where(np.argsort(arrival, kind="stable"))


def _indexed(texts: pa.ChunkedArray) -> pa.DictionaryArray:
    """Texts as numbers into a list of the distinct ones."""
    encoded = texts.combine_chunks().dictionary_encode()
    return encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded


def _each(table: pa.Table | None, source: str, named_by: str) -> Iterator[HostSamples]:
    """The samples of a source that there are several of, by the column that tells which."""
    if table is None:
        return
    places: dict[str, list[int]] = {}
    told = zip(table["source"].to_pylist(), table[named_by].to_pylist(), strict=True)
    for at, (of, name) in enumerate(told):
        if of == source and name is not None:
            places.setdefault(name, []).append(at)
    for name, of_it in places.items():
        yield _columns(table, np.array(of_it), name)


def _samples(table: pa.Table | None, source: str) -> HostSamples | None:
    if table is None:
        return None
    places = np.array([at for at, name in enumerate(table["source"].to_pylist()) if name == source])
    return _columns(table, places, source) if len(places) else None


def _columns(table: pa.Table, places: Ints, source: str) -> HostSamples:
    columns = {}
    for field in HOST:
        if pa.types.is_float64(field.type):
            values = filled(table[field.name], math.nan)[places]
            if valid(table[field.name])[places].any():
                columns[field.name] = values
    return HostSamples(source, filled(table["time_us"], math.nan)[places] / 1e6, columns)
