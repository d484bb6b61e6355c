"""The command line's verbs for whoever writes the first files: `init`, and `open` for a page."""

import os
import sys
from pathlib import Path

import click
from rich.console import RenderableType
from rich.live import Live

from slogate import first_files, options
from slogate.errors import ExitCode, UsageError
from slogate.redact import Redactor, secrets_in_environment
from slogate.report import live_page, terminal
from slogate.report.progress import stderr_console
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
@options.debug
def init(target: str | None, service: str | None, folder: Path, no_verify_tls: bool) -> int:
    """Write a first slo.yaml, page journeys and a load scenario. Nothing is overwritten.

    With --target a browser visits the site: its first page, a few that it links to, and what they ask of an API.

    \b
    Examples:
      slogate init --target http://127.0.0.1:3000
      slogate init --out perf --service shop
    """
    written = first_files.write(
        folder, target, service, lambda text: click.echo(text, err=True), verify_tls=not no_verify_tls
    )
    for path in written:
        click.echo(f"wrote {path}")
    click.echo("\nnext: slogate check, slogate run --profile smoke", err=True)
    return ExitCode.PASS


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
