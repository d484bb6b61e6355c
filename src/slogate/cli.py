"""The command line: verbs to functions. No logic but how things are asked and answered."""

import os
import sys
import traceback
from pathlib import Path

import click
from rich.text import Text

import slogate
from slogate import cli_run, options, schemas
from slogate.demo import suite as demo_suite
from slogate.demo.faults import FAULTS
from slogate.doctor import Health, examine, install_browser
from slogate.errors import ExitCode, OutputError, SlogateError
from slogate.lazy_group import LazyGroup
from slogate.output import standard_output
from slogate.redact import Redactor, secrets_in_environment
from slogate.report import terminal
from slogate.setup import RunOptions
from slogate.slo.model import Area


def main(arguments: list[str]) -> int:
    """Runs one command and returns its exit code. Nothing but the codes of `ExitCode` comes back."""
    if sys.stdout is sys.__stdout__:
        sys.stdout = standard_output()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a sign must not end a run
    debug = "--debug" in arguments
    try:
        result = cli.main(args=arguments, prog_name="slogate", standalone_mode=False)
        sys.stdout.flush()  # now, and not at the end of the interpreter, where nobody can say what went wrong
    except click.exceptions.Abort:
        return ExitCode.NOT_JUDGEABLE
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except OutputError as error:
        if not isinstance(error.__cause__, BrokenPipeError):  # a reader that has seen enough is told nothing
            cli_run.complain(error, debug=debug)
        _write_no_more()
        return error.exit_code
    except SlogateError as error:
        cli_run.complain(error, debug=debug)
        return error.exit_code
    except BrokenPipeError:
        _write_no_more()
        return ExitCode.NOT_JUDGEABLE
    except Exception as error:  # noqa: BLE001  # the last line of defence: a defect of ours is still one clear message
        _complain_of_defect(error, debug=debug)
        return ExitCode.NOT_JUDGEABLE
    return result if isinstance(result, int) else ExitCode.PASS


def _write_no_more() -> None:
    """What still waits to be written would be tried again, and told again, at the end of the interpreter."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain_of_defect(error: Exception, *, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    redact = Redactor(secrets_in_environment(os.environ))
    message = redact(f"{type(error).__name__}: {error}")
    click.echo(
        f"error: this is a defect of slogate: {message}\n  -> run it again with --debug and report the traceback",
        err=True,
    )


_ELSEWHERE = {
    "capacity": "slogate.cli_load:capacity",
    "check": "slogate.cli_check:check",
    "checklist": "slogate.cli_checklist:checklist_command",
    "compare": "slogate.cli_compare:compare",
    "escalate": "slogate.cli_incident:escalate",
    "history": "slogate.cli_history:history",
    "import": "slogate.cli_import:import_command",
    "incident": "slogate.cli_incident:incident",
    "init": "slogate.cli_pages:init",
    "judge": "slogate.cli_run:judge",
    "mark": "slogate.cli_mark:mark_command",
    "nightly": "slogate.cli_nightly:nightly",
    "open": "slogate.cli_pages:open_page",
    "report": "slogate.cli_run:report",
    "run": "slogate.cli_run:run",
    "versus": "slogate.cli_compare:versus",
    "watchdog": "slogate.cli_incident:watchdog",
    "worker": "slogate.cli_load:worker",
}


@click.group(
    cls=LazyGroup,
    elsewhere=_ELSEWHERE,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(slogate.__version__, prog_name="slogate")
def cli() -> None:
    """Does this release meet its performance SLOs, and how sure are we?

    Exit codes: 0 pass, 1 fail, 2 usage or configuration, 3 inconclusive, 4 not judgeable or the measurement broke.

    \b
    Examples:
      slogate demo                         see it work on the embedded shop
      slogate init --target URL            write a first slo.yaml, journeys and scenario
      slogate check                        check slo.yaml
      slogate run --profile launch         measure and judge
      slogate nightly                      the same every night, held against the nights before
      slogate judge reports/<run>          judge a run again, without a request
      slogate mark "deploy 1.5.0"          tell the run under way what happens to its target
      slogate import k6.json               judge what another tool measured
      slogate compare 1.4.0 1.5.0          which metrics regressed from one release to the next?
      slogate history list                 what was measured before?
      slogate capacity --max-rate 500/s    how much load does it hold?
      slogate checklist                    the launch checklist, ticked from the latest run
    """


@cli.command()
@click.argument("name", type=click.Choice(schemas.NAMES), default="slo")
def schema(name: str) -> int:
    """Print a JSON Schema: of slo.yaml or checklist.yaml, for editors, of verdict.json, comparison.json, run.json, or a
    page load.

    \b
    Examples:
      slogate schema > slo.schema.json
      slogate schema verdict
      slogate schema run
    """
    click.echo(schemas.text(name), nl=False)
    return ExitCode.PASS


@cli.command()
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME",
    help="Make the shop misbehave and see it caught; --list names the faults.",
)
@click.option("--list", "list_faults", is_flag=True, help="List the faults.")
@click.option("--serve", is_flag=True, help="Only serve the shop, until Ctrl-C.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="With --serve: the port; a free one unless given."
)
@options.out
@options.debug
def demo(faults: tuple[str, ...], list_faults: bool, serve: bool, port: int, out: Path) -> int:
    """Start the embedded shop, verify it, and say where the report is. Takes under two minutes.

    \b
    Examples:
      slogate demo
      slogate demo --fault stall
      slogate demo --serve --port 8710
    """
    if list_faults:
        for fault in FAULTS.values():
            click.echo(f"{fault.name:12} {fault.summary}  -> {fault.expected}")
        return ExitCode.PASS
    if serve:
        return _serve_shop(faults, port)
    from slogate.demo.server import running_shop  # noqa: PLC0415  # a web server, which takes long to load

    with running_shop(faults) as shop:
        click.echo(" ".join(["the shop runs at", shop.url, *(["with", *faults] if faults else [])]), err=True)
        areas = frozenset(Area(FAULTS[name].area) for name in faults) or None
        asked = RunOptions(demo_suite.slo_path(), "demo", (shop.url,), "demo", only=areas, out=out)
        return cli_run.verify_and_tell(asked, as_json=False)


@cli.command()
@click.option("--fix", is_flag=True, help="Install what is missing: a browser, by Playwright or, as root, by apt-get.")
@options.debug
def doctor(fix: bool) -> int:
    """Say whether everything is here that a run needs, and how to mend what is not.

    \b
    Examples:
      slogate doctor
      slogate doctor --fix
    """
    if fix:
        install_browser(lambda text: click.echo(text, err=True))
    checks = examine()
    console = terminal.stdout_console()
    for item in checks:
        style = {Health.OK: "green", Health.WARNING: "yellow", Health.MISSING: "bold red"}[item.health]
        console.print(Text(f"{item.health.value:8}", style=style) + Text(f"{item.name:11} {item.found}"))
        if item.cure:
            console.print(Text(f"         -> {item.cure}", style="dim"))
    return ExitCode.NOT_JUDGEABLE if any(item.health is Health.MISSING for item in checks) else ExitCode.PASS


def _serve_shop(faults: tuple[str, ...], port: int) -> int:
    from slogate.demo.server import main as serve_shop  # noqa: PLC0415  # as above

    arguments = [item for name in faults for item in ("--fault", name)]
    return ExitCode.PASS if serve_shop(["--port", str(port), *arguments]) == 0 else ExitCode.NOT_JUDGEABLE
