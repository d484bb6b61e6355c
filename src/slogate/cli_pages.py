"""The command line's verbs for whoever writes the first files: `init`, and `open` for a page."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import RenderableType
from rich.live import Live

from slogate import first_files, launch_checklist, options, schedule_files
from slogate.errors import ExitCode, UsageError
from slogate.redact import Redactor, secrets_in_environment
from slogate.report import live_page, terminal
from slogate.report.progress import stderr_console
from slogate.schedules import SCHEDULERS, Scheduler
from slogate.setup import RunOptions, prepare
from slogate.slo.model import Area


@click.command()
@click.option("--target", metavar="URL", help="Look at this site, and write files for what is found.")
@click.option("--service", metavar="NAME", help="What the service is called; its host unless given.")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="this folder",
    help="Where the files go.",
)
@click.option(
    "--no-verify-tls",
    is_flag=True,
    help="Trust any certificate, such as one that signs itself, here and in the files.",
)
@click.option(
    "--schedule",
    "schedulers",
    type=click.Choice(SCHEDULERS),
    multiple=True,
    help="Write what makes this scheduler run `slogate nightly` on the slo.yaml that is there.",
)
@click.option("--checklist", is_flag=True, help="Write checklist.yaml, the list of `slogate checklist`, to edit it.")
@click.option("--profile", metavar="NAME", help="With --schedule: the profile to run; nightly, or the first one.")
@click.option("--force", is_flag=True, help="With --schedule: replace its files where they are there already.")
@options.debug
def init(
    target: str | None,
    service: str | None,
    folder: Path,
    no_verify_tls: bool,
    schedulers: tuple[Scheduler, ...],
    checklist: bool,
    profile: str | None,
    force: bool,
) -> int:
    """Write a first slo.yaml, page journeys and a load scenario, or a schedule for every night. Nothing is overwritten.

    With --target a browser visits the site: its first page, a few that it links to, and what they ask of an API.

    \b
    Examples:
      slogate init --target http://127.0.0.1:3000
      slogate init --out perf --service shop
      slogate init --schedule github
      slogate init --schedule systemd --profile smoke --force
      slogate init --checklist
    """
    if (profile is not None or force) and not schedulers:
        raise UsageError("--profile and --force are about a schedule", cure="name one, such as --schedule github")
    about_first = [name for name, value in (("--target", target), ("--service", service)) if value is not None]
    first_wanted = bool(about_first) or not (schedulers or checklist)
    # Everything is looked at before the first file is written.
    if (schedulers or checklist) and about_first and (folder / "slo.yaml").exists():
        raise UsageError(
            f"{' and '.join(about_first)} {'is' if len(about_first) == 1 else 'are'} for a first slo.yaml, and "
            f"{folder / 'slo.yaml'} is there already",
            cure=f"leave out {' and '.join(about_first)}: --schedule and --checklist take slo.yaml as it is",
        )
    if checklist:
        launch_checklist.refuse_to_replace(folder)
    if schedulers and not force:
        schedule_files.refuse_to_replace(folder, schedulers)
    if first_wanted and profile is not None:
        schedule_files.refuse_unknown_profile(first_files.example(), profile)
    next_steps = []
    if first_wanted:
        first = first_files.write(
            folder, target, service, lambda text: click.echo(text, err=True), verify_tls=not no_verify_tls
        )
        _say_written(first)
        next_steps.append("slogate check, slogate run --profile smoke")
    schedule = schedule_files.plan(folder, schedulers, profile=profile) if schedulers else None
    if checklist:
        _say_written(launch_checklist.write_list(folder))
        next_steps.append("edit it, then: slogate checklist")
    if schedule is not None:
        _say_written(schedule.write(force=force))
        next_steps += schedule.next_steps
    click.echo(f"\nnext: {f'{os.linesep}      '.join(next_steps)}", err=True)
    return ExitCode.PASS


def _say_written(paths: Sequence[Path]) -> None:
    for path in paths:
        click.echo(f"wrote {path}")


@click.command(name="open")
@click.argument("page_name", metavar="PAGE")
@click.option("--target", "targets", multiple=True, metavar="URL", help="Open it there instead.")
@click.option("--headless", is_flag=True, help="Without a window: say the metrics once the page has settled.")
@options.verify_tls
@options.slo
@options.debug
def open_page(page_name: str, targets: tuple[str, ...], headless: bool, verify_tls: bool | None, slo_path: Path) -> int:
    """Show a page in a browser, with its metrics as they come, and again whenever its journey is saved.

    It ends when the window is closed, or with Ctrl-C. The numbers are for orientation: being watched slows a page.

    \b
    Examples:
      slogate open checkout
      slogate open home --target http://127.0.0.1:3000 --headless
    """
    if not headless and sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        raise UsageError("there is no screen to open a window on", cure="give --headless to see the numbers alone")
    from slogate.vitals.live import LivePage, LiveView  # noqa: PLC0415  # Playwright, which takes long to load
    from slogate.vitals.site import Site  # noqa: PLC0415  # as above

    asked = RunOptions(slo_path, targets=targets, only=frozenset({Area.WEB}), when="idle", verify_tls=verify_tls)
    setup = prepare(asked, os.environ)
    site = Site(base_url=setup.targets[Area.WEB], allowed_hosts=setup.allowed_hosts, verify_tls=setup.verify_tls)
    limits = live_page.limits_of(setup.file.slo, page_name)

    def drawn(view: LiveView) -> RenderableType:
        return live_page.render(view.load, limits, settled=view.settled, problem=view.problem)

    redact = Redactor(secrets_in_environment(os.environ))
    with Live(console=stderr_console(), auto_refresh=False, transient=True) as screen:

        def show(view: LiveView) -> None:
            screen.update(drawn(view), refresh=True)

        try:
            view = LivePage(setup.journeys, page_name, site, redact, show).watch(
                headless=headless, until_settled=headless
            )
        except KeyboardInterrupt:
            return ExitCode.PASS
    terminal.stdout_console().print(drawn(view))
    return ExitCode.NOT_JUDGEABLE if view.problem else ExitCode.PASS
