"""Slack, Teams, Telegram, mail, webhooks and the rest, through apprise: https://github.com/caronc/apprise"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import cast

from slogate.notify.channels.attempt import Letter, Send, UndeliveredError
from slogate.slo.channels import AddressError


def channel(address: str) -> Send:
    """Sends to an address of apprise. Raises `AddressError` where it is none, or apprise is not installed; the text
    does not hold the address, which is a secret.
    """
    with _listening():
        try:
            import apprise  # noqa: PLC0415  # an extra, and slow to load
        except ModuleNotFoundError:
            raise AddressError("apprise is not installed: pip install 'slogate[notify]'") from None
        # Nothing is kept on disk.
        asset = apprise.AppriseAsset(app_id="slogate", app_desc="slogate", async_mode=False, storage_mode="memory")
        try:
            service = apprise.Apprise.instantiate(address, asset=asset)
        except Exception as defect:  # noqa: BLE001  # of one of a hundred plugins, whose words may hold the address
            raise AddressError(f"apprise fails on it with {type(defect).__name__}") from None
    if service is None:
        raise AddressError("it is no address that apprise knows, once its variables are replaced")
    # Of several formats that a service takes, the first is its own.
    taken = cast("str | tuple[str, ...]", service.notify_format)
    plain = (taken if isinstance(taken, str) else taken[0]) == apprise.NotifyFormat.TEXT
    sender = apprise.Apprise(asset=asset)
    sender.add(service)

    def send(letter: Letter, _timeout_s: float) -> None:
        over = letter.event != "trigger"
        with _listening() as heard:
            sent = sender.notify(
                title=letter.message.title,
                body=letter.message.text if plain else letter.message.markdown,
                body_format=apprise.NotifyFormat.TEXT if plain else apprise.NotifyFormat.MARKDOWN,
                notify_type=apprise.NotifyType.SUCCESS if over else apprise.NotifyType.FAILURE,
            )
        if not sent:
            raise UndeliveredError(heard[-1] if heard else "the service did not take it")

    return send


class _Listener(logging.Handler):
    """Keeps what apprise logs for whoever listens in the same context, also where apprise works in a thread."""

    def emit(self, record: logging.LogRecord) -> None:
        heard = _heard.get()
        if heard is not None:
            heard.append(" ".join(record.getMessage().split()))


_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)
_listener = _Listener(logging.WARNING)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What apprise logs in the block. It goes nowhere else: it may hold the address."""
    log = logging.getLogger("apprise")
    log.propagate = False
    log.addHandler(_listener)  # which does nothing where it is there already
    heard: list[str] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
