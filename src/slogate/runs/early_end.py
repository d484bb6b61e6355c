"""Watches the rows of a load that is under way, for the moment when an objective is sure to fail."""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from slogate.analyzer.batches import buckets_of, histogram_of
from slogate.analyzer.early_end import weighed
from slogate.analyzer.evidence import Requests
from slogate.analyzer.sequential import Claim, Decision, SequentialTest, claim_of
from slogate.runs.chunks import ChunkFollower
from slogate.runs.reading import requests_of
from slogate.runs.schema import REQUESTS
from slogate.slo.model import Objective

_FLUSH_S = 3.0  # rows are told once a second, and may be on their way


class EarlyEnd:
    """Weighs what each objective claims, second by second of arrivals.

    A second is weighed once `settle_s` has passed since: until then the slow requests of it are still open, and the
    fast ones would pass for all. Those that are open even later are left out, which never makes a failure sooner.
    """

    def __init__(
        self, rows: Path, objectives: Sequence[Objective], ignored: Collection[str], alpha: float, settle_s: float
    ) -> None:
        self._follower = ChunkFollower(rows)
        self._ignored = ignored
        self._settle_s = settle_s + _FLUSH_S
        claims = [(objective, claim_of(objective)) for objective in objectives]
        self._tests = [_Test(objective, claim, alpha) for objective, claim in claims if claim is not None]

    def sure_to_fail(self, now_s: float) -> str:
        """Why the load need not go on, as of `now_s` (seconds since the epoch); empty as long as it must."""
        self._read(now_s)
        return next((test.reason for test in self._tests if test.decision is Decision.FAIL), "")

    def all_decided(self, now_s: float) -> str:
        """Why the load need not go on where it is to last only until it is decided: an objective is sure to fail, or
        each is sure to pass.
        """
        if reason := self.sure_to_fail(now_s):
            return reason
        decided = bool(self._tests) and all(test.decision is Decision.PASS for test in self._tests)
        return "every objective is already sure to pass" if decided else ""

    def _read(self, now_s: float) -> None:
        batches = list(self._follower.new_batches())
        if batches:
            rows = requests_of(pa.Table.from_batches(batches, REQUESTS), ["load"])
            judged = rows.where(rows.judged & ~rows.on(self._ignored))
            for test in self._tests:
                test.gather(judged)
        for test in self._tests:
            test.weigh(int(now_s - self._settle_s))


class _Test:
    """One objective, with the seconds that are not whole yet."""

    def __init__(self, objective: Objective, claim: Claim, alpha: float) -> None:
        self._objective = objective
        self._claim = claim
        self._test = SequentialTest(claim, alpha=alpha)
        self._open: dict[int, tuple[int, np.ndarray]] = {}  # broken, and the histogram of response times
        self._weighed_to = 0

    @property
    def decision(self) -> Decision | None:
        return self._test.look.decision

    @property
    def reason(self) -> str:
        return self._test.look.reason

    def gather(self, judged: Requests) -> None:
        if self.decision is not None:
            return
        seconds, response_us, broken = weighed(self._objective, judged)
        buckets = buckets_of(response_us, self._claim.reference_us)
        for second in np.unique(seconds[seconds >= self._weighed_to]).tolist():
            of_it = seconds == second
            before = self._open.get(second)
            histogram = histogram_of(buckets[of_it])
            count = int(np.count_nonzero(broken[of_it]))
            self._open[second] = (count, histogram) if before is None else (before[0] + count, before[1] + histogram)

    def weigh(self, until: int) -> None:
        """Weighs all seconds before `until`."""
        for second in sorted(second for second in self._open if second < until):
            self._test.add_batch(second, *self._open.pop(second))
        self._weighed_to = max(self._weighed_to, until)
