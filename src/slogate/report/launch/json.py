"""The launch checklist for machines: each item with its mark, its text and its lines in one language."""

import json

from slogate.report.launch.model import LaunchChecklist

SCHEMA_VERSION = 1


def render(document: LaunchChecklist) -> str:
    """The text of checklist.json."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "language": document.language,
        "title": document.title,
        "service": document.service,
        "release": document.release,
        "profile": document.profile,
        "measured_at": document.measured_at,
        "run": document.run,
        "verdict": document.verdict,
        "counts": {mark.value: count for mark, count in document.counts.items()},
        "sections": [
            {
                "title": part.title,
                "items": [
                    {"mark": item.mark.value, "text": item.text, "evidence": list(item.lines)} for item in part.items
                ],
            }
            for part in document.parts
        ],
        "sign_off": list(document.sign_off),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
