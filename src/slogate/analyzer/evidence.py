"""What a run measured, as the analyzer takes it: columns of requests, page loads, host samples, and the plan they were
made by.

All times are microseconds or seconds since the Unix epoch, on the one clock of the run; ratios are 0..1. A column that
is missing is None and never zeros.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import ClassVar, Literal, Protocol

import numpy as np
import numpy.typing as npt

from slogate.analyzer.imported import ImportedFile
from slogate.analyzer.marks import Mark
from slogate.analyzer.web.facts import PageLoad
from slogate.slo import endpoints
from slogate.slo.conditions import Condition

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


NO_ANSWER = endpoints.NO_ANSWER
RAISED = endpoints.RAISED


class Outcome(IntEnum):
    """How a request ended. The names are the `outcome` column of requests.parquet."""

    OK = 0
    SLOW_TIMEOUT = 1
    HTTP_ERROR = 2
    CHECK_FAILED = 3
    CONNECTION = 4
    RATE_LIMITED = 5

    @property
    def label(self) -> str:
        """As the column spells it: `slow-timeout`, `http_error`, ..."""
        return "slow-timeout" if self is Outcome.SLOW_TIMEOUT else self.name.lower()


class RunState(StrEnum):
    """Where a run stands; `interrupted` and `failed` runs hold what was measured until then."""

    RUNNING = "running"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True)
class Phase:
    """A part of the run, [start_s, end_s) since the epoch; only what lies in judged phases enters the verdict."""

    OF_LOAD: ClassVar = frozenset({"warm-up", "load"})

    name: str
    start_s: float
    end_s: float
    judged: bool

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Requests:
    """Columns of n requests in the order of their arrival.

    `planned` tells where `intended_us` holds: an open model's first request of an iteration. `endpoint` indexes
    `endpoints` ("GET /api/products"), and `worker` the generators. `judged` marks the rows of judged phases. `status`
    is 0 where no response came, `connect_us` where the connection was kept or its set-up is inside the latency.
    """

    started_us: Ints
    intended_us: Ints
    planned: Bools
    latency_us: Ints
    endpoint: Ints
    endpoints: tuple[str, ...]
    status: Ints
    outcome: Ints
    connect_us: Ints
    worker: Ints
    workers: tuple[str, ...]
    judged: Bools

    def __len__(self) -> int:
        return len(self.started_us)

    @property
    def arrival_us(self) -> Ints:
        """When the request should have started: the intended time where there is one, else the actual start."""
        return np.where(self.planned, self.intended_us, self.started_us)

    @property
    def response_us(self) -> Ints:
        """From the arrival to the last byte: what a caller who did not know of our schedule would have waited."""
        return self.started_us - self.arrival_us + self.latency_us

    @property
    def late_us(self) -> Ints:
        """How long after its time a request was begun, by sending it or by setting its connection up."""
        return self.started_us - self.connect_us - self.arrival_us

    @property
    def failed(self) -> Bools:
        """Where the outcome is not ok."""
        return np.not_equal(self.outcome, Outcome.OK)

    @property
    def kept(self) -> bool:
        """As of a `RequestStream`."""
        return True

    def windows(self) -> Iterator["Requests"]:
        """All of them, as of a `RequestStream`."""
        yield self

    def on(self, names: Collection[str]) -> Bools:
        """Where a row belongs to one of these endpoints."""
        return np.isin(self.endpoint, [index for index, name in enumerate(self.endpoints) if name in names])

    def where(self, mask: Bools | Ints | slice) -> "Requests":
        """The rows that a mask keeps, the rows at these positions, or those of a stretch."""
        return Requests(
            self.started_us[mask],
            self.intended_us[mask],
            self.planned[mask],
            self.latency_us[mask],
            self.endpoint[mask],
            self.endpoints,
            self.status[mask],
            self.outcome[mask],
            self.connect_us[mask],
            self.worker[mask],
            self.workers,
            self.judged[mask],
        )


class RequestStream(Protocol):
    """Requests too many to hold: they can be read again and again, a stretch at a time."""

    @property
    def endpoints(self) -> tuple[str, ...]:
        """As of `Requests`; the same for all stretches."""

    @property
    def workers(self) -> tuple[str, ...]:
        """As of `Requests`."""

    @property
    def kept(self) -> bool:
        """Whether the rows stay in memory; then what is computed of them may stay there too."""

    def __len__(self) -> int: ...

    def windows(self) -> Iterator[Requests]:
        """All rows in the order of their arrival; those that arrived together are in the order of the file."""


@dataclass(frozen=True)
class HostSamples:
    """One row a second of one source: `time_s`, and columns by name (NaN where a second has no value).

    `source` is `target`, or the name of a disk, a process or a generator.
    """

    source: str
    time_s: Floats
    columns: dict[str, Floats]

    def between(self, start_s: float, end_s: float) -> "HostSamples":
        """The rows in [start_s, end_s)."""
        keep = (self.time_s >= start_s) & (self.time_s < end_s)
        return HostSamples(
            self.source, self.time_s[keep], {name: values[keep] for name, values in self.columns.items()}
        )


@dataclass(frozen=True)
class Worker:
    """One generator process, and what it may use; times are seconds from the start of the load.

    Of one that was `lost`, `arrivals_missing` are in no row.
    """

    name: str
    host: str
    lost: bool = False
    lost_s: float | None = None
    joined_s: float = 0.0
    rows_told: int = 0
    rows_received: int = 0
    arrivals_missing: int = 0
    open_files_limit: int | None = None
    ports: int | None = None


@dataclass(frozen=True)
class LoadSummary:
    """What the generators themselves say at the end; None where they could not say it any more. `duration_s` is how
    long the judged load was to last, if that is known.
    """

    model: Literal["open", "closed"]
    users: int
    planned_arrivals: int | None
    started_arrivals: int | None
    unfinished: int | None
    rows_sent: int | None
    failed_users: int
    first_error: str = ""
    refused_hosts: tuple[str, ...] = ()
    without_request: int = 0
    unrecorded: int = 0
    ended_users: int = 0
    own_error: str = ""
    listener_error: str = ""
    workers: tuple[Worker, ...] = ()
    ended_early: str = ""
    duration_s: float | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything that a verdict may look at.

    Of each page `page_loads` judged loads were planned under each of `conditions`, and up to `most_page_loads` while it
    was undecided; `loads_made` and `loads_made_under_load` are how many there were, of pages that came to their end.
    `browser_host` is the machine of the browser, empty where nobody kept it. `marks` are what somebody told that
    happened meanwhile. `disks` are those of the target's host, and `processes` those that slo.yaml names. `imported`
    are the files of other tools that all this was read from; of a run that slogate measured itself there are none.
    """

    state: RunState
    areas: frozenset[str]
    phases: tuple[Phase, ...]
    requests: RequestStream | None
    load: LoadSummary | None
    pages: tuple[PageLoad, ...]
    planned_pages: tuple[str, ...]
    known_pages: tuple[str, ...]
    page_loads: int
    host: HostSamples | None
    host_missing: str
    generators: tuple[HostSamples, ...]
    most_page_loads: int | None = None
    loads_made: Mapping[str, int] = field(default_factory=dict)
    loads_made_under_load: Mapping[str, int] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ("idle",)
    browser_host: str = ""
    imported: tuple[ImportedFile, ...] = ()
    marks: tuple[Mark, ...] = ()
    disks: tuple[HostSamples, ...] = ()
    processes: tuple[HostSamples, ...] = ()
    processes_missing: str = ""

    def judged_phase(self) -> Phase | None:
        """The judged load phase, else the page phase of a run without load."""
        judged = [phase for phase in self.phases if phase.judged]
        return self.load_phase() or (judged[0] if judged else None)

    def load_phase(self) -> Phase | None:
        """The judged part of the load, if it came to that."""
        return next((phase for phase in self.phases if phase.judged and phase.name == "load"), None)

    def load_began_s(self) -> float:
        """What the times of a report count from: when the load began, with its warm-up; without a load, when the judged
        phase did. Seconds since the epoch.
        """
        judged = self.judged_phase()
        loads = [phase.start_s for phase in self.phases if phase.name in Phase.OF_LOAD]
        return min(loads, default=0.0 if judged is None else judged.start_s)
