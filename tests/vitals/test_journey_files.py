"""Journey files are imported for their pages, and whatever is wrong with one is a message that names the line."""

import signal
from pathlib import Path

import pytest
from shop_journeys import SHOP, JourneyFile

from slogate.errors import ConfigError
from slogate.vitals import journey_files
from slogate.vitals.journey_files import load_journeys, select_pages
from slogate.vitals.journeys import Session


def test_pages_are_found_in_the_order_of_the_file(journey_file: JourneyFile) -> None:
    pages = load_journeys([journey_file(SHOP)])
    assert [page.name for page in pages] == ["home", "checkout", "about"]
    checkout = pages[1]
    assert isinstance(checkout.login, Session)
    assert checkout.login.name == "shopper"
    assert (checkout.ready, checkout.throttle) == ("#total", "mobile")
    assert checkout.location.endswith("storefront.py:12")
    assert (pages[0].login, pages[0].ready, pages[0].throttle) == (None, None, "none")


def test_a_session_may_come_from_a_file_beside_it_and_its_pages_stay_there(journey_file: JourneyFile) -> None:
    journey_file(SHOP, "shared_logins.py")
    path = journey_file("""
        from shared_logins import shopper
        from slogate import page

        @page("orders", login=shopper)
        def orders(page): ...
    """)
    assert [page.name for page in load_journeys([path])] == ["orders"]


BROKEN = {
    "a syntax error": ("from slogate import page\ndef broken(:\n", ":2: invalid syntax"),
    "a missing module": ("import slogate\nimport no_such_module\n", ":2: no module named 'no_such_module'"),
    "an exception": ("x = {}\n\nx['token']\n", ":3: KeyError: 'token'"),
    "an exit": ("import sys\nsys.exit('no')\n", ":2: SystemExit: no"),
    "no page": ("import slogate\n", "no page in this file"),
    "the same name twice": (
        "from slogate import page\n@page('home')\ndef a(page): ...\n@page('home')\ndef b(page): ...\n",
        ":4: the page 'home' is declared a second time",
    ),
    "a login that is no session": (
        "from slogate import page\ndef shopper(page): ...\n@page('home', login=shopper)\ndef a(page): ...\n",
        "is not a @session function",
    ),
    "an unknown throttle": ("from slogate import page\n@page('home', throttle='mobil')\ndef a(page): ...\n", "mobile?"),
    "no name": ("from slogate import page\n@page\ndef a(page): ...\n", ":2: @page needs a name"),
    "a name on two lines": (
        "from slogate import page\n@page('a\\nb')\ndef a(page): ...\n",
        ":2: @page('a\\nb'): the name has a line break or another character that cannot be printed",
    ),
    "a name with an escape": (
        "from slogate import page\n@page('a\\x1b[31m')\ndef a(page): ...\n",
        ":2: @page('a\\x1b[31m'): the name has a line break or another character",
    ),
    "a name with a comma": (
        "from slogate import page\n@page('a, b')\ndef a(page): ...\n",
        ":2: @page('a, b'): the name has a comma, which separates names in --pages",
    ),
    "a name that is too long": (
        "from slogate import page\n@page('a' * 101)\ndef a(page): ...\n",
        "the name has 101 characters, and has to fit into a table",
    ),
    "an empty name": ("from slogate import page\n@page(' ')\ndef a(page): ...\n", ":2: @page has an empty name"),
    "no argument": ("from slogate import page\n@page('home')\ndef a(): ...\n", ":2: a does not take one argument"),
    "an async function": ("from slogate import session\n@session\nasync def a(page): ...\n", ":2: a is async"),
    "a class": ("from slogate import session\n@session\nclass A: ...\n", ":2: @session is not above a function"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_one_message_with_the_line(journey_file: JourneyFile, case: str) -> None:
    code, expected = BROKEN[case]
    with pytest.raises(ConfigError) as caught:
        load_journeys([journey_file(code)])
    message = str(caught.value)
    assert expected in message
    assert "storefront.py" in message
    assert caught.value.cure
    assert "Traceback" not in message


def test_a_broken_file_beside_it_is_named_itself(journey_file: JourneyFile) -> None:
    journey_file("from slogate import session\n\n@session\ndef shopper(): ...\n", "bad_logins.py")
    with pytest.raises(ConfigError, match=r"bad_logins\.py:3: shopper does not take one argument"):
        load_journeys([journey_file("import bad_logins\n")])


def test_the_problems_of_all_files_are_told_at_once(journey_file: JourneyFile, tmp_path: Path) -> None:
    good = journey_file(SHOP)
    bad = journey_file("1/0", "broken.py")
    with pytest.raises(ConfigError) as caught:
        load_journeys([bad, good, tmp_path / "missing.py"])
    assert "broken.py:1: ZeroDivisionError" in str(caught.value)
    assert "missing.py: there is no such journey file" in str(caught.value)


def test_a_page_of_another_file_may_not_have_the_same_name(journey_file: JourneyFile) -> None:
    first = journey_file(SHOP)
    second = journey_file("from slogate import page\n@page('about')\ndef a(page): ...\n", "second.py")
    with pytest.raises(ConfigError, match=r"second\.py:2: the page 'about' is declared a second time"):
        load_journeys([first, second])


def test_a_file_that_never_comes_to_its_end_does_not_hang_the_run(
    journey_file: JourneyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journey_files, "_LIMIT_S", 0.2)
    with pytest.raises(ConfigError, match=r"storefront\.py:[23]: TimeoutError: importing it took longer than 0\.2 s"):
        load_journeys([journey_file("import slogate\nwhile True:\n    pass\n")])
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_selecting_keeps_the_order_of_the_file(journey_file: JourneyFile) -> None:
    pages = load_journeys([journey_file(SHOP)])
    assert [page.name for page in select_pages(pages, ["about", "home"])] == ["home", "about"]
    assert select_pages(pages, None) == pages


def test_selecting_an_unknown_page_suggests_a_known_one(journey_file: JourneyFile) -> None:
    pages = load_journeys([journey_file(SHOP)])
    with pytest.raises(ConfigError, match=r"no page 'chekout'; did you mean checkout\?"):
        select_pages(pages, ["chekout"])
