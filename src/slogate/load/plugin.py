"""slogate inside Locust: hooks in what this process is to do, as the only process of a load, its master, or a worker.

An exception in a Locust event listener is swallowed there, so the exit code is a failure's from the start, and becomes
0 only when the last row has arrived.
"""

import os
import sys
from pathlib import Path
from typing import Any

from locust import events
from locust.runners import MasterRunner, WorkerRunner

from slogate.channel import Channel
from slogate.errors import ConfigError
from slogate.load.conductor import BROKEN
from slogate.load.links import conduct_here, conduct_workers, follow_master, leave_when_the_master_is_gone
from slogate.load.plan import PLAN_VARIABLE, LoadPlan
from slogate.load.scenario import problems_of, without_shape


def install() -> None:
    """Hooks slogate into this Locust process."""
    events.init.add_listener(_take_part)
    if PLAN_VARIABLE in os.environ:
        events.init_command_line_parser.add_listener(_ignore_configuration_files)


def _ignore_configuration_files(parser: Any) -> None:
    """A locust.conf that lies about could leave tasks out, and nobody would see it in the run."""
    parser._default_config_files = []  # there is no other way to say so to ConfigArgParse


def _take_part(environment: Any, runner: Any, **_: Any) -> None:
    if isinstance(runner, WorkerRunner):
        environment.process_exit_code = BROKEN
        follow_master(environment)
        leave_when_the_master_is_gone(environment)
        return
    if PLAN_VARIABLE not in os.environ:
        return  # nobody asked this Locust for a run
    plan = LoadPlan.read(Path(os.environ[PLAN_VARIABLE]))
    channel = Channel.from_environment(os.environ)
    _refuse_what_makes_no_load(environment, channel)
    if isinstance(runner, MasterRunner):
        conduct_workers(environment, plan, channel)
    else:
        conduct_here(environment, plan, channel)


def _refuse_what_makes_no_load(environment: Any, channel: Channel | None) -> None:
    environment.process_exit_code = BROKEN
    problems = list(problems_of(environment.user_classes))
    if problems:
        message, cure = "\n".join(problem for problem, _ in problems), problems[0][1]
        if channel is not None:
            channel.emit("failed", message=message, cure=cure, exit_code=int(ConfigError.exit_code))
        sys.stderr.write(f"{message}\n{cure}\n")
        raise SystemExit(BROKEN)
    shape = without_shape(environment)
    if shape and channel is not None:
        channel.emit("note", text=f"{shape} of the scenario is put aside: the profile says how much load there is")
