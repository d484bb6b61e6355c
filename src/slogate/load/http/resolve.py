"""Looks names up through `getaddrinfo`, where the guard of named hosts listens, and keeps the answers for a while.

Every user opens connections of its own, and a lookup goes to a thread of gevent's pool: without keeping the answers,
the start of a load would be a load on the resolver.
"""

import time
from typing import Any

from gevent import socket as gevent_socket

from slogate.load.http.errors import NameResolutionError

KEPT_S = 10.0
_MOST_NAMES = 1024

Address = tuple[Any, Any, int, str, Any]  # as getaddrinfo gives it

_kept: dict[tuple[str, int], tuple[float, list[Address]]] = {}


def addresses_of(host: str, port: int) -> list[Address]:
    """The addresses of `host`, in the order to try them. Raises `NameResolutionError`."""
    now_s = time.monotonic()
    known = _kept.get((host, port))
    if known is not None and now_s < known[0]:
        return known[1]
    try:
        found: list[Address] = gevent_socket.getaddrinfo(
            host, port, type=gevent_socket.SOCK_STREAM, proto=gevent_socket.IPPROTO_TCP
        )
    except (OSError, UnicodeError) as error:  # UnicodeError: a label that is empty or too long
        raise NameResolutionError(f"{host}: {getattr(error, 'strerror', None) or error}") from error
    if len(_kept) >= _MOST_NAMES:
        _kept.clear()
    _kept[host, port] = (now_s + KEPT_S, found)
    return found
