"""The commands for people who are told: incident, escalate, watchdog."""

import getpass
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa

from slogate import options, telling
from slogate.errors import ConfigError, ExitCode, UsageError
from slogate.history import outbox
from slogate.history.database import History, open_history
from slogate.history.incidents import Incident, find, select_incidents
from slogate.history.place import location
from slogate.notify import listing
from slogate.notify.posting import Means, Told
from slogate.report import terminal
from slogate.slo.file import load
from slogate.slo.model import Slo
from slogate.suite_files import slo_content
from slogate.watching import watch

_by = click.option("--by", metavar="NAME", help="Who does; the name of this user unless given.")
_said = click.option("--note", "said", default="", help="What is to be remembered of it.")
_MOST_DIGITS = 9  # what an integer of PostgreSQL holds
_Change = Callable[[sa.Connection, Incident, Slo | None, str], bool]


def _read_number(_context: click.Context, _argument: click.Parameter, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise UsageError(f"{text!r} is no number of an incident", cure="`slogate incident list` shows them")
    return int(text)


_number = click.argument("number", metavar="ID", callback=_read_number)


def _now() -> datetime:
    return datetime.now(UTC)


def _note(text: str) -> None:
    click.echo(text, err=True)


@click.group()
def incident() -> None:
    """What people were told of: list it, take it on, end it.

    \b
    Examples:
      slogate incident list
      slogate incident ack 12 --by "Kim" --note "rolling 1.5.0 back"
      slogate incident resolve 12
    """


@incident.command("list")
@click.option("--all", "all_of_them", is_flag=True, help="Also those that are over.")
@click.option("--last", type=click.IntRange(1), default=100, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of the table.")
@options.reports
@options.debug
def list_command(all_of_them: bool, last: int, as_json: bool, reports: Path) -> int:
    """List the open incidents, the newest first.

    \b
    Examples:
      slogate incident list
      slogate incident list --all --json
    """
    with _history(reports) as history, history.begin() as connection:
        found = select_incidents(connection, only_open=not all_of_them, limit=last)
    if as_json:
        click.echo(listing.as_json(found), nl=False)
    else:
        terminal.stdout_console().print(listing.table(found))
    return ExitCode.PASS


@incident.command()
@_number
@options.reports
@options.debug
def show(number: int, reports: Path) -> int:
    """Show all that is known of an incident, and who could not be told.

    \b
    Examples:
      slogate incident show 12
    """
    with _history(reports) as history, history.begin() as connection:
        shown = _found(find(connection, number), number)
        waiting = outbox.undelivered(connection, [number]).get(number, [])
    terminal.stdout_console().print(listing.page(shown, waiting, _now()))
    return ExitCode.PASS


@incident.command()
@_number
@_by
@_said
@options.reports
@options.slo
@options.debug
def ack(number: int, by: str | None, said: str, reports: Path, slo_path: Path) -> int:
    """Take an incident on: nobody further up the ladder is called.

    \b
    Examples:
      slogate incident ack 12
      slogate incident ack 12 --by "Kim" --note "rolling 1.5.0 back"
    """

    def take_on(connection: sa.Connection, found: Incident, slo: Slo | None, who: str) -> bool:
        return telling.take_on(connection, found, slo.notify if slo else None, _now(), who, said)

    return _change(number, "acknowledged", take_on, by, reports, slo_path)


@incident.command()
@_number
@_by
@_said
@options.reports
@options.slo
@options.debug
def resolve(number: int, by: str | None, said: str, reports: Path, slo_path: Path) -> int:
    """End an incident by hand; a run that is good again does so by itself.

    \b
    Examples:
      slogate incident resolve 12 --note "the index was missing"
    """

    def end(connection: sa.Connection, found: Incident, _slo: Slo | None, who: str) -> bool:
        return telling.end(connection, found, _now(), who, said)

    return _change(number, "resolved", end, by, reports, slo_path)


@click.command()
@options.reports
@options.slo
@options.debug
def escalate(reports: Path, slo_path: Path) -> int:
    """Call the next level of the ladder where nobody has acknowledged, and send what could not be sent before.

    For a scheduler, once a minute; it may run twice at once. Exit code 4 says that somebody could not be told.

    \b
    Examples:
      slogate escalate
      * * * * *  cd /srv/shop && slogate escalate      (a line of a crontab)
    """
    slo = _slo(slo_path)
    if slo.notify is None:
        raise ConfigError(f"{slo_path} says nobody to tell", cure="add a section notify, as docs/notify.md shows")
    with _history(reports) as history:
        return _exit_code(_deliver(history, slo))


@click.command()
@click.option(
    "--after",
    "after_s",
    callback=options.seconds_of("--after"),
    default="26h",
    show_default=True,
    metavar="TIME",
    help="How long no run may have been started.",
)
@click.option("--profile", help="Only runs of this profile; `nightly` where the SLO file has it, else any.")
@options.reports
@options.slo
@options.debug
def watchdog(after_s: float, profile: str | None, reports: Path, slo_path: Path) -> int:
    """Tell of silence: exit code 4, and an incident, when no run was started for too long.

    For another scheduler than that of the runs: who is dead cannot say so.

    \b
    Examples:
      slogate watchdog
      slogate watchdog --after 26h --profile nightly
    """
    slo = _slo(slo_path)
    of = profile or ("nightly" if "nightly" in slo.profiles else None)
    with _history(reports) as history:
        watched = watch(history, slo.service, of, timedelta(seconds=after_s), _means(slo))
    click.echo(watched.said if watched.silent else f"in order: {watched.said}")
    _tell_of(watched.told)
    return ExitCode.NOT_JUDGEABLE if watched.silent else _exit_code(watched.told)


@contextmanager
def _history(reports: Path) -> Iterator[History]:
    with open_history(location(reports, os.environ), create=False) as history:
        yield history


def _change(number: int, word: str, change: _Change, by: str | None, reports: Path, slo_path: Path) -> int:
    slo, who = _slo_if_readable(slo_path), by or getpass.getuser()
    with _history(reports) as history:
        with history.begin() as connection:
            found = _found(find(connection, number), number)
            done = change(connection, found, slo, who)
        click.echo(f"incident {number} is {word} by {who}" if done else _not_done(found))
        if slo is not None:
            _deliver(history, slo)
    return ExitCode.PASS


def _slo(path: Path) -> Slo:
    """The file, whose targets are not needed here, and neither are their variables."""
    return load(slo_content(path), str(path), os.environ, targets_needed=False).slo


def _slo_if_readable(path: Path) -> Slo | None:
    """To take an incident on must be possible whatever has become of the file."""
    try:
        return _slo(path)
    except ConfigError as error:
        _note(f"nobody is told now: {error}")
        return None


def _means(slo: Slo) -> Means:
    return Means(slo.notify, os.environ, _now, _note)


def _deliver(history: History, slo: Slo) -> Sequence[Told]:
    told = telling.deliver_waiting(history, slo.service, _means(slo))
    _tell_of(told)
    return told


def _tell_of(told: Sequence[Told]) -> None:
    for item in told:
        if not item.error:
            level = f" ({item.level})" if item.level else ""
            click.echo(f"{item.channel}{level} was told of incident {item.incident_id}: {item.event}")


def _exit_code(told: Sequence[Told]) -> ExitCode:
    return ExitCode.NOT_JUDGEABLE if any(item.error for item in told) else ExitCode.PASS


def _found(incident: Incident | None, number: int) -> Incident:
    if incident is None:
        raise UsageError(f"there is no incident {number}", cure="`slogate incident list --all` has their numbers")
    return incident


def _not_done(incident: Incident) -> str:
    if incident.resolved_at is not None:
        return f"incident {incident.id} is over since {incident.resolved_at:%Y-%m-%d %H:%M} UTC"
    return f"incident {incident.id} was acknowledged by {incident.acknowledged_by} before"
