"""Makes a run folder of what other tools have measured, and has it judged.

All files are read before the folder is there: a broken line leaves nothing behind. Requests go through a stream on
disk, so how many there are does not matter.
"""

import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import slogate
from slogate import verify
from slogate.analyzer.evidence import RunState
from slogate.analyzer.web.facts import PageLoad
from slogate.errors import ConfigError, UsageError
from slogate.imports.formats import Format, format_of
from slogate.imports.records import RequestRecord, Told
from slogate.runs.chunks import ChunkWriter, read_batches
from slogate.runs.folder import RunFolder, write_error
from slogate.runs.info import AreaName, ImportInfo, PagesInfo, PhaseInfo, RunInfo
from slogate.runs.pages import PageLoadWriter
from slogate.runs.schema import REQUESTS
from slogate.slo.file import SloFile, load
from slogate.slo.model import Area
from slogate.suite_files import slo_content

_BATCH = 50_000
_PROFILE = "import"


@dataclass(frozen=True)
class ImportOptions:
    """What the command line asks for. A file may be `NAME=FILE`, which names the page that it holds."""

    files: tuple[str, ...]
    slo_path: Path
    release: str | None = None
    warmup_s: float = 0.0
    out: Path = Path("reports")


def import_files(options: ImportOptions, note: Callable[[str], None], environ: Mapping[str, str]) -> verify.Outcome:
    """One run of all the files, judged and reported. Raises `SlogateError` when there is nothing to be made of them."""
    file = load(slo_content(options.slo_path), str(options.slo_path), environ, targets_needed=False)
    named = [_named(text) for text in options.files]
    formats = [format_of(path) for _, path in named]
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(options.out, error) from None
    with ExitStack() as stack:
        draft = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".import-", dir=options.out)))
        gathered = _Gathered(draft / "requests.arrows")
        with gathered.writer:
            for (page, path), form in zip(named, formats, strict=True):
                note(f"reading {path}: {form.tool}, {form.name}")
                gathered.read(path, form, page)
        return _conclude(options, file, gathered, note, environ)


def _named(text: str) -> tuple[str | None, Path]:
    """`NAME=FILE` as a name and a path; a file whose own name has such a sign in it is meant as it is."""
    name, separator, path = text.partition("=")
    whole = Path(text)
    page, place = (name, Path(path)) if separator and name and not whole.exists() else (None, whole)
    if place.is_dir():
        raise UsageError(f"{place} is a directory", cure="name the file in it that the other tool wrote")
    if not place.is_file():
        raise UsageError(f"{place}: there is no such file", cure="name the file that the other tool wrote")
    return page, place


class _Gathered:
    """What the files hold: requests in a stream on disk, page loads, and an account of each file."""

    def __init__(self, stream: Path) -> None:
        self.stream = stream
        self.writer = ChunkWriter(stream, REQUESTS)
        self.loads: list[PageLoad] = []
        self.files: list[ImportInfo] = []
        self.tools: dict[str, str] = {}
        self.origins: dict[str, None] = {}
        self.first_us: int | None = None
        self.last_us = 0
        self._rows: list[RequestRecord] = []

    def read(self, path: Path, form: Format, page: str | None) -> None:
        """Takes in a file."""
        told = Told(lacks=set(form.lacks))
        if form.requests is not None:
            if page is not None:
                raise UsageError(f"{path} holds requests and no page", cure=f"leave {page}= out")
            records: Iterable[RequestRecord | PageLoad] = form.requests(path, told)
        else:
            assert form.pages is not None  # noqa: S101  # a format has one of the two
            records = form.pages(path, told, page)
        requests = page_loads = 0
        for record in records:
            if isinstance(record, PageLoad):
                page_loads += 1
                self._take_load(record)
            else:
                requests += 1
                self._rows.append(record)
                if len(self._rows) >= _BATCH:
                    self._flush(path)
        self._flush(path)
        if not requests and not page_loads:
            raise UsageError(f"{path} holds no request and no page load", cure="was this the run that was meant?")
        self._account(path, form, told, requests, page_loads)

    def _account(self, path: Path, form: Format, told: Told, requests: int, page_loads: int) -> None:
        self.origins |= told.origins
        tool = told.tool or form.tool
        self.tools[tool] = told.version or "of unknown version"
        self.files.append(
            ImportInfo(
                file=path.name,
                tool=tool,
                form=form.name,
                lacks=sorted(told.lacks),
                requests=requests,
                page_loads=page_loads,
                left_out=told.left_out,
                iterations=told.iterations,
                dropped_iterations=told.dropped_iterations,
            )
        )

    def _take_load(self, record: PageLoad) -> None:
        index = 1 + sum(other.page == record.page for other in self.loads)
        self.loads.append(replace(record, index=index))

    def _flush(self, path: Path) -> None:
        if not self._rows:
            return
        try:
            self._write()
        except (pa.ArrowException, OverflowError, UnicodeEncodeError) as error:
            what = (
                "a text with half a character"
                if isinstance(error, UnicodeEncodeError)
                else "a number that is too large"
            )
            raise ConfigError(
                f"{path} has a record that no table holds: {what}",
                cure="let the tool write the file again",
            ) from None
        except OSError as error:
            raise write_error(self.stream, error) from None
        self._rows.clear()

    def _write(self) -> None:
        started, latency, endpoint, method, status, outcome, size, connect = zip(*self._rows, strict=True)
        began = np.array(started, np.int64)
        first = int(began.min())
        self.first_us = first if self.first_us is None else min(self.first_us, first)
        self.last_us = max(self.last_us, int((began + np.array(latency, np.int64)).max()))
        self.writer.append(
            {
                "started_at_us": list(started),
                "latency_us": list(latency),
                "endpoint": list(endpoint),
                "method": list(method),
                "status": list(status),
                "outcome": [item.label for item in outcome],
                "bytes": list(size),
                "connect_us": list(connect),
                "worker": ["0"] * len(started),
                "phase": ["load"] * len(started),
            }
        )


