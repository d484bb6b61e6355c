"""Each channel of slo.yaml reaches its service."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from past_runs import FIRST_NIGHT
from receivers import PagerDuty, Receiver, alertmanager, alerts_of
from told_nights import incident

from slogate.notify.channels.attempt import Letter
from slogate.notify.channels.known import sender
from slogate.notify.message import compose
from slogate.slo.channels import AddressError, Channel

KEY = "0123456789abcdef0123456789abcdef"
ABOUT = incident(opened_at=datetime.now(UTC))
LETTER = Letter("trigger", ABOUT, compose(ABOUT, "trigger", FIRST_NIGHT))


def test_each_by_its_own_service(tmp_path: Path) -> None:
    with Receiver() as hook, PagerDuty(KEY) as pagerduty, alertmanager(tmp_path) as url:
        environ = {"HOOK": f"json://127.0.0.1:{hook.port}", "KEY": KEY, "AM": url}
        for channel in (
            Channel(apprise="${HOOK}"),
            Channel(pagerduty="${KEY}", url=pagerduty.events_url),
            Channel(alertmanager="${AM}"),
        ):
            sender(channel, environ, lambda: datetime.now(UTC))(LETTER, 10)
        assert (len(hook.bodies), len(pagerduty.alerts), len(alerts_of(url))) == (1, 1, 1)


@pytest.mark.parametrize(
    "channel",
    [
        Channel(apprise="${X}"),
        Channel(pagerduty="${X}"),
        Channel(alertmanager="${X}"),
        Channel(pagerduty="a${Y}", url="${X}"),
    ],
)
def test_none_without_its_variable(channel: Channel) -> None:
    with pytest.raises(AddressError, match="the variable X is not set"):
        sender(channel, {"Y": "b"}, lambda: FIRST_NIGHT)
