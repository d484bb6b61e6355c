"""Under which condition pages are measured: while the target has nothing else to do, or while the load holds."""

from typing import Literal

Condition = Literal["idle", "loaded"]
When = Literal["idle", "loaded", "both"]

_CONDITIONS: dict[When, tuple[Condition, ...]] = {
    "idle": ("idle",),
    "loaded": ("loaded",),
    "both": ("idle", "loaded"),
}


def conditions_of(when: When) -> tuple[Condition, ...]:
    """The conditions that a profile's `when` asks for, in the order in which they are measured."""
    return _CONDITIONS[when]


def under(page: str, condition: Condition) -> str:
    """A page as a sentence calls it: `home`, or `home under load`."""
    return page if condition == "idle" else f"{page} under load"
