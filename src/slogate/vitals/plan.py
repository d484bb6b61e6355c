"""The plan that the measuring process is given: one JSON file, so that it can also be started by hand."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from slogate.errors import ConfigError
from slogate.slo.conditions import When
from slogate.slo.profile import Engine

DEADLINE_S = 45.0  # of one load: as long as Lighthouse waits


class PagesPlan(BaseModel):
    """What to load, how often, and where the facts go."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    journeys: list[Path]
    base_url: str
    allowed_hosts: list[str]  # host names whose documents a page may open
    pages: list[str] | None = None  # None: every page of the journeys
    page_loads: int = Field(ge=0)
    max_page_loads: int | None = None  # the parent is asked after each further round; None: there is none
    when: When = "idle"  # loaded: the parent says when the load holds
    warmup_loads: int = Field(default=1, ge=0)
    deadline_s: float = Field(default=DEADLINE_S, gt=0)
    browser: Engine = "chromium"
    cdp: str | None = None  # the DevTools of a browser that runs already; None: start one
    output: Path  # pages.jsonl
    evidence: Path | None = None  # the folder for what is kept of the worst load of each page; None: keep nothing
    wall_offset_us: int  # epoch_us = monotonic_us + wall_offset_us: the clock that all processes of a run share
    known_secrets_env: list[str] = []  # environment variables whose values are masked wherever they occur
    verify_tls: bool = True

    @property
    def most_page_loads(self) -> int:
        """How many judged loads of a page there may be under each condition."""
        return self.page_loads if self.max_page_loads is None else self.max_page_loads

    @classmethod
    def read(cls, path: Path) -> "PagesPlan":
        """Reads a plan. Raises `ConfigError`."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}", cure="give the path of a plan for page loads") from error
        except ValidationError as error:
            found = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
            raise ConfigError(
                f"{path}: {found}", cure="see slogate.vitals.plan.PagesPlan for what a plan holds"
            ) from error

    def write(self, path: Path) -> None:
        """Writes the plan where the measuring process will read it."""
        path.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
