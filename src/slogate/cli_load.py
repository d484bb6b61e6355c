"""The command line's verbs that are about load alone: how much the target holds, and making a share of it."""

import os
import subprocess
from pathlib import Path

import click

from slogate import options
from slogate.capacity import CapacityOptions, search
from slogate.errors import ExitCode
from slogate.load.launch import worker_command
from slogate.report import capacity as capacity_report
from slogate.report import terminal
from slogate.report.progress import TerminalProgress, stderr_console
from slogate.setup import Generators, RunOptions
from slogate.suite_files import scripts


@click.command()
@click.option("--profile", help="A profile of the SLO file, for its users and warm-up; its first one unless given.")
@click.option("--target", "targets", multiple=True, metavar="URL", help="Load this address instead.")
@click.option("--release", help="The name of what is measured.")
@click.option(
    "--start-rate",
    callback=options.rate_of("--start-rate"),
    default="10/s",
    show_default=True,
    metavar="RATE",
    help="The first rate. Where it is too much, lower ones follow.",
)
@click.option(
    "--max-rate",
    callback=options.rate_of("--max-rate"),
    required=True,
    metavar="RATE",
    help="No more than this is ever sent.",
)
@click.option(
    "--step",
    "step_s",
    callback=options.seconds_of("--step"),
    default="60s",
    show_default=True,
    metavar="TIME",
    help="How long a rate is held: less where it is decided earlier, more where it makes too few requests to decide.",
)
@click.option(
    "--max-time",
    "most_s",
    callback=options.seconds_of("--max-time"),
    default="20m",
    show_default=True,
    metavar="TIME",
    help="By when the last step is to end.",
)
@click.option(
    "--precision",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    metavar="PERCENT",
    help="How close the answer is to be.",
)
@options.processes
@options.verify_tls
@options.out
@click.option("--json", "as_json", is_flag=True, help="Print capacity.json instead of the table.")
@options.slo
@options.debug
def capacity(
    profile: str | None,
    targets: tuple[str, ...],
    release: str | None,
    start_rate: float,
    max_rate: float,
    step_s: float,
    most_s: float,
    precision: int,
    processes: int | None,
    verify_tls: bool | None,
    out: Path,
    as_json: bool,
    slo_path: Path,
) -> int:
    """Find the highest arrival rate that the target holds within its objectives.

    Rates are doubled until one does not pass, then narrowed down; each is held until it is decided. Exit codes: 0 a
    rate passes, 1 none does, 3 none could be decided, 4 not judgeable.

    \b
    Examples:
      slogate capacity --max-rate 500/s
      slogate capacity --profile launch --start-rate 50/s --max-rate 2000/s --step 2m --processes 2
    """
    generators = Generators(processes)
    asked = RunOptions(slo_path, profile, targets, release, out=out, generators=generators, verify_tls=verify_tls)
    with TerminalProgress(stderr_console()) as progress:
        found = search(
            CapacityOptions(asked, start_rate, max_rate, step_s, most_s, precision / 100), progress, os.environ
        )
    if as_json:
        click.echo(capacity_report.render_json(found.document), nl=False)
    else:
        terminal.stdout_console().print(capacity_report.render(found.document))
    click.echo(f"\nreport: {found.path / 'capacity.html'}", err=True)
    return found.exit_code


@click.command()
@click.option("--master", required=True, metavar="HOST[:PORT]", help="Where `slogate run --expect-workers` runs.")
@click.option("--processes", type=click.IntRange(1, 256), metavar="N", help="Start N generators here.")
@click.option(
    "--loadtests",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Use the scenarios of this folder; unless given, the master sends its own.",
)
@options.debug
def worker(master: str, processes: int | None, loadtests: Path | None) -> int:
    """Make a share of a load that `slogate run --expect-workers` conducts on another machine.

    \b
    Examples:
      slogate worker --master 10.0.0.5
      slogate worker --master 10.0.0.5:5557 --processes 4
    """
    address = options.address(master if ":" in master.rpartition("]")[2] else f"{master}:5557", "10.0.0.5:5557")
    files = scripts(loadtests, "a Locust scenario") if loadtests is not None else ()
    click.echo(f"load generator for {address[0]}:{address[1]}; waiting for its plan", err=True)
    code = subprocess.run(worker_command(address, processes, files), check=False).returncode
    return ExitCode.PASS if code == 0 else ExitCode.NOT_JUDGEABLE
