"""The command that looks at the files of a suite, and measures nothing."""

import os
from pathlib import Path

import click

from slogate import options
from slogate.errors import ConfigError, ExitCode
from slogate.notify.checking import problems
from slogate.report import checklist, terminal
from slogate.suite_files import JOURNEYS, declared_pages, read_slo


@click.command()
@options.slo
@options.debug
def check(slo_path: Path) -> int:
    """Check the SLO file and the journeys beside it, and say what was understood; nothing is measured.

    \b
    Examples:
      slogate check
      slogate check --slo staging/slo.yaml
    """
    file = read_slo(slo_path, os.environ)
    if untold := problems(file, os.environ):
        raise ConfigError("\n".join(untold))
    journeys = slo_path.resolve().parent / JOURNEYS
    pages = declared_pages(file, journeys)
    terminal.stdout_console().print(checklist.render(file.slo, str(slo_path), pages, str(journeys)))
    return ExitCode.PASS
