"""Runs as a history records them, made of a few facts."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from slogate.analyzer.result import ObjectiveResult, State
from slogate.history.past import JudgedRun
from slogate.runs.info import LoadInfo, RunInfo, StretchInfo
from slogate.slo.model import Area

FIRST_NIGHT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


def result(
    objective: str = "api.latency.p95", estimate: float | None = 100.0, state: State = State.PASS
) -> ObjectiveResult:
    """A result on an objective whose limit is 500 ms."""
    return ObjectiveResult(
        id=objective,
        area=Area.API,
        metric="latency",
        statistic=objective.rpartition(".")[2],
        subject=None,
        criterion="< 500ms",
        unit="ms",
        limit=500.0,
        warn=None,
        state=state,
        reason=f"it is {estimate} ms",
        estimate=estimate,
        low=None if estimate is None else estimate * 0.95,
        high=None if estimate is None else estimate * 1.05,
        n=1000,
        n_effective=800.0,
        exceedances=3,
    )


def judged(
    night: int = 0,
    *objectives: ObjectiveResult,
    state: State = State.PASS,
    release: str = "1.4.0",
    folder: Path = Path("/nowhere"),
    rate: float = 50,
    run_state: str = "complete",
    service: str = "shop",
    confirms: str = "",
) -> JudgedRun:
    """The run of a night, counted from the first; runs of another `rate` are of another kind."""
    started = FIRST_NIGHT + timedelta(days=night)
    info = RunInfo.model_validate(
        {
            "run_id": ("f" if confirms else "") + f"{night:04d}{'0123456789abcdef' * 2}"[:32],
            "confirms": confirms,
            "service": service,
            "release": release,
            "commit": f"{night:07x}",
            "profile": "nightly",
            "state": run_state,
            "started_at": started.isoformat(),
            "ended_at": (started + timedelta(minutes=3)).isoformat(),
            "areas": ["api"],
            "targets": {"api": "http://10.0.0.4:80"},
            "allow_inconclusive": False,
            "load": LoadInfo(
                model="open",
                stretches=[StretchInfo(seconds=60, from_per_s=rate, to_per_s=rate)],
                arrivals="poisson",
                seed=1,
                users=40,
                warmup_s=5,
                duration_s=55,
            ),
        }
    )
    code = {State.PASS: 0, State.WARNING: 0, State.FAIL: 1, State.INCONCLUSIVE: 3, State.ERROR: 4}[state]
    return JudgedRun(folder, info, state, f"it is a {state}", code, objectives or (result(),))


def folder_of(base: Path, run: JudgedRun) -> Path:
    """A folder with the run.json and the verdict.json of a run."""
    path = base / f"{datetime.fromisoformat(run.info.started_at):%Y%m%dT%H%M%SZ}-{run.info.release}"
    path.mkdir(parents=True)
    (path / "run.json").write_text(run.info.model_dump_json())
    (path / "verdict.json").write_text(json.dumps({"state": run.state}))
    return path
