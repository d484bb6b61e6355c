"""The same scenario under Locust's HttpUser and under slogate's comes to the same: statuses, bodies, cookies, events.

Each runs in a process of its own, because importing Locust patches the process.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from command import start, wait_until

from nginx import Nginx
from support import REPOSITORY

_PROGRAM = REPOSITORY / "tests" / "helpers" / "http_scenario.py"
_RANDOM = re.compile(r"boundary=\w+|_=\d{13}")  # of multipart, and the time that rest_ sends


def told(client: str, scenario: str, *arguments: str) -> list[dict[str, Any]]:
    answer = subprocess.run(
        [sys.executable, _PROGRAM, client, scenario, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    lines = [json.loads(_RANDOM.sub("random", line)) for line in answer.stdout.splitlines()]
    for line in lines:
        if "boundary" in line.get("text", "") or "multipart" in line.get("text", ""):
            del line["sha"]
    return lines


@pytest.mark.parametrize(
    ("scenario", "secure", "least"),
    [
        ("pages", False, 80),
        ("bodies", False, 40),
        ("redirects", False, 60),
        ("identity", False, 30),
        ("events", False, 30),
        ("secure", True, 12),
    ],
)
def test_nginx(web: Nginx, scenario: str, secure: bool, least: int) -> None:
    arguments = (f"https://localhost:{web.https}" if secure else f"http://127.0.0.1:{web.http}", str(web.certificate))
    ours = told("slogate", scenario, *arguments)
    assert ours == told("locust", scenario, *arguments)
    assert len(ours) >= least


@pytest.fixture
def shop_url() -> Iterator[str]:
    process = start("demo", "--serve", "--port", "0")
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        url = wait_until(lambda: re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline()))
        yield url[0]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_the_shop(shop_url: str) -> None:
    ours = told("slogate", "shop", shop_url)
    assert ours == told("locust", "shop", shop_url)
    assert 200 in [line.get("login") for line in ours]
