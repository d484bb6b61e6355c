"""The files that a team writes: slo.yaml, and beside it the folders of scenarios and journeys. What is in them, and
whether they fit together.
"""

import difflib
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from slogate.errors import ConfigError
from slogate.slo.document import MAX_BYTES
from slogate.slo.file import SloFile, load
from slogate.slo.model import Area
from slogate.vitals.journey_files import load_journeys

SCENARIOS, JOURNEYS = "loadtests", "webvitals"


def read_slo(path: Path, variables: Mapping[str, str]) -> SloFile:
    """The checked SLO file at `path`."""
    return load(slo_content(path), str(path), variables)


def slo_content(path: Path) -> bytes:
    """The bytes of an SLO file, as of `content_of`."""
    return content_of(path, "name yours with --slo, or write one as docs/slo.md shows")


def content_of(path: Path, where_else: str) -> bytes:
    """The bytes of a file that people write; of one that is too large, only enough to see that. A pipe or a device,
    which may never end, is refused. `where_else` is the cure where there is no such file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ConfigError(f"{path} is not a regular file", cure="write the text into a file, and name that")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file", cure=where_else) from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None


def scripts(folder: Path, what: str) -> tuple[Path, ...]:
    """The files of a folder of scenarios or journeys. Raises `ConfigError` where there is none."""
    found = _scripts_in(folder)
    if not found:
        raise ConfigError(
            f"{folder}: there is no {what.removeprefix('a ')} in this folder beside slo.yaml",
            cure=f"write {what} there, or leave the area out with --only",
        )
    return found


def declared_pages(file: SloFile, folder: Path) -> list[str] | None:
    """The pages of the journeys in a folder, imported as a run imports them; None where the file asks for no page, or
    there is no journey yet. Raises `ConfigError` for what is wrong in them, and for a page of the file that none has.
    """
    paths = _scripts_in(folder)
    if not paths or not any(objective.area is Area.WEB for objective in file.slo.objectives()):
        return None
    known = [journey.name for journey in load_journeys(paths)]
    check_page_names(file, known)
    return known


def check_page_names(file: SloFile, known: Sequence[str]) -> None:
    """Raises `ConfigError` with every page of the file that no journey declares."""
    unknown = list(_unknown_pages(file, known))
    if unknown:
        told = [f"{file.name}:{file.line(*path)}: {'.'.join(path)}: no journey declares this page" for path in unknown]
        close = [name for path in unknown for name in difflib.get_close_matches(path[-1], known, n=1)]
        cure = f"did you mean {' and '.join(close)}?" if close else f"the journeys declare {', '.join(known)}"
        raise ConfigError("\n".join(told), cure=cure)


def _unknown_pages(file: SloFile, known: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Where the file names a page that is unknown; the name comes last."""
    overrides = file.slo.web.pages if file.slo.web is not None else {}
    named: list[tuple[str, ...]] = [("web", "pages", name) for name in overrides]
    for title, profile in file.slo.profiles.items():
        named += [("profiles", title, "pages", name) for name in profile.pages or ()]
    return (path for path in named if path[-1] not in known)


def _scripts_in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.glob("*.py") if not path.name.startswith("_")))
