"""Judges a run again and again while it lasts, in a process of its own: judging takes the CPU for as long as it takes,
and the process that makes the load must not wait for it.

    python -m slogate.judging < folders > views

It says `ready` first. Then, for each run folder that a line of its input names, it writes one line of JSON: a `View`,
or `{"error": ...}`.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, TypedDict

from slogate import verify
from slogate.errors import SlogateError
from slogate.report import html

_LEAST_URGENT = 19


class View(TypedDict):
    """What a web page shows of a verdict: verdict.json, report.html, and in words one row for the whole and for each
    objective.
    """

    document: dict[str, Any]
    html: str
    rows: list[dict[str, str]]


def view_of(outcome: verify.Outcome) -> View:
    """The view of a judged run."""
    return {
        "document": outcome.document.model_dump(mode="json"),
        "html": html.render(outcome.report),
        "rows": [
            {"state": outcome.report.word, "objective": "the whole", "evidence": outcome.report.headline},
            *(
                {
                    "state": row.word,
                    "objective": row.name,
                    "measured": row.estimate,
                    "interval": row.interval,
                    "limit": row.criterion,
                    "evidence": row.evidence,
                }
                for row in outcome.report.rows
            ),
        ],
    }


def main() -> int:
    """Answers until its input ends."""
    os.nice(_LEAST_URGENT)
    _say("ready")
    for line in sys.stdin:
        try:
            _say(json.dumps(view_of(verify.judge_folder(Path(line.rstrip("\n")), None, os.environ))))
        except SlogateError as error:
            _say(json.dumps({"error": str(error)}))
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
