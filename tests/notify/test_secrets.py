"""What stands in a variable of a channel is said nowhere, whole or in pieces."""

import pytest

from slogate.notify.secrets import redactor
from slogate.slo.channels import Channel
from slogate.slo.notify import Notify

ENVIRON = {
    "TEAM": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#slo-team",
    "MAIL": "mailto://me:p%40ssw0rd@mail.example",
    "KEY": "0123456789abcdef0123456789abcdef",
    "OTHER": "not-of-a-channel",
}
MASKED = redactor(
    Notify(channels=[Channel(apprise="${TEAM}"), Channel(name="mail", apprise="${MAIL}"), Channel(pagerduty="${KEY}")]),
    ENVIRON,
)


@pytest.mark.parametrize(
    "text",
    [
        ENVIRON["TEAM"],
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ answered 404",
        "login of me with p@ssw0rd failed",
        f"routing_key={ENVIRON['KEY']}",
    ],
)
def test_pieces_of_an_address_are_masked(text: str) -> None:
    masked = MASKED(text)
    for secret in ("T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ", "p@ssw0rd", ENVIRON["KEY"]):
        assert secret not in masked
    assert "***" in masked


def test_other_words_stay() -> None:
    assert MASKED("not-of-a-channel: no answer within 60 s") == "not-of-a-channel: no answer within 60 s"