def _conclude(
    options: ImportOptions, file: SloFile, gathered: _Gathered, note: Callable[[str], None], environ: Mapping[str, str]
) -> verify.Outcome:
    phases = _phases(gathered, options.warmup_s)
    began_s, ended_s = phases[0].start_s, phases[-1].end_s
    release = options.release or environ.get("SLOGATE_RELEASE") or "unnamed"
    folder = RunFolder.create(options.out, release, datetime.fromtimestamp(began_s, UTC))
    try:
        if gathered.first_us is not None:
            judged_from_us = round(next(phase.start_s for phase in phases if phase.name == "load") * 1e6)
            _copy_with_phases(gathered.stream, folder.parts / "requests.arrows", judged_from_us)
        with PageLoadWriter(folder.path / "pages.jsonl") as pages:
            for record in gathered.loads:
                pages.append(record)
        folder.write_text("slo.yaml", file.text)
        folder.write_info(_info(file, gathered, phases, release, (began_s, ended_s)))
        folder.release_reserve()
        folder.settle()
    except BaseException:
        folder.discard()
        raise
    return verify.conclude(folder, file, None, note, environ)


def _phases(gathered: _Gathered, warmup_s: float) -> list[PhaseInfo]:
    """Pages have a phase of their own, and what comes before the judged load is the warm-up."""
    phases = []
    if gathered.loads:
        starts_s = [record.started_at_us / 1e6 for record in gathered.loads]
        ends_s = [record.started_at_us / 1e6 + (record.end_ms or 0.0) / 1e3 for record in gathered.loads]
        phases.append(
            PhaseInfo(name="pages", start_s=min(starts_s), end_s=max(*ends_s, min(starts_s) + 1), judged=True)
        )
    if gathered.first_us is not None:
        first_s, last_s = gathered.first_us / 1e6, max(gathered.last_us, gathered.first_us + 1) / 1e6
        if warmup_s >= last_s - first_s:
            raise UsageError(
                f"the load lasted {last_s - first_s:.1f} s, and the warm-up would be {warmup_s:g} s of it",
                cure="give a shorter --warmup",
            )
        if warmup_s:
            phases.append(PhaseInfo(name="warm-up", start_s=first_s, end_s=first_s + warmup_s, judged=False))
        phases.append(PhaseInfo(name="load", start_s=first_s + warmup_s, end_s=last_s, judged=True))
    return sorted(phases, key=lambda phase: phase.start_s)


def _copy_with_phases(source: Path, target: Path, judged_from_us: int) -> None:
    at = REQUESTS.get_field_index("phase")
    with ChunkWriter(target, REQUESTS) as writer:
        for batch in read_batches(source, REQUESTS):
            judged = pc.greater_equal(batch["started_at_us"], judged_from_us)
            writer.append_batch(batch.set_column(at, REQUESTS.field(at), pc.if_else(judged, "load", "warm-up")))


def _info(
    file: SloFile, gathered: _Gathered, phases: list[PhaseInfo], release: str, span_s: tuple[float, float]
) -> RunInfo:
    asked = {objective.area for objective in file.slo.objectives()}
    measured: dict[AreaName, bool] = {"api": gathered.first_us is not None, "web": bool(gathered.loads)}
    areas = [area for area, there in measured.items() if there and Area(area) in asked]
    made = Counter(record.page for record in gathered.loads)
    return RunInfo(
        run_id=uuid.uuid4().hex,
        command="import",
        service=file.slo.service,
        release=release,
        profile=_PROFILE,
        state=RunState.COMPLETE,
        started_at=_iso(span_s[0]),
        ended_at=_iso(span_s[1]),
        areas=areas,
        targets=dict.fromkeys(areas, ", ".join(gathered.origins)),
        allow_inconclusive=file.slo.policy.inconclusive == "allow",
        phases=phases,
        pages=PagesInfo(planned=list(made), known=list(made), loads=max(made.values()), made=dict(made))
        if made
        else None,
        imports=gathered.files,
        host_missing="another tool made this load, and nobody sampled the host",
        variables=file.judging_variables,
        tools={"slogate": slogate.__version__, **gathered.tools},
    )


def _iso(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="seconds")
