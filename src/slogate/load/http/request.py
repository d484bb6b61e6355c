"""A request as bytes. `RequestBuilder` makes them from what a scenario says, and keeps what it can use again.

The usual requests (a path, a few headers, JSON or bytes) are put together here. Whatever is rarer (parameters to
encode, forms, multipart, files, iterators, callables for auth) goes through `requests.PreparedRequest`, so that it is
encoded as Locust's HttpUser encodes it.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from requests.exceptions import RequestException
from requests.models import PreparedRequest
from requests.structures import CaseInsensitiveDict

from slogate.load.http.auth import Auth, authorization
from slogate.load.http.encoding import TOKEN, encoded, in_chunks, parts_of, rewinder, simple_body
from slogate.load.http.errors import InvalidRequestError
from slogate.load.http.headers import WatchedHeaders, merged
from slogate.load.http.pool import Origin
from slogate.load.http.tls import Certificate, Verify
from slogate.load.http.wire import WireRequest

_MOST_KEPT = 2048
_FRAMING = frozenset({"content-length", "transfer-encoding"})  # these follow from the body
_PORTS = {"http": 80, "https": 443}

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
# A path and query that percent-encoding and the removal of dot segments leave as they are.
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9\-._~/=+,;:@!$()*]*(?:\?[A-Za-z0-9\-._~/?&=+,;:@!$()*]+)?")


class RequestBuilder:
    """Makes requests out of a session's defaults and what one call says."""

    def __init__(self, base_url: str, *, verify: Verify, certificate: Certificate) -> None:
        self.headers = WatchedHeaders()
        self.verify, self.certificate = verify, certificate
        self._auth: Auth | None = None
        self._base_url = ""
        self._kept: dict[tuple[str, str], WireRequest] = {}
        self._kept_extras: dict[tuple[tuple[str, Any], ...], tuple[bytes, frozenset[str]]] = {}
        self._origins: dict[tuple[str, str, int, Verify, Certificate], Origin] = {}
        self._version = -1
        self._defaults = b""
        self._default_names: frozenset[str] = frozenset()
        self._base: tuple[str, str, Origin, str] | None = None
        self.base_url = base_url

    @property
    def base_url(self) -> str:
        """What goes before a URL that is not absolute."""
        return self._base_url

    @base_url.setter
    def base_url(self, value: str) -> None:
        url, own = without_credentials(value)
        self._base_url, self.auth = url, own or self._auth
        self._base = None

    @property
    def auth(self) -> Auth | None:
        """A tuple for Basic, or a callable as `Bearer`; None where requests say nothing of who they are from."""
        return self._auth

    @auth.setter
    def auth(self, value: Auth | None) -> None:
        self._auth = value
        self._forget()

    def plain(self, method: str, url: str) -> WireRequest:
        """The request of a method and a URL alone; kept for the next time."""
        if self._version != self.headers.version:
            self._forget()
        request = self._kept.get((method, url))
        if request is None:
            request = self.build(method, url)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            if request.upload is None and not self._asks_for_auth(None):
                self._kept[method, url] = request
        return request

    def build(
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        data: Any = None,
        json: Any = None,
        headers: Mapping[str, Any] | None = None,
        files: Any = None,
        auth: Auth | None = None,
        verify: Verify | None = None,
        certificate: Certificate = None,
    ) -> WireRequest:
        """A request. Raises `InvalidRequestError`."""
        if self._version != self.headers.version:
            self._forget()
        if not TOKEN.fullmatch(method):
            raise InvalidRequestError(f"{method!r} is not an HTTP method")
        method = method.upper()
        full_url, path_url, origin, host, own_auth = self._target(url, params, verify, certificate)
        auth = auth or own_auth
        if files or self._asks_for_auth(auth) or not (data is None or isinstance(data, bytes | str)):
            return self._prepared(method, full_url, origin, data, json, headers, files, auth)
        body, content_type = simple_body(data, json)
        extra = self._extra(headers, auth)
        if extra is None or (extra[1] & self._default_names):
            return self._prepared(method, full_url, origin, data, json, headers, None, auth)
        block, names = extra
        parts = [f"{method} {path_url} HTTP/1.1\r\nHost: {host}\r\n".encode("latin-1"), self._defaults, block]
        if content_type and "content-type" not in names and "content-type" not in self._default_names:
            parts.append(content_type)
        if body:
            parts.append(b"Content-Length: %d\r\n" % len(body))
        elif method not in {"GET", "HEAD"}:
            parts.append(b"Content-Length: 0\r\n")
        return WireRequest(method, full_url, path_url, origin, b"".join(parts), body or None)

    def absolute(self, method: str, url: str, headers: Mapping[str, str], body: Any, like: Origin) -> WireRequest:
        """A request to an absolute URL with exactly these headers, and a body that is framed by them: a redirect's."""
        full_url, path_url, origin, host, _ = self._target(url, None, like.verify, like.certificate)
        return self._finished(method, full_url, path_url, origin, host, CaseInsensitiveDict(headers), body)

    def set_trust(self, verify: Verify, certificate: Certificate) -> None:
        """Whom TLS trusts from now on, and with which certificate of our own."""
        self.verify, self.certificate = verify, certificate
        self._base = None
        self._kept.clear()

    def close(self) -> None:
        """Closes the connections that are free."""
        for origin in self._origins.values():
            origin.close()

    # What the session says

    def _forget(self) -> None:
        """Begins anew after a change of the session's defaults."""
        self._kept.clear()
        self._version = -1  # until the new ones are known to be good, so that a bad one is refused every time
        fields = {name: value for name, value in self.headers.items() if value is not None}
        header = authorization(self._auth)
        if header is not None:
            fields = {name: value for name, value in fields.items() if name.lower() != "authorization"}
            fields["Authorization"] = header
        self._defaults = encoded(fields)
        self._default_names = frozenset(name.lower() for name in fields)
        self._version = self.headers.version

    def _asks_for_auth(self, auth: Auth | None) -> bool:
        """Whether a callable must see this request."""
        auth = auth or self._auth
        return auth is not None and authorization(auth) is None

    def _extra(self, headers: Mapping[str, Any] | None, auth: Auth | None) -> tuple[bytes, frozenset[str]] | None:
        """The lines of a request's own headers and their names; None where they need more than to be added."""
        if not headers and auth is None:
            return b"", frozenset()
        fields = dict(headers or {})
        if auth is not None:
            fields = {name: value for name, value in fields.items() if name.lower() != "authorization"}
            fields["Authorization"] = authorization(auth)
        try:
            key = tuple(fields.items())
            known = self._kept_extras.get(key)
        except TypeError:  # a value that cannot be kept, so nor sent
            return None
        if known is None:
            names = frozenset(name.lower() for name in fields)
            if len(names) != len(fields) or None in fields.values() or names & (_FRAMING | {"host"}):
                return None
            known = encoded(fields), names
            if len(self._kept_extras) >= _MOST_KEPT:
                self._kept_extras.clear()
            self._kept_extras[key] = known
        return known

    # Where it goes

    def _target(
        self, url: str, params: Any, verify: Verify | None, certificate: Certificate
    ) -> tuple[str, str, Origin, str, Auth | None]:
        """URL, path with query, origin, Host header, and the credentials that the URL carries."""
        plain = (
            params is None and verify is None and certificate is None and "/." not in url and _PLAIN_PATH.fullmatch(url)
        )
        if plain:
            base_url, base_path, origin, host = self._base or self._parsed_base()
            return base_url + url, base_path + url, origin, host, None
        full = url if _ABSOLUTE.match(url) else f"{self._base_url}{url}"
        full, own_auth = without_credentials(full)
        prepared = PreparedRequest()
        prepared.headers = CaseInsensitiveDict()
        try:
            prepared.prepare_url(full, params)
        except (RequestException, ValueError) as error:
            raise InvalidRequestError(str(error)) from error
        full = str(prepared.url)
        parts = urlsplit(full)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise InvalidRequestError(f"{full}: neither http nor https")
        port = parts.port or _PORTS[parts.scheme]
        verify = self.verify if verify is None else verify
        certificate = self.certificate if certificate is None else certificate
        if not isinstance(certificate, str | None):
            certificate = tuple(certificate)
        key = (parts.scheme, parts.hostname, port, verify, certificate)
        if key not in self._origins:
            self._origins[key] = Origin(*key)
        origin = self._origins[key]
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        if port != _PORTS[parts.scheme]:
            host = f"{host}:{port}"
        return full, prepared.path_url, origin, host, own_auth

    def _parsed_base(self) -> tuple[str, str, Origin, str]:
        url, path, origin, host, _ = self._target(f"{self._base_url}/", None, None, None)
        self._base = (url.removesuffix("/"), path.removesuffix("/"), origin, host)
        return self._base

    # What is rarer

    def _prepared(
        self, method: str, url: str, origin: Origin, data: Any, json: Any, headers: Any, files: Any, auth: Auth | None
    ) -> WireRequest:
        prepared = PreparedRequest()
        if isinstance(data, bytearray | memoryview):
            data = bytes(data)  # which requests would take for an iterator, and that gives numbers
        try:
            prepared.prepare_method(method)
            prepared.prepare_url(url, None)
            prepared.headers = merged(self.headers, headers)
            for name in _FRAMING:
                prepared.headers.pop(name, None)
            prepared.prepare_body(data, files, json)
            auth = auth or self._auth
            header = authorization(auth)
            if header is not None:
                prepared.headers["Authorization"] = header
            elif auth is not None:
                prepared.prepare_auth(auth, str(prepared.url))
        except (RequestException, ValueError, TypeError, NotImplementedError) as error:
            raise InvalidRequestError(str(error)) from error
        _, path_url, _, host, _ = self._target(str(prepared.url), None, origin.verify, origin.certificate)
        body = prepared.body
        return self._finished(method, str(prepared.url), path_url, origin, host, prepared.headers, body)

    @staticmethod
    def _finished(
        method: str, url: str, path_url: str, origin: Origin, host: str, headers: Mapping[str, Any], body: Any
    ) -> WireRequest:
        if isinstance(body, str):
            body = body.encode()
        fields = {name: value for name, value in headers.items() if name.lower() != "host"}
        host = next((value for name, value in headers.items() if name.lower() == "host"), host)
        line = f"{method} {path_url} HTTP/1.1\r\n".encode("latin-1")
        request = WireRequest(method, url, path_url, origin, line + encoded({"Host": host, **fields}), body)
        if body is not None and not isinstance(body, bytes):
            chunked = "transfer-encoding" in {name.lower() for name in fields}
            request.upload = in_chunks(parts_of(body)) if chunked else parts_of(body)
            request.repeatable = False
            request.rewind = rewinder(body)
        return request


def without_credentials(url: str) -> tuple[str, tuple[str, str] | None]:
    """A URL without its user and password, and those."""
    if "@" not in url:
        return url, None
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None
    name, _, password = user.partition(":")
    return parts._replace(netloc=host).geturl(), (unquote(name), unquote(password))
