"""run.json while a run goes on: each fact is added when it is known."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from slogate.analyzer.evidence import RunState
from slogate.runs.environment import describe_machine, describe_tools
from slogate.runs.folder import RunFolder
from slogate.runs.info import LoadInfo, PagesInfo, PhaseInfo, RunInfo, StretchInfo
from slogate.slo.rates import RatePlan

_OPEN_END_S = float(2**32)  # of a phase that is still under way: in the year 2106


class Record:
    """What is known of a run so far. `write` puts it on disk."""

    def __init__(self, info: RunInfo, folder: RunFolder) -> None:
        self._info = info
        self._folder = folder

    @classmethod
    def begin(cls, fields: Mapping[str, Any], run_id: str, folder: RunFolder) -> "Record":
        """The record of a run that starts now; `fields` are those of `RunInfo` that the command line and slo.yaml
        settle.
        """
        info = RunInfo(
            run_id=run_id,
            state=RunState.RUNNING,
            started_at=_now(),
            environment=describe_machine(),
            tools=describe_tools(),
            shared_machine=True,
            host_kind="nobody",
            **fields,
        )
        return cls(info, folder)

    def write(self) -> None:
        """Replaces run.json."""
        self._folder.write_info(self._info)

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        return self._info.state

    @state.setter
    def state(self, state: RunState) -> None:
        self._info.state = state

    @property
    def reason(self) -> str:
        """Why it is not complete."""
        return self._info.state_reason

    @reason.setter
    def reason(self, reason: str) -> None:
        self._info.state_reason = reason

    def tool(self, name: str, version: str) -> None:
        """A tool that takes part, and its version."""
        self._info.tools[name] = version

    def host_is_elsewhere(self, target: str) -> None:
        """The target runs on another machine, of which nothing is known here."""
        self._info.shared_machine = False
        self._info.host_missing = f"{target} is on another machine, whose host is not sampled"

    def host_told_by(self, source: str, kind: str) -> None:
        """Somebody tells of the target's host, wherever that is."""
        self._info.host_source, self._info.host_kind, self._info.host_missing = source, kind, ""

    def host_clock(self, ahead_s: float | None) -> None:
        """By how much the clock over there is ahead of this machine's."""
        self._info.host_clock_ahead_s = None if ahead_s is None else round(ahead_s, 6)

    def processes_watched(self, processes: Mapping[str, str]) -> None:
        """Processes by their names in slo.yaml, and what each is."""
        self._info.processes = dict(processes)

    def processes_trouble(self, trouble: str) -> None:
        """What is missing of the samples of processes, and why."""
        self._info.processes_missing = trouble

    def host_trouble(self, trouble: str) -> None:
        """What is missing of the host's samples, and why."""
        self._info.host_missing = trouble

    def pages(self, planned: PagesInfo) -> None:
        """The pages that will be loaded."""
        self._info.pages = planned

    def pages_made(self, made: dict[str, int], made_under_load: dict[str, int]) -> None:
        """How many judged loads of each page there were, before the load and while it held."""
        if self._info.pages is not None:
            self._info.pages.made, self._info.pages.made_under_load = made, made_under_load

    def cpu_benchmark(self, index: float) -> None:
        """How fast the measuring browser runs a fixed piece of JavaScript."""
        if self._info.pages is not None:
            self._info.pages.cpu_benchmark = index

    def load_planned(
        self,
        plan: RatePlan | None,
        users: int,
        arrivals: str,
        seed: int,
        warmup_s: float,
        duration_s: float,
    ) -> None:
        """The load that is going to be made; without a plan of arrivals, a closed one."""
        stretches = plan.stretches if plan is not None else ()
        self._info.load = LoadInfo(
            model="closed" if plan is None else "open",
            stretches=[StretchInfo.model_validate(stretch, from_attributes=True) for stretch in stretches],
            arrivals=arrivals,
            seed=seed,
            users=users,
            warmup_s=warmup_s,
            duration_s=duration_s,
        )

    def load_users(self, users: int) -> None:
        """How many users the generator really has, once it has given each class its share."""
        if self._info.load is not None:
            self._info.load.users = users

    def listener_raised(self, told: str) -> None:
        """A listener of the scenario raised after the load's end; what one raised before stays the first."""
        if self._info.load is not None and not self._info.load.listener_error:
            self._info.load.listener_error = told

    def load_finished(self, told: Mapping[str, Any]) -> None:
        """What the generator said of the load at its end, and when that was."""
        self._info.phases[-1].end_s = told["end_s"]
        if self._info.load is not None:
            fields = {name: told[name] for name in LoadInfo.model_fields if name in told}
            self._info.load = LoadInfo.model_validate({**self._info.load.model_dump(), **fields})

    def phase(self, name: str, start_s: float, end_s: float, *, judged: bool = False) -> None:
        """A phase, in seconds since the epoch."""
        self._info.phases.append(PhaseInfo(name=name, start_s=start_s, end_s=end_s, judged=judged))

    def phase_reaches(self, end_s: float) -> None:
        """The latest phase, whose end nobody knows beforehand, has lasted until then."""
        self._info.phases[-1].end_s = end_s

    @contextmanager
    def phase_under_way(self, name: str, now_s: Callable[[], float], *, judged: bool) -> Iterator[None]:
        """A phase that lasts as long as the block."""
        self.phase(name, now_s(), _OPEN_END_S, judged=judged)
        self.write()
        try:
            yield
        finally:
            self._info.phases[-1].end_s = now_s()

    def end(self, now_s: float) -> None:
        """The run is over; a phase that was to last longer ends here too."""
        self._info.ended_at = _now()
        for phase in self._info.phases:
            phase.end_s = max(phase.start_s, min(phase.end_s, now_s))
        self.write()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
