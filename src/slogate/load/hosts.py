"""Keeps load away from strangers: inside the generator, only the hosts that the SLO file names can be looked up.

It is an audit hook of the interpreter, so it holds for every client library, and for a redirect that one of them
follows: they all ask `getaddrinfo` first, for a numeric address too. Code that connects a socket of its own to a
number is not held.
"""

import sys
from collections.abc import Iterable

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class HostNotNamedError(OSError):
    """A scenario reached for a host that the SLO file does not name. An OSError, so clients report it as a failed
    connection.
    """


class HostGuard:
    """Refuses to look up all but `allowed` hosts. An audit hook cannot be removed once it is installed."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._names = {_canonical(name) for name in allowed}
        if self._names & _LOOPBACK:
            self._names |= _LOOPBACK
        self.refused: set[str] = set()

    def install(self) -> None:
        """Hooks the guard into this process."""
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
            self.check(arguments[0])

    def check(self, host: object) -> None:
        """Raises `HostNotNamedError` for a host that is not allowed."""
        name = _canonical(host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or ""))
        if name and name not in self._names:
            self.refused.add(name)
            raise HostNotNamedError(
                f"{name} is not named in targets or allowed_hosts of the SLO file; nothing was sent there"
            )


def _canonical(name: str) -> str:
    return name.lower().strip("[]").rstrip(".").partition("%")[0]
