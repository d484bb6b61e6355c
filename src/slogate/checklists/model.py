"""What checklist.yaml means: sections of items, what of a run shows each of them, and who signs. pydantic models that
are also its JSON Schema.

An item without `shown_by` is one that only a person can tick.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from slogate.analyzer.web.facts import PROTECTION_HEADERS
from slogate.slo.fields import Count, EndpointName, Flag, Section
from slogate.slo.model import Api, Objective, Web, objectives_of
from slogate.slo.resources import Resources

Language = Literal["ko", "en"]


class Words(Section):
    """A text in each language; one that is missing is said in the other."""

    ko: Annotated[str, Field(min_length=1)] | None = None
    en: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _said_somehow(self) -> Self:
        if self.ko is None and self.en is None:
            raise ValueError("there is no text; write {ko: ..., en: ...}, or the text alone for both languages")
        return self

    def in_language(self, language: Language) -> str:
        """The text in a language, else in the other one."""
        first, second = (self.ko, self.en) if language == "ko" else (self.en, self.ko)
        return first or second or ""


def _for_both(value: object) -> object:
    return {"ko": value, "en": value} if isinstance(value, str) else value


Text = Annotated[Words, BeforeValidator(_for_both, json_schema_input_type=str | Words)]


class Fact(StrEnum):
    """What the network traffic of pages and load may show, each explained in `page_facts` and `request_facts`."""

    COMPRESSED = "compressed"
    MODERN_IMAGES = "modern_images"
    RATE_LIMITED = "rate_limited"


class Objectives(Section):
    """Objectives as slo.yaml has them, with limits of their own: the run is judged by these."""

    api: Api | None = None
    web: Web | None = None
    resources: Resources | None = None

    @model_validator(mode="after")
    def _judged_alone(self) -> Self:
        flat = self.flat()
        if not flat:
            raise ValueError("there is no objective here; write one, such as {api: {errors: < 1%}}")
        if any(objective.vs_baseline is not None for objective in flat):
            raise ValueError("a list knows no baseline; write vs_baseline in slo.yaml, and verdict: true here")
        if self.api is not None and any(endpoint.ignore for endpoint in self.api.endpoints.values()):
            raise ValueError("which endpoints are ignored is for slo.yaml to say")
        return self

    def flat(self) -> list[Objective]:
        """Each objective."""
        return objectives_of(self.api, self.web, self.resources)


def _protection(name: str) -> str:
    if name.lower() not in PROTECTION_HEADERS:
        raise ValueError(f"{name!r} is not a header that is recorded; there are {', '.join(PROTECTION_HEADERS)}")
    return name.lower()


Header = Annotated[str, AfterValidator(_protection)]


class ShownBy(Section):
    """What of a run shows an item. Where several are given, all have to hold.

    `verdict: true` is the verdict by slo.yaml; `slo` are objectives; `headers` are those that the document of every
    page must have; `facts` are looked for in the network traffic; `endpoints` must have been asked and have answered.
    """

    verdict: Flag = False
    slo: Objectives | None = None
    headers: Annotated[list[Header], Field(min_length=1)] | None = None
    facts: Annotated[list[Fact], Field(min_length=1)] | None = None
    endpoints: Annotated[list[EndpointName], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.verdict or self.slo or self.headers or self.facts or self.endpoints):
            raise ValueError("nothing is named that would show it; leave shown_by out if only a person can tell")
        return self


class Item(Section):
    """One line of the list."""

    text: Text
    shown_by: ShownBy | None = None


class Part(Section):
    """Items under a heading."""

    title: Text
    items: Annotated[list[Item], Field(min_length=1)]


class Checklist(Section):
    """The whole of checklist.yaml."""

    version: Annotated[Literal[1], Count]
    title: Text
    sections: Annotated[list[Part], Field(min_length=1)]
    sign_off: list[Text] = Field(default_factory=list)

    def items(self) -> Iterator[tuple[tuple[str | int, ...], Item]]:
        """Each item, and where it stands in the file."""
        for number, part in enumerate(self.sections):
            for place, item in enumerate(part.items):
                yield ("sections", number, "items", place), item
