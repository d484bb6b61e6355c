"""A run folder as evidence: from tables to the arrays that the analyzer takes."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slogate.analyzer.evidence import Evidence, HostSamples, LoadSummary, Outcome, Phase, Requests
from slogate.errors import RunFolderError
from slogate.runs.folder import RunFolder
from slogate.runs.info import RunInfo
from slogate.runs.pages import read_page_loads
from slogate.runs.schema import HOST

_OUTCOMES = {outcome.label: int(outcome) for outcome in Outcome}


def read_evidence(folder: RunFolder, info: RunInfo) -> Evidence:
    """Everything that a verdict may look at. Raises `RunFolderError` for a folder that is damaged."""
    host = folder.read_host()
    pages = info.pages
    load = info.load
    return Evidence(
        state=info.state,
        areas=frozenset(info.areas),
        phases=tuple(Phase(phase.name, phase.start_s, phase.end_s, phase.judged) for phase in info.phases),
        requests=_requests(folder.path / "requests.parquet", folder.read_requests(), info),
        load=None
        if load is None
        else LoadSummary(
            load.model,
            load.rate_per_s,
            load.users,
            load.planned_arrivals,
            load.started_arrivals,
            load.unfinished,
            load.rows_sent,
            load.failed_users,
            load.first_error,
            tuple(load.refused_hosts),
            load.without_request,
        ),
        pages=tuple(read_page_loads(folder.path / "pages.jsonl")) if pages is not None else (),
        planned_pages=tuple(pages.planned) if pages is not None else (),
        known_pages=tuple(pages.known) if pages is not None else (),
        page_loads=pages.loads if pages is not None else 0,
        host=_samples(host, "target"),
        host_missing=info.host_missing,
        generator=_samples(host, "generator"),
    )


def _requests(path: Path, table: pa.Table | None, info: RunInfo) -> Requests | None:
    if table is None:
        return None
    for name in ("started_at_us", "latency_us", "endpoint", "method", "status", "outcome", "phase"):
        if table[name].null_count:
            raise RunFolderError(f"{path} has an empty value in the column {name!r}")
    judged_phases = [phase.name for phase in info.phases if phase.judged]
    intended = table["intended_at_us"]
    names = pc.if_else(
        pc.equal(table["method"], ""),
        table["endpoint"],
        pc.binary_join_element_wise(table["method"], table["endpoint"], " "),
    )
    endpoints = names.combine_chunks().dictionary_encode()
    if isinstance(endpoints, pa.ChunkedArray):
        endpoints = endpoints.combine_chunks()
    outcome = pc.index_in(table["outcome"], pa.array(list(_OUTCOMES)))
    if outcome.null_count:
        raise RunFolderError(f"{path} has an outcome that is not one of {', '.join(_OUTCOMES)}")
    rows = Requests(
        started_us=table["started_at_us"].to_numpy(),
        intended_us=pc.fill_null(intended, 0).to_numpy(),
        planned=pc.is_valid(intended).to_numpy(),
        latency_us=table["latency_us"].to_numpy(),
        endpoint=endpoints.indices.to_numpy().astype(np.int64),
        endpoints=tuple(endpoints.dictionary.to_pylist()),
        status=table["status"].to_numpy().astype(np.int64),
        outcome=outcome.to_numpy().astype(np.int64),
        judged=pc.is_in(table["phase"], pa.array(judged_phases, pa.string())).to_numpy(),
    )
    if len(rows) and rows.latency_us.min() < 0:
        raise RunFolderError(f"{path} has a negative latency: {int(rows.latency_us.min())} us")
    arrival = rows.arrival_us
    return rows if np.all(arrival[:-1] <= arrival[1:]) else rows.where(np.argsort(arrival, kind="stable"))


def _samples(table: pa.Table | None, source: str) -> HostSamples | None:
    if table is None:
        return None
    rows = table.filter(pc.equal(table["source"], source))
    if rows.num_rows == 0:
        return None
    columns = {}
    for field in HOST:
        if pa.types.is_float64(field.type) and rows[field.name].null_count < rows.num_rows:
            columns[field.name] = rows[field.name].to_numpy(zero_copy_only=False).astype(np.float64)
    return HostSamples(source, rows["time_us"].to_numpy() / 1e6, columns)
