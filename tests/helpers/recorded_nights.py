"""Nights that were recorded: run folders of known latencies, one for each run that `slogate nightly` asks for."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import numpy as np
from past_runs import FIRST_NIGHT

from slogate import verify
from slogate.analyzer.evidence import RunState
from slogate.errors import SlogateError
from slogate.nightly import NightlyOptions, NightOutcome, night
from slogate.report.progress import Progress
from slogate.runs.folder import RunFolder
from slogate.setup import RunOptions
from slogate.slo.file import load
from support import SLO, MakeRun

LATENCIES = np.random.default_rng(1).lognormal(3.0, 0.4, 3000)
NIGHTLY_SLO = SLO.replace("smoke:", "nightly:")


class Quiet:
    """Keeps what a person would see as a note."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_told: None


class Nights:
    """A suite whose runs are made of `factor` times known latencies, and of a host that may not tell of itself."""

    def __init__(self, make_run: MakeRun, place: Path, slo: str = NIGHTLY_SLO, environ: Mapping[str, str] = {}) -> None:
        self._make_run, self.reports, self._environ = make_run, place / "reports", environ
        self.slo_path = place / "slo.yaml"
        self.slo_path.write_text(slo)
        self.number = 0
        self.runs = 0
        self.factor: Callable[[], float] = lambda: 1.0
        self.host_tells = True
        self.failure: SlogateError | None = None
        self.before: Callable[[], None] = lambda: None

    def run(self, release: str, progress: Quiet | None = None, **options: object) -> NightOutcome:
        """The next night."""
        self.number += 1
        asked = NightlyOptions(
            RunOptions(self.slo_path, "nightly", release=release, commit=f"{self.number:07x}", out=self.reports),
            **options,  # type: ignore[arg-type]  # as each test asks
        )
        now = FIRST_NIGHT + timedelta(days=self.number, minutes=5)
        return night(asked, progress or Quiet(), self._environ, lambda: now, self._measure)

    def _measure(self, options: RunOptions, progress: Progress, environ: Mapping[str, str]) -> verify.Outcome:
        self.before()
        self.runs += 1
        made = self._make_run(
            (LATENCIES * self.factor()).tolist(),
            release=options.release,
            base=self.reports,
            slo=self.slo_path.read_text(),
        )
        started = FIRST_NIGHT + timedelta(days=self.number, minutes=1 if options.confirms else 0)
        folder = RunFolder(made.path.rename(self.reports / f"{started:%Y%m%dT%H%M%SZ}-{options.release}"))
        info = folder.read_info()
        info.command, info.confirms, info.commit = options.command, options.confirms, options.commit or ""
        info.run_id, info.profile, info.started_at = f"{self.runs:032x}", "nightly", started.isoformat()
        if self.failure is not None:
            info.state = RunState.INTERRUPTED
        info.ended_at = (started + timedelta(minutes=1)).isoformat()
        folder.write_info(info)
        if not self.host_tells:
            (folder.path / "host.parquet").unlink()
        file = load(self.slo_path.read_bytes(), str(self.slo_path), environ)
        return verify.conclude(folder, file, self.failure, progress.note, environ)
