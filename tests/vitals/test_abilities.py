"""What only Chromium can do is refused elsewhere before anything is measured, for every page at once."""

import pytest

from slogate.errors import ConfigError, ExitCode
from slogate.slo.profile import Engine
from slogate.vitals.abilities import check_abilities
from slogate.vitals.credentials import CredentialNames
from slogate.vitals.journeys import PageJourney


def journey(name: str, **what: object) -> PageJourney:
    return PageJourney(name, lambda page: page.goto("/"), **what)  # type: ignore[arg-type]  # each test names what it is about


SLOWED = journey("slowed", throttle="mobile")
LOCKED = journey("locked", http_credentials=CredentialNames("SHOP_USER", "SHOP_PASSWORD"))
SOFT = journey("orders", after=journey("home"))
PLAIN = journey("plain", ready="h1", warm=True, interaction=lambda page: page.click("#more"))


@pytest.mark.parametrize("engine", ["firefox", "webkit"])
def test_every_page_that_cannot_be_measured_is_named(engine: Engine) -> None:
    with pytest.raises(ConfigError) as caught:
        check_abilities([SLOWED, PLAIN, LOCKED, SOFT], engine)
    first, second, third = caught.value.message.splitlines()
    assert "test_abilities.py:" in first
    assert "'slowed' has throttle='mobile'" in first
    assert "'locked' has http_credentials=" in second
    assert "'orders' is a soft navigation from 'home'" in third
    assert caught.value.exit_code is ExitCode.USAGE
    check_abilities([PLAIN], engine)


def test_chromium_can_do_all_of_it() -> None:
    check_abilities([SLOWED, PLAIN, LOCKED, SOFT], "chromium")
