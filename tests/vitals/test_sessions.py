import time
from http.server import BaseHTTPRequestHandler

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page
from webserver import WebServer

from slogate.analyzer.web.facts import LoadOutcome
from slogate.redact import Redactor
from slogate.vitals.capture import capture
from slogate.vitals.journeys import PageJourney, Session
from slogate.vitals.running import RunningBrowser
from slogate.vitals.sessions import LoginFailed, Sessions
from slogate.vitals.settle import Pace
from slogate.vitals.site import Site
from slogate.vitals.visit import Visit


@pytest.fixture
def site(server: WebServer) -> Site:
    """A shop that sets a cookie and a stored token when one signs in, and greets whoever has both."""

    def login(handler: BaseHTTPRequestHandler) -> None:
        script = "localStorage.setItem('jwt', 'abc')"
        page = f"<h1>Welcome</h1><script>{script}</script>"
        server.reply(page, Set_Cookie="sid=42; Path=/; HttpOnly")(handler)

    def account(handler: BaseHTTPRequestHandler) -> None:
        signed_in = "sid=42" in handler.headers.get("Cookie", "")
        script = "if (localStorage.getItem('jwt')) document.body.insertAdjacentHTML('beforeend', '<p id=me>Kim</p>')"
        server.reply(f"<h1>Account</h1><script>{script}</script>", status=200 if signed_in else 401)(handler)

    server.routes["/login"] = login
    server.routes["/account"] = account
    return Site(base_url=server.url, allowed_hosts=frozenset({"127.0.0.1"}))


def sign_in(page: Page) -> None:
    page.goto("/login")


def account(page: Page) -> None:
    page.goto("/account")


def test_a_login_runs_once_and_every_load_has_its_cookies_and_storage(
    running: RunningBrowser, server: WebServer, site: Site
) -> None:
    sessions, shopper = Sessions(site, deadline_s=10), Session(sign_in)
    journey = PageJourney("account", account, shopper, "#me")
    for _ in range(2):
        visit = Visit(journey=journey, site=site, storage=sessions.state(shopper, running), pace=Pace(quiet_ms=0))
        assert capture(running, visit, redact=Redactor(), clock_us=lambda: 0).outcome is LoadOutcome.OK
    paths = [path for _, path, _ in server.seen]
    assert (paths.count("/login"), paths.count("/account")) == (1, 2)


def test_without_the_login_the_same_page_is_an_error(running: RunningBrowser, site: Site) -> None:
    visit = Visit(journey=PageJourney("account", account), site=site, pace=Pace(quiet_ms=0))
    assert capture(running, visit, redact=Redactor(), clock_us=lambda: 0).outcome is LoadOutcome.HTTP_ERROR


def test_a_failed_login_is_told_again_and_not_tried_again(running: RunningBrowser, site: Site) -> None:
    tries = []

    def wrong_password(page: Page) -> None:
        tries.append(page)
        page.goto("/login")
        raise AssertionError("still signed out")

    sessions, shopper = Sessions(site, deadline_s=10), Session(wrong_password)
    for _ in range(2):
        with pytest.raises(LoginFailed, match=r"test_sessions\.py:\d+: wrong_password raised AssertionError: still"):
            sessions.state(shopper, running)
    assert len(tries) == 1


def test_a_login_that_the_server_refuses_says_so(running: RunningBrowser, server: WebServer, site: Site) -> None:
    server.close()
    with pytest.raises(LoginFailed, match="refused the connection"):
        Sessions(site, deadline_s=10).state(Session(sign_in), running)


def test_a_login_that_leads_to_a_stranger_is_stopped(
    running: RunningBrowser, server: WebServer, stranger: WebServer, site: Site
) -> None:
    server.routes["/login"] = server.reply(status=302, Location=f"http://127.0.0.2:{stranger.port}/sso?state=1")
    with pytest.raises(LoginFailed, match=r"the login sign_in failed: .*127\.0\.0\.2 is not named") as caught:
        Sessions(site, deadline_s=10).state(Session(sign_in), running)
    assert caught.value.outcome is LoadOutcome.REDIRECTED_AWAY
    assert stranger.seen == []


def test_a_strangers_frame_in_a_login_is_left_alone(
    running: RunningBrowser, server: WebServer, stranger: WebServer, site: Site
) -> None:
    there = f"http://127.0.0.2:{stranger.port}"
    stranger.page("/consent", "<script>localStorage.setItem('consent', 'yes')</script>")
    script = "<script>localStorage.setItem('jwt', 'abc')</script>"
    server.page("/login", f"<h1>Welcome</h1>{script}<iframe src='{there}/consent'></iframe>")
    state = Sessions(site, deadline_s=10).state(Session(sign_in), running)
    assert ("GET", "/consent", "") in stranger.seen
    assert server.url in [origin["origin"] for origin in state["origins"]]


def test_a_failed_login_leaves_no_page_open(running: RunningBrowser, site: Site) -> None:
    def failing(page: Page) -> None:
        page.goto("/login")
        raise AssertionError("still signed out")

    with pytest.raises(LoginFailed):
        Sessions(site, deadline_s=10).state(Session(failing), running)
    assert running.browser.contexts == []


def test_a_login_that_hangs_ends_in_time(own_browser: RunningBrowser, site: Site) -> None:
    def hanging(page: Page) -> None:
        page.goto("/login")
        page.evaluate("for (;;);")

    sessions = Sessions(site, deadline_s=0.5, answer_limit_s=0.5)
    with pytest.raises(LoginFailed, match="hanging did not come to its end within 1 s"):
        sessions.state(Session(hanging), own_browser)
    assert own_browser.timed_out


def test_a_login_that_loops_for_ever_ends_in_time(own_browser: RunningBrowser, site: Site) -> None:
    def endless(page: Page) -> None:
        page.goto("/login")
        while True:
            time.sleep(60)

    sessions = Sessions(site, deadline_s=0.5, answer_limit_s=0.5)
    with pytest.raises(LoginFailed, match=r"the login failed: test_sessions.py:\d+: endless did not come to its end"):
        sessions.state(Session(endless), own_browser)


def test_a_browser_that_is_killed_during_a_login_is_no_failed_login(own_browser: RunningBrowser, site: Site) -> None:
    def unlucky(page: Page) -> None:
        own_browser.process.kill()
        page.goto("/login")

    with pytest.raises(PlaywrightError):
        Sessions(site, deadline_s=10).state(Session(unlucky), own_browser)
