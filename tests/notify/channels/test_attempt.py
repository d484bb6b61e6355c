"""One attempt over HTTP: what its failure says, and whether another one makes sense."""

import pytest
from receivers import Receiver

from slogate.notify.channels.attempt import UndeliveredError, post


@pytest.mark.parametrize(
    ("answer", "lasting", "retry_after_s"),
    [
        (400, True, None),
        (404, True, None),
        (408, False, None),
        (500, False, None),
        ((429, "7"), False, 7.0),
        ((503, "Wed, 21 Oct 2015 07:28:00 GMT"), False, 0.0),
        ((503, "soon"), False, None),
        ((307, "/elsewhere"), True, None),  # a redirect would take what is secret to another host
    ],
)
def test_what_an_answer_says_to_trying_again(
    answer: int | tuple[int, str], lasting: bool, retry_after_s: float | None
) -> None:
    with Receiver() as server:
        server.script = [answer]
        with pytest.raises(UndeliveredError) as caught:
            post(f"{server.url}/hook", {"a": 1}, 5)
    status = answer if isinstance(answer, int) else answer[0]
    assert str(caught.value) == f'answered {status}: {{"asked": "/hook"}}'
    assert (caught.value.lasting, caught.value.retry_after_s) == (lasting, retry_after_s)
    assert server.bodies == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [("hang", "no answer within 0.2 s"), ("reset", "the connection failed: Connection reset by peer")],
)
def test_a_connection_that_fails_is_told_in_a_few_words(answer: str, said: str) -> None:
    with Receiver() as server:
        server.script = [answer]
        with pytest.raises(UndeliveredError) as caught:
            post(f"{server.url}/hunter2000", {}, 0.2)
    assert (str(caught.value), caught.value.lasting) == (said, False)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/hunter2000", "http://no-such-host.invalid/hunter2000", "http://["]
)
def test_an_address_where_nobody_is_is_not_repeated(address: str) -> None:
    with pytest.raises(UndeliveredError, match="the connection failed: ") as caught:
        post(address, {}, 5)
    assert "hunter2000" not in str(caught.value)


def test_what_is_taken_is_delivered() -> None:
    with Receiver() as server:
        post(server.url, {"a": 1}, 5)
    assert server.bodies == [{"a": 1}]
