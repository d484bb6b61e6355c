"""The raw facts of one page load, as the browser told them. No metric is computed here, and none is stored.

Times (`*_ms`) are milliseconds since the start of the main frame's last navigation. None means "not seen", never zero.
The facts of a soft navigation are on that clock too, which began with the document that it happened in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from slogate.slo.conditions import Condition

FIRST_CONTENTFUL_PAINT = "first-contentful-paint"

# Response headers that are kept beside those of `CacheHeaders`: how an answer was encoded, how a page is protected,
# and that requests are limited (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/, and before it).
PROTECTION_HEADERS = (
    "content-security-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
)
RATE_LIMIT_HEADERS = ("ratelimit", "ratelimit-limit", "ratelimit-policy", "x-ratelimit-limit")
KEPT_HEADERS = frozenset({"content-encoding", "content-type", *PROTECTION_HEADERS, *RATE_LIMIT_HEADERS})
MAX_HEADER = 200  # of a header's value; those that matter are short


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """What is kept of a response's headers, whose names are in small letters."""
    return {name: value[:MAX_HEADER] for name, value in sorted(headers.items()) if name in KEPT_HEADERS}


class Untold(StrEnum):
    """What a browser engine may not tell of, by the type of the performance entries that it would come in."""

    PAINT = "paint"
    LCP = "largest-contentful-paint"
    LAYOUT_SHIFT = "layout-shift"
    LONG_TASK = "longtask"
    INTERACTION = "event"


class LoadOutcome(StrEnum):
    """How a page load ended. Only `OK` carries facts that may become metrics."""

    OK = "ok"
    HTTP_ERROR = "http_error"  # the main document has a status of 400 or more
    NOT_READY = "not_ready"  # the element that the journey asks for did not appear
    NO_RESPONSE = "no_response"  # refused, no such host, bad certificate, silence
    REDIRECTED_AWAY = "redirected_away"  # a stranger's document: the page, a redirect on the way to it, or a popup
    DOWNLOAD = "download"  # the server sent a file to save, not a page
    CRASHED = "crashed"  # the renderer crashed
    DEADLINE = "deadline"  # the page stopped answering, or the journey did not end in time
    JOURNEY_ERROR = "journey_error"  # the journey or its login raised
    DOCUMENT_NAVIGATION = "document_navigation"  # what was to be a soft navigation loaded a document
    NO_NAVIGATION = "no_navigation"  # what was to be a soft navigation showed nothing new


@dataclass(frozen=True, kw_only=True)
class Ready:
    """The element that says that the page is what it should be; `found_ms` is when it was first in the document."""

    selector: str
    found_ms: float | None


@dataclass(frozen=True, kw_only=True)
class NavigationTiming:
    """From Navigation Timing: first byte of the response, end of the DOMContentLoaded and of the load handlers."""

    response_start_ms: float | None = None
    dcl_end_ms: float | None = None
    load_end_ms: float | None = None


@dataclass(frozen=True, kw_only=True)
class Paint:
    """A `paint` entry: `first-paint` or `FIRST_CONTENTFUL_PAINT`."""

    name: str
    start_ms: float


@dataclass(frozen=True, kw_only=True)
class LcpCandidate:
    """A `largest-contentful-paint` entry; `element` is a short CSS path, `url` the address if it is an image."""

    start_ms: float
    size: int
    element: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class LayoutShift:
    """A `layout-shift` entry; `element` is the source that moved most."""

    start_ms: float
    value: float
    had_recent_input: bool
    element: str | None = None


@dataclass(frozen=True, kw_only=True)
class LongTask:
    """A `longtask` entry: 50 ms or more on the main thread of the top frame or of a frame that shares it."""

    start_ms: float
    duration_ms: float
    name: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class InputEvent:
    """An `event` or `first-input` entry of a real interaction. What was typed is never part of it."""

    name: str
    start_ms: float
    duration_ms: float
    processing_start_ms: float
    processing_end_ms: float
    interaction_id: int


