"""Questions share their passes, rows that are kept are not read again, and others do not stay in memory."""

import gc
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from synthetic import Stream, rows

from slogate.analyzer.evidence import Requests
from slogate.analyzer.passes.part import Part, Which
from slogate.analyzer.passes.stream import Passes, answer, both, together


@dataclass(frozen=True)
class Reads(Stream):
    """A stream of three windows that notes each time it is read."""

    requests: Requests = field(default_factory=lambda: rows(np.arange(1.0, 31.0)))
    window: int = 10
    reads: list[str] = field(default_factory=list)

    def windows(self) -> Iterator[Requests]:
        self.reads.append("once more")
        yield from super().windows()


@dataclass
class Seen:
    """A fold that looks at all rows, and remembers the parts weakly."""

    rows: int = 0
    parts: list[weakref.ref[Part]] = field(default_factory=list)
    most_alive: int = 0

    def take(self, part: Part) -> None:
        self.rows += len(part.of(Which()))
        part.once("a number", lambda of: len(of.rows))
        self.parts.append(weakref.ref(part))
        self.most_alive = max(self.most_alive, sum(known() is not None for known in self.parts))


def passes(count: int) -> Passes[list[Seen]]:
    folds = [Seen() for _ in range(count)]
    for fold in folds:
        yield [fold]
    return folds


@pytest.mark.parametrize(("kept", "reads"), [(True, 1), (False, 3)])
def test_each_pass_sees_all_rows_and_only_what_is_not_kept_is_read_again(kept: bool, reads: int) -> None:
    stream = Reads(kept=kept)
    assert [fold.rows for fold in answer(stream, passes(3))] == [30, 30, 30]
    assert len(stream.reads) == reads


@pytest.mark.parametrize(("kept", "alive"), [(True, 3), (False, 2)])
def test_parts_that_are_not_kept_are_gone_when_they_were_seen(kept: bool, alive: int) -> None:
    """At once: a cycle of references would hold on to millions of rows until somebody looks for it."""
    gc.disable()
    try:
        [fold] = answer(Reads(kept=kept), passes(1))
        assert fold.most_alive <= alive
        assert [known() for known in fold.parts] == [None, None, None]
    finally:
        gc.enable()


def test_questions_that_are_asked_together_share_their_passes() -> None:
    stream = Reads(kept=False)
    few, many = answer(stream, both(together([passes(1), passes(2)]), passes(4)))
    assert [[fold.rows for fold in folds] for folds in (*few, many)] == [[30], [30] * 2, [30] * 4]
    assert len(stream.reads) == 4


def test_a_question_that_asks_nothing_reads_nothing() -> None:
    stream = Reads(kept=True)
    assert answer(stream, together([])) == []
    assert stream.reads == []
