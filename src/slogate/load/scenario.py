"""Whether a scenario can make a load at all: what is wrong with its user classes is said before anything is sent."""

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from locust import User


def problems_of(user_classes: Sequence[type[User]]) -> Iterator[tuple[str, str]]:
    """What is wrong with these classes, with file and line, and its cure."""
    for kind in user_classes:
        if _weight(kind) is None:
            yield f"{_place(kind)}: {kind.__name__}: weight is {kind.weight!r}", "write a number, 0 or more"
        if not kind.tasks and kind.run is User.run:
            yield (
                f"{_place(kind)}: {kind.__name__} has no task",
                "put @task above what it is to do; with --tags or --exclude-tags, see whether a task is left",
            )
    if not any(kind.fixed_count or _weight(kind) != 0 for kind in user_classes):
        names = ", ".join(kind.__name__ for kind in user_classes)
        yield f"{_place(user_classes[0])}: no user class has a weight above 0: {names}", "give one of them a weight"


def without_shape(environment: Any) -> str:
    """Puts a `LoadTestShape` of the scenario aside, because the profile says how much load there is; returns its name,
    empty where there is none.
    """
    shape, environment.shape_class = environment.shape_class, None
    return "" if shape is None else type(shape).__name__


def _weight(kind: type[User]) -> float | None:
    weight: Any = kind.weight
    return weight if type(weight) in {int, float} and weight >= 0 else None


def _place(kind: type[User]) -> str:
    """`loadtests/shopper.py:12`"""
    try:
        path, line = Path(inspect.getsourcefile(kind) or ""), inspect.getsourcelines(kind)[1]
    except (OSError, TypeError):
        return kind.__module__
    return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}:{line}"
