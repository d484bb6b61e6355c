import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from slogate.demo.server import main, running_shop, tcp_listener
from slogate.errors import TargetError, UsageError


def _shop_folders(temporary: Path) -> list[Path]:
    return list(temporary.glob("slogate-shop-*"))


def _wait_for_end(pid: int) -> bool:
    deadline_s = time.monotonic() + 10
    while time.monotonic() < deadline_s:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_it_answers_as_soon_as_it_is_there_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with running_shop() as shop:
        assert httpx.get(f"{shop.url}/health").json() == {"status": "ok"}
        assert httpx.get(f"{shop.url}/api/products/1").json()["id"] == 1
        assert shop.url.startswith("http://127.0.0.1:")
        assert len(_shop_folders(tmp_path)) == 1
    assert not psutil.pid_exists(shop.pid)
    assert _shop_folders(tmp_path) == []


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_also_with_connections_open(
    ending: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    command = [sys.executable, "-m", "slogate.demo.server", "--fault", "late-lcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        host, port = url.removeprefix("http://").split(":")
        with httpx.Client() as idle, socket.create_connection((host, int(port))) as waiting:
            idle.get(f"{url}/health")
            waiting.sendall(b"GET /static/hero.jpg HTTP/1.1\r\nHost: shop\r\n\r\n")  # takes longer than it may
            process.send_signal(ending)
            rest, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert rest == ""  # the address is all that it says
    assert _shop_folders(tmp_path) == []


def test_it_ends_when_stdin_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    command = [sys.executable, "-m", "slogate.demo.server", "--until-stdin-closes"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(10) == 0
    assert _shop_folders(tmp_path) == []


def test_it_ends_when_its_parent_is_killed() -> None:
    parent = (
        "from slogate.demo.server import running_shop\n"
        "with running_shop() as shop:\n"
        "    print(shop.pid, flush=True)\n"
        "    input()\n"
    )
    command = [sys.executable, "-c", parent]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shop_pid = int(process.stdout.readline())
        process.kill()
    assert _wait_for_end(shop_pid)


def test_faults_are_switched_on_by_name() -> None:
    with running_shop(["errors", "blank-page"]) as shop, httpx.Client(base_url=shop.url) as client:
        statuses = [client.get("/api/posts/1").status_code for _ in range(100)]
        assert statuses.count(500) == 5
        assert "faults/blank.js" in client.get("/").text


def test_an_unknown_fault_is_refused_before_anything_starts() -> None:
    with pytest.raises(UsageError, match="nonsense"), running_shop(["nonsense"]):
        pass


def test_a_shop_that_does_not_come_up_is_an_error_with_what_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", os.devnull)
    with pytest.raises(TargetError, match=r"(?s)ended with 1\..*encodings"), running_shop():
        pass


def test_a_port_that_is_taken_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as ended:
            main(["--port", str(taken.getsockname()[1])])
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert ended.value.code == 2
    assert "cannot listen on 127.0.0.1" in capsys.readouterr().err


def test_nagle_is_off_so_that_a_body_does_not_wait_for_the_acknowledgement_of_its_headers() -> None:
    with tcp_listener() as listener:
        assert listener.proto == socket.IPPROTO_TCP  # what asyncio looks at before it sets TCP_NODELAY
