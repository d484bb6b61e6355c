"""However the measuring process ends, nothing of it is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from page_loader import Loader, alive
from webserver import WebServer

from slogate.process import RUN_ID_VARIABLE

StartLoader = Callable[..., Loader]
JOURNEYS = """
@page("closed")
def closed(page): page.goto("/closed")

@page("home")
def home(page): page.goto("/")
"""


@pytest.fixture
def under_way(start_loader: StartLoader, server: WebServer) -> tuple[Loader, list[psutil.Process]]:
    """A loader with one load on disk and the next one waiting for a quiet window, and the processes below it."""
    server.routes["/closed"] = server.reply("<h1>closed</h1>", status=503)
    loader = start_loader(JOURNEYS, warmup_loads=0, page_loads=3)
    loader.wait_for("ready")
    loader.go()
    loader.wait_for("page_load")
    return loader, loader.descendants()


@pytest.mark.parametrize("ending", ["SIGTERM", "the parent is gone", "the browser is killed"])
def test_of_a_firefox_nothing_is_left_either(start_loader: StartLoader, server: WebServer, ending: str) -> None:
    server.routes["/closed"] = server.reply("<h1>closed</h1>", status=503)
    loader = start_loader(JOURNEYS, browser="firefox", warmup_loads=0, page_loads=3)
    loader.wait_for("ready")
    loader.go()
    loader.wait_for("page_load")
    processes = loader.descendants()
    match ending:
        case "SIGTERM":
            loader.process.send_signal(signal.SIGTERM)
        case "the parent is gone":
            loader.hang_up()
        case _:
            next(p for p in processes if "firefox" in Path(p.exe()).name).kill()
            assert "was killed, or it crashed" in loader.wait_for("failed")["message"]
    exit_code, took_s = loader.end()
    assert (exit_code, took_s < 5) == (4, True)
    assert alive(processes, within_s=0) == []
    assert list(loader.scratch.iterdir()) == []
    assert [load.page for load in loader.loads] == ["closed"]


def browser_of(processes: list[psutil.Process]) -> psutil.Process:
    return next(p for p in processes if any("--remote-debugging-pipe" in a for a in p.cmdline()))


def kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.mark.parametrize("ending", ["SIGTERM", "SIGINT", "the parent is gone"])
def test_it_stops_within_5_s_and_leaves_nothing(under_way: tuple[Loader, list[psutil.Process]], ending: str) -> None:
    loader, processes = under_way
    if ending == "the parent is gone":
        loader.hang_up()
    else:
        loader.process.send_signal(signal.Signals[ending])
    exit_code, took_s = loader.end()
    assert (exit_code, took_s < 5) == (4, True)
    assert alive(processes, within_s=0) == []
    assert list(loader.scratch.iterdir()) == []
    failed = loader.wait_for("failed")
    assert (ending.removeprefix("the parent") in failed["message"], failed["cut_short"]) == (True, True)
    assert [load.page for load in loader.loads] == ["closed"]
    assert "Traceback" not in loader.stderr


def test_it_stops_while_it_waits_for_go(start_loader: StartLoader) -> None:
    loader = start_loader(JOURNEYS)
    loader.wait_for("ready")
    processes = loader.descendants()
    loader.process.terminate()
    exit_code, took_s = loader.end()
    assert (exit_code, took_s < 5) == (4, True)
    assert alive(processes, within_s=0) == []
    assert list(loader.scratch.iterdir()) == []


def test_it_stops_even_if_a_journey_does_not(start_loader: StartLoader, server: WebServer) -> None:
    server.routes["/closed"] = server.reply("<h1>closed</h1>", status=503)
    loader = start_loader(
        """
        import time

        @page("closed")
        def closed(page): page.goto("/closed")

        @page("asleep")
        def asleep(page):
            page.goto("/")
            time.sleep(600)
        """,
        warmup_loads=0,
    )
    loader.go()
    loader.wait_for("page_load")
    processes = loader.descendants()
    until = time.monotonic() + 20
    while not any(path == "/" for _, path, _ in server.seen) and time.monotonic() < until:
        time.sleep(0.05)
    loader.process.terminate()
    exit_code, took_s = loader.end()
    assert (exit_code, took_s < 5) == (4, True)
    assert "SIGTERM" in loader.wait_for("failed")["message"]
    assert alive(processes, within_s=0) == []
    assert list(loader.scratch.iterdir()) == []
    assert [load.page for load in loader.loads] == ["closed"]


@pytest.mark.parametrize("victim", ["browser", "driver"])
def test_a_killed_browser_or_driver_ends_the_run_with_what_was_measured(
    under_way: tuple[Loader, list[psutil.Process]], victim: str
) -> None:
    loader, processes = under_way
    browser = browser_of(processes)
    driver = browser.parent()
    assert driver is not None
    (browser if victim == "browser" else driver).kill()
    failed = loader.wait_for("failed")
    assert failed["message"].startswith(f"the {'browser' if victim == 'browser' else 'Playwright driver'} was killed")
    assert failed["exit_code"] == 4
    assert loader.end()[0] == 4
    assert alive(processes, within_s=0) == []
    assert list(loader.scratch.iterdir()) == []
    assert [load.page for load in loader.loads] == ["closed"]
    assert "Traceback" not in loader.stderr


def test_after_a_kill_9_of_a_looping_journey_the_guardian_removes_its_files(
    start_loader: StartLoader, server: WebServer, tmp_path: Path
) -> None:
    run_id = uuid.uuid4().hex
    source = """
    @page("home")
    def home(page):
        page.goto("/")
        while True: pass
    """
    loader = start_loader(source, environ={RUN_ID_VARIABLE: run_id})
    loader.go()
    until = time.monotonic() + 20
    while not server.seen and time.monotonic() < until:
        time.sleep(0.05)
    processes = loader.descendants()
    loader.process.kill()
    loader.end()
    try:
        assert list(loader.scratch.iterdir())
        guardian = [sys.executable, "-m", "slogate.runs.guardian", str(tmp_path), run_id]
        subprocess.run(guardian, input=b"", env={**os.environ, "TMPDIR": str(loader.scratch)}, timeout=30, check=False)
        assert alive(processes, within_s=0) == []
        assert list(loader.scratch.iterdir()) == []
    finally:
        kill_all(processes)


def test_kill_9_leaves_no_browser_and_what_was_measured(under_way: tuple[Loader, list[psutil.Process]]) -> None:
    loader, processes = under_way
    loader.process.kill()
    loader.end()
    try:
        assert alive(processes) == []
    finally:
        kill_all(processes)
    assert [load.page for load in loader.loads] == ["closed"]
    assert json.loads(loader.output.read_text().splitlines()[0])["outcome"] == "http_error"
