"""Evidence on disk: what is written is read back, and what is not as it should be costs only itself."""

import resource
import signal
from pathlib import Path

import pytest
from synthetic import page

from slogate.errors import RunFolderError
from slogate.runs.page_evidence import (
    INDEX,
    MAX_FILE_BYTES,
    EvidenceFolder,
    EvidenceInfo,
    FrameInfo,
    Picture,
    read_kept_evidence,
)

JPEG = b"\xff\xd8\xff" + b"picture"


def info(name: str = "home", **changes: object) -> EvidenceInfo:
    return EvidenceInfo.model_validate({"page": name, "index": 3, **changes})


def keep(run: Path, name: str = "home", **changes: object) -> Path:
    folder = EvidenceFolder.create(run / "pages", name)
    folder.write("shot.jpg", JPEG)
    folder.write_info(info(name, screenshot="shot.jpg", **changes))
    return folder.path


def names(path: Path) -> list[str]:
    return sorted(item.name for item in path.iterdir())


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    path = keep(tmp_path, frames=[FrameInfo(file="shot.jpg", at_ms=100)], filmed=page(), notes=["no trace: x"])
    kept = read_kept_evidence(tmp_path)["home", "idle"]
    assert kept.folder == "pages/home"
    assert kept.screenshot == Picture(None, JPEG)
    assert kept.frames == (Picture(100.0, JPEG),)
    assert kept.info == info(
        screenshot="shot.jpg", frames=[FrameInfo(file="shot.jpg", at_ms=100)], filmed=page(), notes=["no trace: x"]
    )
    assert names(path) == [INDEX, "shot.jpg"]


def test_files_that_are_no_longer_named_are_removed(tmp_path: Path) -> None:
    path = keep(tmp_path)
    folder = EvidenceFolder(path)
    folder.write("load.har", b"{}")
    folder.write_info(info(har="load.har"))
    assert names(path) == [INDEX, "load.har"]
    folder.clear()
    assert names(path) == []


@pytest.mark.parametrize(
    ("pages", "folders"),
    [
        (["a/b", "a b"], ["a-b", "a-b-2"]),
        (["..", "/etc/passwd"], ["etc-passwd", "unnamed"]),
        (["Kasse 2"], ["Kasse-2"]),
    ],
)
def test_every_page_has_a_folder_of_its_own(tmp_path: Path, pages: list[str], folders: list[str]) -> None:
    for name in pages:
        keep(tmp_path, name)
    assert names(tmp_path / "pages") == folders
    assert set(read_kept_evidence(tmp_path)) == {(name, "idle") for name in pages}


def test_a_run_without_evidence_has_none(tmp_path: Path) -> None:
    assert read_kept_evidence(tmp_path) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"page": "home"}',
        '{"page": "home", "index": 1, "screenshot": "../../../secret.jpg"}',
        '{"page": "home", "index": 1, "screenshot": "/etc/secret.jpg"}',
        '{"page": "home", "index": 1, "frames": [{"file": "a.jpg", "at_ms": "NaN"}]}',
    ],
)
def test_evidence_that_somebody_damaged_is_left_out(tmp_path: Path, text: str) -> None:
    (keep(tmp_path) / INDEX).write_text(text)
    keep(tmp_path, "cart")
    assert list(read_kept_evidence(tmp_path)) == [("cart", "idle")]


def test_a_picture_that_is_none_is_left_out(tmp_path: Path) -> None:
    shot = keep(tmp_path, frames=[FrameInfo(file="shot.jpg", at_ms=0)]) / "shot.jpg"
    elsewhere = tmp_path / "elsewhere.jpg"
    elsewhere.write_bytes(JPEG)

    def shown() -> bool:
        kept = read_kept_evidence(tmp_path)["home", "idle"]
        assert (kept.screenshot is None) is (kept.frames == ())
        return kept.screenshot is not None

    assert shown()
    shot.write_bytes(b"<svg onload=alert(1)>")
    assert not shown()
    shot.write_bytes(JPEG + bytes(MAX_FILE_BYTES))
    assert not shown()
    shot.unlink()
    assert not shown()
    shot.symlink_to(elsewhere)
    assert not shown()


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    folder = EvidenceFolder(keep(tmp_path))
    with pytest.raises(RunFolderError, match="more than the"):
        folder.write("trace.zip", bytes(MAX_FILE_BYTES + 1))
    assert names(folder.path) == [INDEX, "shot.jpg"]


def test_a_disk_that_is_full_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    folder = EvidenceFolder(keep(tmp_path))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write then fails with an error, as on a full disk
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        with pytest.raises(RunFolderError, match="cannot be written"):
            folder.write("shot.jpg", JPEG + bytes(1000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert names(folder.path) == [INDEX, "shot.jpg"]
    assert (folder.path / "shot.jpg").read_bytes() == JPEG
