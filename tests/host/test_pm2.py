"""A real PM2, where there is one: its apps are found, also in a cluster, and their restarts are counted."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from process_tree import eventually

from slogate.host.processes import ProcessSource
from slogate.slo.host import Process

pytestmark = pytest.mark.skipif(shutil.which("pm2") is None, reason="pm2 is not installed (npm install --global pm2)")
APP = "setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 100);"


class Pm2:
    """A PM2 with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str) -> None:
        environment = {**os.environ, "PM2_HOME": str(self.home)}
        subprocess.run(["pm2", *arguments], env=environment, check=True, capture_output=True, timeout=60)


@pytest.fixture
def pm2(tmp_path: Path) -> Iterator[Pm2]:
    (tmp_path / "app.js").write_text(APP)
    made = Pm2(tmp_path / "home")
    made("start", str(tmp_path / "app.js"), "--name", "o4o_api")
    made("start", str(tmp_path / "app.js"), "--name", "web", "-i", "2")
    yield made
    made("kill")


def test_apps_and_their_restarts(pm2: Pm2) -> None:
    apps = {"api": Process(pm2="o4o_api"), "web": Process(pm2="web")}
    source = ProcessSource(apps, pm2.home, own_pid=2**30)

    def told() -> dict[str, dict[str, float]]:
        return {part.name: part.values for part in source.read().parts}

    eventually(lambda: [values["processes"] for values in told().values()] == [1, 2])
    time.sleep(1)
    before = told()
    assert [values["restarts"] for values in before.values()] == [0, 0]
    assert all(0 < values["cpu"] < 2 and values["rss_bytes"] > 1e7 for values in before.values())
    pm2("restart", "o4o_api")
    pm2("reload", "web")
    assert [values["restarts"] for values in told().values()] == [1, 2]
    pm2("stop", "o4o_api")
    assert told()["api"] == {"processes": 0, "restarts": 1}
