"""A Playwright trace without what must not be kept: a new one is made of the parts that are known to hold no secret.

Kept: the steps of the journey and how long they took, frames of the screen, console errors' texts, and of each request
its address, status, size, times and a few headers. Left out: bodies, snapshots of the document, cookies, all other
headers, what was typed, the calls' logs (which repeat it) and the paths of source files. Whatever a later version of
Playwright adds is left out too, until it is named here.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from slogate.redact import MASK, Redactor
from slogate.vitals.har import query_of

Event = dict[str, Any]

_CONTEXT = (
    "type", "version", "origin", "browserName", "playwrightVersion", "platform", "wallTime", "monotonicTime",
    "sdkLanguage", "testIdAttributeName",
)  # fmt: skip
_CALL = ("type", "callId", "startTime", "class", "method", "apiName", "pageId", "parentId")
_FRAME = ("type", "pageId", "file", "sha1", "width", "height", "timestamp", "frameSwapWallTime")
_REQUEST = ("pageref", "startedDateTime", "time", "timings", "_frameref", "_monotonicTime", "_resourceType")
_NOWHERE = {"url": "", "lineNumber": 0, "columnNumber": 0}
_MAX_TEXT = 500
_JPEG = b"\xff\xd8\xff"
_TYPED = ("value", "text", "values", "options", "key", "localPaths", "payloads", "arg")  # parameters of steps
_LEAST_TYPED = 3  # a shorter one occurs by chance everywhere, and its step keeps no value anyway
_HEADERS = frozenset(
    {"accept-encoding", "age", "cache-control", "content-encoding", "content-length", "content-type", "date", "vary"}
)
_PLAIN = ("headersSize", "bodySize", "_transferSize", "httpVersion", "statusText", "status", "method")


def cleaned(raw: Path, redact: Redactor, *, max_frame_bytes: int) -> bytes:
    """The trace at `raw` as a zip that may be kept. Raises `ValueError` if it is no trace.

    Where all frames together are larger than `max_frame_bytes`, some are left out, evenly.
    """
    try:
        with zipfile.ZipFile(raw) as old:
            events = {name: list(_events(old.read(name))) for name in ("trace.trace", "trace.network")}
            frames = _frames(old, events["trace.trace"], max_frame_bytes)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ValueError(f"not a trace: {error}") from error
    typed = list(_typed(events["trace.trace"]))

    def mask(text: str) -> str:
        for value in typed:
            text = text.replace(value, MASK)
        return redact(text)[:_MAX_TEXT]

    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        kept = (_step(event, mask, frames) for event in events["trace.trace"])
        new.writestr("trace.trace", _lines(kept))
        new.writestr("trace.network", _lines(_request(event, mask) for event in events["trace.network"]))
        for name, jpeg in frames.items():
            new.writestr(name, jpeg, zipfile.ZIP_STORED)
    return content.getvalue()


def _events(content: bytes) -> Iterator[Event]:
    for line in content.splitlines():
        if line:
            yield json.loads(line)


def _lines(events: Iterable[Event | None]) -> str:
    return "".join(json.dumps(event) + "\n" for event in events if event is not None)


def _typed(events: Iterable[Event]) -> Iterator[str]:
    """What the journey typed, the longest first, so that none is left half."""
    found = set()
    for event in events:
        params = event.get("params") or {}
        pending = [params.get(name) for name in _TYPED]
        while pending:
            value = pending.pop()
            if isinstance(value, str) and len(value) >= _LEAST_TYPED:
                found.add(value)
            elif isinstance(value, dict):
                pending.extend(value.values())
            elif isinstance(value, list):
                pending.extend(value)
    yield from sorted(found, key=len, reverse=True)


def _frames(old: zipfile.ZipFile, events: Iterable[Event], max_bytes: int) -> dict[str, bytes]:
    """The frames by their name in the zip, as far as they are what they should be."""
    names = set(old.namelist())
    wanted = [name for event in events if event.get("type") == "screencast-frame" for name in [_frame_name(event)]]
    found = {name: old.read(name) for name in wanted if name in names}
    found = {name: jpeg for name, jpeg in found.items() if jpeg.startswith(_JPEG)}
    while found and sum(map(len, found.values())) > max_bytes:
        found = dict(list(found.items())[::-1][::2][::-1]) if len(found) > 1 else {}
    return found


def _frame_name(event: Event) -> str:
    return str(event.get("file") or f"resources/{event.get('sha1')}")


def _step(event: Event, mask: Callable[[str], str], frames: dict[str, bytes]) -> Event | None:
    """One event of the trace as it is kept; None if it is not."""
    match event.get("type"):
        case "context-options":
            options = _only(event.get("options") or {}, "viewport", "deviceScaleFactor", "isMobile")
            return {**_only(event, *_CONTEXT), "options": options}
        case "before":
            params = event.get("params") or {}
            texts = {name: mask(params[name]) for name in ("url", "selector") if isinstance(params.get(name), str)}
            return {**_only(event, *_CALL), "params": {**_only(params, "waitUntil", "timeout", "state"), **texts}}
        case "after":
            kept = _only(event, "type", "callId", "endTime")
            error = event.get("error")
            if isinstance(error, dict):
                first_line = str(error.get("message", "")).partition("\n")[0]
                kept["error"] = {"name": str(error.get("name", "Error")), "message": mask(first_line)}
            return kept
        case "screencast-frame" if _frame_name(event) in frames:
            return _only(event, *_FRAME)
        case "console" if event.get("messageType") == "error":
            kept = _only(event, "type", "messageType", "time", "pageId")
            return {**kept, "text": mask(str(event.get("text", ""))), "location": _NOWHERE}
        case "event":
            params = _only(event.get("params") or {}, "pageId")
            return {**_only(event, "type", "time", "class", "method", "pageId"), "params": params}
    return None


def _request(event: Event, mask: Callable[[str], str]) -> Event | None:
    if event.get("type") != "resource-snapshot":
        return None
    snapshot = event["snapshot"]
    url = _address(str(snapshot["request"]["url"]), mask)
    request = _message(snapshot["request"], mask)
    response = _message(snapshot["response"], mask)
    response["content"] = _only(snapshot["response"].get("content") or {}, "size", "mimeType", "compression")
    response["redirectURL"] = _address(str(snapshot["response"].get("redirectURL") or ""), mask)
    kept = _only(snapshot, *_REQUEST)
    request |= {"url": url, "queryString": query_of(url)}
    return {"type": "resource-snapshot", "snapshot": {**kept, "request": request, "response": response, "cache": {}}}


def _message(message: Event, mask: Callable[[str], str]) -> Event:
    headers = [
        {"name": header["name"], "value": mask(header["value"])}
        for header in message.get("headers") or []
        if header["name"].lower() in _HEADERS
    ]
    return {**_only(message, *_PLAIN), "cookies": [], "headers": headers}


def _address(url: str, mask: Callable[[str], str]) -> str:
    return url.partition(",")[0] if url.startswith("data:") else mask(url)


def _only(event: Event, *names: str) -> Event:
    return {name: event[name] for name in names if name in event}
