"""The load side of a run: Locust, in a process of its own, from its start to the last word of its generators."""

from collections.abc import Callable
from typing import Protocol

from slogate.crew import Await, Conversation
from slogate.load.launch import options_in, start_locust, users_for
from slogate.load.listeners import listener_error_in
from slogate.load.plan import LoadPlan
from slogate.process import Child
from slogate.runs.early_end import EarlyEnd
from slogate.runs.live import LiveLatencies, LiveView
from slogate.slo.model import Area
from slogate.under_way import RunUnderWay

START_TIMEOUT_S = 90.0
_JOIN_TIMEOUT_S = 600.0  # generators on other machines, which people or a scheduler start
_SIGN_IN_TIMEOUT_S = 300.0
_MOST_SILENCE_S = 30.0  # of a generator under load, which says once a second that it goes on
_LEAST_GRACE_S = 10.0
_LOOK_EVERY_S = 1.0
_SEED = 1


class Companion(Protocol):
    """Measures while the load holds. Times are seconds since the epoch."""

    @property
    def is_at_work(self) -> bool:
        """Whether it has more to measure."""

    def load_begins(self, from_s: float, until_s: float) -> None:
        """The judged part of the load is planned for these times."""

    def load_is_over(self, at_s: float) -> None:
        """It ended at that time, or it ends now."""


class LoadSide:
    """Starts Locust. Its conversations are to be followed in the order in which they stand here."""

    def __init__(self, run: RunUnderWay) -> None:
        self._run = run
        self._rows = run.folder.parts / "requests.arrows"
        self._live: LiveLatencies | None = None
        self._end_when_decided: Callable[[], None] | None = None
        self.child = self._start()

    def get_ready(self) -> Conversation:
        """Waits until the scenario is imported and all generators are here."""
        elsewhere = self._run.setup.generators.expected is not None
        ready = yield Await(("ready",), START_TIMEOUT_S + (_JOIN_TIMEOUT_S if elsewhere else 0.0))
        self._run.record.load_users(int(ready["users"]))

    def hold(self, companion: Companion | None) -> Conversation:
        """The load, from the sign-in of its users to its end."""
        run, child = self._run, self.child
        began_s = run.now_s()
        self._live = LiveLatencies(self._rows)
        run.progress.load_limits(run.setup.file.slo.objectives())
        run.progress.phase("sign-in", None)
        run.measured_something = True
        child.command("go")
        started = yield Await(("started",), _SIGN_IN_TIMEOUT_S)
        run.record.phase("sign-in", began_s, started["start_s"])
        run.record.phase("warm-up", started["start_s"], started["judged_s"])
        run.record.phase("load", started["judged_s"], started["end_s"], judged=True)
        run.record.write()
        run.progress.phase("load", started["end_s"])
        if companion is not None:
            companion.load_begins(started["judged_s"], started["end_s"])
        self._end_when_decided = self._watch_for_an_early_end(companion)
        finished = yield Await(("finished",), silence_s=_MOST_SILENCE_S)
        self._end_when_decided = None
        run.record.load_finished(finished)
        run.record.write()
        if companion is not None:
            companion.load_is_over(finished["end_s"])
        run.crew.release(child)

    def is_gone(self) -> None:
        """To be called when its process has ended: listeners of the scenario hear of that, and may raise."""
        self._run.record.listener_raised(listener_error_in(self._run.crew.log_of(self.child)))

    def tick(self) -> LiveView | None:
        """To be called many times a second: what the load looks like so far; None before it has begun."""
        if self._end_when_decided is not None:
            self._end_when_decided()
        return None if self._live is None else self._live.read()

    def _watch_for_an_early_end(self, companion: Companion | None) -> Callable[[], None] | None:
        """Where the profile says `abort: fail` or `decided`, what ends the load as soon as that is sure.

        What would pass goes on as long as the companion needs the load.
        """
        setup = self._run.setup
        if setup.profile.abort == "never":
            return None
        watch = EarlyEnd(
            self._rows,
            setup.file.slo.objectives(),
            setup.file.slo.ignored_endpoints(),
            1 - setup.file.slo.policy.confidence,
            setup.longest_latency_limit_s,
        )
        next_s = 0.0

        def end_when_decided() -> None:
            nonlocal next_s
            now_s = self._run.now_s()
            if now_s < next_s:
                return
            next_s = now_s + _LOOK_EVERY_S
            may_pass = setup.profile.abort == "decided" and (companion is None or not companion.is_at_work)
            if reason := (watch.all_decided if may_pass else watch.sure_to_fail)(now_s):
                self._run.progress.note(f"the load ends early: {reason}")
                self.child.command("end", reason=reason)
                if companion is not None:
                    companion.load_is_over(now_s)
                self._end_when_decided = None

        return end_when_decided

    def _start(self) -> Child:
        run, setup = self._run, self._run.setup
        profile, generators = setup.profile, setup.generators
        longest_limit_s = setup.longest_latency_limit_s
        rates = profile.rate_plan
        plan = LoadPlan(
            stretches=None if rates is None else rates.stretches,
            users=profile.users or profile.max_users or users_for(rates.peak_per_s if rates else 0.0, longest_limit_s),
            arrivals=profile.arrivals,
            seed=_SEED,
            warmup_s=profile.warmup_s,
            duration_s=profile.judged_s,
            grace_s=max(_LEAST_GRACE_S, 2 * longest_limit_s),
            allowed_hosts=tuple(sorted(setup.allowed_hosts)),
            requests_path=str(self._rows),
            generator_path=str(run.folder.parts / "generator.arrows"),
            wall_offset_us=run.wall_offset_us,
            workers=generators.count,
            workers_timeout_s=START_TIMEOUT_S if generators.expected is None else _JOIN_TIMEOUT_S,
            verify_tls=setup.verify_tls,
        )
        run.record.load_planned(rates, plan.users, plan.arrivals, plan.seed, plan.warmup_s, plan.duration_s)
        if ignored := options_in(run.crew.environ):
            run.progress.note(f"{', '.join(ignored)}: ignored; a run is what slo.yaml and the command line say")
        return run.crew.add(
            start_locust(
                plan,
                setup.locustfiles,
                setup.targets[Area.API],
                folder=run.folder.parts,
                environ=run.crew.environ,
                processes=generators.processes,
                bind=generators.bind if generators.expected is not None else None,
            )
        )
