"""The verdict as Prometheus text (format 0.0.4), for a Pushgateway, a textfile collector or GitLab's metrics.

A number that there is not has no sample, rather than a zero. Durations are in seconds.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from slogate.analyzer.result import ObjectiveResult, State
from slogate.report.model import Report

_PARTS = {
    "estimate": "What was measured",
    "low": "Lower end of the interval",
    "high": "Upper end of the interval",
    "limit": "The limit",
    "normal_low": "Lower end of the normal range",
    "normal_high": "Upper end of the normal range",
}
_UNITS = {
    "ms": "seconds",
    "ratio": "ratio",
    "bytes": "bytes",
    "count": "count",
    "score": "score",
    "change": "change",
    "bytes_per_s": "bytes_per_second",
    "per_s": "per_second",
}


def render(report: Report) -> str:
    """The text, with a line break at its end."""
    run = {"service": report.info.service, "release": report.info.release, "profile": report.info.profile}
    lines = [
        *_family("slogate_verdict_state", "1 for the state of the whole run, 0 for all others"),
        *(_sample("slogate_verdict_state", run | {"state": state}, report.state is state) for state in State),
    ]
    started_s = _seconds(report.info.started_at)
    if started_s is not None:
        lines += _family("slogate_run_started_timestamp_seconds", "When the run began, since the Unix epoch")
        lines.append(_sample("slogate_run_started_timestamp_seconds", run, started_s))
    lines += _family("slogate_objective_state", "1 for the state of an objective, 0 for all others")
    for item in report.results:
        labels = run | _labels(item)
        lines += [_sample("slogate_objective_state", labels | {"state": state}, item.state is state) for state in State]
    for part, meaning in _PARTS.items():
        told = [
            _sample(
                f"slogate_objective_{part}",
                run | _labels(item) | {"unit": _UNITS[item.unit]},
                value / 1000 if item.unit == "ms" else value,
            )
            for item in report.results
            if (value := getattr(item, part)) is not None
        ]
        if told:
            lines += [*_family(f"slogate_objective_{part}", f"{meaning}, in the unit that the label says"), *told]
    return "\n".join([*lines, ""])


def _labels(item: ObjectiveResult) -> dict[str, str]:
    return {"objective": item.id, "area": item.area.value}


def _family(name: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}."
    yield f"# TYPE {name} gauge"


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {float(value):.12g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _seconds(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:  # an edited run.json
        return None
