"""Letters on their way: channels that answer wrongly, late or never."""

import threading
import time
from collections.abc import Callable

import pytest
from past_runs import FIRST_NIGHT
from receivers import PagerDuty
from told_nights import incident

from slogate.notify.channels import pagerduty
from slogate.notify.channels.attempt import Letter, Send, UndeliveredError
from slogate.notify.delivery import Delivered, Sending, deliver
from slogate.notify.message import compose

KEY = "0123456789abcdef0123456789abcdef"
LETTER = Letter("trigger", incident(), compose(incident(), "trigger", FIRST_NIGHT))


def sent_by(sends: dict[str, Send], *, within_s: float = 20.0, each: int = 1) -> dict[int, Delivered]:
    sendings = [
        Sending(place * 10 + number, channel, send, LETTER)
        for place, (channel, send) in enumerate(sends.items())
        for number in range(each)
    ]
    return {ending.key: ending for ending in deliver(sendings, within_s=within_s, first_pause_s=0.01)}


@pytest.mark.parametrize("script", [[500, 500], ["reset", 503], [(429, "0"), "reset"]])
def test_what_fails_for_a_while_is_tried_until_it_arrives(script: list[int | tuple[int, str] | str]) -> None:
    with PagerDuty(KEY) as server:
        server.script = script
        ended = sent_by({"oncall": pagerduty.channel(KEY, server.events_url)})
        assert ended == {0: Delivered(0, "", 3)}
        assert len(server.alerts) == 1


def test_what_is_refused_for_good_is_not_tried_again() -> None:
    with PagerDuty(KEY) as server:
        ended = sent_by({"oncall": pagerduty.channel("f" * 32, server.events_url)})
    assert ended[0].attempts == 1
    assert ended[0].error.startswith("answered 400: ")


def test_what_may_have_arrived_is_not_sent_again() -> None:
    def silent(_letter: Letter, _timeout_s: float) -> None:
        raise UndeliveredError("no answer within 20 s; it may have arrived", unanswered=True)

    assert sent_by({"team": silent})[0] == Delivered(0, "no answer within 20 s; it may have arrived", 1)


def test_a_service_that_wants_to_be_left_alone_for_long_is() -> None:
    with PagerDuty(KEY) as server:
        server.script = [(429, "3600")]
        ended = sent_by({"oncall": pagerduty.channel(KEY, server.events_url)})
        assert (ended[0].attempts, ended[0].error[:12]) == (1, "answered 429")
        assert server.script == []


def test_as_long_as_it_is_asked_for() -> None:
    seen = []

    def busy(_letter: Letter, _timeout_s: float) -> None:
        seen.append(time.monotonic())
        if len(seen) == 1:
            raise UndeliveredError("busy", retry_after_s=0.3)

    assert sent_by({"busy": busy})[0].error == ""
    assert seen[1] - seen[0] >= 0.3


@pytest.mark.parametrize("way", ["hang", "drip"])
def test_a_channel_that_does_not_come_back_holds_up_no_other(way: str) -> None:
    arrived = threading.Event()
    with PagerDuty(KEY) as server:
        server.script = [way] * 50
        ended = sent_by(
            {
                "stuck": pagerduty.channel(KEY, server.events_url),
                "good": lambda _letter, _timeout_s: arrived.set(),
            },
            within_s=1.0,
            each=2,
        )
    assert arrived.is_set()
    assert [ended[key].error for key in (10, 11)] == ["", ""]
    assert ended[0].error
    assert ended[1].error


def test_the_letters_of_a_channel_go_one_after_the_other() -> None:
    order: list[int] = []

    def keep(number: int) -> Callable[[Letter, float], None]:
        return lambda _letter, _timeout_s: order.append(number)

    list(deliver([Sending(number, "team", keep(number), LETTER) for number in range(5)]))
    assert order == [0, 1, 2, 3, 4]


def test_a_defect_of_a_library_costs_its_letter_and_nothing_else() -> None:
    def broken(_letter: Letter, _timeout_s: float) -> None:
        raise KeyError("x")

    ended = sent_by({"broken": broken, "good": lambda _letter, _timeout_s: None}, within_s=0.3)
    assert ended[0].error == "KeyError: 'x'"
    assert ended[10].error == ""


def test_nothing_to_send_is_done_at_once() -> None:
    assert list(deliver([])) == []
