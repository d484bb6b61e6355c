"""A load as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), which browsers and many tools open. Pure.

It is made of the facts, so it holds no header, cookie or body: those are never recorded. What the facts do not know is
left as the format marks it: -1 for a size or a time, 0 for the status of a request that had no answer.
"""

from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl

from slogate.analyzer.web.facts import PageLoad, Request

_UNKNOWN = -1


def har(load: PageLoad) -> dict[str, Any]:
    """The HAR of one load on its page's clock. Addresses are those of the facts, in which secrets are masked."""
    began = datetime.fromtimestamp(load.started_at_us / 1e6, UTC)
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "slogate", "version": version("slogate")},
            "pages": [
                {
                    "id": load.page,
                    "title": load.url or load.page,
                    "startedDateTime": began.isoformat(timespec="milliseconds"),
                    "pageTimings": {
                        "onContentLoad": _known(load.timing.dcl_end_ms),
                        "onLoad": _known(load.timing.load_end_ms),
                    },
                    "comment": f"load {load.index} of the page {load.page}, throttle {load.throttle}; the navigation "
                    "began shortly after the time given here, times between requests are exact",
                }
            ],
            "entries": [_entry(request, load, began) for request in load.requests],
        }
    }


def _entry(request: Request, load: PageLoad, began: datetime) -> dict[str, Any]:
    until_ms = load.end_ms if request.end_ms is None else request.end_ms
    took_ms = _UNKNOWN if until_ms is None else round(max(until_ms - request.start_ms, 0.0), 3)
    size = _UNKNOWN if request.encoded_bytes is None else request.encoded_bytes
    entry: dict[str, Any] = {
        "pageref": load.page,
        "startedDateTime": (began + timedelta(milliseconds=request.start_ms)).isoformat(timespec="milliseconds"),
        "time": took_ms,
        "request": {
            "method": request.method,
            "url": request.url,
            "httpVersion": "unknown",
            "cookies": [],
            "headers": [],
            "queryString": query_of(request.url),
            "headersSize": _UNKNOWN,
            "bodySize": _UNKNOWN,
        },
        "response": {
            "status": 0 if request.status is None else request.status,
            "statusText": "",
            "httpVersion": "unknown",
            "cookies": [],
            "headers": [],
            "content": {"size": _UNKNOWN, "mimeType": "x-unknown"},
            "redirectURL": "",
            "headersSize": _UNKNOWN,
            "bodySize": _UNKNOWN,
            "_transferSize": size,
        },
        "cache": {},
        "timings": {"send": 0, "wait": took_ms, "receive": 0},
        "_resourceType": request.type.lower(),
    }
    if comment := _comment(request):
        entry["comment"] = comment
    return entry


def query_of(url: str) -> list[dict[str, str]]:
    """The query of an address as HAR lists it."""
    query = url.partition("#")[0].partition("?")[2]  # urlsplit refuses addresses that Chromium takes
    return [{"name": name, "value": value} for name, value in parse_qsl(query, keep_blank_values=True)]


def _comment(request: Request) -> str:
    if request.end_ms is None:
        return "it had not ended when the recording did"
    if request.failed:
        return "it failed"
    return "from the cache" if request.from_cache else ""


def _known(ms: float | None) -> float:
    return _UNKNOWN if ms is None or ms < 0 else ms  # before 0: of the document that a soft navigation happened in
