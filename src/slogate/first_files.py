"""`slogate init`: looks at a site and writes the first slo.yaml, page journeys and load scenario for it."""

from collections.abc import Callable
from pathlib import Path

from slogate import scaffold
from slogate.errors import UsageError
from slogate.new_files import refuse_to_overwrite, write_new
from slogate.slo.fields import http_url
from slogate.slo.file import SloFile, load
from slogate.suite_files import read_slo

PLACEHOLDER = "http://127.0.0.1:8000"


def write(
    folder: Path, target: str | None, service: str | None, say: Callable[[str], None], *, verify_tls: bool = True
) -> list[Path]:
    """Writes the files below `folder` and returns their paths; with no target, for one that is still to be named.

    Raises `UsageError` when one of them is there already, `TargetError` when the site cannot be looked at, and
    `ConfigError` when a file cannot be written. Nothing is overwritten.
    """
    url = PLACEHOLDER if target is None else _checked(target)
    refuse_to_overwrite(folder, scaffold.PATHS)  # before a browser is started for nothing
    found: list[tuple[str, str | None]] = [("/", None)]
    api_paths: list[str] = []
    if target is not None:
        from slogate.vitals.survey import survey  # noqa: PLC0415  # Playwright, which only this needs, takes long to load

        say(f"looking at {url}")
        seen = survey(url, verify_tls=verify_tls)
        found = [(page.path, page.ready) for page in seen.pages] or found
        api_paths = seen.api_paths
        for page in seen.pages:
            say(f"  {page.path}  {page.title!r}, shown by {page.ready or 'nothing that is only there'}")
        for reason in seen.left_out:
            say(f"  left out: {reason}")
        say(f"  {len(api_paths)} addresses that pages ask for in the background")
    pages = scaffold.named_pages(found)
    requests = scaffold.first_requests(api_paths or [page.path for page in pages])
    files = scaffold.render(url, service or scaffold.service_of(url), pages, requests, verify_tls=verify_tls)
    written = write_new(folder, files)
    read_slo(folder / "slo.yaml", {})  # it says itself whether it is in order
    return written


def example() -> SloFile:
    """The slo.yaml that is written for a site of which nothing is known; it has the profiles of every first one."""
    pages = scaffold.named_pages([("/", None)])
    files = scaffold.render(PLACEHOLDER, scaffold.service_of(PLACEHOLDER), pages, scaffold.first_requests(["/"]))
    return load(files["slo.yaml"].encode(), "slo.yaml", {})


def _checked(target: str) -> str:
    try:
        return http_url(target)
    except ValueError as error:
        raise UsageError(f"--target: {error}") from None
