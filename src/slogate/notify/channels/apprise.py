"""Slack, Teams, Telegram, mail, webhooks and the rest, through apprise: https://github.com/caronc/apprise"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import cast

import requests

from slogate.notify.channels.attempt import Letter, Send, UndeliveredError
from slogate.slo.channels import AddressError

_READ_TIMEOUT_S = 20.0  # webhooks that do their work before they answer take longer than apprise's 4 s
_SETS_READ_TIMEOUT = re.compile(r"[?&]rto=", re.IGNORECASE)


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
    if not _SETS_READ_TIMEOUT.search(address):
        service.socket_read_timeout = max(service.socket_read_timeout, _READ_TIMEOUT_S)
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
        if sent:
            return
        if any(failure.timed_out for failure in heard):
            raise UndeliveredError(
                f"no answer within {service.socket_read_timeout:g} s; it may have arrived", unanswered=True
            )
        raise UndeliveredError(heard[-1].said if heard else "the service did not take it")

    return send


@dataclass(frozen=True)
class _Failure:
    """What apprise said of a failure, and whether the service was silent for too long after it had been asked."""

    said: str
    timed_out: bool


class _Listener(logging.Handler):
    """Keeps what apprise logs for whoever listens in the same context, also where apprise works in a thread."""

    def emit(self, record: logging.LogRecord) -> None:
        heard = _heard.get()
        if heard is not None:
            # Its plugins log while they handle the exception, and keep it to themselves.
            heard.append(_Failure(" ".join(record.getMessage().split()), _read_timed_out(sys.exception())))


def _read_timed_out(error: BaseException | None) -> bool:
    """Whether a request was sent and not answered in time; one that never connected has not been sent."""
    return isinstance(error, requests.exceptions.ReadTimeout)


_heard: ContextVar[list[_Failure] | None] = ContextVar("heard", default=None)
_listener = _Listener(logging.WARNING)


@contextmanager
def _listening() -> Iterator[list[_Failure]]:
    """What apprise logs in the block. It goes nowhere else: it may hold the address."""
    log = logging.getLogger("apprise")
    log.propagate = False
    log.addHandler(_listener)  # which does nothing where it is there already
    heard: list[_Failure] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
