"""`slogate checklist`: a list of what must hold before a launch, held against one run."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from slogate import verify
from slogate.analyzer.verdict import Verdict
from slogate.checklists import SHIPPED, shipped
from slogate.checklists.decide import decide
from slogate.checklists.file import load
from slogate.checklists.model import Checklist, Language
from slogate.new_files import refuse_to_overwrite, write_new
from slogate.report import html as report_html
from slogate.report.launch import html, json, markdown
from slogate.report.launch.model import LaunchChecklist, build
from slogate.runs.reading import read_evidence
from slogate.suite_files import content_of

FILE = Path("checklist.yaml")

_RENDERERS: Mapping[str, Callable[[LaunchChecklist], str]] = {
    "markdown": markdown.render,
    "html": html.render,
    "json": json.render,
}
FORMATS = tuple(_RENDERERS)


@dataclass(frozen=True)
class Held:
    """A list that was held against a run: the document, and the judged run that it rests on."""

    document: LaunchChecklist
    outcome: verify.Outcome


def read_list(path: Path | None) -> Checklist:
    """The list at `path`; unless given, checklist.yaml of this folder, or the one that comes with the package. Raises
    `ConfigError` with every problem of it.
    """
    if path is None and FILE.is_file():
        path = FILE
    if path is None:
        return load(shipped(), SHIPPED)
    return load(content_of(path, "name yours with --list, or write one: slogate init --checklist"), str(path))


def refuse_to_replace(folder: Path) -> None:
    """Raises `UsageError` where there is a list in `folder` already."""
    refuse_to_overwrite(folder, [str(FILE)])


def write_list(folder: Path) -> list[Path]:
    """Writes the list that comes with the package into `folder`, for a team to edit. Raises `ConfigError` where it
    cannot be written, also because there is one already.
    """
    return write_new(folder, {str(FILE): shipped().decode("utf-8")})


def language_of(environ: Mapping[str, str]) -> Language:
    """The language of the locale, by the variables of POSIX in their order; English unless it is Korean."""
    spoken = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "ko" if spoken.startswith("ko") else "en"


def hold(checklist: Checklist, run: Path, language: Language, place: Path, environ: Mapping[str, str]) -> Held:
    """Holds a list against the run in a folder; nothing is written, no request is sent. `place` is the folder in which
    the document will lie, from where it links to the run.
    """
    outcome = verify.judge_folder(run, None, environ)
    info = outcome.folder.read_info()
    evidence = read_evidence(outcome.folder, info)
    said = outcome.document
    verdict = Verdict(said.state, said.reason, tuple(said.objectives), tuple(said.findings), info.allow_inconclusive)
    decided = decide(checklist, outcome.file.slo, evidence, verdict)
    way = Path(os.path.relpath(run.resolve(), place.resolve())).as_posix()
    return Held(build(checklist, decided, verdict, info, run.resolve().name, way, language), outcome)


def rendered(held: Held, name: str) -> str:
    """The text of one format: one of `FORMATS`."""
    return _RENDERERS[name](held.document)


def put_into_report(held: Held) -> Path:
    """Writes report.html of the run anew, with the checklist in it; returns its path."""
    held.outcome.folder.write_text("report.html", report_html.render(held.outcome.report, held.document))
    return held.outcome.folder.path / "report.html"
