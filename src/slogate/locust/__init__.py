"""slogate for those who run Locust themselves: one line in a locustfile,

    import slogate.locust

gives `locust` the options --slo, --slo-out and --release. With --slo a test ends with slogate's verdict and its exit
code, and the web interface shows the verdict as it forms. Locust paces the users as ever: that is a closed model, in
which a stall hides the load that would have met it, and the verdict says so.

Under `slogate run` this does nothing.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import gevent
from locust import events
from locust.runners import MasterRunner, WorkerRunner
from rich.console import Console

from slogate.errors import ConfigError, ExitCode, SlogateError
from slogate.load.links import follow_master
from slogate.load.messages import TYPE, Message, decode, encode
from slogate.load.plan import PLAN_VARIABLE
from slogate.locust.page import Page
from slogate.locust.run import Order, Run, stop_soon
from slogate.report import terminal
from slogate.slo.file import SloFile
from slogate.slo.model import Area
from slogate.suite_files import read_slo


def _add_options(parser: Any, **_: Any) -> None:
    group = parser.add_argument_group("slogate", "Hold the test against an SLO file")
    group.add_argument(
        "--slo",
        metavar="FILE",
        env_var="LOCUST_SLO",
        help="Judge the test by the api section of this SLO file. Exit codes: 0 pass, 1 fail, 2 usage or "
        "configuration, 3 inconclusive, 4 not judgeable or the measurement broke.",
    )
    group.add_argument(
        "--slo-out",
        metavar="DIR",
        default="reports",
        env_var="LOCUST_SLO_OUT",
        help="Where the folders of judged tests are kept. Defaults to reports.",
    )
    group.add_argument(
        "--release",
        metavar="NAME",
        env_var="LOCUST_RELEASE",
        help="The name of what is measured; SLOGATE_RELEASE, or 'unnamed', unless given.",
    )


def _take_part(environment: Any, runner: Any, web_ui: Any = None, **_: Any) -> None:
    if PLAN_VARIABLE in os.environ:
        return  # `slogate run` conducts
    if isinstance(runner, WorkerRunner):
        _answer_ctrl_c_between_greenlets()
        follow_master(environment)
        return
    options = environment.parsed_options
    path = getattr(options, "slo", None)
    if not path:
        if isinstance(runner, MasterRunner):
            runner.register_message(TYPE, lambda **_: None)  # workers ask what to do, and there is nothing
        return
    try:
        release = options.release or os.environ.get("SLOGATE_RELEASE") or "unnamed"
        order = Order(_read(Path(path)), Path(options.slo_out), release)
    except SlogateError as error:
        _complain(error)
        raise SystemExit(error.exit_code) from None
    _answer_ctrl_c_between_greenlets()
    _Session(environment, order, web_ui)
    gevent.get_hub().loop.update_now()  # Locust's timers count from the loop's clock, which stood still meanwhile


def _read(path: Path) -> SloFile:
    file = read_slo(path, os.environ)
    if not any(objective.area is Area.API for objective in file.slo.objectives()):
        raise ConfigError(f"{path}: there is no objective in api, and Locust measures nothing else", cure="add one")
    return file


class _Session:
    """The tests of one Locust process, one after the other. The exit code is that of the last one, and a failure's
    until there is one: an exception in a listener of Locust is swallowed there.
    """

    def __init__(self, environment: Any, order: Order, web_ui: Any) -> None:
        self._exit_code = environment.process_exit_code = ExitCode.NOT_JUDGEABLE
        self._environment = environment
        self._order = order
        self._page = Page(web_ui, environment.parsed_options.web_base_path or "") if web_ui is not None else None
        self._run: Run | None = None
        self._untold: Run | None = None
        if isinstance(environment.runner, MasterRunner):
            environment.runner.register_message(TYPE, lambda msg, **_: self._hear(msg.node_id, decode(msg.data)))
        events_of_locust = environment.events
        events_of_locust.test_start.add_listener(self._on_test_start)
        events_of_locust.spawning_complete.add_listener(self._on_spawning_complete)
        events_of_locust.test_stopping.add_listener(self._on_test_stopping)
        events_of_locust.test_stop.add_listener(self._on_test_stop)
        events_of_locust.quitting.add_listener(self._on_quitting)
        # Locust calls these listeners from the last to the first, then reads the code: the first one has the last word.
        events_of_locust.quitting._handlers.insert(0, self._insist_on_exit_code)  # its own way only appends
        events_of_locust.quit.add_listener(self._on_quit)

    def _tell(self, worker: str, message: Message) -> None:
        self._environment.runner.send_message(TYPE, encode(message), worker)

    def _hear(self, worker: str, message: Message) -> None:
        if self._run is not None:
            self._run.hear(worker, message)

    def _on_test_start(self, **_: Any) -> None:
        self._exit_code = self._environment.process_exit_code = ExitCode.NOT_JUDGEABLE
        try:
            self._run = Run(self._environment, self._order, self._tell)
        except SlogateError as error:
            _complain(error)
            stop_soon(self._environment)
            return
        if self._page is not None:
            self._page.follow(self._run)
        self._run.begin()

    def _on_spawning_complete(self, user_count: int, **_: Any) -> None:
        if self._run is not None:
            self._run.all_users_are_there(user_count)

    def _on_test_stopping(self, **_: Any) -> None:
        if self._run is not None:
            self._run.stopping()

    def _on_test_stop(self, **_: Any) -> None:
        self._end()

    def _on_quitting(self, **_: Any) -> None:
        """Comes before Locust's own listeners. Ctrl-C and SIGTERM end a test here that nobody has stopped yet."""
        if self._run is None:
            return
        runner = self._environment.runner
        if isinstance(runner, MasterRunner):
            runner.stop(send_stop_to_client=False)  # the run tells them itself, and waits for their last words
        else:
            runner.stop()
        self._end()

    def _insist_on_exit_code(self, **_: Any) -> None:
        """Comes after all other listeners: a code that one of them has set would hide the verdict."""
        other = self._environment.process_exit_code
        if other != self._exit_code:
            sys.stderr.write(f"the locustfile set exit code {other}; slogate's is {int(self._exit_code)}, and stands\n")
            self._environment.process_exit_code = self._exit_code

    def _on_quit(self, **_: Any) -> None:
        """Locust has printed its own statistics: the verdict is the last word."""
        self._report()

    def _end(self) -> None:
        run = self._run
        if run is None:
            return
        run.end()
        if self._run is not run:
            return  # another one has come here first
        self._run, self._untold = None, run
        if run.outcome is not None:
            self._exit_code = self._environment.process_exit_code = run.outcome.exit_code
        if self._page is not None:
            self._report()

    def _report(self) -> None:
        run, self._untold = self._untold, None
        if run is None:
            return
        if run.failure is not None:
            _complain(run.failure)
        if run.outcome is not None:
            taken = self._environment.parsed_options.json  # by Locust's own document
            console = terminal.stderr_table_console() if taken else terminal.stdout_console()
            console.print(terminal.render(run.outcome.report))
            sys.stderr.write(f"\nreport: {run.folder.path / 'report.html'}\n")


def _answer_ctrl_c_between_greenlets() -> None:
    """Python raises `KeyboardInterrupt` wherever it is just then, which may be where rows are handed on: they would be
    lost. Locust waits for it in its main greenlet, and there it is raised now.
    """
    hub = gevent.get_hub()
    gevent.signal_handler(signal.SIGINT, lambda: hub.handle_system_error(KeyboardInterrupt, KeyboardInterrupt()))


def _complain(error: SlogateError) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(terminal.complaint(error))


events.init_command_line_parser.add_listener(_add_options)
events.init.add_listener(_take_part)
