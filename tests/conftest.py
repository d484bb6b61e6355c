"""What tests share: a small run folder made of known rows."""

import hashlib
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from slogate.analyzer.evidence import RunState
from slogate.runs.chunks import ChunkWriter
from slogate.runs.folder import RunFolder
from slogate.runs.info import LoadInfo, PhaseInfo, RunInfo, StretchInfo
from slogate.runs.schema import HOST, REQUESTS
from support import SLO, START_S, MakeRun


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Makes a complete run folder with evenly spread arrivals, of one endpoint or of several in turn, and the given
    latencies (ms).
    """

    def make(
        latencies_ms: list[float],
        *,
        outcomes: list[str] | None = None,
        statuses: list[int] | None = None,
        seconds: float = 60.0,
        state: RunState = RunState.COMPLETE,
        slo: str = SLO,
        release: str = "1.0.0",
        endpoint: str | list[str] = "/api/products",
        settled: bool = True,
        base: Path | None = None,
        generator_cpu: float = 0.1,
    ) -> RunFolder:
        folder = RunFolder.create(base or tmp_path / "reports", release, datetime(2026, 9, 21, 9, 0, 0, tzinfo=UTC))
        count = len(latencies_ms)
        starts = [round((START_S + seconds * index / max(count, 1)) * 1e6) for index in range(count)]
        columns: dict[str, list[Any]] = {
            "started_at_us": starts,
            "intended_at_us": starts,
            "latency_us": [round(value * 1000) for value in latencies_ms],
            "endpoint": list(islice(cycle([endpoint] if isinstance(endpoint, str) else endpoint), count)),
            "method": ["GET"] * count,
            "status": statuses or [200] * count,
            "outcome": outcomes or ["ok"] * count,
            "bytes": [100] * count,
            "worker": ["0"] * count,
            "phase": ["load"] * count,
        }
        with ChunkWriter(folder.parts / "requests.arrows", REQUESTS) as rows:
            if count:
                rows.append(columns)
        with ChunkWriter(folder.parts / "host.arrows", HOST) as host:
            for second in range(int(seconds)):
                host.append(
                    {
                        "time_us": [round((START_S + second + 0.5) * 1e6)],
                        "source": ["target"],
                        "cpu": [0.3],
                        "memory": [0.4],
                    }
                )
        with ChunkWriter(folder.parts / "generator.arrows", HOST) as generator:
            for second in range(1, int(seconds) + 1):
                at_us = round((START_S + second) * 1e6)
                generator.append(
                    {
                        "time_us": [at_us],
                        "source": ["generator"],
                        "worker": ["0"],
                        "cpu": [generator_cpu],
                        "lag_ms": [1.0],
                        "backlog": [0.0],
                    }
                )
        folder.write_text("slo.yaml", slo)
        folder.write_info(
            RunInfo(
                run_id=hashlib.md5(str(folder.path).encode(), usedforsecurity=False).hexdigest(),
                service="shop",
                release=release,
                profile="smoke",
                state=state,
                started_at="2026-09-21T09:00:00+00:00",
                ended_at="2026-09-21T09:01:00+00:00",
                areas=["api", "resources"],
                targets={"api": "http://127.0.0.1:8710"},
                allow_inconclusive=False,
                phases=[PhaseInfo(name="load", start_s=START_S, end_s=START_S + seconds, judged=True)],
                load=LoadInfo(
                    model="open",
                    stretches=[StretchInfo(seconds=seconds, from_per_s=20, to_per_s=20)],
                    arrivals="poisson",
                    seed=1,
                    users=40,
                    warmup_s=0.0,
                    duration_s=seconds,
                    planned_arrivals=count,
                    started_arrivals=count,
                    unfinished=0,
                    rows_sent=count,
                ),
            )
        )
        folder.release_reserve()
        if settled:
            folder.settle()
        return folder

    return make
