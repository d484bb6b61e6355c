"""The connections of a session to one origin, and how a new one is made: name, TCP, TLS, all addresses in turn."""

import errno
import math
import os
import socket
import ssl
import time

from gevent import Timeout, get_hub
from gevent.monkey import get_original

from slogate.load.http.connection import Connection
from slogate.load.http.errors import ConnectError, ConnectTimeoutError, HttpClientError, TlsError, TotalTimeoutError
from slogate.load.http.resolve import Address, addresses_of
from slogate.load.http.tls import Certificate, TlsFilter, Verify, context_for

_READ, _WRITE = 1, 2  # as libev numbers its events
_HANDSHAKE_BYTES = 16 * 1024

# The connection waits by watchers of its own; gevent's sockets would wait a second time, and cost more.
_new_socket = get_original("socket", "socket")


class Origin:
    """Where requests go: scheme, host, port and what TLS trusts. Keeps connections that are free in `idle`."""

    __slots__ = ("_context", "_tls_session", "certificate", "host", "idle", "port", "scheme", "verify")

    def __init__(self, scheme: str, host: str, port: int, verify: Verify, certificate: Certificate) -> None:
        self.scheme, self.host, self.port = scheme, host, port
        self.verify, self.certificate = verify, certificate
        self.idle: list[Connection] = []
        self._context: ssl.SSLContext | None = None
        self._tls_session: ssl.SSLSession | None = None

    def take_idle(self, *, surely_open: bool) -> Connection | None:
        """A connection that is free, the one used last; None when there is none. `surely_open` asks the kernel too."""
        while self.idle:
            connection = self.idle.pop()
            if connection.open and (not surely_open or connection.is_quiet()):
                return connection
        return None

    def give_back(self, connection: Connection) -> None:
        """A connection whose answer was read to its end is free for the next request, if it is still open."""
        if connection.open:
            self.idle.append(connection)
        if self._context is not None:  # for the next connection; with TLS 1.3 the tickets come after the handshake
            self._tls_session = connection.tls_session()

    def close(self) -> None:
        """Closes the connections that are free."""
        while self.idle:
            self.idle.pop().close()

    def connect(self, timeout_s: float, deadline_s: float) -> Connection:
        """A new connection, from the name to the end of the TLS handshake within `timeout_s`, and before `deadline_s`
        (of `time.perf_counter`). Raises an `HttpClientError`.
        """
        now_s = time.perf_counter()
        ends_s = now_s + timeout_s
        too_late: HttpClientError = ConnectTimeoutError(f"no connection to {self.host} within {timeout_s:g} s")
        if deadline_s < ends_s:
            too_late, ends_s = TotalTimeoutError("the request was not done within its total timeout"), deadline_s
        timeout = Timeout(None if ends_s == math.inf else max(ends_s - now_s, 0.0))
        try:
            with timeout:
                return self._connect_to_any(addresses_of(self.host, self.port), ends_s)
        except Timeout as expired:  # which is no OSError, so that nothing on the way takes it for a refusal
            if expired is not timeout:
                raise  # the scenario's own
            raise too_late from None

    def _connect_to_any(self, addresses: list[Address], ends_s: float) -> Connection:
        """Each address gets an equal share of the time that is left, so that a silent one does not take it all."""
        refused: OSError | None = None
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share_s = None if left == 1 or ends_s == math.inf else (ends_s - time.perf_counter()) / left
            with Timeout(share_s, False):
                try:
                    sock = _tcp(address)
                except OSError as error:
                    refused = error
                    continue
                return self._secured(sock)
        reason = "no address answered" if refused is None else refused.strerror
        raise ConnectError(f"no connection to {self.host}: {reason}") from refused

    def _secured(self, sock: socket.socket) -> Connection:
        if self.scheme == "http":
            return Connection(sock)
        try:
            self._context = self._context or context_for(self.verify, self.certificate)
            tls = TlsFilter(self._context, self.host, self._tls_session)
            _shake_hands(sock, tls)
        except BaseException:
            sock.close()
            raise
        return Connection(sock, tls)


def _tcp(address: Address) -> socket.socket:
    family, kind, protocol, _, place = address
    sock: socket.socket = _new_socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = sock.connect_ex(place)
        if code == errno.EINPROGRESS:
            _wait(sock, _WRITE)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))  # noqa: TRY301 (the socket is closed in one place)
    except BaseException:  # also when the greenlet is killed, or its time is up
        sock.close()
        raise
    return sock


def _shake_hands(sock: socket.socket, tls: TlsFilter) -> None:
    received: bytes | None = None
    done = False
    try:
        while not done:
            done, answer = tls.handshake(received)
            while answer:
                try:
                    answer = answer[sock.send(answer) :]
                except BlockingIOError:
                    _wait(sock, _WRITE)
            if not done:
                _wait(sock, _READ)
                received = sock.recv(_HANDSHAKE_BYTES)
    except OSError as error:
        if isinstance(error, TlsError):
            raise
        raise TlsError(f"TLS handshake: {error.strerror}") from error


def _wait(sock: socket.socket, event: int) -> None:
    hub = get_hub()
    watcher = hub.loop.io(sock.fileno(), event)
    try:
        hub.wait(watcher)
    finally:
        watcher.close()
