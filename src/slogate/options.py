"""Command-line options that several commands share, and how their text is read."""

from collections.abc import Callable
from pathlib import Path

import click

from slogate.errors import UsageError
from slogate.slo.grammar import Dimension, GrammarError, parse_quantity
from slogate.slo.model import Area
from slogate.slo.profile import ENGINES


def _areas(_context: click.Context, _option: click.Parameter, text: str | None) -> frozenset[Area] | None:
    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in set(Area)]
    if unknown:
        raise UsageError(f"--only {text}: {unknown[0]!r} is not an area", cure=f"use some of {', '.join(Area)}")
    return frozenset(Area(name) for name in names)


def _names(_context: click.Context, _option: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(name.strip() for name in text.split(","))


def _positive(option: str, text: str | None, dimension: Dimension) -> float | None:
    if text is None:
        return None
    try:
        value = parse_quantity(text, dimension)
    except GrammarError as error:
        raise UsageError(f"{option}: {error}") from None
    if value <= 0:
        raise UsageError(f"{option} {text} must be more than nothing")
    return value


def address(text: str, example: str = "*:5557 or 10.0.0.5:5557") -> tuple[str, int]:
    """The host and the port of `10.0.0.5:5557`."""
    host, separator, port = text.rpartition(":")
    is_host = host and not any(map(str.isspace, host))
    if not separator or not is_host or not port.isdigit() or not 0 < int(port) < 65536:
        raise UsageError(f"{text!r} is not an address and a port", cure=f"write it as {example}")
    return host.strip("[]"), int(port)


_Callback = Callable[[click.Context, click.Parameter, str | None], float | None]


def rate_of(option: str) -> _Callback:
    """Reads the text of an option such as `50/s`: arrivals a second."""
    return lambda _context, _option, text: _positive(option, text, Dimension.RATE)


def ratio_of(option: str) -> _Callback:
    """Reads the text of an option such as `5%`: a ratio."""
    return lambda _context, _option, text: _positive(option, text, Dimension.RATIO)


def seconds_of(option: str) -> _Callback:
    """Reads the text of an option such as `5m`: seconds."""

    def read(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
        value = _positive(option, text, Dimension.DURATION)
        return None if value is None else value / 1e6

    return read


only = click.option("--only", callback=_areas, metavar="AREAS", help="Some of api,web,resources.")
rate = click.option(
    "--rate", callback=rate_of("--rate"), metavar="RATE", help="Arrivals, such as 50/s, instead of the profile's."
)
processes = click.option(
    "--processes", type=click.IntRange(1, 256), metavar="N", help="Make the load with N processes of this machine."
)
expect_workers = click.option(
    "--expect-workers",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Await N generators from other machines: `slogate worker --master HOST`.",
)
bind = click.option(
    "--bind",
    callback=lambda _context, _option, text: address(text),
    default="*:5557",
    show_default=True,
    metavar="ADDRESS:PORT",
    help="Where they join, with --expect-workers.",
)
duration = click.option(
    "--duration",
    callback=seconds_of("--duration"),
    metavar="TIME",
    help="Judged time, such as 5m, instead of the profile's.",
)
page_loads = click.option(
    "--page-loads",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Judged loads of each page, instead of the profile's.",
)
max_page_loads = click.option(
    "--max-page-loads",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Load a page up to N times while an objective on it is undecided.",
)
cdp = click.option(
    "--cdp",
    metavar="URL",
    help="Load pages in the browser whose DevTools are there, such as http://127.0.0.1:9222; SLOGATE_CDP unless given.",
)
verify_tls = click.option(
    "--verify-tls/--no-verify-tls",
    default=None,
    help="Whether the certificates of the targets must be trusted, instead of what verify_tls in the SLO file says.",
)
browser = click.option(
    "--browser",
    type=click.Choice(list(ENGINES)),
    help="Load pages in this engine, instead of the profile's. Firefox and WebKit have no TTI, TBT, CLS and INP.",
)
when = click.option(
    "--when",
    type=click.Choice(["idle", "loaded", "both"]),
    help="Load pages before the load, while it holds, or both, instead of the profile's.",
)
pages = click.option("--pages", callback=_names, metavar="NAMES", help="Only these pages, such as home,cart.")
slo = click.option(
    "--slo",
    "slo_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("slo.yaml"),
    show_default=True,
    help="The SLO file. loadtests/ and webvitals/ are looked for beside it.",
)
out = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help="Where run folders are.",
)
reports = click.option(
    "--reports",
    "--out",
    "reports",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help="Where run folders are.",
)
baseline = click.option(
    "--baseline",
    metavar="RUN",
    help="What vs_baseline is about: a folder, a release, @previous; the newest release that passed unless given.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print verdict.json instead of the table.")
# Not passed on: `main` looks for it itself, because an error may come before any command has its options.
debug = click.option("--debug", is_flag=True, expose_value=False, help="Show a traceback with an error.")
