"""Only hosts that the SLO file names can be looked up."""

import subprocess
import sys

import pytest

from slogate.load.hosts import HostGuard, HostNotNamedError


@pytest.mark.parametrize("host", ["shop.example", "SHOP.example", "shop.example.", b"shop.example", None, ""])
def test_named_hosts_pass(host: object) -> None:
    HostGuard(["shop.example"]).check(host)


@pytest.mark.parametrize("host", ["evil.example", "shop.example.evil.example", b"evil.example", "10.0.0.9"])
def test_others_are_refused_and_remembered(host: object) -> None:
    guard = HostGuard(["shop.example"])
    with pytest.raises(HostNotNamedError, match="not named in targets or allowed_hosts"):
        guard.check(host)
    assert len(guard.refused) == 1


def test_loopback_is_one_host_by_three_names() -> None:
    guard = HostGuard(["127.0.0.1"])
    for host in ("localhost", "::1", "[::1]", "127.0.0.1"):
        guard.check(host)


def test_it_holds_for_client_libraries() -> None:
    """In a process of its own, because the resolver stays."""
    program = (
        "from gevent import monkey; monkey.patch_all()\n"
        "import gevent, requests, socket, urllib.request\n"
        "from slogate.load.hosts import HostGuard\n"
        "guard = HostGuard(['127.0.0.1']); guard.install()\n"
        "def in_a_thread(url): return gevent.get_hub().threadpool.apply(requests.get, (url,))\n"
        "def by_name(url): return socket.gethostbyname('stranger.invalid')\n"
        "def by_socket(url): return socket.create_connection(('stranger.invalid', 80))\n"
        "for ask in (requests.get, urllib.request.urlopen, in_a_thread, by_name, by_socket):\n"
        "    try:\n        ask('http://stranger.invalid/')\n"
        "    except OSError as error:\n        print(type(error).__name__, 'not named' in str(error))\n"
        "print(sorted(guard.refused))\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines() == [
        "ConnectionError True",
        "URLError True",
        "ConnectionError True",
        "HostNotNamedError True",
        "HostNotNamedError True",
        "['stranger.invalid']",
    ]
