"""A session's cookies. What is sent where is decided by the standard library's `http.cookiejar`, and its answer is
kept for each place until the jar changes or one of its cookies expires.
"""

import copy
import time
import urllib.request
from collections.abc import Mapping, Sequence
from email.message import Message
from http.cookiejar import Cookie, CookieJar
from typing import Any

from requests.cookies import RequestsCookieJar

from slogate.load.http.encoding import stays_on_its_line
from slogate.load.http.errors import InvalidRequestError

_MOST_PLACES = 1024


class _Answer:
    """A response as `http.cookiejar` wants to see it."""

    def __init__(self, set_cookies: Sequence[str]) -> None:
        self._message = Message()
        for value in set_cookies:
            self._message["Set-Cookie"] = value

    def info(self) -> Message:
        return self._message


class CookieStore(RequestsCookieJar):
    """A jar that can also be used as a dict, as that of requests. `ever_filled` stays false until the first cookie."""

    def __init__(self, policy: Any = None) -> None:
        self.ever_filled = False
        self._headers: dict[str, str | None] = {}
        self._good_until_s = float("inf")
        super().__init__(policy)

    def set_cookie(self, cookie: Cookie, *args: Any, **kwargs: Any) -> None:
        """Takes a cookie in place of the one of the same name, domain and path."""
        self.ever_filled = True
        self._headers.clear()
        super().set_cookie(cookie, *args, **kwargs)

    def clear(self, domain: str | None = None, path: str | None = None, name: str | None = None) -> None:
        """Removes all cookies, or those of a domain, a path, a name."""
        self._headers.clear()
        super().clear(domain, path, name)

    def add(self, cookies: CookieJar | Mapping[str, str]) -> None:
        """Takes all of another jar, or of a dict: those are sent everywhere."""
        if isinstance(cookies, CookieJar):
            for cookie in cookies:
                self.set_cookie(copy.copy(cookie))
        else:
            for name, value in cookies.items():
                self.set(name, value)

    def header_for(self, url: str) -> str | None:
        """The Cookie header of a request to `url`; None where none is sent. Raises `InvalidRequestError` for a cookie
        of a scenario that would end its line early, and so smuggle in another.
        """
        place = url.partition("?")[0]
        now_s = time.time()
        if now_s >= self._good_until_s or len(self._headers) >= _MOST_PLACES:
            self._headers.clear()
        if not self._headers:
            self._good_until_s = min((c.expires for c in self if c.expires is not None), default=float("inf"))
        elif place in self._headers:
            return self._headers[place]
        request = urllib.request.Request(place)  # noqa: S310 (it is only asked for its parts)
        self.add_cookie_header(request)
        header = request.unredirected_hdrs.get("Cookie")
        if header is not None and not stays_on_its_line(header):
            raise InvalidRequestError("a cookie with a line break in it")
        self._headers[place] = header
        return header

    def take(self, set_cookies: Sequence[str], url: str) -> None:
        """Keeps what an answer from `url` sets, as far as policy allows it."""
        self.extract_cookies(_Answer(set_cookies), urllib.request.Request(url))  # type: ignore[arg-type]  # noqa: S310
