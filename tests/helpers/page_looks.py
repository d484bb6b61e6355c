"""Pages whose true medians lie exactly at the limit, loaded until they are decided: how often is that wrong?"""

from dataclasses import dataclass, replace

import numpy as np
from synthetic import evidence, page, slo

from slogate.analyzer.evidence import RunState
from slogate.analyzer.judge_pages import undecided_pages
from slogate.analyzer.result import State
from slogate.analyzer.verdict import judge

_LIMIT_MS = 1000.0
_SLO = slo("web: {fcp: < 1s, lcp: < 1s}")


@dataclass(frozen=True)
class Case:
    """Loads of one page, from `least` up to `most`; `together` says how far LCP goes with FCP (0..1; 1 is as one)."""

    name: str
    least: int
    most: int
    together: float = 1.0


@dataclass(frozen=True)
class Errors:
    """Of so many runs: in how many FCP passed, in how many it failed, and how many loads they made on average."""

    runs: int
    passes: int
    fails: int
    mean_loads: float


CASES = [
    Case("7 to 30, one metric", 7, 30),
    Case("5 to 15, one metric", 5, 15),
    Case("5 to 15, two that go together", 5, 15, together=0.9),
    Case("5 to 15, two on their own", 5, 15, together=0.0),
    Case("5 to 11, one metric", 5, 11),
    Case("1 to 9, one metric", 1, 9),
]


def errors(case: Case, runs: int, seed: int, *, corrected: bool = True) -> Errors:
    """Simulates `runs` runs, each judged at its end as any run is; without correction, as if each look were the only
    one.
    """
    random = np.random.default_rng(seed)
    states, made = [], 0
    for _ in range(runs):
        state, loads = state_of(case, random, corrected=corrected)
        states.append(state)
        made += loads
    return Errors(runs, states.count(State.PASS), states.count(State.FAIL), made / runs)


def state_of(case: Case, random: np.random.Generator, *, corrected: bool = True) -> tuple[State, int]:
    """The state of FCP at the end of one run, and how many loads it took. LCP decides too when the loads end."""
    first = random.standard_normal(case.most)
    second = case.together * first + (1 - case.together**2) ** 0.5 * random.standard_normal(case.most)
    fcp, lcp = _LIMIT_MS * np.exp(0.1 * first), _LIMIT_MS * np.exp(0.1 * second)
    loads = tuple(page(fcp_ms=float(a), lcp_ms=float(b)) for a, b in zip(fcp, lcp, strict=True))
    planned = evidence(planned_pages=("home",), known_pages=("home",), areas=frozenset({"web"}), state=RunState.RUNNING)
    for made in range(case.least, case.most + 1):
        looks = {"page_loads": case.least, "most_page_loads": case.most} if corrected else {"page_loads": made}
        seen = replace(planned, pages=loads[:made], **looks)  # type: ignore[arg-type]  # the plan of the loads
        if not undecided_pages(_SLO, seen, "idle"):
            break
    end = replace(seen, state=RunState.COMPLETE, loads_made={"home": made})
    verdict = judge(_SLO, end, allow_inconclusive=False)
    return verdict.objectives[0].state, made
