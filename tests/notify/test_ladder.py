"""Who is to be called by now."""

from datetime import timedelta

import pytest
from past_runs import FIRST_NIGHT
from told_nights import incident

from slogate.notify.ladder import due
from slogate.slo.notify import Step

LADDER = (
    Step("L1", "developer", 0.0, "dev"),
    Step("L2", "team lead", 900.0, "lead"),
    Step("L3", "CTO", 1800.0, "cto"),
)


@pytest.mark.parametrize(
    ("minutes", "called"),
    [
        (0, ["L1"]),
        (14.99, ["L1"]),
        (15, ["L1", "L2"]),
        (29.99, ["L1", "L2"]),
        (30, ["L1", "L2", "L3"]),
        (9999, ["L1", "L2", "L3"]),
    ],
)
def test_the_ladder_of_the_checklist(minutes: float, called: list[str]) -> None:
    now = FIRST_NIGHT + timedelta(minutes=minutes)
    assert [step.level for step in due(LADDER, incident(), now)] == called


def test_nobody_is_called_for_what_somebody_has_taken_on_or_what_is_over() -> None:
    later = FIRST_NIGHT + timedelta(days=1)
    assert due(LADDER, incident(acknowledged_at=FIRST_NIGHT), later) == []
    assert due(LADDER, incident(resolved_at=FIRST_NIGHT), later) == []
    assert due((), incident(), later) == []
