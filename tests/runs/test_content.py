"""The content of scenarios and journeys as one number."""

from pathlib import Path

import pytest

from slogate.runs.content import content_hash


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "cart.py").write_text("ITEMS = 3\n")
    (tmp_path / "shop.py").write_text("class Shopper: ...\n")
    return tmp_path / "shop.py"


def test_it_depends_on_names_and_texts_alone(script: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    copy = tmp_path_factory.mktemp("copy")
    (copy / "helpers").mkdir()
    for name in ("shop.py", "helpers/cart.py"):
        (copy / name).write_bytes((script.parent / name).read_bytes())
    assert content_hash([copy / "shop.py"]) == content_hash([script])


@pytest.mark.parametrize("name", ["shop.py", "helpers/cart.py", "new.py"])
def test_a_change_anywhere_in_the_python_files_changes_it(script: Path, name: str) -> None:
    before = content_hash([script])
    with (script.parent / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert content_hash([script]) != before


def test_a_file_that_is_renamed_changes_it(script: Path) -> None:
    before = content_hash([script])
    (script.parent / "helpers" / "cart.py").rename(script.parent / "helpers" / "basket.py")
    assert content_hash([script]) != before


def test_data_does_not(script: Path) -> None:
    before = content_hash([script])
    (script.parent / "sign-in.json").write_text("{}")
    assert content_hash([script]) == before
