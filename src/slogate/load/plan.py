"""What the load generator is asked to do: written by the command, read inside Locust."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from slogate.slo.rates import RatePlan, Stretch

PLAN_VARIABLE = "SLOGATE_LOAD_PLAN"


@dataclass(frozen=True)
class LoadPlan:
    """One load.

    `stretches` None means a closed model, in which `users` keep asking. In an open model `users` is how many iterations
    may be in flight. `workers` is how many generator processes make the load together; 0 is the one process that reads
    this. `wall_offset_us` turns this machine's monotonic clock into microseconds since the epoch, for all processes of
    a run here alike. `grace_s` is how long requests in flight may take after the last arrival. `verify_tls` is for
    `slogate.HttpUser`, whose class may say otherwise.
    """

    stretches: tuple[Stretch, ...] | None
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
    workers: int = 0
    workers_timeout_s: float = 60.0
    verify_tls: bool = True

    @property
    def rate_plan(self) -> RatePlan | None:
        """The planned arrivals; None in a closed model."""
        return None if self.stretches is None else RatePlan(self.stretches)

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> "LoadPlan":
        """The plan that `as_dict` gave."""
        stretches = fields["stretches"]
        return cls(
            **{
                **fields,
                "allowed_hosts": tuple(fields["allowed_hosts"]),
                "stretches": None if stretches is None else tuple(Stretch(**item) for item in stretches),
            }
        )

    def write(self, path: Path) -> None:
        """Writes the plan for the process that will read it."""
        path.write_text(json.dumps(self.as_dict()), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "LoadPlan":
        """The plan as it was written."""
        return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))
