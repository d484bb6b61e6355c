"""Who is told, when, and by which channels: the section `notify` of slo.yaml."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from slogate.slo.channels import Channel, address_type
from slogate.slo.fields import Seconds, Section

RUN_PLACE = "{run}"
_CHECKLIST = (("developer", 0.0), ("team lead", 15 * 60.0), ("CTO", 30 * 60.0))


class Level(Section):
    """A step of the ladder: who is told, how long after the trouble began, unless somebody has acknowledged it. What is
    left out is as in the checklist: L1 the developer at once, L2 the team lead after 15m, L3 the CTO after 30m.
    """

    level: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    who: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    after: Seconds | None = None
    channel: str


@dataclass(frozen=True)
class Step:
    """A level of the ladder with nothing left out. `after_s` is in seconds."""

    level: str
    who: str
    after_s: float
    channel: str


class Notify(Section):
    """Who is told of trouble: on a change of state, and never twice of the same.

    `report_url` is where people find the report of a run, with `{run}` in the place of its folder's name.
    """

    channels: Annotated[list[Channel], Field(min_length=1)]
    escalation: Annotated[list[Level], Field(min_length=1)] | None = None
    report_url: (
        Annotated[
            str,
            address_type("https://reports.example.com/{run}/report.html"),
            Field(
                description="Where people find the report of a run.",
                examples=["https://reports.example.com/{run}/report.html"],
            ),
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        titles = [channel.title for channel in self.channels]
        twice = next((title for title in titles if titles.count(title) > 1), None)
        if twice is not None:
            raise ValueError(f"two channels are called {twice}; give each a name of its own")
        unknown = next((step.channel for step in self.escalation or () if step.channel not in titles), None)
        if unknown is not None:
            raise ValueError(f"escalation names the channel {unknown!r}, and the channels are {', '.join(titles)}")
        self._check_order(self.ladder)
        return self

    @staticmethod
    def _check_order(ladder: "tuple[Step, ...]") -> None:
        levels = [step.level for step in ladder]
        if len(set(levels)) < len(levels):
            raise ValueError(f"the levels of escalation are {', '.join(levels)}; give each a name of its own")
        for earlier, later in pairwise(ladder):
            if later.after_s < earlier.after_s:
                raise ValueError(
                    f"{later.level} comes after {earlier.level} in escalation, and would be told before it"
                )

    @property
    def ladder(self) -> tuple[Step, ...]:
        """The levels of escalation in their order. Raises `ValueError` where one needs a time that the checklist does
        not have.
        """
        return tuple(self._step(index, level) for index, level in enumerate(self.escalation or ()))

    @staticmethod
    def _step(index: int, level: Level) -> Step:
        usual = _CHECKLIST[index] if index < len(_CHECKLIST) else (None, None)
        name = level.level or f"L{index + 1}"
        who = level.who or usual[0]
        after_s = level.after if level.after is not None else usual[1]
        if who is None or after_s is None:
            raise ValueError(f"{name} is not in the checklist; say who it is, and after how long: after: 1h")
        return Step(name, who, after_s, level.channel)

    def channel(self, title: str) -> Channel | None:
        """The channel of this name, if the file still has it."""
        return next((channel for channel in self.channels if channel.title == title), None)

    @property
    def told_at_once(self) -> tuple[Channel, ...]:
        """The channels that the ladder does not name."""
        later = {step.channel for step in self.ladder}
        return tuple(channel for channel in self.channels if channel.title not in later)
