"""What slogate's user does otherwise than Locust's, and what only it has. A program: Locust patches the process.

http_user_program.py BASE_URL fails with a traceback, or prints "held".
"""

import sys
import time
from typing import Any

import gevent
from locust import task
from locust.env import Environment
from locust.exception import InterruptTaskSet, LocustError, StopTest

import slogate
from slogate.load.http.user import verify_by_default

events: list[dict[str, Any]] = []


def user_of(**attributes: Any) -> Any:
    """A user of a class with these attributes, and its environment's events in `events`."""
    events.clear()
    kind = type("Visitor", (slogate.HttpUser,), {"host": sys.argv[1], **attributes})
    environment = Environment(user_classes=[kind])
    environment.events.request.add_listener(lambda **facts: events.append(facts))
    return kind(environment)


def a_block_that_raises_is_a_failure_and_still_raises() -> None:
    """Locust has no event for it."""
    user = user_of()
    error = KeyError("no such field")
    try:
        with user.client.get("/seen", catch_response=True):
            raise error
    except KeyError:
        assert [event["exception"] for event in events] == [error]
    else:
        raise AssertionError("it was swallowed")
    for path, failed in (("/seen", False), ("/404", True)):
        try:
            with user.client.get(path, catch_response=True):
                raise InterruptTaskSet  # noqa: TRY301 (as a task would)
        except InterruptTaskSet:
            assert (events[-1]["exception"] is not None) is failed


def a_killed_greenlet_checks_nothing() -> None:
    """Its request has no event, as with Locust."""
    user = user_of()

    def check() -> None:
        with user.client.get("/seen", catch_response=True):
            gevent.sleep(60)

    greenlet = gevent.spawn(check)
    gevent.sleep(0.2)
    greenlet.kill()
    assert events == []


def redirects_are_one_request_or_each_its_own() -> None:
    """A chain of three answers."""
    user = user_of()
    user.client.get("/chain")
    (event,) = events
    assert (event["name"], event["url"]) == ("/chain", f"{sys.argv[1]}/chain")
    assert event["response"].url.endswith("/small.json")
    hops = (*event["response"].history, event["response"])
    assert event["response_time"] >= sum(hop.service_s for hop in hops) * 1000
    assert abs(event["start_time"] - time.time()) < 60
    user = user_of(record_redirects="each")
    with user.client.get("/chain", name="page", catch_response=True) as response:
        assert [event["name"] for event in events] == ["page", "page [redirect 1]"]
        response.failure("wrong page")
    assert [event["name"] for event in events] == ["page", "page [redirect 1]", "page [redirect 2]"]
    assert [event["exception"] is None for event in events] == [True, True, False]
    assert [event["response"].status_code for event in events] == [302, 301, 200]


def attributes_of_the_class_reach_the_client() -> None:
    """And a wrong one is told."""
    user = user_of(
        connect_timeout=1.5,
        read_timeout=2.5,
        total_timeout=None,
        max_redirects=2,
        most_body_bytes=1000,
        verify=False,
        default_headers={"X-Own": "mine"},
    )
    client = user.client
    assert (client.connect_timeout, client.read_timeout, client.total_timeout) == (1.5, 2.5, None)
    assert client.verify is False
    assert "|mine|" in user_of(default_headers={"X-Own": "mine"}).client.get("/seen").text
    assert type(client.get("/loop").error).__name__ == "TooManyRedirectsError"
    assert type(client.get("/large.txt").error).__name__ == "BodyTooLargeError"
    for wrong, error in (({"host": None}, StopTest), ({"record_redirects": "some"}, ValueError)):
        try:
            user_of(**wrong)
        except error:
            continue
        raise AssertionError(wrong)


def certificates_are_verified_as_the_run_says_unless_the_class_says_so_itself() -> None:
    """And again once another run says otherwise."""
    for by_default in (False, True):
        verify_by_default(by_default)
        assert user_of().client.verify is by_default
        assert user_of(verify=True).client.verify is True
        assert user_of(verify="/etc/own.pem").client.verify == "/etc/own.pem"


def meta_can_be_changed_in_the_block() -> None:
    """As locustfiles do to name a request by its answer."""
    user = user_of()
    with user.client.get("/seen", catch_response=True) as response:
        response.request_meta["name"] = "by its answer"
    assert events[0]["name"] == "by its answer"
    try:
        assert not user.client.get("/seen").request_meta
    except LocustError:
        return
    raise AssertionError("there is no block to change it in")


def locust_runs_it() -> None:
    """Spawned, counted and stopped by Locust."""
    kind = type(
        "Runner", (slogate.HttpUser,), {"host": sys.argv[1], "visit": task(lambda user: user.client.get("/seen"))}
    )
    environment = Environment(user_classes=[kind])
    runner = environment.create_local_runner()
    runner.start(5, spawn_rate=5)
    with gevent.Timeout(60):
        while environment.stats.total.num_requests < 200:
            gevent.sleep(0.05)
    runner.quit()
    assert environment.stats.total.num_failures == 0


if __name__ == "__main__":
    a_block_that_raises_is_a_failure_and_still_raises()
    a_killed_greenlet_checks_nothing()
    redirects_are_one_request_or_each_its_own()
    attributes_of_the_class_reach_the_client()
    certificates_are_verified_as_the_run_says_unless_the_class_says_so_itself()
    meta_can_be_changed_in_the_block()
    locust_runs_it()
    sys.stdout.write("held\n")
