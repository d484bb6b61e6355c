"""Sums over batches are those of the array, wherever a batch begins."""

import numpy as np
import pytest
from synthetic import Stream, rows

from slogate.analyzer.dependence import batch_sums, design_effect, indicator_ranks, latency_indicators
from slogate.analyzer.evidence import Outcome
from slogate.analyzer.passes import batch_counts, stream
from slogate.analyzer.passes.batch_counts import BatchSums, Sum, indicator_counts
from slogate.analyzer.passes.part import Which
from slogate.analyzer.passes.series import Everything
from slogate.analyzer.passes.stream import Passes, answer

FAILING = 0.1


@pytest.mark.parametrize("piece", [7, 1 << 16])
@pytest.mark.parametrize("window", [1, 33, 1000])
@pytest.mark.parametrize("n", [0, 3, 4, 61, 500])
def test_batches_are_those_of_the_array(monkeypatch: pytest.MonkeyPatch, n: int, window: int, piece: int) -> None:
    monkeypatch.setattr(stream, "_PIECE", piece)
    random = np.random.default_rng(5)
    outcome = np.where(random.random(n) < FAILING, Outcome.HTTP_ERROR, Outcome.OK)
    requests = rows(np.round(random.lognormal(3, 1, n)), outcome=outcome.tolist())
    values = requests.response_us
    ordered = np.sort(values)
    at = [*ordered[indicator_ranks(n)].tolist(), 20_000.5] if n else []

    def question(wanted: list[Sum]) -> Passes[BatchSums]:
        sums = BatchSums(Everything(Which()), n, wanted)
        yield [sums]
        return sums

    found = answer(Stream(requests, window), question([batch_counts.failures, batch_counts.total]))
    for number, expected in enumerate((batch_sums(requests.failed), batch_sums(values))):
        for mine, of_array in zip(found.sums(number), expected, strict=True):
            assert mine.tolist() == of_array.tolist()
    counts = answer(Stream(requests, window), question(indicator_counts(at)))
    assert counts.design_effect() == design_effect(latency_indicators(values, 20_000.5))
