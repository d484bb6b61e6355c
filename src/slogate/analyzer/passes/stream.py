"""Rows that go by, the folds that look at them, and the questions that take several passes.

A question is a generator: it yields the folds that are to see all rows, and goes on once they have. So questions that
are asked together share their passes, and each is written as if it were alone.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Protocol, TypeVar

from slogate.analyzer.evidence import RequestStream
from slogate.analyzer.passes.part import Part

_PIECE = 1 << 17  # rows that are looked at together: what is computed of them stays in the processor's cache

T = TypeVar("T")
U = TypeVar("U")


class Fold(Protocol):
    """Gathers something of the rows."""

    def take(self, part: Part) -> None:
        """Looks at the next rows, in the order of arrival."""


Passes = Generator[Sequence[Fold], None, T]


def answer(stream: RequestStream, question: Passes[T]) -> T:
    """Makes as many passes as the question takes."""
    kept: list[Part] = []
    while True:
        try:
            folds = next(question)
        except StopIteration as end:
            result: T = end.value
            return result
        seen = []
        for part in kept or _parts(stream):
            for fold in folds:
                fold.take(part)
            part.forget()
            if stream.kept:
                seen.append(part)
        kept = seen


def together(questions: Sequence[Passes[T]]) -> Passes[list[T]]:
    """The answers of several questions, which share their passes."""
    answers: dict[int, T] = {}
    waiting = dict(enumerate(questions))
    while waiting:
        folds: list[Fold] = []
        for number, question in list(waiting.items()):
            try:
                folds += next(question)
            except StopIteration as end:
                answers[number] = end.value
                del waiting[number]
        if folds:
            yield folds
    return [answers[number] for number in range(len(questions))]


def both(first: Passes[T], second: Passes[U]) -> Passes[tuple[T, U]]:
    """The answers of two questions of different kinds, which share their passes."""
    one: list[T] = []
    other: list[U] = []
    yield from together([_into(one, first), _into(other, second)])
    return one[0], other[0]


def _into(kept: list[T], question: Passes[T]) -> Passes[None]:
    kept.append((yield from question))


def _parts(stream: RequestStream) -> Iterator[Part]:
    for window in stream.windows():
        for first in range(0, len(window), _PIECE):
            yield Part(window.where(slice(first, first + _PIECE)))
