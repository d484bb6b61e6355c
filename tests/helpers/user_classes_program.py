"""User classes that can make no load are named, with their place and the cure. A program: Locust patches the process.

It fails with a traceback, or prints "held".
"""

import sys
from typing import Any

from locust import User, task

from slogate.load.scenario import problems_of, without_shape


def kind(name: str = "Visitor", **attributes: Any) -> type[User]:
    """A class of users with one task."""

    def ask(_user: User) -> None:
        pass

    return type(name, (User,), {"abstract": False, "ask": task(ask), **attributes})


def problem_of(*kinds: type[User]) -> tuple[str, str]:
    """The only one."""
    (problem,) = problems_of(kinds)
    return problem


class Idle(User):  # type: ignore[misc]  # Locust has no types
    """Has no task."""


class Runs(User):  # type: ignore[misc]  # as above
    """Needs none."""

    def run(self) -> None:
        """Does something of its own."""


class Environment:
    """Of a locustfile with a shape."""

    shape_class: object = object()


for weight in (1, 0.5, 10):
    assert not list(problems_of([kind(weight=weight), kind("Other", weight=0)])), weight
for wrong in (-1, "3", True, None):
    said, cure = problem_of(kind(weight=wrong))
    assert f"Visitor: weight is {wrong!r}" in said, said
    assert "number" in cure, cure
assert "Visitor, Other" in problem_of(kind(weight=0), kind("Other", weight=0))[0]
assert not list(problems_of([kind(weight=0, fixed_count=3)]))
said, cure = problem_of(Idle)
assert "user_classes_program.py:" in said, said
assert "Idle has no task" in said, said
assert "@task" in cure, cure
assert not list(problems_of([Runs]))

environment = Environment()
assert without_shape(environment) == "object"
assert environment.shape_class is None
assert without_shape(environment) == ""
sys.stdout.write("held\n")
