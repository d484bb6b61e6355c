"""Records of other tools as tests read them: the kept files, or text of a test's own."""

from pathlib import Path

from slogate.analyzer.web.facts import PageLoad
from slogate.imports.formats import format_of
from slogate.imports.records import RequestRecord, Told
from support import REPOSITORY

DATA = REPOSITORY / "tests" / "data" / "imports"


def read(path: Path, told: Told | None = None) -> list[RequestRecord]:
    """The requests of a file."""
    form = format_of(path)
    told = Told() if told is None else told
    if form.requests is not None:
        return list(form.requests(path, told))
    assert form.pages is not None
    return [record for record in form.pages(path, told, None) if isinstance(record, RequestRecord)]


def page_loads(path: Path, told: Told | None = None, page: str | None = None) -> list[PageLoad]:
    """The page loads of a file."""
    form = format_of(path)
    assert form.pages is not None
    found = form.pages(path, Told() if told is None else told, page)
    return [record for record in found if isinstance(record, PageLoad)]


def kept(name: str) -> str:
    """The text of a kept file."""
    return (DATA / name).read_text(encoding="utf-8")
