"""How a request can fail before it has an answer to judge, as a tree whose class names say what happened.

    HttpClientError
    ├── InvalidRequestError (ValueError)        what cannot be sent; raised into the task
    ├── ConnectError (ConnectionError)          no connection: refused, unreachable
    │   ├── NameResolutionError                     the host has no address, or it may not be asked for
    │   └── TlsError                                the certificate or the handshake was refused
    ├── ConnectionLostError (ConnectionError)   the peer closed or reset the connection before a whole answer
    ├── ProtocolError (ConnectionError)         the answer is not HTTP/1.1, or breaks its framing
    │   ├── HeaderTooLargeError                     the header is longer than any honest one
    │   ├── BodyTooLargeError                       the body is longer than the client keeps
    │   └── ContentDecodingError                    the body is not encoded as Content-Encoding says
    ├── TooManyRedirectsError (ConnectionError) the chain did not end within `max_redirects`
    ├── ConnectTimeoutError (TimeoutError)      name, TCP and TLS took longer than `connect_timeout`
    ├── ReadTimeoutError (TimeoutError)         nothing came for `read_timeout`
    ├── TotalTimeoutError (TimeoutError)        the whole took longer than `total_timeout`
    └── HttpStatusError                         the answer's status is 400 or more

All but `InvalidRequestError` end a request as Locust has it: nothing is raised into the task, and the event carries
the error. Messages hold nothing that differs from request to request, because Locust groups failures by them.
"""


class HttpClientError(Exception):
    """Base of the tree."""


class InvalidRequestError(HttpClientError, ValueError):
    """A URL, a header or a body that cannot be sent: a mistake of the scenario."""


class ConnectError(HttpClientError, ConnectionError):
    """No connection to any address of the host."""


class NameResolutionError(ConnectError):
    """The host's name has no address."""


class TlsError(ConnectError):
    """TLS could not be agreed on, or the certificate is not trusted."""


class ConnectionLostError(HttpClientError, ConnectionError):
    """The peer closed or reset the connection before the whole answer was there.

    `before_answer` is true when not a single byte of an answer had come, which makes another attempt safe for an
    idempotent method (RFC 9110, section 9.2.2).
    """

    def __init__(self, message: str, *, before_answer: bool) -> None:
        super().__init__(message)
        self.before_answer = before_answer


class ProtocolError(HttpClientError, ConnectionError):
    """What came is not an HTTP/1.1 answer."""


class HeaderTooLargeError(ProtocolError):
    """More header than the client takes."""


class BodyTooLargeError(ProtocolError):
    """More body than the client keeps in memory; `stream=True` reads it without keeping it."""


class ContentDecodingError(ProtocolError):
    """A body that is not what its Content-Encoding says."""


class TooManyRedirectsError(HttpClientError, ConnectionError):
    """A chain of redirects longer than `max_redirects`."""


class ConnectTimeoutError(HttpClientError, TimeoutError):
    """No connection within `connect_timeout`."""


class ReadTimeoutError(HttpClientError, TimeoutError):
    """Nothing came, or nothing could be sent, for `read_timeout`."""


class TotalTimeoutError(HttpClientError, TimeoutError):
    """Not done within `total_timeout`."""


class HttpStatusError(HttpClientError):
    """A status of 400 or more."""
