"""Where a redirect leads, and what is sent there: by the rules of requests, whose code decides them."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from requests.sessions import SessionRedirectMixin
from requests.utils import requote_uri

from slogate.load.http.errors import InvalidRequestError, ProtocolError
from slogate.load.http.request import RequestBuilder
from slogate.load.http.response import Response
from slogate.load.http.wire import WireRequest

_OF_THE_BODY = ("Content-Length", "Content-Type", "Transfer-Encoding")
_EXPECTING_A_BODY = frozenset({"POST", "PUT", "PATCH"})  # so that none is said to be there (RFC 9110, section 8.6)
_rules: Any = SessionRedirectMixin()


def next_request(builder: RequestBuilder, answered: WireRequest, response: Response) -> WireRequest:
    """The request that `response` redirects to. Raises `ProtocolError` where that is none of HTTP."""
    location = response.headers["location"].encode("latin-1").decode("utf-8", "replace")
    try:
        url = requote_uri(urljoin(answered.url, location))
    except ValueError as error:
        raise ProtocolError("a redirect to what is no URL") from error
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ProtocolError("a redirect to no place of HTTP")
    fragment = urlsplit(answered.url).fragment
    if fragment and not urlsplit(url).fragment:
        url = f"{urldefrag(url).url}#{fragment}"  # RFC 9110, section 10.2.2
    asked = SimpleNamespace(method=answered.method)
    _rules.rebuild_method(asked, response)
    headers = response.request.header_bytes
    for name in ("Host", "Cookie"):
        headers.pop(name, None)
    body = answered.body
    if response.status_code not in {307, 308}:
        body = None
        for name in _OF_THE_BODY:
            headers.pop(name, None)
        if asked.method in _EXPECTING_A_BODY:
            headers["Content-Length"] = "0"
    elif answered.upload is not None:
        if answered.rewind is None:
            raise ProtocolError("a redirect asks for the body again, and an iterator gives it only once")
        answered.rewind()
    if _rules.should_strip_auth(answered.url, url):
        headers.pop("Authorization", None)
    try:
        return builder.absolute(asked.method, url, headers, body, like=answered.origin)
    except InvalidRequestError as error:
        raise ProtocolError("a redirect to what is no URL") from error
