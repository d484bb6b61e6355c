"""Prints tables, and keeps count of what does not agree."""

import statistics
from collections.abc import Iterable, Sequence

from scipy import stats


def show(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints a Markdown table, whose columns are also straight on a terminal."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    print(f"\n{title}\n")
    for number, row in enumerate(cells):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print(flush=True)


def median(values: Iterable[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def interval_of_median(values: Sequence[float]) -> tuple[float, float]:
    """Where the true median lies with at least 95 % confidence, by the ranks of a sign test; all of the values where
    they are too few for that.
    """
    ordered, skipped = sorted(values), 0
    while stats.binom.cdf(skipped, len(ordered), 0.5) <= 0.025:
        skipped += 1
    return ordered[max(0, skipped - 1)], ordered[-max(1, skipped)]


class Account:
    """Counts that must agree. `exit_code` is 1 once one did not."""

    def __init__(self) -> None:
        self._wrong: list[str] = []

    def agree(self, what: str, **counts: int) -> None:
        """All of `counts` are meant to be one number."""
        if len(set(counts.values())) > 1:
            self.wrong(f"{what}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))

    def wrong(self, text: str) -> None:
        """Something that ought not to be."""
        self._wrong.append(text)
        print(f"DOES NOT AGREE  {text}", flush=True)

    @property
    def exit_code(self) -> int:
        """For the benchmark's own."""
        if not self._wrong:
            print("all counts agree with the servers' own records")
        return 1 if self._wrong else 0
