"""Journey files: a team's own Python files, imported for the pages that they declare. No journey is run here."""

import importlib.util
import signal
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from slogate.errors import ConfigError
from slogate.vitals.journeys import PageJourney, collecting, source_of, suggest

_LIMIT_S = 20.0


def load_journeys(paths: Iterable[Path]) -> list[PageJourney]:
    """The pages of `paths`, in the order in which the files declare them. Raises `ConfigError` with every problem."""
    pages: dict[str, PageJourney] = {}
    problems: list[ConfigError] = []
    for path in paths:
        try:
            found = _load_file(path)
        except ConfigError as error:
            problems.append(error)
            continue
        for journey in found:
            first = pages.setdefault(journey.name, journey)
            if first is not journey:
                what = f"{journey.location}: the page {journey.name!r} is declared a second time"
                problems.append(ConfigError(what, cure=f"rename it; the first is at {first.location}"))
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ConfigError("\n".join(map(str, problems)))
    return list(pages.values())


def select_pages(pages: Sequence[PageJourney], names: Sequence[str] | None) -> list[PageJourney]:
    """The pages that `names` asks for, in the order of `pages`; all of them for None. Raises `ConfigError`."""
    if names is None:
        return list(pages)
    known = [journey.name for journey in pages]
    unknown = [name for name in names if name not in known]
    if unknown:
        problems = [f"there is no page {name!r}; {suggest(name, known)}" for name in unknown]
        raise ConfigError("\n".join(problems))
    return [journey for journey in pages if journey.name in names]


def _load_file(path: Path) -> list[PageJourney]:
    if not path.is_file():
        raise ConfigError(f"{path}: there is no such journey file", cure="give the path of a file with @page functions")
    path = path.resolve()
    with collecting() as declared:
        _import(path)
    pages = [journey for journey in declared if source_of(journey.function)[0] == path]
    if not pages:
        raise ConfigError(
            f"{path}: no page in this file", cure='declare one: @page("home") above a function that opens it'
        )
    return pages


def _import(path: Path) -> None:
    """Runs the file, its folder importable; whatever it raises becomes a `ConfigError` that names the line."""
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(f"slogate_journeys.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{path}: not a Python file", cure="a journey file ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and pickle look a class's module up there
    try:
        with _limited():
            spec.loader.exec_module(module)
    except ConfigError as error:  # from @page or @session
        raise ConfigError(f"{_line_of(error, path)}: {error.message}", cure=error.cure) from error
    except SyntaxError as error:
        raise ConfigError(f"{error.filename}:{error.lineno}: {error.msg}", cure="mend the line") from error
    except ModuleNotFoundError as error:
        cure = f"install {error.name} where slogate runs, or mend the name"
        raise ConfigError(f"{_line_of(error, path)}: no module named {error.name!r}", cure=cure) from error
    except (Exception, SystemExit, KeyboardInterrupt) as error:  # the file is the user's: anything may come out of it
        if isinstance(error, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            raise  # somebody's Ctrl-C
        message = f"{_line_of(error, path)}: {type(error).__name__}: {error}"
        raise ConfigError(
            message, cure="the file must import without an error; it opens no page while it is imported"
        ) from error


@contextmanager
def _limited() -> Iterator[None]:
    """Raises `TimeoutError` where the file is when the time is up: one that never comes to its end would hang the run.

    Signals reach the main thread alone; elsewhere there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"importing it took longer than {_LIMIT_S:g} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, _LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _line_of(error: BaseException, path: Path) -> str:
    """The innermost line on the way to `error` that is in `path` or in a file beside it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).parent == path.parent]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else str(path)
