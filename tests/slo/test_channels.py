"""One channel of the section `notify`, before and after its variables are replaced."""

import pytest

from slogate.slo.channels import PAGERDUTY_EVENTS, AddressError, Channel


def test_addresses_once_the_variables_are_set() -> None:
    channel = Channel(pagerduty="${KEY}", url="${WHERE:-https://events.eu.pagerduty.com/v2/enqueue}")
    assert channel.address({"KEY": " abc "}) == "abc"
    assert channel.events_url({}) == "https://events.eu.pagerduty.com/v2/enqueue"
    assert Channel(pagerduty="${KEY}").events_url({}) == PAGERDUTY_EVENTS
    assert channel.variables() == {"KEY", "WHERE"}


@pytest.mark.parametrize(
    ("channel", "value", "said"),
    [
        (Channel(apprise="${X}"), "", "is empty"),
        (Channel(alertmanager="${X}"), "hunter2000:9093", "is not a web address once"),
        (Channel(alertmanager="http://u:${X}@am:9093/"), "a b", "is not a web address once"),
    ],
)
def test_a_value_of_no_use_is_told_without_it(channel: Channel, value: str, said: str) -> None:
    with pytest.raises(AddressError, match=said) as caught:
        channel.address({"X": value})
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["json://127.0.0.1:8080/x", "mailto://mail.example?to=a@b.example", "slack://${A}/${B}/${C}"]
)
def test_addresses_without_a_secret_may_stand_in_the_file(address: str) -> None:
    assert Channel(apprise=address).service == "apprise"


def test_kinds_that_a_channel_does_not_hear_of() -> None:
    channel = Channel(apprise="${A}", on=["fail", "silence"])
    assert channel.hears_of("fail")
    assert not channel.hears_of("change_point")
    assert Channel(apprise="${A}").hears_of("change_point")
