"""A channel of slo.yaml's section `notify`: how one address is written there, and what becomes of it.

Its variables are not replaced when the file is read, as those of the other sections are: their values are secrets,
which are then in no model, and one that is not set must not stop a measurement.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, Field, model_validator

from slogate.slo import variables as env
from slogate.slo.fields import Section, web_address

Kind = Literal["fail", "inconclusive", "not_judgeable", "change_point", "silence"]
Service = Literal["apprise", "pagerduty", "alertmanager"]

PAGERDUTY_EVENTS = "https://events.pagerduty.com/v2/enqueue"
_WITHOUT_TOKEN = {"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos", "syslog"}
_TELLING = ("pass", "token", "key", "secret", "auth")


class AddressError(ValueError):
    """Why a channel has no address now; the text holds no value of a variable."""


def _closed(value: str) -> str:
    env.expand(value, dict.fromkeys(env.names(value), "set"))
    return value


def _no_password(value: str, example: str) -> str:
    _closed(value)
    try:
        parts = urlsplit(env.defaults(value))
    except ValueError:
        raise ValueError(f"{value!r} is not an address; write it as {example}") from None
    query = [name for name, text in parse_qsl(parts.query) if text and any(part in name.lower() for part in _TELLING)]
    if parts.netloc.rpartition("@")[0].partition(":")[2] or query:
        raise ValueError(
            f'credentials stand in this address, and the file is kept in every run folder; write it as "{example}"'
        )
    return value


def _apprise_address(value: str) -> str:
    _no_password(value, "${SLACK_URL}")
    scheme, separator, _rest = value.partition("://")
    if not env.names(value) and separator and scheme not in _WITHOUT_TOKEN:
        raise ValueError(
            f"an address with {scheme}:// is a secret itself, and the file is kept in every run folder; put it into a "
            'variable: "${SLACK_URL}"'
        )
    if not env.names(value) and not separator:
        raise ValueError(f'{value!r} is not an address of apprise; write it as "${{SLACK_URL}}"')
    return value


def _routing_key(value: str) -> str:
    if not env.names(_closed(value)):
        raise ValueError(
            "a routing key stands in the file, which is kept in every run folder; put it into a variable: "
            '"${PAGERDUTY_ROUTING_KEY}"'
        )
    return value


def address_type(example: str) -> AfterValidator:
    """Checks a web address that may have variables in it."""

    def check(value: str) -> str:
        _no_password(value, example)
        if not env.names(value):
            web_address(value, example)
        return value

    return AfterValidator(check)


class Channel(Section):
    """One way to tell people. With `on`, only of these kinds of trouble. A channel that the ladder names is told when
    its level is reached, any other at once.
    """

    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    apprise: (
        Annotated[
            str,
            AfterValidator(_apprise_address),
            Field(description="An address of apprise: Slack, Teams, mail...", examples=["${SLACK_URL}"]),
        ]
        | None
    ) = None
    pagerduty: (
        Annotated[
            str,
            AfterValidator(_routing_key),
            Field(description="A routing key of Events v2.", examples=["${PAGERDUTY_ROUTING_KEY}"]),
        ]
        | None
    ) = None
    url: (
        Annotated[
            str,
            address_type(PAGERDUTY_EVENTS),
            Field(
                description="Where PagerDuty takes events, if not in the United States.",
                examples=["https://events.eu.pagerduty.com/v2/enqueue"],
            ),
        ]
        | None
    ) = None
    alertmanager: (
        Annotated[
            str,
            address_type("http://alertmanager:9093"),
            Field(description="Where an Alertmanager answers.", examples=["http://alertmanager:9093"]),
        ]
        | None
    ) = None
    on: Annotated[list[Kind], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_service(self) -> Self:
        given = [name for name in ("apprise", "pagerduty", "alertmanager") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                'a channel is one of {apprise: "${SLACK_URL}"}, {pagerduty: "${KEY}"} and {alertmanager: URL}'
            )
        if self.url is not None and self.pagerduty is None:
            raise ValueError("url belongs to a channel with pagerduty; take it out")
        return self

    @property
    def service(self) -> Service:
        """What it is told by."""
        if self.apprise is not None:
            return "apprise"
        return "pagerduty" if self.pagerduty is not None else "alertmanager"

    @property
    def title(self) -> str:
        """Its name, or else its service's."""
        return self.name or self.service

    def hears_of(self, kind: str) -> bool:
        """Whether it is told of this kind of trouble."""
        return self.on is None or kind in self.on

    def variables(self) -> set[str]:
        """The variables in it, whose values are secrets."""
        written = (self.apprise, self.pagerduty, self.url, self.alertmanager)
        return {name for text in written if text is not None for name in env.names(text)}

    def address(self, variables: Mapping[str, str]) -> str:
        """What its service needs to reach it: an address, or PagerDuty's routing key. Raises `AddressError`."""
        written = self.apprise or self.pagerduty or self.alertmanager or ""
        return self._value(written, variables, web=self.alertmanager is not None)

    def events_url(self, variables: Mapping[str, str]) -> str:
        """Where PagerDuty takes its events. Raises `AddressError`."""
        return self._value(self.url or PAGERDUTY_EVENTS, variables, web=True)

    def _value(self, written: str, variables: Mapping[str, str], *, web: bool) -> str:
        try:
            value = env.expand(written, variables).strip()
        except env.VariableError:
            unset = sorted(name for name in env.names(written) if name not in variables)
            raise AddressError(f"the variable {unset[0]} is not set; export it, or take the channel out") from None
        if not value:
            raise AddressError(f"{written!r} is empty; set the variable, or take the channel out")
        if web:
            try:
                web_address(value, "")
            except ValueError:
                raise AddressError(f"{written!r} is not a web address once its variables are replaced") from None
        return value
