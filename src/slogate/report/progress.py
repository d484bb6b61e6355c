"""What a person sees on standard error while a run lasts: phase and time left, latencies so far against their limits,
pages, CPU.
"""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text

from slogate.analyzer.units import counted, say
from slogate.analyzer.web import METRICS
from slogate.channel import Event
from slogate.report.text import printable
from slogate.runs.live import LiveView
from slogate.slo.conditions import under
from slogate.slo.model import Objective

_PLAIN_PERIOD_S = 5.0
_PAGE_METRICS = ("fcp", "lcp", "tti")  # of all, what a line has room for


class Progress(Protocol):
    """Told of everything that happens during a run."""

    def phase(self, name: str, ends_at_s: float | None) -> None:
        """A phase begins; `ends_at_s` is when, in seconds since the epoch, if that is known."""

    def load_limits(self, objectives: Sequence[Objective]) -> None:
        """What the latencies will be held against."""

    def tick(self, live: LiveView | None, host: Mapping[str, float]) -> None:
        """Some time has passed; called many times a second."""

    def signing_in(self, event: Event) -> None:
        """So many users have run their on_start; told about once a second until all have."""

    def page_load(self, event: Event) -> None:
        """A page was loaded."""

    def note(self, message: str) -> None:
        """Something worth a line."""


class TerminalProgress:
    """One status line that is redrawn on a terminal, and a line every few seconds elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None
        self._phase = ""
        self._ends_at_s: float | None = None
        self._limits: dict[str, float] = {}
        self._next_line_s = 0.0
        self._seen = (0, 0.0)
        self._rate: float | None = None

    def __enter__(self) -> "TerminalProgress":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def phase(self, name: str, ends_at_s: float | None) -> None:
        """A phase begins."""
        self._phase, self._ends_at_s = name, ends_at_s
        self._next_line_s = time.monotonic() + _PLAIN_PERIOD_S
        if self._live is None:
            self._console.print(f"{name} ...", style="dim")

    def load_limits(self, objectives: Sequence[Objective]) -> None:
        """Remembers the limits of p50, p95 and p99 over all endpoints."""
        self._limits = {
            item.statistic: item.limit.value / 1000
            for item in objectives
            if item.metric == "latency" and item.subject is None and item.limit is not None
        }

    def tick(self, live: LiveView | None, host: Mapping[str, float]) -> None:
        """Draws, when it is time to."""
        if live is not None and live.phase in {"warm-up", "load"}:
            self._phase = live.phase
            self._measure_rate(live)
        line = self._line(live, host)
        if self._live is not None:
            self._live.update(line)
        elif (live is not None or self._ends_at_s is not None) and time.monotonic() >= self._next_line_s:
            self._next_line_s = time.monotonic() + _PLAIN_PERIOD_S
            self._console.print(line)

    def signing_in(self, event: Event) -> None:
        """How far it is: the status line of a terminal, and elsewhere a line every few seconds."""
        failed = f", {event['failed']} failed" if event["failed"] else ""
        self._phase = f"sign-in: {event['ready']} of {counted(event['of'], 'user')} are ready{failed}"
        if self._live is None and time.monotonic() >= self._next_line_s:
            self._next_line_s = time.monotonic() + _PLAIN_PERIOD_S
            self._console.print(self._phase, style="dim")

    def page_load(self, event: Event) -> None:
        """One line a page load."""
        text = Text("  ")
        which = "warm-up" if event["warmup"] else "{index}/{of}".format(**event)
        text.append(printable(under(f"{event['page']} {which}", event["when"])))
        if event["outcome"] == "ok":
            text.append(f"  {', '.join(_page_metrics(event)) or 'no FCP, LCP or TTI'}", style="dim")
        else:
            text.append(f"  {printable(str(event.get('reason', '')))}", style="red")
        self._console.print(text)

    def note(self, message: str) -> None:
        """One line."""
        self._console.print(Text(printable(message), style="yellow"))

    def _measure_rate(self, live: LiveView) -> None:
        count, since_s = self._seen
        now_s = time.monotonic()
        if live.requests < count:
            self._seen, self._rate = (live.requests, now_s), None
        elif now_s - since_s >= 2:
            self._rate = (live.requests - count) / (now_s - since_s) if since_s else None
            self._seen = (live.requests, now_s)

    def _line(self, live: LiveView | None, host: Mapping[str, float]) -> Text:
        text = Text(self._phase, style="bold")
        if self._ends_at_s is not None and (left_s := self._ends_at_s - time.time()) > 0:
            text.append(f"  {left_s:.0f} s left", style="dim")
        if live is not None:
            rate = f", {self._rate:.0f}/s" if self._rate is not None else ""
            text.append(f"  {counted(live.requests, 'request')}{rate}")
            for name, value in (("p50", live.p50_ms), ("p95", live.p95_ms), ("p99", live.p99_ms)):
                if value is not None:
                    limit = self._limits.get(name)
                    text.append(
                        f"  {name} {value:.0f} ms", style="red" if limit is not None and value >= limit else "green"
                    )
                    text.append(f" / {limit:.0f}" if limit is not None else "", style="dim")
            text.append(f"  {live.failed:,} failed", style="red" if live.failed else "dim")
        if "cpu" in host:
            text.append(f"  CPU {host['cpu']:.0%}", style="dim")
        return text


def _page_metrics(event: Event) -> Iterator[str]:
    for name in _PAGE_METRICS:
        value = event["metrics"].get(name)
        if value is not None:
            yield f"{METRICS[name].title} {say(value, METRICS[name].unit)}"


def stderr_console() -> Console:
    """The console for progress: standard error, so that standard output holds the result alone."""
    return Console(file=sys.stderr, highlight=False, width=None if sys.stderr.isatty() else 120)
