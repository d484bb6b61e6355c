"""How many users of each class each generator has. Stands in for Locust's own dispatcher of users."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

_LEAST_USERS_OF_A_CLASS = 2
_SPARE = 2  # a generator must be able to take over what one that was lost had to do


class UserClass(Protocol):
    """What of a Locust user class decides how many users it gets."""

    __name__: str
    weight: float
    fixed_count: int


def users_of_an_open_load(classes: Sequence[UserClass], most_in_flight: int, generators: int) -> dict[str, int]:
    """Users for each generator: together they can hold `most_in_flight` iterations.

    Each class has its share by weight, and one user at least (two where there may be so many): a class without a user
    could never take its arrivals.
    """
    spare = _SPARE if generators > 1 else 1
    each = math.ceil(most_in_flight * spare / generators)
    kinds = [kind for kind in classes if kind.weight > 0]
    total = sum(kind.weight for kind in kinds)
    least = min(_LEAST_USERS_OF_A_CLASS, max(1, each // len(kinds)))
    users = {kind.__name__: max(least, round(each * kind.weight / total)) for kind in kinds}
    return {kind.__name__: users.get(kind.__name__, 0) for kind in classes}


def users_of_a_closed_load(classes: Sequence[UserClass], users: int, index: int, generators: int) -> dict[str, int]:
    """The users of generator `index` (from 0). Over all generators: first each class's `fixed_count`, then by weight,
    as Locust gives them.
    """
    counts = {kind.__name__: 0 for kind in classes}
    for kind in classes:
        counts[kind.__name__] = min(kind.fixed_count, users - sum(counts.values()))
    by_weight = {kind.__name__: kind.weight for kind in classes if not kind.fixed_count and kind.weight > 0}
    left, total = users - sum(counts.values()), sum(by_weight.values())
    exact = {name: left * weight / total for name, weight in by_weight.items()}
    counts |= {name: int(count) for name, count in exact.items()}
    missing = left - sum(int(count) for count in exact.values())
    for name in sorted(exact, key=lambda name: int(exact[name]) - exact[name])[:missing]:
        counts[name] += 1
    everyone = [name for name, count in counts.items() for _ in range(count)]
    mine = everyone[index::generators] if index < generators else []  # one that joined late has none
    return {name: mine.count(name) for name in counts}


class Dispatch:
    """What a Locust runner asks of a users' dispatcher. It never moves a user from one generator to another: that would
    cut off what the user is doing.

    `users_of` tells the users of a generator by its Locust id; nobody, for one that has not been admitted yet.
    """

    dispatch_in_progress = False

    def __init__(
        self, users_of: Callable[[str], Mapping[str, int]], worker_nodes: list[Any], user_classes: Sequence[UserClass]
    ) -> None:
        self._users_of = users_of
        self._nodes = {node.id for node in worker_nodes}
        self._none = {kind.__name__: 0 for kind in user_classes}
        self._due = False

    def new_dispatch(self, *_: Any, **__: Any) -> None:
        """Locust wants the users distributed; it asks for the result by iterating."""
        self._due = True

    def add_worker(self, worker_node: Any) -> None:
        """A generator has joined."""
        self._nodes.add(worker_node.id)

    def remove_worker(self, worker_node: Any) -> None:
        """A generator has gone."""
        self._nodes.discard(worker_node.id)

    def __iter__(self) -> Iterator[dict[str, dict[str, int]]]:
        return self

    def __next__(self) -> dict[str, dict[str, int]]:
        if not self._due:
            raise StopIteration
        self._due = False
        return {node: {**self._none, **self._users_of(node)} for node in self._nodes}
