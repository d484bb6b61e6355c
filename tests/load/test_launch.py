"""Locust's log, in plain words."""

from pathlib import Path

import pytest

from slogate.errors import ConfigError
from slogate.load.launch import users_for, why_not_ready

TRACE = """\
Traceback (most recent call last):
  File "/venv/locust/main.py", line 167, in main
    ) = merge_locustfiles_content(locustfiles)
  File "{path}", line 3, in <module>
    import nothing
ModuleNotFoundError: No module named 'nothing'
"""


def test_an_exception_in_a_scenario_is_told_by_file_and_line(tmp_path: Path) -> None:
    scenario = tmp_path / "loadtests" / "shop.py"
    found = why_not_ready(TRACE.format(path=scenario), [scenario])
    assert isinstance(found, ConfigError)
    assert "shop.py:3: ModuleNotFoundError: No module named 'nothing'" in found.message


def test_an_exception_in_a_module_beside_it_too(tmp_path: Path) -> None:
    helper = tmp_path / "loadtests" / "_accounts.py"
    found = why_not_ready(TRACE.format(path=helper), [tmp_path / "loadtests" / "shop.py"])
    assert found is not None
    assert "_accounts.py:3" in found.message


@pytest.mark.parametrize("log", ["", "  \n", "Killed", TRACE.format(path="/venv/gevent/core.py")])
def test_a_log_that_does_not_blame_a_scenario_explains_nothing(tmp_path: Path, log: str) -> None:
    assert why_not_ready(log, [tmp_path / "shop.py"]) is None


@pytest.mark.parametrize(
    ("rate", "limit_s", "users"),
    [(50, 1.0, 100), (2, 1.0, 10), (50, 5.0, 500), (100, 0.1, 200), (1_000_000, 1.0, 5_000)],
)
def test_enough_users_that_all_busy_means_failing(rate: float, limit_s: float, users: int) -> None:
    assert users_for(rate, limit_s) == users
