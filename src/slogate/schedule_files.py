"""`slogate init --schedule`: what makes a scheduler run the suite of a folder every night."""

import getpass
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import slogate
from slogate import schedules
from slogate.errors import UsageError
from slogate.new_files import refuse_to_overwrite, write_new
from slogate.schedules import Scheduler, Suite
from slogate.slo import variables
from slogate.slo.file import SloFile, load
from slogate.suite_files import JOURNEYS, SCENARIOS, slo_content

_NIGHTLY = "nightly"


@dataclass(frozen=True)
class Planned:
    """The files that are to be written, by their path below the folder, and what is left to a person."""

    folder: Path
    files: Mapping[str, str]
    next_steps: list[str]

    def write(self, *, force: bool = False) -> list[Path]:
        """Writes them, with `force` over those that are there already, and returns their paths. Raises `ConfigError`
        for one that cannot be written.
        """
        return write_new(self.folder, self.files, force=force)


def refuse_to_replace(folder: Path, schedulers: Sequence[Scheduler]) -> None:
    """Raises `UsageError` when one of the files of these schedulers is there already."""
    try:
        refuse_to_overwrite(folder, [path for scheduler in schedulers for path in schedules.paths(scheduler)])
    except UsageError as error:
        raise UsageError(error.message, cure="give --force to replace it") from None


def plan(folder: Path, schedulers: Sequence[Scheduler], *, profile: str | None = None) -> Planned:
    """The files of each scheduler for `folder`, which holds slo.yaml; nothing is written yet.

    `profile` is the one to run; unless given it is `nightly`, or the first one where there is none of that name. Raises
    `UsageError` for a profile that the file has not, and `ConfigError` for what is wrong with slo.yaml.
    """
    path = folder / "slo.yaml"
    # The variables of its addresses are known to the machine that will measure, and need not be set on this one.
    file = load(slo_content(path), str(path), {}, targets_needed=False)
    suite = _suite_of(file, folder, profile)
    chosen = list(dict.fromkeys(schedulers))
    files = {path: text for scheduler in chosen for path, text in schedules.render(scheduler, suite).items()}
    return Planned(folder, files, [step for scheduler in chosen for step in schedules.next_steps(scheduler, suite)])


def refuse_unknown_profile(file: SloFile, profile: str | None) -> None:
    """Raises `UsageError` for a profile that the file has not."""
    known = file.slo.profiles
    if profile is not None and profile not in known:
        raise UsageError(f"--profile {profile}: {file.name} has no such profile", cure=f"it has {', '.join(known)}")


def _suite_of(file: SloFile, folder: Path, profile: str | None) -> Suite:
    refuse_unknown_profile(file, profile)
    known = file.slo.profiles
    return Suite(
        service=file.slo.service,
        profile=profile or (_NIGHTLY if _NIGHTLY in known else next(iter(known))),
        variables=tuple(sorted(variables.names(file.text))),
        to_set=tuple(sorted(file.variables_to_set())),
        folder=str(folder.resolve()),
        scripts=tuple(name for name in (SCENARIOS, JOURNEYS) if (folder / name).is_dir()),
        command=_command(),
        user=getpass.getuser(),
        version=slogate.__version__,
    )


def _command() -> str:
    """The program that runs here, so that a scheduler with another PATH finds the same one."""
    beside = Path(sys.executable).with_name("slogate")
    return str(beside) if beside.is_file() else shutil.which("slogate") or "slogate"
