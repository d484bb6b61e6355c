"""Sends requests and gives back responses: connections, cookies, redirects, decoding. It knows nothing of Locust.

The usual request (a known path, an idle connection, no cookie, a body that is not encoded) passes through `send` and
`exchange` alone, and touches none of the rest.
"""

import math
import time
import weakref
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from slogate.load.http.auth import Auth
from slogate.load.http.cookies import CookieStore
from slogate.load.http.errors import HttpClientError, TooManyRedirectsError
from slogate.load.http.exchange import Terms, exchange
from slogate.load.http.redirects import next_request
from slogate.load.http.request import RequestBuilder
from slogate.load.http.response import REDIRECTS, Response
from slogate.load.http.tls import Certificate, Verify
from slogate.load.http.wire import WireRequest

Timeouts = float | tuple[float | None, float | None] | None

_DRAINED_BYTES = 1 << 20  # of a redirect's body, for the sake of its connection

DEFAULT_HEADERS = {"User-Agent": "slogate", "Accept-Encoding": "gzip, deflate, br", "Accept": "*/*"}


AnyResponse = TypeVar("AnyResponse", bound=Response)


class Client(Generic[AnyResponse]):
    """One visitor's HTTP/1.1 client: its defaults, cookies and connections. Proxies are not supported.

    Time-outs are in seconds, None for none: `connect_timeout` for name, TCP and TLS; `read_timeout` for silence;
    `total_timeout` for everything that one call does. A body of more than `most_body_bytes`, before or after it is
    decoded, is an error unless it is streamed.
    """

    response_type: type[AnyResponse]

    def __init__(
        self,
        base_url: str = "",
        *,
        connect_timeout: float | None = 30.0,
        read_timeout: float | None = 60.0,
        total_timeout: float | None = 300.0,
        max_redirects: int = 30,
        most_body_bytes: int = 256 << 20,
        verify: Verify = True,
        cert: Certificate = None,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        self._builder = RequestBuilder(base_url, verify=verify, certificate=cert)
        self._builder.headers.update({**DEFAULT_HEADERS, **(headers or {})})
        self._cookies = CookieStore()
        self.connect_timeout, self.read_timeout, self.total_timeout = connect_timeout, read_timeout, total_timeout
        self.max_redirects, self.most_body_bytes = max_redirects, most_body_bytes
        self.request_name: str | None = None
        # A watcher keeps its connection alive, so nothing closes them when this client is forgotten but we.
        weakref.finalize(self, self._builder.close).atexit = False

    @property
    def headers(self) -> MutableMapping[str, Any]:
        """Sent with every request."""
        return self._builder.headers

    @headers.setter
    def headers(self, value: Mapping[str, Any]) -> None:
        self._builder.headers.clear()
        self._builder.headers.update(value)

    @property
    def auth(self) -> Auth | None:
        """Who every request says it is from: a tuple for Basic, or a callable as `Bearer`."""
        return self._builder.auth

    @auth.setter
    def auth(self, value: Auth | None) -> None:
        self._builder.auth = value

    @property
    def base_url(self) -> str:
        """What goes before a URL that is not absolute."""
        return self._builder.base_url

    @base_url.setter
    def base_url(self, value: str) -> None:
        self._builder.base_url = value

    @property
    def verify(self) -> Verify:
        """Whom TLS trusts: True, False, or a path. Connections that are open keep what they were made with."""
        return self._builder.verify

    @verify.setter
    def verify(self, value: Verify) -> None:
        self._builder.set_trust(value, self._builder.certificate)

    @property
    def cert(self) -> Certificate:
        """The client's own certificate."""
        return self._builder.certificate

    @cert.setter
    def cert(self, value: Certificate) -> None:
        self._builder.set_trust(self._builder.verify, value)

    @property
    def cookies(self) -> CookieStore:
        """The jar."""
        return self._cookies

    @cookies.setter
    def cookies(self, value: Any) -> None:
        self._cookies = CookieStore()
        self._cookies.add(value)

    @contextmanager
    def rename_request(self, name: str) -> Iterator[None]:
        """Names every request in the with-block."""
        self.request_name = name
        try:
            yield
        finally:
            self.request_name = None

    def close(self) -> None:
        """Closes the connections that are free."""
        self._builder.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        data: Any = None,
        json: Any = None,
        headers: Mapping[str, Any] | None = None,
        cookies: Any = None,
        files: Any = None,
        auth: Auth | None = None,
        timeout: Timeouts = None,
        allow_redirects: bool = True,
        stream: bool = False,
        verify: Verify | None = None,
        cert: Certificate = None,
    ) -> AnyResponse:
        """Sends one request and follows its redirects. Raises only `InvalidRequestError`; see `Response.error`."""
        if (
            data is None
            and json is None
            and headers is None
            and params is None
            and (files is None and auth is None and cookies is None and verify is None and cert is None)
        ):
            request = self._builder.plain(method, url)
        else:
            request = self._builder.build(
                method,
                url,
                params=params,
                data=data,
                json=json,
                headers=headers,
                files=files,
                auth=auth,
                verify=verify,
                certificate=cert,
            )
            if cookies:
                request.own_cookies = self._with_own(cookies)
        connect_timeout_s, read_timeout_s = self.connect_timeout, self.read_timeout
        if timeout is not None:
            connect_timeout_s, read_timeout_s = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        terms = Terms(
            math.inf if connect_timeout_s is None else connect_timeout_s,
            math.inf if read_timeout_s is None else read_timeout_s,
            math.inf if self.total_timeout is None else time.perf_counter() + self.total_timeout,
            self.most_body_bytes,
            stream,
        )
        response = self.response_type(request)
        exchange(request, self._cookies, response, terms)
        if response.status_code in REDIRECTS and allow_redirects:
            return self._follow(request, response, terms)
        return response

    def _follow(self, request: WireRequest, response: AnyResponse, terms: Terms) -> AnyResponse:
        """The last answer of a chain of redirects, with those before it as its history."""
        history: list[AnyResponse] = []
        while response.is_redirect:
            history.append(response)
            try:
                response.drain(_DRAINED_BYTES)
                if len(history) > self.max_redirects:
                    raise TooManyRedirectsError(f"more than {self.max_redirects} redirects")
                following = next_request(self._builder, request, response)
            except HttpClientError as error:
                response = self.response_type(request)
                response.started_at_s, response.started_s = time.time(), time.perf_counter()
                response.fail(error)
            else:
                following.own_cookies = request.own_cookies
                request = following
                response = self.response_type(request)
                exchange(request, self._cookies, response, terms)
            response.history = history
        return response

    def _with_own(self, cookies: Any) -> CookieStore:
        """A jar of the session's cookies and a request's own."""
        jar = CookieStore()
        jar.add(self._cookies)
        jar.add(cookies)
        return jar
