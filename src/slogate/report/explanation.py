"""Where to look when an objective failed, in words: one sentence each for where, when, and what else moved then."""

from collections.abc import Iterator, Sequence

from slogate.analyzer.explain import SlowRequest
from slogate.analyzer.explanation import Carrier, Explanation, When
from slogate.analyzer.marks import Mark
from slogate.analyzer.together import Companion
from slogate.analyzer.units import say
from slogate.report.text import printable

_EVEN = 1.5  # times its share of the requests is what an endpoint may carry before it stands out
_MOST_TOLD = 4


def sentences(explanation: Explanation) -> tuple[str, ...]:
    """What is known, in the order in which a reader asks for it."""
    return tuple(_sentences(explanation))


def duration_of(slow: SlowRequest) -> str:
    """How long a slow request took, or after how long it was given up."""
    took = say(slow.response_ms, "ms")
    return f"timed out after {took}" if slow.outcome == "slow-timeout" else took


def ending_of(slow: SlowRequest) -> str:
    """How it ended: its status, or what there was in place of one."""
    outcome = slow.outcome.replace("_", " ")
    if slow.status == 0:
        return outcome
    return str(slow.status) if slow.outcome in {"ok", "http_error"} else f"{slow.status}, {outcome}"


def _sentences(explanation: Explanation) -> Iterator[str]:
    if explanation.endpoints:
        yield _where(explanation.endpoints)
    if explanation.when is not None:
        yield _when(explanation.when)
        if explanation.mark is not None and explanation.when.start_s is not None:
            yield _after(explanation.mark, explanation.when.start_s)
    if explanation.moved_together is not None:
        yield _together(explanation.moved_together)


def _where(carriers: Sequence[Carrier]) -> str:
    if len(carriers) > 1 and all(item.share <= _EVEN * item.of_requests for item in carriers):
        return "Where: on every endpoint about as often as it is called; none stands out."
    first = carriers[0]
    counts = f"{first.broken:,} of its {first.requests:,} requests break the limit"
    most = f"it makes {_percent(first.of_requests)} of all requests"
    more = "".join(
        f", {item.endpoint} {_percent(item.share)} ({item.broken:,} of {item.requests:,})"
        for item in carriers[1:_MOST_TOLD]
        if item.share >= 0.01
    )
    return f"Where: {first.endpoint} carries {_percent(first.share)} of the excess ({counts}; {most}){more}."


def _when(when: When) -> str:
    match when.kind:
        case "stretch":
            said = f"from {_at(when.start_s)} to {_at(when.end_s)} of the load; without it the limit would be kept"
        case "from":
            said = f"from {_at(when.start_s)} of the load to its end; before that the limit was kept"
        case "until":
            said = f"until {_at(when.end_s)} of the load; after that the limit was kept"
        case "peak":
            said = f"the highest average is that from {_at(when.start_s)} to {_at(when.end_s)} after the start"
        case "bursts":
            apart = "" if when.every_s is None else f", about {when.every_s:.3g} s apart"
            said = f"in {when.bursts} burst{'' if when.bursts == 1 else 's'}{apart}"
        case _:
            said = "all along; no stretch of the load stands out"
    return f"When: {said}."


def _after(mark: Mark, start_s: float) -> str:
    after_s = max(0.0, start_s - mark.at_s)
    return (
        f"It began {after_s:.0f} s after the mark {printable(mark.text)!r}: a coincidence in time, which need not be "
        "its cause."
    )


def _together(companions: Sequence[Companion]) -> str:
    if not companions:
        return "Moved together with it: nothing else that was measured."
    told = "; ".join(
        f"{item.name} (rank correlation {item.correlation:+.2f}, {say(item.during, item.unit)} then and "
        f"{say(item.otherwise, item.unit)} otherwise)"
        for item in companions[:_MOST_TOLD]
    )
    return f"Moved together with it, which need not be its cause: {told}."


def _at(seconds: float | None) -> str:
    return "?" if seconds is None else f"{seconds:.0f} s"


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
