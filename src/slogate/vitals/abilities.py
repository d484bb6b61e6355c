"""What pages may ask for that only Chromium can do, refused before anything is measured in another browser."""

from collections.abc import Iterator, Sequence

from slogate.errors import ConfigError
from slogate.slo.profile import ENGINES, Engine
from slogate.vitals.journeys import PageJourney


def check_abilities(pages: Sequence[PageJourney], engine: Engine) -> None:
    """Raises `ConfigError` with every page that this engine cannot measure as it is declared."""
    problems = [] if engine == "chromium" else [problem for page in pages for problem in _problems(page, engine)]
    if problems:
        raise ConfigError(
            "\n".join(problems),
            cure="measure these pages with browser: chromium, leave them out with pages:, or declare others without it",
        )


def _problems(page: PageJourney, engine: Engine) -> Iterator[str]:
    if page.throttle != "none":
        yield (
            f"{page.location}: the page {page.name!r} has throttle={page.throttle!r}, "
            f"and {ENGINES[engine]} cannot be slowed down"
        )
    if page.after is not None:
        yield (
            f"{page.location}: the page {page.name!r} is a soft navigation from {page.after.name!r}, "
            f"and {ENGINES[engine]} does not tell of those"
        )
    if page.http_credentials is not None:
        yield (
            f"{page.location}: the page {page.name!r} has http_credentials=, "
            f"for which every request in {ENGINES[engine]} would take a detour"
        )
