"""What observe.js says of a document, as a test wants it."""

import json


def said(origin_ms: float = 1000.0, **what: object) -> str:
    """One batch of the document with this time origin; `what` replaces its parts."""
    entries = ("paints", "lcp_candidates", "layout_shifts", "long_tasks", "input_events")
    of_steps = ("soft_entries", "interaction_paints")
    whole: dict[str, object] = {name: [] for name in (*entries, *of_steps, "untold")}
    whole |= {"ready_ms": None, "ready_error": None, "timing": {}, "images": None, "url": "http://shop/"}
    return json.dumps({"origin_ms": origin_ms, "now_ms": 5.0, **whole, **what})
