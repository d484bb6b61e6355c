"""Interaction to Next Paint: how long the page took to show that it had noticed an interaction, at its worst.

Definition: https://web.dev/articles/inp, on entries of https://w3c.github.io/event-timing/. One interaction makes
several events (pointerdown, pointerup, click); the longest of them is its latency. The metric is the worst interaction,
with one skipped for every 50, which is the 98th percentile of a page that is used much.

The interaction that began a soft navigation belongs to the page that it led to.

Valid for a load that painted and in which somebody interacted: without, there is no INP (NO_INTERACTION), for nothing
was asked of the page. The browser tells of events of 16 ms or more, and of the first one whatever it took. So shorter
interactions are not among the 50, which can only make the metric larger; where a soft navigation had no other, or
began by going back in history, there is no INP either (UNTOLD_INTERACTION). Durations are in steps of 8 ms.

Not supported outside Chromium: of a press whose handler blocked for 400 ms, Firefox 153 tells a duration of 0 with the
interaction's number, and the 400 ms in an entry of no interaction.
"""

from slogate.analyzer.web.clock import origin
from slogate.analyzer.web.facts import PageLoad, Untold
from slogate.analyzer.web.metric import Metric, MissingReason, missing
from slogate.analyzer.web.painted import not_shown

SKIPPED_PER = 50
_TOLD_WHOLE = frozenset({"chromium"})


def inp(load: PageLoad) -> Metric:
    """The duration of the worst interaction, in ms."""
    reason = not_shown(load)
    if reason is not None:
        return missing(reason)
    if Untold.INTERACTION in load.untold or load.browser not in _TOLD_WHOLE:
        return missing(MissingReason.NOT_SUPPORTED)
    longest_ms: dict[int, float] = {}
    for event in load.input_events:
        longest_ms[event.interaction_id] = max(longest_ms.get(event.interaction_id, 0.0), event.duration_ms)
    if not longest_ms:
        began_by_one = origin(load).interaction_id is not None
        return missing(MissingReason.UNTOLD_INTERACTION if began_by_one else MissingReason.NO_INTERACTION)
    worst_first = sorted(longest_ms.values(), reverse=True)
    return Metric(worst_first[len(worst_first) // SKIPPED_PER])
