"""run.json: what was run, when, against what and on which machine."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from slogate.analyzer.evidence import RunState
from slogate.analyzer.imported import Lack
from slogate.runs.schema import SCHEMA_VERSION
from slogate.slo.conditions import When

Command = Literal["run", "nightly", "versus", "capacity", "import", "locust"]
LOCAL_IN_CONTAINER = "local, within "  # how `host_kind` begins where limits of a container hold; they follow
AreaName = Literal["api", "web", "resources"]


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)  # a newer slogate may have written more


class PhaseInfo(_Record):
    """A part of the run, in seconds since the epoch."""

    name: str
    start_s: float
    end_s: float
    judged: bool


class StretchInfo(_Record):
    """Part of a planned rate: it goes linearly from one to the other."""

    seconds: float
    from_per_s: float
    to_per_s: float


class WorkerInfo(_Record):
    """One generator process: `lost` when it did not come to its end. Times are seconds from the start of the load.

    Of a lost one, `arrivals_missing` were its to make and are in no row: nobody knows whether they were sent.
    """

    name: str
    host: str
    pid: int | None = None
    state: Literal["finished", "lost"]
    joined_s: float = 0.0
    lost_s: float | None = None
    rows_told: int
    rows_received: int
    arrivals_missing: int = 0
    open_files_limit: int | None = None
    ports: int | None = None


class LoadInfo(_Record):
    """The load that was planned, and what the generators said of it at its end (None: they could not say)."""

    model: Literal["open", "closed"]
    stretches: list[StretchInfo] = Field(default_factory=list)
    arrivals: str
    seed: int
    users: int
    warmup_s: float
    duration_s: float
    planned_arrivals: int | None = None
    started_arrivals: int | None = None
    unfinished: int | None = None
    without_request: int = 0  # judged iterations that asked nothing
    rows_sent: int | None = None
    failed_users: int = 0
    first_error: str = ""  # the first exception that a task or an on_start raised
    unrecorded: int = 0  # requests that were told in a way that could not be kept
    ended_users: int = 0  # that went before the end
    own_error: str = ""  # the first refusal of a generator's own system, such as no port left
    listener_error: str = ""  # where the first listener of the scenario raised, and what
    refused_hosts: list[str] = Field(default_factory=list)
    workers: list[WorkerInfo] = Field(default_factory=list)
    ended_early: str = ""  # why the load did not last as long as planned, if it was ended in order


class PagesInfo(_Record):
    """The pages that were planned, those that the journeys know, and how often each is loaded: `loads` times, and up to
    `max_loads` times while it is undecided (None: no more). `made` is how often each was, once that is known.
    `when` says whether that is before the load (idle), while it holds (loaded), or both; `made_under_load` is how often
    each was loaded while it held. The `warm` ones are those whose cache had been filled, the `soft` ones those that a
    soft navigation led to. `host` is the machine of the browser; empty: not known.
    """

    planned: list[str]
    known: list[str]
    loads: int
    max_loads: int | None = None
    made: dict[str, int] = Field(default_factory=dict)
    when: When = "idle"
    made_under_load: dict[str, int] = Field(default_factory=dict)
    warm: list[str] = Field(default_factory=list)
    soft: list[str] = Field(default_factory=list)
    throttles: dict[str, str] = Field(default_factory=dict)  # the preset of each planned page
    connected: bool = False  # to a browser that ran before
    browser: str = "chromium"  # the engine; its version is among the tools
    host: str = ""
    cpu_benchmark: float | None = None  # passes a second of a fixed piece of JavaScript, in the measuring browser


class ImportInfo(_Record):
    """A file of another tool that a run was made from, what was taken from it, and what it does not tell.

    `left_out` are records that sum up others.
    """

    file: str
    tool: str
    form: str
    lacks: list[Lack]
    requests: int = 0
    page_loads: int = 0
    left_out: int = 0
    iterations: int = 0
    dropped_iterations: int = 0


class RunInfo(_Record):
    """The whole of run.json."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    command: Command = "run"
    confirms: str = ""  # the run that this one was made to confirm, the same night; empty: it is on its own
    service: str
    release: str
    commit: str = ""  # of what is measured; empty: not known
    profile: str
    state: RunState
    state_reason: str = ""
    started_at: str
    ended_at: str | None = None
    areas: list[AreaName]
    targets: dict[str, str]
    allow_inconclusive: bool
    verify_tls: bool = True  # whether the certificates of the targets had to be trusted
    phases: list[PhaseInfo] = Field(default_factory=list)
    load: LoadInfo | None = None
    pages: PagesInfo | None = None
    imports: list[ImportInfo] = Field(default_factory=list)  # of a run that slogate measured itself, none
    host_source: str = ""  # who told of the target's host; empty: nobody, or the run is older
    host_kind: str = ""  # local (and within which limits), node_exporter, prometheus, nobody; empty: an older run
    host_missing: str = ""  # what is missing of its samples, and why
    host_clock_ahead_s: float | None = None  # of the host, or of the server that told of it
    processes: dict[str, str] = Field(default_factory=dict)  # those that were watched, by name, and what each is
    processes_missing: str = ""  # what is missing of their samples, and why
    shared_machine: bool = False
    content: dict[str, str] = Field(default_factory=dict)  # SHA-256 of the files in loadtests/ and webvitals/
    variables: dict[str, str] = Field(default_factory=dict)
    environment: dict[str, Any] = Field(default_factory=dict)
    tools: dict[str, str] = Field(default_factory=dict)
