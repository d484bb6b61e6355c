"""Keeps load away from strangers: inside the generator, only the hosts that the SLO file names can be looked up.

It is gevent's resolver, so it holds for every client library that Locust makes cooperative, and for a redirect that one
of them follows: they all ask for the address first, our own client and urllib3 for that of a number too. Code that
connects a socket of its own to a number is not held. (An audit hook of the interpreter would hear the same, and hears
every `id()` besides: 4 % of the CPU of a FastHttpUser.)
"""

from collections.abc import Iterable
from typing import Any

import gevent

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class HostNotNamedError(OSError):
    """A scenario reached for a host that the SLO file does not name. An OSError, so clients report it as a failed
    connection.
    """


class HostGuard:
    """Refuses to look up all but `allowed` hosts."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._names = {_canonical(name) for name in allowed}
        if self._names & _LOOPBACK:
            self._names |= _LOOPBACK
        self.refused: set[str] = set()

    def install(self) -> None:
        """Puts the guard into this process, for all of its threads."""
        hub = gevent.get_hub()
        gevent.config.resolver = _guarded(hub.resolver_class, self)  # of hubs that are still to come
        hub.resolver = gevent.config.resolver(hub)

    def check(self, host: object) -> None:
        """Raises `HostNotNamedError` for a host that is not allowed."""
        name = _canonical(host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or ""))
        if name and name not in self._names:
            self.refused.add(name)
            raise HostNotNamedError(
                f"{name} is not named in targets or allowed_hosts of the SLO file; nothing was sent there"
            )


def _guarded(resolver: Any, guard: HostGuard) -> Any:
    """This class of resolvers, which asks the guard first."""

    class Guarded(resolver):  # type: ignore[misc]  # which class it is depends on how gevent is set up
        def getaddrinfo(self, host: Any, *arguments: Any, **options: Any) -> Any:
            guard.check(host)
            return super().getaddrinfo(host, *arguments, **options)

        def gethostbyname(self, hostname: Any, *arguments: Any) -> Any:
            guard.check(hostname)
            return super().gethostbyname(hostname, *arguments)

        def gethostbyname_ex(self, hostname: Any, *arguments: Any) -> Any:
            guard.check(hostname)
            return super().gethostbyname_ex(hostname, *arguments)

    return Guarded


def _canonical(name: str) -> str:
    return name.lower().strip("[]").rstrip(".").partition("%")[0]
