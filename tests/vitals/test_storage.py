import json
import time
from pathlib import Path

import pytest

from slogate.errors import ConfigError
from slogate.vitals.storage import read_storage

COOKIE = {"name": "sid", "value": "s3cret-value", "domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True}
ORIGIN = {"origin": "http://127.0.0.1", "localStorage": [{"name": "jwt", "value": "abc"}]}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "state.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def expiring(*after_s: float) -> dict[str, object]:
    cookies = [{**COOKIE, "expires": -1 if seconds == -1 else time.time() + seconds} for seconds in after_s]
    return {"cookies": cookies, "origins": []}


@pytest.mark.parametrize(
    "content",
    [
        {"cookies": [COOKIE], "origins": [ORIGIN]},
        {"cookies": [], "origins": [ORIGIN]},
        expiring(-100, 1_000_000),
        expiring(-100, -1),
    ],
)
def test_a_state_is_taken_as_it_is(tmp_path: Path, content: dict[str, object]) -> None:
    found = read_storage(written(tmp_path, content))
    assert [cookie["expires"] for cookie in found["cookies"]] == [c["expires"] for c in content["cookies"]]  # type: ignore[attr-defined]  # plain JSON
    assert {**found["cookies"][0]}["httpOnly"] is True if found["cookies"] else found["origins"] == [ORIGIN]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not a storage state of Playwright: it is not JSON"),
        ([], "not a storage state of Playwright"),
        ({"cookies": []}, "origins: Field required"),
        ({"cookies": [{"name": "sid", "value": "s3cret-value"}], "origins": []}, "cookies.0.domain: Field required"),
        (expiring(-100, -50), "the last of its cookies expired at 20"),
    ],
)
def test_what_is_no_state_is_refused_without_quoting_it(tmp_path: Path, content: object, message: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(ConfigError) as caught:
        read_storage(path)
    assert caught.value.message.startswith(f"{path}: ")
    assert message in caught.value.message
    assert "storage_state(path=" in caught.value.cure
    assert "s3cret" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"state\.json: No such file or directory") as caught:
        read_storage(tmp_path / "state.json")
    assert "correct storage=" in caught.value.cure
