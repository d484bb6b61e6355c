from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from slogate.demo.app import create_app
from slogate.errors import UsageError

Ask = Callable[..., httpx.Response]


def test_a_fault_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "new.sqlite"
    with pytest.raises(UsageError, match="slow-tial"):
        create_app(frozenset({"slow-tial"}), database=database)
    assert not database.exists()


def test_unknown_addresses_are_json_in_the_api_and_a_page_elsewhere(ask: Ask) -> None:
    api, page = ask("GET", "/api/nothing"), ask("GET", "/nothing")
    assert (api.status_code, api.json()["error"]) == (404, "not_found")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_a_wrong_method_is_405_and_names_the_right_ones(ask: Ask) -> None:
    answer = ask("PUT", "/api/products")
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]
