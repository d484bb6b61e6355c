"""Starts Locust as a process of its own, with the team's locustfiles and our plugin, and says in plain words why it
did not start.
"""

import contextlib
import random
import re
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from slogate.errors import ConfigError, MeasurementError, SlogateError, UsageError
from slogate.load.plan import PLAN_VARIABLE, LoadPlan
from slogate.process import Child

_PLUGIN = Path(__file__).with_name("locustfile.py")
_SPAWN_RATE_PER_S = 100  # all users begin at once; how fast they sign in is slogate's, and Locust warns above this
_OPTION_VARIABLES = "LOCUST_"
_PORTS = range(10_000, 30_000)
_LOOPBACK = "127.0.0.1"
_LEAST_USERS = 10
_MOST_USERS = 5_000
_BUSY_PORT = re.compile(r"Socket bind failure: Address already in use \(addr='\S*:(\d+)'\)")
_FRAME = re.compile(r'^\s+File "(?P<path>[^"]+)", line (?P<line>\d+)', re.MULTILINE)


def users_for(peak_per_s: float, longest_limit_s: float) -> int:
    """How many iterations of an open model may be in flight.

    Enough that all are busy only when the target takes twice its longest latency limit, where failing is certain.
    """
    return min(_MOST_USERS, max(_LEAST_USERS, round(peak_per_s * max(2.0, 2 * longest_limit_s))))


def start_locust(
    plan: LoadPlan,
    locustfiles: Sequence[Path],
    host: str,
    *,
    folder: Path,
    environ: Mapping[str, str],
    processes: int | None = None,
    bind: tuple[str, int] | None = None,
) -> Child:
    """Locust, which imports the locustfiles, says `ready`, and waits for `go`. `folder` takes its plan and its log.

    With `processes` it starts so many workers of its own; with `bind` (address and port) it awaits `plan.workers` from
    elsewhere.
    """
    plan_path = folder / "load-plan.json"
    plan.write(plan_path)
    unfit = next((path for path in locustfiles if "," in str(path)), None)
    if unfit is not None:
        raise ConfigError(f"{unfit}: Locust takes no comma in a path", cure="rename the file or its folder")
    arguments = [sys.executable, "-m", "locust", "-f", ",".join(str(path) for path in (_PLUGIN, *locustfiles))]
    arguments += ["--headless", "--only-summary", "--loglevel", "WARNING", "--host", host]
    arguments += ["--users", str(plan.users), "--spawn-rate", str(_SPAWN_RATE_PER_S), *_roles(plan, processes, bind)]
    return Child(
        "locust",
        arguments,
        log_path=folder / "locust.log",
        # Locust reads options from variables too, which could leave tasks out, and nobody would see it in the run.
        environ={**_without_options(environ), PLAN_VARIABLE: str(plan_path)},
        explain=lambda log: why_not_ready(log, locustfiles),
    )


def options_in(environ: Mapping[str, str]) -> list[str]:
    """The variables that Locust would take options from."""
    return sorted(name for name in environ if name.startswith(_OPTION_VARIABLES))


def _without_options(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith(_OPTION_VARIABLES)}


def worker_command(master: tuple[str, int], processes: int | None, locustfiles: Sequence[Path]) -> list[str]:
    """Locust as a generator of a load that is conducted elsewhere. Without locustfiles it asks the master for them."""
    files = ",".join(str(path) for path in (_PLUGIN, *locustfiles)) if locustfiles else "-"
    arguments = [sys.executable, "-m", "locust", "-f", files, "--worker", "--loglevel", "WARNING"]
    arguments += ["--master-host", master[0], "--master-port", str(master[1])]
    return arguments if processes is None else [*arguments, "--processes", str(processes)]


def _roles(plan: LoadPlan, processes: int | None, bind: tuple[str, int] | None) -> list[str]:
    if processes is not None:
        port = str(free_port())  # its own, so that two runs on one machine do not take each other's workers
        bound = ["--master-bind-host", _LOOPBACK, "--master-bind-port", port]
        return ["--processes", str(processes), *bound, "--master-host", _LOOPBACK, "--master-port", port]
    if bind is not None:
        bound = ["--master-bind-host", bind[0], "--master-bind-port", str(bind[1])]
        return ["--master", "--expect-workers", str(plan.workers), *bound]
    return []


def free_port() -> int:
    """A port that is free, and stays so for a while: below those that the system gives to outgoing connections, of
    which a load opens thousands before Locust comes to listen.
    """
    for port in random.sample(_PORTS, 100):
        with socket.socket() as candidate, contextlib.suppress(OSError):
            candidate.bind((_LOOPBACK, port))
            return port
    raise MeasurementError("no port is free for the generators to meet at", cure="end what holds so many ports")


def why_not_ready(log: str, locustfiles: Sequence[Path]) -> SlogateError | None:
    """Why Locust ended by itself, if its log shows that a scenario is to blame."""
    last = log.strip().splitlines()[-1].strip() if log.strip() else ""
    for frame in reversed(list(_FRAME.finditer(log))):
        path = Path(frame["path"])
        if any(path == file.resolve() or file.resolve().parent in path.parents for file in locustfiles):
            return ConfigError(
                f"{_shown(path)}:{frame['line']}: {last}\n  the scenario could not be imported; mend it there"
            )
    if "No User class found" in log or "load_locustfile_pytest" in log:
        names = ", ".join(str(_shown(file)) for file in locustfiles)
        return ConfigError(f"{names}: there is no Locust user class in it; write one as docs/scenarios.md shows")
    busy = _BUSY_PORT.search(log)
    if busy is not None:
        return UsageError(
            f"the port {busy[1]} for generators is in use: another run awaits its own there",
            cure="end that one, or name another port with --bind",
        )
    if "Duplicate user class" in log:
        return ConfigError(last)
    return None


def _shown(path: Path) -> Path:
    """A path as a person would type it from here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
