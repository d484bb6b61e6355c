"""marks.jsonl: what was appended is read, by whomever it was appended."""

from pathlib import Path

import pytest

from slogate.analyzer.marks import Mark
from slogate.errors import RunFolderError
from slogate.runs.marks import append_mark, read_marks


def test_what_was_appended_is_read_in_order(tmp_path: Path) -> None:
    marks = (Mark(1_790_000_000.25, "deploy 1.5.0"), Mark(1_790_000_000.0, 'a "quoted"\nname, naïve'))
    for mark in marks:
        append_mark(tmp_path, mark)
    assert read_marks(tmp_path) == marks
    assert len((tmp_path / "marks.jsonl").read_bytes().splitlines()) == 2


def test_a_run_without_marks_has_none(tmp_path: Path) -> None:
    assert read_marks(tmp_path) == ()


def test_lines_of_other_programs_may_hold_more_and_the_last_may_be_cut_off(tmp_path: Path) -> None:
    (tmp_path / "marks.jsonl").write_text('{"at_us": 1000000, "text": "x", "tags": ["deploy"]}\n\n{"at_us": 20000')
    assert read_marks(tmp_path) == (Mark(1.0, "x"),)


def test_a_folder_that_takes_no_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="cannot be written"):
        append_mark(tmp_path / "gone", Mark(1.0, "x"))
