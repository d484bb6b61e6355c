"""`slogate.HttpUser`: Locust's HttpUser over a client that costs a fraction of its CPU."""

from collections.abc import Mapping
from typing import Any

from locust import User
from locust.exception import StopTest
from locust.user.users import RestMixin

from slogate.load.http.session import HttpSession, RecordRedirects
from slogate.load.http.tls import Certificate, Verify


class HttpUser(User, RestMixin):
    """A user whose `self.client` sends HTTP/1.1 requests, as that of Locust's HttpUser.

    What differs from Locust's: the recorded time is from the first byte sent to the last byte read, and the set-up of
    a connection is told apart (`response.connect_us`); every wait has an end; a request whose with-block raises is
    recorded as a failure. Proxies, Digest authentication and HTTP/2 are not supported.

    Each user has connections and cookies of its own. The attributes are read when the user is created.
    """

    abstract = True

    connect_timeout: float | None = 30.0
    """Seconds for name resolution, TCP and TLS together. None: no limit."""

    read_timeout: float | None = 60.0
    """Seconds in which nothing comes. None: no limit."""

    total_timeout: float | None = 300.0
    """Seconds for a whole call, with its redirects; of a stream, to the end of its header. None: no limit."""

    max_redirects: int = 30
    """How many redirects of one call are followed."""

    record_redirects: RecordRedirects = "one"
    """"one": a chain of redirects is one request with one time. "each": every hop is recorded on its own."""

    most_body_bytes: int = 256 << 20
    """A larger body, also a decoded one, is an error unless `stream=True` reads it."""

    verify: Verify = True
    """Whether TLS certificates are verified, or the path of the certificates to trust. A class that does not set it
    does as the run does: `verify_tls` in slo.yaml."""

    cert: Certificate = None
    """The path of the client's own certificate, or those of the certificate and its key."""

    default_headers: Mapping[str, Any] | None = None
    """Sent with every request, over User-Agent, Accept-Encoding and Accept."""

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        if self.host is None:
            raise StopTest("there is no host: set it in the user class, or give --host on the command line")
        self.client = HttpSession(
            self.host,
            self.environment.events.request,
            self,
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            total_timeout=self.total_timeout,
            max_redirects=self.max_redirects,
            record_redirects=self.record_redirects,
            most_body_bytes=self.most_body_bytes,
            verify=self.verify,
            cert=self.cert,
            headers=self.default_headers,
        )


def verify_by_default(verify: bool) -> None:
    """What the users of this process do whose class does not set `verify`."""
    HttpUser.verify = verify