@dataclass(frozen=True, kw_only=True)
class CacheHeaders:
    """What a response says of being kept. None and False: it has no such header."""

    cache_control: str | None = None
    expires: str | None = None
    etag: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    """One network request, from the moment it was sent to the end of its body; each hop of a redirect is a request.

    `encoded_bytes` is the whole of an answer that ended, headers and all, and of another one only its headers;
    `body_bytes_seen` is how much of its body had arrived by then. Both as they were transferred, compressed.
    """

    url: str
    method: str
    type: str  # as in CDP's Network.ResourceType: Document, Script, Image, Fetch ...
    start_ms: float
    end_ms: float | None = None  # None: still in flight when the recording ended
    status: int | None = None
    failed: bool = False
    encoded_bytes: int | None = None
    body_bytes_seen: int | None = None  # None: not counted, or the browser had yet to tell
    from_cache: bool = False
    main_frame: bool = True
    cache_headers: CacheHeaders | None = None  # None: there was no response, or nobody looked
    headers: Mapping[str, str] | None = None  # of `KEPT_HEADERS` those that the response had; None: as above


@dataclass(frozen=True, kw_only=True)
class Image:
    """An `<img>` of the document as the recording ended. `first_screen`: some of it is seen without scrolling."""

    url: str
    first_screen: bool
    loading: str  # the attribute as the browser understands it: auto, eager or lazy


@dataclass(frozen=True, kw_only=True)
class Navigation:
    """A document that the main frame committed. Earlier ones start before 0; None: it had no request of its own."""

    url: str
    start_ms: float | None
    status: int | None = None


@dataclass(frozen=True, kw_only=True)
class SoftNavigationEntry:
    """A `soft-navigation` entry: an interaction gave the page another address and painted something.

    `start_ms` is the time stamp of that interaction, `paint_ms` its first contentful paint (None: the browser did not
    say); `url` the first address that it led to.
    """

    interaction_id: int
    start_ms: float
    paint_ms: float | None
    url: str


@dataclass(frozen=True, kw_only=True)
class InteractionPaint:
    """An `interaction-contentful-paint` entry: an interaction that began at `interaction_ms` painted at `start_ms`.

    `largest` is the largest paint of that interaction so far, which may be an earlier one.
    """

    interaction_id: int
    interaction_ms: float
    start_ms: float
    largest: LcpCandidate


@dataclass(frozen=True, kw_only=True)
class SoftNavigation:
    """What was seen from the moment on at which a journey began the step that leads to its page without a document."""

    step_ms: float
    told: bool  # whether the browser tells of soft navigations and their paints; Chromium does from version 151 on
    addresses: tuple[str, ...] = ()  # that the document gave itself, in order
    entries: tuple[SoftNavigationEntry, ...] = ()
    paints: tuple[InteractionPaint, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PageLoad:
    """Everything seen during one load of one page."""

    page: str
    index: int  # from 1; warm-up loads are counted apart
    warmup: bool
    throttle: str
    started_at_us: int  # epoch, on the clock that all processes of a run share
    outcome: LoadOutcome
    reason: str = ""  # a sentence; empty when there is nothing to say
    url: str = ""  # where the main frame ended
    status: int | None = None  # of the main document
    ready: Ready | None = None  # None: the journey asks for no element
    timing: NavigationTiming = NavigationTiming()
    paints: tuple[Paint, ...] = ()
    lcp_candidates: tuple[LcpCandidate, ...] = ()
    layout_shifts: tuple[LayoutShift, ...] = ()
    long_tasks: tuple[LongTask, ...] = ()
    input_events: tuple[InputEvent, ...] = ()
    requests: tuple[Request, ...] = ()
    images: tuple[Image, ...] | None = None  # None: the document was not asked
    navigations: tuple[Navigation, ...] = ()
    console_errors: tuple[str, ...] = ()
    end_ms: float | None = None  # end of the recording; None when nothing was recorded
    settled: bool = False  # the page fell quiet before the recording ended
    interacted_ms: float | None = None  # when the journey began to click and type; None: it did not
    when: Condition = "idle"  # loaded: it was begun while the judged load held
    ended_at_us: int | None = None  # end of the recording, as started_at_us; None: an earlier version did not keep it
    cache: Literal["cold", "warm"] = "cold"  # warm: the page had been loaded once, just before, in the same context
    soft: SoftNavigation | None = None  # None: the page is a document of its own
    browser: str = "chromium"  # the engine
    browser_version: str = ""
    untold: tuple[str, ...] = ()  # of `Untold`: none of it is among the facts because the browser tells of none
    # Of a load that another tool made: metrics that it computed itself, in their units (None: it has no value); and
    # whether it watched only the network.
    reported: Mapping[str, float | None] | None = None
    network_only: bool = False

    @property
    def is_imported(self) -> bool:
        """Whether another tool made this load."""
        return self.reported is not None or self.network_only
