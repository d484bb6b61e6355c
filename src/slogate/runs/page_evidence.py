"""`pages/<page>/` of a run folder: what was kept of the worst load of a page, for a person to look at.

`evidence.json` says what the other files are. Nothing here enters a verdict: a file that is missing, damaged or too
large is left out and said, and never stops a run or its judging.
"""

import os
import shutil
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from slogate.analyzer.web.facts import PageLoad
from slogate.errors import RunFolderError
from slogate.runs.folder import file_name, write_error
from slogate.slo.conditions import Condition

INDEX = "evidence.json"
MAX_FILE_BYTES = 4 * 1024 * 1024
LEAST_FREE_BYTES = 64 * 1024 * 1024  # of the disk: what is left belongs to the measurement
_JPEG = b"\xff\xd8\xff"

FileName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}\.[a-z]{2,5}$")]  # so none leads out of the folder


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)  # a newer slogate may have written more


class FrameInfo(_Record):
    """One picture of the filmstrip; milliseconds since the start of the navigation."""

    file: FileName
    at_ms: float


class EvidenceInfo(_Record):
    """The whole of evidence.json."""

    page: str
    when: Condition = "idle"  # the loads of a page under each condition have evidence of their own
    index: int  # which of the page's judged loads is the worst
    screenshot: FileName | None = None  # of that load
    har: FileName | None = None  # of that load
    trace: FileName | None = None  # of the evidence load
    frames: list[FrameInfo] = Field(default_factory=list)  # of the evidence load
    filmed: PageLoad | None = None  # the facts of the evidence load, which is in no other file and is not judged
    notes: list[str] = Field(default_factory=list)  # what could not be kept, and why


@dataclass(frozen=True)
class Picture:
    """A JPEG and the time that it shows; None: the end of the recording."""

    at_ms: float | None
    jpeg: bytes


@dataclass(frozen=True)
class KeptEvidence:
    """What a report shows of a page's evidence. `folder` is relative to the run folder."""

    folder: str
    info: EvidenceInfo
    frames: tuple[Picture, ...]
    screenshot: Picture | None


class EvidenceFolder:
    """The folder of one page under one condition. Every method that writes raises `RunFolderError` when the disk does
    not take it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, base: Path, page: str) -> "EvidenceFolder":
        """A new folder for `page` under `base`; names that make the same file name get a number."""
        name = file_name(page)
        try:
            base.mkdir(exist_ok=True)
            number = 1
            while True:
                path = base / (name if number == 1 else f"{name}-{number}")
                try:
                    path.mkdir()
                except FileExistsError:
                    number += 1
                    continue
                return cls(path)
        except OSError as error:
            raise write_error(base, error) from None

    def write(self, name: str, content: bytes) -> None:
        """Replaces a file: readers see the old one or the new one, never a half."""
        if len(content) > MAX_FILE_BYTES:
            raise RunFolderError(f"{name} would have {len(content):,} bytes, more than the {MAX_FILE_BYTES:,} allowed")
        path = self.path / name
        draft = path.with_name(f".{name}.{os.getpid()}.draft")
        try:
            if shutil.disk_usage(self.path).free < LEAST_FREE_BYTES:
                raise RunFolderError(f"{name} is not kept: less than {LEAST_FREE_BYTES // 1024**2} MB of disk are free")
            draft.write_bytes(content)
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise write_error(path, error) from None

    def write_info(self, info: EvidenceInfo) -> None:
        """Replaces evidence.json and removes every file that it does not name."""
        self.write(INDEX, (info.model_dump_json(indent=1) + "\n").encode())
        self._keep_only({INDEX, info.screenshot, info.har, info.trace, *(frame.file for frame in info.frames)})

    def clear(self) -> None:
        """Removes every file."""
        self._keep_only(set())

    def _keep_only(self, names: AbstractSet[str | None]) -> None:
        try:
            for path in self.path.iterdir():
                if path.name not in names:
                    path.unlink()
        except OSError as error:
            raise write_error(self.path, error) from None


def read_kept_evidence(run: Path) -> dict[tuple[str, Condition], KeptEvidence]:
    """What a run folder has kept, by page and condition. Folders that cannot be read, or that somebody edited badly,
    are left out.
    """
    kept: dict[tuple[str, Condition], KeptEvidence] = {}
    for path in sorted((run / "pages").glob(f"*/{INDEX}")):
        content = _content(path)
        try:
            info = EvidenceInfo.model_validate_json(content or b"")
        except ValidationError:
            continue
        frames = [(frame.at_ms, _jpeg(path.with_name(frame.file))) for frame in info.frames]
        shot = _jpeg(path.with_name(info.screenshot)) if info.screenshot is not None else None
        kept[info.page, info.when] = KeptEvidence(
            folder=f"pages/{path.parent.name}",
            info=info,
            frames=tuple(Picture(at_ms, jpeg) for at_ms, jpeg in frames if jpeg is not None),
            screenshot=Picture(None, shot) if shot is not None else None,
        )
    return kept


def _jpeg(path: Path) -> bytes | None:
    content = _content(path)
    return content if content is not None and content.startswith(_JPEG) else None


def _content(path: Path) -> bytes | None:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
            return None
        return path.read_bytes()
    except OSError:
        return None
