import subprocess
import sys
from typing import Any, cast

import pytest
from shop_journeys import SHOP, JourneyFile

import slogate
from slogate.errors import ConfigError
from slogate.vitals.journey_files import load_journeys


def test_journeys_and_sessions_can_still_be_called(journey_file: JourneyFile) -> None:
    class FakePage:
        def __init__(self) -> None:
            self.visited: list[str] = []

        def goto(self, url: str) -> None:
            self.visited.append(url)

    checkout = load_journeys([journey_file(SHOP)])[1]
    fake = cast("Any", FakePage())
    assert checkout.login is not None
    checkout.login(fake)
    checkout(fake)
    assert fake.visited == ["/login", "/cart"]


def test_a_function_behind_another_decorator_is_found_where_it_stands(journey_file: JourneyFile) -> None:
    journey_file(
        """
        import functools

        def retried(function):
            @functools.wraps(function)
            def again(page):
                function(page)
            return again
        """,
        "helpers.py",
    )
    path = journey_file("""
        from helpers import retried
        from slogate import page

        @page("home")
        @retried
        def home(page): ...
    """)
    (home,) = load_journeys([path])
    assert home.location == f"{path}:5"


def test_importing_slogate_is_cheap() -> None:
    """A journey file, and every command, pays for this import."""
    code = "import slogate, sys; print([m for m in ('playwright', 'pydantic', 'numpy', 'locust') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_version_is_there_and_nothing_else_is_made_up() -> None:
    assert slogate.__version__
    with pytest.raises(AttributeError, match="no_such_name"):
        slogate.no_such_name  # noqa: B018


def test_a_page_says_how_it_is_to_be_loaded(journey_file: JourneyFile) -> None:
    path = journey_file("""
        from slogate import page

        KEYS = ("NAME", "WORD")

        @page("cart", ready=" text=Your basket ", warm=True, storage="saved/state.json", http_credentials=KEYS)
        def cart(page): page.goto("/cart")

        @cart.interact
        def one_more(page): page.click("#more")

        @page("home")
        def home(page): page.goto("/")
    """)
    cart, home = load_journeys([path])
    assert (cart.ready, cart.warm, cart.storage) == ("text=Your basket", True, path.parent / "saved" / "state.json")
    assert cart.http_credentials is not None
    assert (cart.http_credentials.username, cart.http_credentials.password) == ("NAME", "WORD")
    assert cart.interaction is not None
    assert cart.interaction.__name__ == "one_more"
    assert (home.ready, home.warm, home.storage, home.http_credentials, home.interaction) == (
        None, False, None, None, None
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("ready=''", "ready='' names nothing"),
        ("ready='text= '", "ready='text= ' names nothing"),
        ("ready=1", "ready=1 names nothing"),
        ("warm='no'", "warm='no' is neither True nor False"),
        ("http_credentials='kim:pass-word'", "http_credentials= is not two names of environment variables"),
        ("http_credentials=('kim', 3)", "http_credentials= is not two names of environment variables"),
        ("login=shopper, storage='state.json'", "login= and storage= are two ways to be signed in"),
    ],
)
def test_a_way_to_load_a_page_that_cannot_be_is_refused(
    journey_file: JourneyFile, arguments: str, message: str
) -> None:
    path = journey_file(f"""
        from slogate import page, session

        @session
        def shopper(page): ...

        @page("home", {arguments})
        def home(page): ...
    """)
    with pytest.raises(ConfigError) as caught:
        load_journeys([path])
    assert caught.value.message == f"{path}:7: {message}"
    assert "pass-word" not in str(caught.value)


def test_a_soft_navigation_is_a_page_that_is_loaded_as_the_one_before_it(journey_file: JourneyFile) -> None:
    path = journey_file("""
        from slogate import page, session

        @session
        def shopper(page): ...

        @page("home", login=shopper, ready="#home", throttle="mobile", warm=True)
        def home(page): page.goto("/")

        @home.then("orders", ready=" #orders ")
        def orders(page): page.click("#to-orders")

        @orders.then("order")
        def order(page): page.click(".order")

        @order.interact
        def again(page): page.click("#again")
    """)
    home, orders, order = load_journeys([path])
    assert (orders.name, orders.ready, orders.after, orders.interaction) == ("orders", "#orders", home, None)
    assert (orders.login, orders.throttle, orders.warm) == (home.login, "mobile", True)
    assert order.interaction is not None
    assert (home.steps, order.steps) == ([home], [home, orders, order])
    assert orders.location == f"{path}:10"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("@home.then\ndef a(page): ...", ":5: @home.then needs a name"),
        ("@home.then(' ')\ndef a(page): ...", ":5: @home.then has an empty name"),
        ("@home.then('a', ready='')\ndef a(page): ...", ":5: ready='' names nothing"),
        ("@home.then('a')\ndef a(): ...", ":5: a does not take one argument"),
        ("@home.then('home')\ndef a(page): ...", ":5: the page 'home' is declared a second time"),
    ],
)
def test_a_soft_navigation_that_cannot_be_is_refused(journey_file: JourneyFile, code: str, message: str) -> None:
    path = journey_file(f"from slogate import page\n@page('home')\ndef home(page): ...\n\n{code}\n")
    with pytest.raises(ConfigError) as caught:
        load_journeys([path])
    assert caught.value.message == f"{path}{message}"


def test_a_page_has_one_interaction(journey_file: JourneyFile) -> None:
    path = journey_file("""
        from slogate import page

        @page("home")
        def home(page): ...

        @home.interact
        def first(page): ...

        @home.interact
        def second(page): ...
    """)
    with pytest.raises(ConfigError, match=r":10: 'home' has two interactions"):
        load_journeys([path])
