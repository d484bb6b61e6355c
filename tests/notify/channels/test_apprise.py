"""Through apprise: a webhook and a mail server, both real and on loopback."""

import email
import email.policy
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from aiosmtpd.controller import Controller
from past_runs import FIRST_NIGHT
from receivers import Receiver
from told_nights import incident

from slogate.history.outbox import Event
from slogate.load.launch import free_port
from slogate.notify.channels.apprise import channel
from slogate.notify.channels.attempt import Letter, UndeliveredError
from slogate.notify.message import compose
from slogate.slo.channels import AddressError


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    with Receiver() as server:
        yield server


class _Post:
    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[int, list[bytes]]]:
    handler, port = _Post(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield port, handler.mails
    controller.stop()


@pytest.fixture
def root_log() -> Iterator[list[str]]:
    """Who logs what reaches the log of a program that wants to know everything."""
    names: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            names.append(record.name)

    root, handler = logging.getLogger(), Kept()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield names
    root.removeHandler(handler)
    root.setLevel(level)


def letter(event: Event = "trigger") -> Letter:
    about = incident(headline="GET /cart_items p95 < 500 ms & slow")
    return Letter(event, about, compose(about, event, FIRST_NIGHT))


def test_a_webhook_gets_the_plain_text(webhook: Receiver) -> None:
    send = channel(f"json://127.0.0.1:{webhook.port}/hook")
    send(letter(), 5)
    send(letter("resolve"), 5)
    begun, over = webhook.bodies
    assert begun["title"] == "FAIL shop nightly 1.5.0: GET /cart_items p95 < 500 ms & slow"
    assert "What: GET /cart_items p95 < 500 ms & slow\n" in begun["message"]
    assert "Take it on: slogate incident ack 7" in begun["message"]
    assert (begun["type"], over["type"]) == ("failure", "success")
    assert over["title"].startswith("RESOLVED ")


def test_a_mail_says_the_same_as_html(post: tuple[int, list[bytes]]) -> None:
    port, mails = post
    channel(f"mailto://127.0.0.1:{port}/?from=slo@shop.example&to=dev@shop.example&mode=insecure")(letter(), 5)
    [mail] = [email.message_from_bytes(content, policy=email.policy.default) for content in mails]
    assert mail["subject"] == "FAIL shop nightly 1.5.0: GET /cart_items p95 < 500 ms & slow"
    assert mail["to"] == "dev@shop.example"
    html = mail.get_body(("html",))
    assert html is not None
    content = html.get_content()
    assert "GET /cart_items p95 &lt; 500 ms &amp; slow" in content
    assert "<code>slogate incident ack 7</code>" in content
    assert "<li>p95 latency: 612 ms" in content


def test_a_service_that_refuses_is_told_by_what_it_said(
    webhook: Receiver, capfd: pytest.CaptureFixture[str], root_log: list[str]
) -> None:
    webhook.script = [500]
    with pytest.raises(UndeliveredError, match=r"Failed to send JSON POST notification.*500"):
        channel(f"json://127.0.0.1:{webhook.port}/hunter2000")(letter(), 5)
    assert capfd.readouterr() == ("", "")
    assert "apprise" not in root_log


def test_a_service_that_does_not_answer_may_have_shown_it(webhook: Receiver) -> None:
    webhook.script = ["hang"]
    with pytest.raises(UndeliveredError, match=r"no answer within 0\.2 s; it may have arrived") as caught:
        channel(f"json://127.0.0.1:{webhook.port}/hook?rto=0.2")(letter(), 5)
    assert caught.value.unanswered


@pytest.mark.parametrize(
    ("address", "read_s"),
    [("json://127.0.0.1:9/", 20.0), ("json://127.0.0.1:9/?rto=4", 4.0), ("apprise://127.0.0.1:9/token12345", 30.0)],
)
def test_a_service_has_time_to_answer(address: str, read_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    timeouts: list[tuple[float, float]] = []

    def unanswered(*_arguments: object, timeout: tuple[float, float], **_options: object) -> None:
        timeouts.append(timeout)
        raise requests.exceptions.ReadTimeout

    monkeypatch.setattr(requests, "post", unanswered)
    monkeypatch.setattr(requests, "request", unanswered)
    with pytest.raises(UndeliveredError, match=f"no answer within {read_s:g} s"):
        channel(address)(letter(), 5)
    assert [seconds for _, seconds in timeouts] == [read_s]


def test_what_never_connected_has_not_been_sent() -> None:
    with pytest.raises(UndeliveredError, match="Connection error") as caught:
        channel(f"json://127.0.0.1:{free_port()}/")(letter(), 5)
    assert not caught.value.unanswered


@pytest.mark.parametrize("address", ["slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#slo", "msteams://x"])
def test_a_plugin_with_a_defect_is_told_without_the_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise TypeError(address)

    monkeypatch.setattr("apprise.Apprise.instantiate", broken)
    with pytest.raises(AddressError, match="apprise fails on it with TypeError") as caught:
        channel(address)
    assert address not in str(caught.value)


def test_an_address_of_no_service_is_told_without_it(capfd: pytest.CaptureFixture[str]) -> None:
    for address in ("nosuch://hunter2000", "slack://hunter2000", "hunter2000"):
        with pytest.raises(AddressError, match="no address that apprise knows") as caught:
            channel(address)
        assert "hunter2000" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_without_apprise_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(AddressError, match=r"pip install 'slogate\[notify\]'"):
        channel("json://127.0.0.1:1")
