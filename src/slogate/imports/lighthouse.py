"""Lighthouse's report as JSON: one load of one page, with the metrics that it computed and the network's requests.

Lighthouse's default (`--throttling-method=simulate`) loads the page without throttling and works out from a model how
long it would have taken with it; that is told (`Lack.SIMULATED`).

Format: https://github.com/GoogleChrome/lighthouse/blob/main/docs/understanding-results.md
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from slogate.analyzer.imported import Lack
from slogate.analyzer.web.facts import LoadOutcome, NavigationTiming, PageLoad, Request
from slogate.imports import times
from slogate.imports.fields import inner, moment, number, text
from slogate.imports.records import Told, page_name
from slogate.imports.source import broken, document_of, said
from slogate.redact import Redactor

_METRICS = {
    "fcp": "first-contentful-paint",
    "lcp": "largest-contentful-paint",
    "tti": "interactive",
    "tbt": "total-blocking-time",
    "cls": "cumulative-layout-shift",
    "page_bytes": "total-byte-weight",
}
# A load by Lighthouse has no interactions.
_NEVER = ("inp",)
_OUTCOMES = {
    "ERRORED_DOCUMENT_REQUEST": LoadOutcome.HTTP_ERROR,
    "FAILED_DOCUMENT_REQUEST": LoadOutcome.NO_RESPONSE,
    "DNS_FAILURE": LoadOutcome.NO_RESPONSE,
    "INSECURE_DOCUMENT_REQUEST": LoadOutcome.NO_RESPONSE,
    "CHROME_INTERSTITIAL_ERROR": LoadOutcome.NO_RESPONSE,
    "NOT_HTML": LoadOutcome.DOWNLOAD,
    "PAGE_HUNG": LoadOutcome.DEADLINE,
    "TARGET_CRASHED": LoadOutcome.CRASHED,
}


def is_json(head: bytes) -> bool:
    """The field that a report begins with."""
    return head.lstrip().startswith(b"{") and b'"lighthouseVersion"' in head[:4096]


def read_json(path: Path, told: Told, page: str | None) -> Iterator[PageLoad]:
    """The one load of a report, as a load of `page`, or of a page that is named by its path.

    Raises `ConfigError` for a file that is broken.
    """
    try:
        report = document_of(path)
        told.version = str(report["lighthouseVersion"])
        url = text(report, "requestedUrl")
        told.came_from(url)
        if text(inner(report, "configSettings"), "throttlingMethod") == "simulate":
            told.lacks.add(Lack.SIMULATED)
        yield _load(report, page or page_name(url))
    except json.JSONDecodeError as error:
        raise broken(path, error.lineno, f"not a report of Lighthouse: {error.msg}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise broken(path, 1, f"not a report of Lighthouse: {said(error)}") from None


def _load(report: Mapping[str, Any], page: str) -> PageLoad:
    audits, settings = inner(report, "audits"), report["configSettings"]
    failure = report.get("runtimeError") or {}
    outcome = _OUTCOMES.get(failure["code"], LoadOutcome.JOURNEY_ERROR) if failure.get("code") else LoadOutcome.OK
    redact = Redactor()
    requests = tuple(_requests(audits.get("network-requests", {}), redact))
    document = next((request for request in reversed(requests) if request.type == "Document"), None)
    reported = {name: _number(audits.get(audit)) for name, audit in _METRICS.items()}
    return PageLoad(
        page=page,
        index=1,
        warmup=False,
        throttle=f"{settings.get('formFactor', '?')}, {settings['throttlingMethod']}",
        started_at_us=moment(report, "fetchTime", times.of_text)[0],
        outcome=outcome,
        reason=str(failure.get("message", "")),
        url=redact(str(report.get("finalDisplayedUrl") or report["requestedUrl"])),
        status=document.status if document is not None else None,
        timing=NavigationTiming(response_start_ms=_first_byte(audits)),
        requests=requests,
        end_ms=max((request.end_ms or 0.0 for request in requests), default=0.0),
        settled=True,
        reported={**reported, **dict.fromkeys(_NEVER)},
    )


def _number(audit: Mapping[str, Any] | None) -> float | None:
    """The value of an audit; None where Lighthouse has none, whatever its reason."""
    value = audit.get("numericValue") if audit is not None else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _first_byte(audits: Mapping[str, Any]) -> float | None:
    items = audits.get("metrics", {}).get("details", {}).get("items", [])
    return _number({"numericValue": items[0].get("timeToFirstByte")}) if items else None


def _requests(audit: Mapping[str, Any], redact: Redactor) -> Iterator[Request]:
    for item in audit.get("details", {}).get("items", []):
        status = item.get("statusCode", -1)
        yield Request(
            url=redact(str(item["url"])),
            method="GET",  # the audit does not tell
            type=str(item.get("resourceType") or "Other"),
            start_ms=number(item, "networkRequestTime"),
            end_ms=number(item, "networkEndTime") if item.get("finished") else None,
            status=status if status > 0 else None,
            failed=item.get("finished") is False or status <= 0,
            encoded_bytes=item.get("transferSize"),
            from_cache=item.get("cache", "none") not in {"none", "validated"},
            main_frame=bool(item.get("experimentalFromMainFrame", False)),
        )
