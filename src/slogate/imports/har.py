"""HAR 1.2 files, as browsers' developer tools, Playwright and proxies write them.

What belongs to a page becomes a load of it: its network traffic and the ends of its handlers, and nothing of what it
painted, which a HAR does not tell. What belongs to no page becomes a request of the API.

Format: http://www.softwareishard.com/blog/har-12-spec/
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from slogate.analyzer.imported import Lack
from slogate.analyzer.web.facts import (
    CacheHeaders,
    LoadOutcome,
    Navigation,
    NavigationTiming,
    PageLoad,
    Request,
    kept_headers,
)
from slogate.imports import times
from slogate.imports.fields import inner, items, moment, number, text, whole
from slogate.imports.records import RequestRecord, Told, http_status, microseconds, outcome_of, page_name, path_of
from slogate.imports.source import broken, document_of, said
from slogate.redact import Redactor

_ERROR_STATUS = 400
# The kinds of the developer tools that are not just spelt with a capital, and those that a media type tells.
_TYPES = {"xhr": "XHR", "websocket": "WebSocket", "eventsource": "EventSource", "texttrack": "TextTrack"}
_BY_MEDIA_TYPE = (
    ("html", "Document"),
    ("css", "Stylesheet"),
    ("javascript", "Script"),
    ("image/", "Image"),
    ("font", "Font"),
)


def is_json(head: bytes) -> bool:
    """The one field of the document, and the first of what is in it."""
    start = b"".join(head[:4096].split())
    return start.startswith(b'{"log":{') and (b'"version":"1.' in start or b'"creator":' in start)


def read_json(path: Path, told: Told, page: str | None) -> Iterator[PageLoad | RequestRecord]:
    """The page loads and requests of a file; `page` names its pages, where it is given. Raises `ConfigError` for a file
    that is broken.
    """
    at = "log"
    try:
        log = inner(document_of(path), "log")
        creator = inner(log, "creator")
        told.tool, told.version = text(creator, "name"), str(creator.get("version", ""))
        for index, entry in enumerate(items(log, "entries")):
            at = f"log.entries[{index}]"
            told.came_from(_checked(entry))
        at = "log"
        pages = items(log, "pages") if log.get("pages") else []
        known = {text(item, "id") for item in pages}
        for index, item in enumerate(pages):
            at = f"log.pages[{index}]"
            entries = [entry for entry in log["entries"] if entry.get("pageref") == item["id"]]
            if entries:
                told.lacks |= {Lack.PAINTS}
                yield _page(item, entries, page)
        for index, entry in enumerate(log["entries"]):
            at = f"log.entries[{index}]"
            if entry.get("pageref") not in known:
                yield _request_alone(entry)
    except json.JSONDecodeError as error:
        raise broken(path, error.lineno, f"not a HAR file: {error.msg}") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise broken(path, 1, f"not a HAR file: {at}: {said(error)}") from None


def _checked(entry: Mapping[str, Any]) -> str:
    """The address of an entry that has what is needed of it."""
    moment(entry, "startedDateTime", times.of_text)
    whole(inner(entry, "response"), "status")
    for part in inner(entry, "timings"):
        _known(entry["timings"], part)
    text(inner(entry, "request"), "method")
    return text(entry["request"], "url")


def _request_alone(entry: Mapping[str, Any]) -> RequestRecord:
    timings = entry["timings"]
    set_up_ms = _known(timings, "dns") + _known(timings, "connect")
    waited_ms = _known(timings, "blocked") + set_up_ms
    service_ms = sum(_known(timings, part) for part in ("send", "wait", "receive"))
    status = http_status(whole(entry["response"], "status"))
    error = str(entry["response"].get("_error") or entry["response"].get("_failureText") or "")
    return RequestRecord(
        moment(entry, "startedDateTime", times.of_text)[0] + microseconds(waited_ms, 1000),
        microseconds(service_ms, 1000),
        path_of(entry["request"]["url"]),
        entry["request"]["method"],
        status,
        outcome_of(status, ok=0 < status < _ERROR_STATUS and not error, error=error),
        connect_us=microseconds(set_up_ms, 1000) if set_up_ms > 0 else None,
    )


def _page(item: Mapping[str, Any], entries: list[Mapping[str, Any]], page: str | None) -> PageLoad:
    began_us = moment(item, "startedDateTime", times.of_text)[0]
    redact = Redactor()
    requests = tuple(_request(entry, began_us, redact) for entry in entries)
    frame = entries[0].get("_frameref")
    documents = [
        (entry, request)
        for entry, request in zip(entries, requests, strict=True)
        if request.type == "Document" and entry.get("_frameref") == frame
    ]
    shown = [pair for pair in documents if not 300 <= (pair[1].status or 0) < 400]  # not the hops of a redirect
    main = shown[0] if shown else None
    outcome, reason = _outcome(main[1] if main is not None else None)
    timing = item.get("pageTimings") or {}
    ends = [request.end_ms for request in requests if request.end_ms is not None]
    return PageLoad(
        page=page or page_name(requests[0].url),
        index=1,
        warmup=False,
        throttle="none",
        started_at_us=began_us,
        outcome=outcome,
        reason=reason,
        url=(main[1] if main is not None else requests[0]).url,
        status=main[1].status if main is not None else None,
        timing=NavigationTiming(
            response_start_ms=_first_byte(*main) if main is not None else None,
            dcl_end_ms=_positive(timing.get("onContentLoad")),
            load_end_ms=_positive(timing.get("onLoad")),
        ),
        requests=requests,
        navigations=tuple(Navigation(url=r.url, start_ms=r.start_ms, status=r.status) for _, r in shown),
        end_ms=max([*ends, _positive(timing.get("onLoad")) or 0.0]),
        settled=True,
        network_only=True,
    )


def _outcome(document: Request | None) -> tuple[LoadOutcome, str]:
    if document is None or document.status is None:
        return LoadOutcome.NO_RESPONSE, "no document came"
    if document.status >= _ERROR_STATUS:
        return LoadOutcome.HTTP_ERROR, f"the document has the status {document.status}"
    return LoadOutcome.OK, ""


def _request(entry: Mapping[str, Any], began_us: int, redact: Redactor) -> Request:
    response = entry["response"]
    status = http_status(whole(response, "status"))
    took_ms = number(entry, "time")
    start_ms = (moment(entry, "startedDateTime", times.of_text)[0] - began_us) / 1000
    media_type = str(response.get("content", {}).get("mimeType", ""))
    named = {header["name"].lower(): header["value"] for header in response.get("headers", [])} or None
    return Request(
        url=redact(str(entry["request"]["url"])),
        method=entry["request"]["method"],
        type=_type(entry.get("_resourceType"), media_type),
        start_ms=start_ms,
        end_ms=start_ms + took_ms if took_ms >= 0 else None,
        status=status if status > 0 else None,
        failed=status <= 0,
        encoded_bytes=_size(response),
        from_cache=bool(entry.get("_fromCache")),
        cache_headers=_cache_headers(named),
        headers=None if named is None else {name: redact(value) for name, value in kept_headers(named).items()},
    )


def _type(told: str | None, media_type: str) -> str:
    if told:
        return _TYPES.get(told, told.capitalize())
    return next((kind for part, kind in _BY_MEDIA_TYPE if part in media_type), "Other")


def _size(response: Mapping[str, Any]) -> int | None:
    transferred = response.get("_transferSize", -1)
    if transferred >= 0:
        return int(transferred)
    head, body = response.get("headersSize", -1), response.get("bodySize", -1)
    return int(head + body) if head >= 0 and body >= 0 else None


def _cache_headers(named: Mapping[str, str] | None) -> CacheHeaders | None:
    if named is None:
        return None
    return CacheHeaders(cache_control=named.get("cache-control"), expires=named.get("expires"), etag="etag" in named)


def _first_byte(entry: Mapping[str, Any], request: Request) -> float:
    parts = ("blocked", "dns", "connect", "send", "wait")
    return request.start_ms + sum(_known(entry["timings"], part) for part in parts)


def _known(timings: Mapping[str, Any], part: str) -> float:
    """A part of a request's time in ms; -1 stands for one that there was not."""
    return max(number(timings, part), 0.0) if part in timings and part != "comment" else 0.0


def _positive(value: float | None) -> float | None:
    return float(value) if value is not None and value >= 0 else None
