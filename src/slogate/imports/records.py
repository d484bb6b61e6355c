"""What a reader makes of a file: requests and page loads, and what it learns beside them."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from slogate.analyzer.evidence import Outcome
from slogate.analyzer.imported import Lack
from slogate.analyzer.validity_requests import DENIED
from slogate.imports.source import malformed

_TIMEOUT = re.compile(r"time[d ]{0,2}-?out|deadline exceeded", re.IGNORECASE)
METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
NO_METHOD = "HTTP"  # in the place of a method that a file does not tell
UNKNOWN_SIZE = -1
_MOST_ORIGINS = 5


class RequestRecord(NamedTuple):
    """One request, as a row of requests.parquet. `connect_us` lies before `started_us`; None: kept, or not told. `size`
    is in bytes.
    """

    started_us: int
    latency_us: int
    endpoint: str
    method: str
    status: int
    outcome: Outcome
    size: int = UNKNOWN_SIZE
    connect_us: int | None = None


@dataclass
class Told:
    """What is learnt of a file while it is read."""

    lacks: set[Lack] = field(default_factory=set)
    tool: str = ""  # where the format is not of one tool alone
    version: str = ""  # of the tool
    left_out: int = 0  # records that sum others up
    iterations: int = 0
    dropped_iterations: int = 0
    origins: dict[str, None] = field(default_factory=dict)  # addresses that were asked, the first few

    def came_from(self, url: str) -> None:
        """Remembers the server of an address."""
        if len(self.origins) < _MOST_ORIGINS and (origin := origin_of(url)):
            self.origins[origin] = None


def outcome_of(status: int, *, ok: bool, error: str, status_told: bool = True) -> Outcome:
    """How a request ended, by what a tool tells of it; without `status_told` its file has no status of any request.

    A tool may be told to take any status as a success (k6's `responseCallback`, JMeter's assertions, Locust's
    `catch_response`). A 404 may be meant so; but who was refused has not met the service, and who got no answer has not
    been served.
    """
    if status == 429:
        return Outcome.RATE_LIMITED
    if ok and status not in DENIED and (status > 0 or not status_told):
        return Outcome.OK
    if status >= 400:
        return Outcome.HTTP_ERROR
    if _TIMEOUT.search(error):
        return Outcome.SLOW_TIMEOUT
    return Outcome.CHECK_FAILED if status > 0 else Outcome.CONNECTION


def status_of(text: str) -> int:
    """An HTTP status; 0 for what is none, such as the word that a tool has for no response."""
    digits = text.strip()
    return http_status(int(digits)) if digits.isdecimal() and len(digits) <= 3 else 0


def http_status(number: int) -> int:
    """The same of a number."""
    return number if 100 <= number <= 999 else 0


@lru_cache(4096)
def path_of(name: str) -> str:
    """What an endpoint is called: of an address its path, without the query, which differs and may hold secrets."""
    if "://" not in name:
        return name
    try:
        return urlsplit(name).path or "/"
    except ValueError:
        return name.partition("?")[0]


def page_name(url: str) -> str:
    """What a page is called that nobody named: its path, and `home` for that of the site."""
    return path_of(url).strip("/") or "home"


@lru_cache(4096)
def origin_of(url: str) -> str:
    """Scheme, host and port of an address; empty where there is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.scheme and parts.netloc else ""


@lru_cache(4096)
def method_and_name(label: str) -> tuple[str, str]:
    """A label as method and name: `GET /cart` tells both, any other has `HTTP` in the place of the method."""
    method, space, name = label.partition(" ")
    return (method, path_of(name)) if space and method in METHODS else (NO_METHOD, path_of(label))


def microseconds(value: float, per: float) -> int:
    """A span of time in whole microseconds, of which `per` are one unit. Raises `ValueError` for one that is below 0
    or not a number of a sensible size.
    """
    if not 0 <= value * per < 1e15:
        malformed(f"{value!r} is no length of time")
    return round(value * per)
