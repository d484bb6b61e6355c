"""Names are looked up where the guard listens, and not again for a while."""

import os
import subprocess
import sys

import pytest
from gevent import socket

from slogate.load.http import resolve
from slogate.load.http.errors import NameResolutionError
from slogate.load.http.resolve import addresses_of


def test_an_answer_is_kept_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append((host, port))
        return [(2, 1, 6, "", (host, port))]

    monkeypatch.setattr(resolve, "_kept", {})
    monkeypatch.setattr(socket, "getaddrinfo", answer)
    for port in (80, 80, 81):
        assert addresses_of("shop.example", port)[0][4] == ("shop.example", port)
    assert asked == [("shop.example", 80), ("shop.example", 81)]
    monkeypatch.setattr(resolve, "_kept", {("shop.example", 80): (0.0, [])})  # long ago
    assert addresses_of("shop.example", 80)[0][4] == ("shop.example", 80)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64, "two..dots"])
def test_a_name_without_an_address(host: str) -> None:
    with pytest.raises(NameResolutionError):
        addresses_of(host, 80)


def test_the_guard_of_named_hosts_holds() -> None:
    """In a process of its own, because an audit hook cannot be taken out again."""
    program = (
        "from raw_server import PlainClient, serving, ok\n"
        "from slogate.load.hosts import HostGuard\n"
        "guard = HostGuard(['localhost']); guard.install()\n"
        "away = ok(b'', 'Location: http://10.0.0.9/x', status='302 Found')\n"
        "with serving(ok(), away) as server:\n"
        "    client = PlainClient(server.url)\n"
        "    print(client.get('/').status_code, client.get('/').error)\n"
        "    print(client.get('http://stranger.invalid/').error)\n"
        "print(sorted(guard.refused))\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}  # the helpers of these tests
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ)
    lines = answer.stdout.splitlines()
    assert lines[0].startswith("200 10.0.0.9: 10.0.0.9 is not named in targets")
    assert "stranger.invalid is not named in targets" in lines[1]
    assert lines[2] == "['10.0.0.9', 'stranger.invalid']"
