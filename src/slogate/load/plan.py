"""What the load generator is asked to do: written by the command, read inside Locust."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

PLAN_VARIABLE = "SLOGATE_LOAD_PLAN"


@dataclass(frozen=True)
class LoadPlan:
    """One load phase.

    `rate_per_s` None means a closed model, in which `users` keep asking. In an open model `users` is how many
    iterations may be in flight. `wall_offset_us` turns this machine's monotonic clock into microseconds since the
    epoch, for all processes of a run alike. `grace_s` is how long requests in flight may take after the last arrival.
    """

    rate_per_s: float | None
    users: int
    arrivals: Literal["poisson", "uniform"]
    seed: int
    warmup_s: float
    duration_s: float
    grace_s: float
    allowed_hosts: tuple[str, ...]
    requests_path: str
    generator_path: str
    wall_offset_us: int

    def write(self, path: Path) -> None:
        """Writes the plan for the process that will read it."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "LoadPlan":
        """The plan as it was written."""
        fields = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**fields, "allowed_hosts": tuple(fields["allowed_hosts"])})
