"""From a channel of slo.yaml to what sends."""

from collections.abc import Callable, Mapping
from datetime import datetime

from slogate.notify.channels import alertmanager, apprise, pagerduty
from slogate.notify.channels.attempt import Send
from slogate.slo.channels import Channel


def sender(channel: Channel, environ: Mapping[str, str], now: Callable[[], datetime]) -> Send:
    """What sends to this channel. Raises `AddressError` where a variable is not set, or is of no use."""
    match channel.service:
        case "apprise":
            return apprise.channel(channel.address(environ))
        case "pagerduty":
            return pagerduty.channel(channel.address(environ), channel.events_url(environ))
        case "alertmanager":
            return alertmanager.channel(channel.address(environ), now)
