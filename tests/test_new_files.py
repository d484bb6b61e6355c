"""Files for a person to keep: written all, or none."""

from pathlib import Path

import pytest

from slogate.errors import ConfigError, UsageError
from slogate.new_files import refuse_to_overwrite, write_new


def test_each_text_goes_to_its_path(tmp_path: Path) -> None:
    assert write_new(tmp_path, {"a/b": "1", "c": "2"}) == [tmp_path / "a/b", tmp_path / "c"]
    assert (tmp_path / "a/b").read_text(encoding="utf-8") == "1"


def test_every_file_that_is_there_is_named(tmp_path: Path) -> None:
    write_new(tmp_path, {"a": "", "b": ""})
    with pytest.raises(UsageError, match=r"a, .*b are there already"):
        refuse_to_overwrite(tmp_path, ["a", "b", "c"])


def test_one_that_appeared_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    write_new(tmp_path, {"a": "mine"})
    with pytest.raises(ConfigError, match="cannot be written"):
        write_new(tmp_path, {"a": "yours"})
    write_new(tmp_path, {"a": "yours"}, force=True)
    assert (tmp_path / "a").read_text(encoding="utf-8") == "yours"
