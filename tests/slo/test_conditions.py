"""When pages are measured, and how their pages are called then."""

import pytest

from slogate.slo.conditions import Condition, When, conditions_of, under


@pytest.mark.parametrize(
    ("when", "conditions"), [("idle", ("idle",)), ("loaded", ("loaded",)), ("both", ("idle", "loaded"))]
)
def test_what_a_profile_asks_for(when: When, conditions: tuple[Condition, ...]) -> None:
    assert conditions_of(when) == conditions


def test_a_page_under_load_is_called_so() -> None:
    assert (under("home", "idle"), under("home", "loaded")) == ("home", "home under load")
