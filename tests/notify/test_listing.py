"""Incidents as people and machines read them."""

import json
from datetime import timedelta

from past_runs import FIRST_NIGHT
from rich.console import Console, RenderableType
from told_nights import incident

from slogate.notify.listing import as_json, page, table

LATER = FIRST_NIGHT + timedelta(hours=2)


def shown(what: RenderableType) -> str:
    console = Console(width=200, record=True, highlight=False)
    console.print(what)
    return "\n".join(line.rstrip() for line in console.export_text().splitlines())


def test_a_line_an_incident() -> None:
    told = shown(
        table(
            [
                incident(id=9),
                incident(acknowledged_at=LATER, acknowledged_by="Kim"),
                incident(kind="silence", profile=""),
            ]
        )
    )
    assert told.splitlines()[1].split()[:5] == ["9", "FAIL", "shop", "nightly", "2026-09-01"]
    assert " open " in told
    assert "acknowledged by Kim" in told
    assert "SILENT  shop     any" in told
    assert shown(table([])) == "no incident"


def test_all_that_is_known_of_one() -> None:
    told = shown(
        page(
            incident(resolved_at=LATER, resolved_by="Kim\x1b[31m", note="I look\nthe index was missing"),
            ["team: refused (tried 3 times)"],
            LATER + timedelta(days=1),
        )
    )
    assert told.startswith("incident 7: FAIL\np95 latency 612 ms")
    for part in ("lasted 2 h 0 min", "resolved 2026-09-01 04:00 UTC by Kim", "the index was missing", "team: refused"):
        assert part in told
    assert "\x1b" not in told


def test_json_has_every_field() -> None:
    [plain] = json.loads(as_json([incident(acknowledged_at=LATER)]))
    assert plain["id"] == 7
    assert plain["opened_at"] == "2026-09-01T02:00:00+00:00"
    assert plain["acknowledged_at"] == "2026-09-01T04:00:00+00:00"
    assert plain["families"] == ["api.latency"]
    assert json.loads(as_json([])) == []
