"""A with-block decides what a request counts as; without a decision its status does; nothing that was sent is lost."""

from typing import Any

import pytest
from own_session import locust_errors, session

from raw_server import ok, serving
from slogate.load.http.errors import ConnectError, HttpStatusError

NOT_FOUND = ok(b"no", status="404 Not Found")


class GreenletEnd(BaseException):
    """As gevent's GreenletExit: no Exception."""


def nothing(_response: Any) -> None:
    """The block says nothing."""


def raising(error: BaseException) -> Any:
    def block(_response: Any) -> None:
        raise error

    return block


def both(*steps: Any) -> Any:
    def block(response: Any) -> None:
        for step in steps:
            step(response)

    return block


OWN, KEY, SAID = ValueError("own"), KeyError("no such field"), locust_errors.ResponseError("said")


@pytest.mark.parametrize(
    ("answer", "block", "failed", "raised"),
    [
        (ok(), nothing, None, None),
        (NOT_FOUND, nothing, HttpStatusError, None),
        (NOT_FOUND, lambda response: response.success(), None, None),
        (ok(), lambda response: response.failure("wrong page"), locust_errors.CatchResponseError, None),
        (ok(), lambda response: response.failure(OWN), OWN, None),
        (ok(), both(lambda response: response.failure("x"), lambda response: response.success()), None, None),
        (ok(), both(lambda response: response.success(), lambda response: response.failure(OWN)), OWN, None),
        (ok(), raising(SAID), SAID, None),  # which is there to say failure
        (ok(), raising(KEY), KEY, KEY),
        (NOT_FOUND, raising(KEY), KEY, KEY),
        (ok(), both(lambda response: response.failure(OWN), raising(KEY)), OWN, KEY),
        (NOT_FOUND, both(lambda response: response.success(), raising(KEY)), None, KEY),
        (ok(), raising(locust_errors.InterruptTaskSet()), None, locust_errors.InterruptTaskSet),
        (NOT_FOUND, raising(locust_errors.RescheduleTask()), HttpStatusError, locust_errors.RescheduleTask),
        (NOT_FOUND, raising(locust_errors.StopUser()), HttpStatusError, locust_errors.StopUser),
    ],
)
def test_what_a_block_comes_to(answer: bytes, block: Any, failed: Any, raised: Any) -> None:
    with serving(answer) as server:
        client, events = session(server.url)
        caught: BaseException | None = None
        try:
            with client.get("/", catch_response=True) as response:
                assert events == []  # not before the block has decided
                block(response)
        except Exception as error:  # noqa: BLE001 (which one it is, is compared)
            caught = error
        assert caught is raised or type(caught) is raised
        (event,) = events
        exception = event["exception"]
        assert exception is failed or type(exception) is failed


def test_a_block_around_no_answer_fails_with_its_reason() -> None:
    client, events = session("http://127.0.0.1:1")
    with client.get("/", catch_response=True) as response:
        assert not response
    with client.get("/", catch_response=True) as response:
        response.success()
    assert [type(error) for error in events.told("exception")] == [ConnectError, type(None)]


def test_a_greenlet_that_is_killed_has_checked_nothing() -> None:
    with serving(ok()) as server:
        client, events = session(server.url)
        with pytest.raises(GreenletEnd), client.get("/", catch_response=True):
            raise GreenletEnd
        assert events == []


def test_raise_for_status_raises_what_the_block_decided() -> None:
    with serving(NOT_FOUND) as server:
        client, _ = session(server.url)
        with client.get("/", catch_response=True) as response:
            with pytest.raises(HttpStatusError):
                response.raise_for_status()
            response.failure(OWN)
            with pytest.raises(ValueError, match="own"):
                response.raise_for_status()
            response.success()
            response.raise_for_status()


def test_the_block_can_change_what_is_told() -> None:
    with serving(ok()) as server:
        client, events = session(server.url)
        with client.get("/", catch_response=True, context={"a": 1}) as response:
            assert response.request_meta["context"] == {"a": 1}
            response.request_meta["name"] = "by its answer"
        assert events.told("name", "exception") == [("by its answer", None)]


@pytest.mark.parametrize(
    "misuse",
    [
        lambda response: response.success(),
        lambda response: response.failure("x"),
        lambda response: response.__enter__(),
        lambda response: response.request_meta,
    ],
)
def test_a_block_needs_catch_response(misuse: Any) -> None:
    with serving(ok()) as server:
        client, events = session(server.url)
        response = client.get("/")
        with pytest.raises(locust_errors.LocustError):
            misuse(response)
        assert len(events) == 1


def test_a_decision_belongs_into_the_block() -> None:
    with serving(ok()) as server:
        client, events = session(server.url)
        with pytest.raises(locust_errors.LocustError):
            client.get("/", catch_response=True).success()
        assert events == []


def test_a_block_around_a_stream_reads_it() -> None:
    with serving(ok(b"a\nb\n"), NOT_FOUND) as server:
        client, events = session(server.url)
        with client.get("/", catch_response=True, stream=True) as response:
            assert list(response.iter_lines()) == [b"a", b"b"]
        assert events.told("response_length", "exception") == [(4, None)]
        assert client.get("/").status_code == 404
        assert server.connections == 1
