"""The command line's verb for what happens to the target while it is measured."""

import os
import time
from pathlib import Path

import click

from slogate import options
from slogate.errors import ExitCode
from slogate.marking import mark
from slogate.report.text import printable


@click.command("mark")
@click.argument("text")
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option(
    "--at", metavar="TIME", help="When it was: 90s, from the start of the load, or a date and time; now unless given."
)
@options.out
@options.debug
def mark_command(text: str, run_name: str | None, at: str | None, out: Path) -> int:
    """Mark in a run that something happened to its target, such as a deployment. RUN is the one that is under way.

    The report draws it as a line through its charts, and says so where what failed began shortly after it.

    \b
    Examples:
      slogate mark "deploy 1.5.0"
      slogate mark "cache flushed" --at 2026-11-29T14:05:30
      slogate mark "node 3 drained" @latest --at 90s
    """
    marked = mark(text, run_name, at, out, time.time(), os.environ)
    when = "before its load" if marked.after_s is None else f"{marked.after_s:.1f} s after the start of the load"
    click.echo(f"marked {printable(marked.text)!r} in {marked.folder}, {when}")
    if marked.over:
        click.echo(f"its reports are as they were; to see it: slogate report {marked.folder} --format html", err=True)
    return ExitCode.PASS
