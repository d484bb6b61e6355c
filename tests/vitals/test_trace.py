"""A trace without its secrets: what is not known to be harmless is not in it."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from slogate.redact import Redactor
from slogate.vitals.trace import cleaned

JPEG = b"\xff\xd8\xff" + bytes(1000)
SECRET = "opaque-6d1f"  # of no known shape
TYPED = "4111 1111 1111"
PAGE = {"pageId": "page@1"}


def snapshot(**changes: Any) -> dict[str, Any]:
    sent = {
        "method": "POST",
        "url": "http://shop/pay?token=abcdef",
        "cookies": [{"name": "sid", "value": SECRET}],
        "headers": [{"name": "Cookie", "value": SECRET}, {"name": "Accept-Encoding", "value": "gzip"}],
        "postData": {"text": f"card={TYPED}"},
    }
    received = {
        "status": 200,
        "cookies": [{"name": "sid", "value": SECRET}],
        "headers": [{"name": "set-cookie", "value": SECRET}, {"name": "content-type", "value": "text/html"}],
        "content": {"size": 5, "mimeType": "text/html", "text": SECRET, "_file": "resources/a.html"},
        "redirectURL": "",
    }
    whole = {"pageref": "page@1", "time": 4.0, "request": sent, "response": received, "serverIPAddress": SECRET}
    return {"type": "resource-snapshot", "snapshot": {**whole, **changes}}


def step(number: int, method: str, **params: Any) -> dict[str, Any]:
    return {"type": "before", "callId": f"c@{number}", "startTime": 1.0, "method": method, "params": params}


EVENTS = [
    {"type": "context-options", "version": 10, "wallTime": 5, "options": {"storageState": SECRET, "isMobile": True}},
    step(1, "goto", url="http://shop/?token=abcdef", waitUntil="load"),
    step(2, "fill", selector="#card", value=TYPED),
    step(3, "evaluateExpression", expression=SECRET, arg={"value": {"s": SECRET}}),
    {"type": "log", "callId": "c@2", "message": f'fill("{TYPED}")'},
    {"type": "after", "callId": "c@2", "endTime": 2.0, "result": {"value": SECRET}},
    {"type": "after", "callId": "c@3", "endTime": 2.0, "error": {"name": "Error", "message": f"no {TYPED}\n{SECRET}"}},
    {"type": "screencast-frame", **PAGE, "file": "screencast/a.jpeg", "timestamp": 1.0},
    {"type": "screencast-frame", **PAGE, "sha1": "b.jpeg", "timestamp": 2.0},
    {"type": "screencast-frame", **PAGE, "file": "screencast/gone.jpeg", "timestamp": 3.0},
    {"type": "screencast-frame", **PAGE, "file": "resources/a.html", "timestamp": 4.0},
    {"type": "console", "messageType": "error", "text": f"bad {TYPED}", "args": [{"value": SECRET}], "time": 3.0},
    {"type": "console", "messageType": "log", "text": SECRET, "time": 3.0},
    {"type": "event", "method": "page", "params": {"pageId": "page@1", "url": SECRET}},
    {"type": "frame-snapshot", "snapshot": {"html": SECRET}},
    {"type": "of-a-later-version", "anything": SECRET},
]


def write(path: Path, events: list[dict[str, Any]], frames: int = 0) -> Path:
    with zipfile.ZipFile(path, "w") as raw:
        raw.writestr("trace.trace", "".join(json.dumps(event) + "\n" for event in events))
        raw.writestr("trace.network", json.dumps(snapshot()) + "\n")
        raw.writestr("trace.stacks", f'{{"files": ["/home/{SECRET}"]}}')
        raw.writestr("resources/a.html", SECRET)
        raw.writestr("resources/b.jpeg", JPEG)
        raw.writestr("screencast/a.jpeg", JPEG)
        for number in range(frames):
            raw.writestr(f"screencast/{number}.jpeg", JPEG)
    return path


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as new:
        return {name: new.read(name) for name in new.namelist()}


def events_of(content: bytes, name: str = "trace.trace") -> list[dict[str, Any]]:
    return [json.loads(line) for line in parts(content)[name].splitlines()]


@pytest.fixture
def made(tmp_path: Path) -> bytes:
    return cleaned(write(tmp_path / "raw.zip", EVENTS), Redactor(), max_frame_bytes=10_000)


def test_no_secret_is_left_in_any_part(made: bytes) -> None:
    for name, content in parts(made).items():
        assert SECRET.encode() not in content, name
        assert TYPED.encode() not in content, name
        assert b"abcdef" not in content, name


def test_the_parts_that_a_viewer_needs_are_left(made: bytes) -> None:
    assert set(parts(made)) == {"trace.trace", "trace.network", "screencast/a.jpeg", "resources/b.jpeg"}
    kept = events_of(made)
    assert kept[0] == {"type": "context-options", "version": 10, "wallTime": 5, "options": {"isMobile": True}}
    assert [event["method"] for event in kept if event["type"] == "before"] == ["goto", "fill", "evaluateExpression"]
    assert kept[1]["params"] == {"waitUntil": "load", "url": "http://shop/?token=***"}
    assert kept[2]["params"] == {"selector": "#card"}
    assert [event["error"] for event in kept if "error" in event] == [{"name": "Error", "message": "no ***"}]
    assert [event["timestamp"] for event in kept if event["type"] == "screencast-frame"] == [1.0, 2.0]
    assert [event["text"] for event in kept if event["type"] == "console"] == ["bad ***"]


def test_requests_keep_their_times_and_harmless_headers(made: bytes) -> None:
    (event,) = events_of(made, "trace.network")
    kept = event["snapshot"]
    assert (kept["pageref"], kept["time"]) == ("page@1", 4.0)
    assert kept["request"]["headers"] == [{"name": "Accept-Encoding", "value": "gzip"}]
    assert kept["request"]["url"] == "http://shop/pay?token=***"
    assert kept["response"]["headers"] == [{"name": "content-type", "value": "text/html"}]
    assert kept["response"]["content"] == {"size": 5, "mimeType": "text/html"}


def test_frames_are_left_out_evenly_where_they_are_too_many(tmp_path: Path) -> None:
    events = [{"type": "screencast-frame", "file": f"screencast/{n}.jpeg", "timestamp": n} for n in range(40)]
    raw = write(tmp_path / "raw.zip", events, frames=40)
    kept = events_of(cleaned(raw, Redactor(), max_frame_bytes=10 * len(JPEG)))
    assert [event["timestamp"] for event in kept] == list(range(3, 40, 4))
    assert events_of(cleaned(raw, Redactor(), max_frame_bytes=10)) == []


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all"])
def test_what_is_no_trace_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "raw.zip"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not a trace"):
        cleaned(path, Redactor(), max_frame_bytes=10)
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("readme.txt", "x")
    with pytest.raises(ValueError, match="not a trace"):
        cleaned(path, Redactor(), max_frame_bytes=10)
