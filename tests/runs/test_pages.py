import json
import resource
import signal
from pathlib import Path

import pytest

from slogate.analyzer.web.facts import (
    CacheHeaders,
    Image,
    InputEvent,
    InteractionPaint,
    LayoutShift,
    LcpCandidate,
    LoadOutcome,
    LongTask,
    Navigation,
    NavigationTiming,
    PageLoad,
    Paint,
    Ready,
    Request,
    SoftNavigation,
    SoftNavigationEntry,
)
from slogate.errors import RunFolderError
from slogate.runs.pages import PageLoadWriter, read_page_loads

FULL = PageLoad(
    page="checkout",
    index=2,
    warmup=False,
    throttle="mobile",
    started_at_us=1_700_000_000_000_000,
    outcome=LoadOutcome.OK,
    reason="it did not settle within 45 s",
    url="http://shop/cart",
    status=200,
    ready=Ready(selector="#total", found_ms=312.5),
    timing=NavigationTiming(response_start_ms=12.0, dcl_end_ms=200.0, load_end_ms=None),
    paints=(Paint(name="first-contentful-paint", start_ms=80.0),),
    lcp_candidates=(LcpCandidate(start_ms=90.0, size=1200, element="img.hero", url="http://shop/hero.jpg"),),
    layout_shifts=(LayoutShift(start_ms=100.0, value=0.01, had_recent_input=False),),
    long_tasks=(LongTask(start_ms=400.0, duration_ms=61.0, name="self"),),
    input_events=(
        InputEvent(
            name="click",
            start_ms=600.0,
            duration_ms=24.0,
            processing_start_ms=601.0,
            processing_end_ms=610.0,
            interaction_id=7,
        ),
    ),
    requests=(
        Request(
            url="http://shop/cart",
            method="GET",
            type="Document",
            start_ms=1.0,
            end_ms=None,
            body_bytes_seen=12,
            cache_headers=CacheHeaders(cache_control="no-cache", etag=True),
        ),
    ),
    images=(Image(url="http://shop/hero.jpg", first_screen=True, loading="lazy"),),
    navigations=(Navigation(url="http://shop/cart", start_ms=0.9, status=200),),
    console_errors=("Überraschung\n\u2028",),
    end_ms=5200.0,
    settled=True,
    soft=SoftNavigation(
        step_ms=590.0,
        told=True,
        addresses=("http://shop/orders",),
        entries=(SoftNavigationEntry(interaction_id=7, start_ms=600.0, paint_ms=None, url="http://shop/orders"),),
        paints=(
            InteractionPaint(
                interaction_id=7, interaction_ms=600.0, start_ms=650.0, largest=LcpCandidate(start_ms=650.0, size=9)
            ),
        ),
    ),
    when="loaded",
    ended_at_us=1_700_000_005_300_000,
)
BARE = PageLoad(
    page="home", index=1, warmup=True, throttle="none", started_at_us=5, outcome=LoadOutcome.JOURNEY_ERROR, reason="x"
)


def write(path: Path, *loads: PageLoad) -> None:
    with PageLoadWriter(path) as writer:
        for load in loads:
            writer.append(load)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    write(path, FULL, BARE)
    assert read_page_loads(path) == [FULL, BARE]
    assert path.read_bytes().count(b"\n") == 2


def test_each_load_is_on_disk_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    with PageLoadWriter(path) as writer:
        writer.append(FULL)
        assert read_page_loads(path) == [FULL]


def test_a_missing_file_has_no_loads(tmp_path: Path) -> None:
    assert read_page_loads(tmp_path / "pages.jsonl") == []


def test_a_cut_last_line_is_left_out_wherever_the_cut_is(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    write(path, FULL, BARE)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for length in range(first, len(whole) - 1, 7):
        path.write_bytes(whole[:length])
        assert read_page_loads(path) == [FULL]
    path.write_bytes(whole[:-1])  # only the newline is missing: the load is whole
    assert read_page_loads(path) == [FULL, BARE]


@pytest.mark.parametrize("damaged", [b"{nonsense}", b'{"page": "home"}', b"[]", b"\xff\xfe"])
def test_a_damaged_line_in_the_middle_names_file_and_line(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "pages.jsonl"
    write(path, FULL, BARE)
    first, second = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([first, damaged, second, b""]))
    with pytest.raises(RunFolderError) as caught:
        read_page_loads(path)
    assert f"{path}:2:" in caught.value.message


def test_fields_of_a_later_version_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    write(path, FULL)
    path.write_bytes(path.read_bytes().replace(b'{"page"', b'{"filmstrip":["a"],"page"', 1))
    assert read_page_loads(path) == [FULL]


def test_what_an_earlier_version_did_not_record_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    write(path, FULL)
    line = json.loads(path.read_text())
    for name in ("images", "when", "ended_at_us", "soft"):
        del line[name]
    for name in ("body_bytes_seen", "cache_headers"):
        del line["requests"][0][name]
    path.write_text(json.dumps(line) + "\n")
    [load] = read_page_loads(path)
    assert (load.images, load.soft, load.ended_at_us) == (None, None, None)
    assert load.when == "idle"  # it loaded pages before the load
    assert (load.requests[0].body_bytes_seen, load.requests[0].cache_headers) == (None, None)


def test_a_file_that_cannot_be_opened_is_a_run_folder_error(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="cannot write"):
        PageLoadWriter(tmp_path / "nowhere" / "pages.jsonl")


def test_a_full_disk_is_a_run_folder_error(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write then fails with an error, as on a full disk
    try:
        with PageLoadWriter(path) as writer:
            writer.append(FULL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, limits[1]))
            with pytest.raises(RunFolderError, match="cannot write"):
                writer.append(FULL)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert read_page_loads(path) == [FULL]
