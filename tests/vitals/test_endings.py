import pytest
from playwright.sync_api import Page

from slogate.analyzer.web.facts import LoadOutcome
from slogate.vitals.endings import is_navigation_timeout, of_journey, of_network_error


@pytest.mark.parametrize(
    ("code", "outcome", "words"),
    [
        ("ERR_CONNECTION_REFUSED", LoadOutcome.NO_RESPONSE, "refused the connection"),
        ("ERR_NAME_NOT_RESOLVED", LoadOutcome.NO_RESPONSE, "does not resolve"),
        ("ERR_CERT_AUTHORITY_INVALID", LoadOutcome.NO_RESPONSE, "certificate is not trusted"),
        ("ERR_SOMETHING_NEW", LoadOutcome.NO_RESPONSE, "did not load (ERR_SOMETHING_NEW)"),
        ("ERR_HTTP_RESPONSE_CODE_FAILURE", LoadOutcome.HTTP_ERROR, "error status"),
        ("ERR_ABORTED", LoadOutcome.JOURNEY_ERROR, "gave no document"),
    ],
)
def test_each_network_error_has_an_outcome_and_words(code: str, outcome: LoadOutcome, words: str) -> None:
    message = f"Page.goto: net::{code} at http://shop/cart\nCall log:\n  - navigating to ..."
    ending = of_network_error(message)
    assert ending is not None
    assert ending.outcome is outcome
    assert words in ending.reason
    assert "http://shop/cart" in ending.reason
    assert "Call log" not in ending.reason


@pytest.mark.parametrize(
    ("told", "outcome", "words"),
    [
        (
            "NS_ERROR_CONNECTION_REFUSED",
            LoadOutcome.NO_RESPONSE,
            "refused the connection (NS_ERROR_CONNECTION_REFUSED)",
        ),
        ("NS_ERROR_UNKNOWN_HOST", LoadOutcome.NO_RESPONSE, "does not resolve"),
        ("NS_BINDING_ABORTED", LoadOutcome.JOURNEY_ERROR, "gave no document"),
        ("deniedPortAccess", LoadOutcome.NO_RESPONSE, "refuse this port"),
        (
            "NS_ERROR_GENERATE_FAILURE(NS_ERROR_MODULE_SECURITY, MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT)",
            LoadOutcome.NO_RESPONSE,
            "certificate is not trusted (MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT)",
        ),
        (
            "NS_ERROR_GENERATE_FAILURE(NS_ERROR_MODULE_SECURITY, SSL_ERROR_RX_RECORD_TOO_LONG)",
            LoadOutcome.NO_RESPONSE,
            "does not speak TLS",
        ),
        ("NS_ERROR_SOMETHING_NEW", LoadOutcome.NO_RESPONSE, "did not load (NS_ERROR_SOMETHING_NEW)"),
    ],
)
def test_firefoxs_network_errors_are_understood_too(told: str, outcome: LoadOutcome, words: str) -> None:
    message = f"Page.goto: Protocol error (browsingContext.navigate): unknown error\nMessage: Error: {told} at "
    ending = of_network_error(f"{message}http://kim:opensesame@shop/cart\nCall log:\n  - navigating to ...")
    assert ending is not None
    assert (ending.outcome, words in ending.reason) == (outcome, True), ending.reason
    assert ending.reason.startswith("http://shop/cart")


@pytest.mark.parametrize("given", ["http://kim:open'sesame@shop/cart", 'http://kim:open"sesame@shop/cart'])
def test_the_credentials_of_an_address_are_not_told(given: str) -> None:
    ending = of_network_error(f"Page.goto: net::ERR_CONNECTION_REFUSED at {given}\nCall log:")
    assert ending is not None
    assert ending.reason.startswith("http://shop/cart: ")


def test_the_credentials_of_an_address_without_a_scheme_are_not_told() -> None:
    ending = of_network_error("Page.goto: net::ERR_ABORTED at kim:opensesame@shop/@cart\nCall log:")
    assert ending is not None
    assert ending.reason.startswith("shop/@cart gave no document")


def test_other_messages_are_no_network_error() -> None:
    assert of_network_error("Page.click: Timeout 100ms exceeded.") is None


def test_only_waiting_for_a_document_is_a_navigation_timeout() -> None:
    assert is_navigation_timeout("Page.goto: Timeout 45000ms exceeded.\nCall log: ...")
    assert is_navigation_timeout("Page.reload: Timeout 45000ms exceeded.")
    assert not is_navigation_timeout("Page.click: Timeout 45000ms exceeded.")


def test_a_journeys_error_names_its_line_and_never_quotes_what_was_typed() -> None:
    class PlaywrightsTimeoutError(Exception):
        pass

    def sign_in(_page: Page) -> None:
        raise PlaywrightsTimeoutError(
            "Page.fill: Timeout 700ms exceeded.\nCall log:\n  - waiting for locator('#password')\n"
            '  -   fill("correct horse battery staple")\n'
        )

    with pytest.raises(PlaywrightsTimeoutError) as caught:
        sign_in(None)  # type: ignore[arg-type]  # it does not look at the page
    reason = of_journey(caught.value, sign_in, "shopper")
    assert reason.startswith(f"test_endings.py:{sign_in.__code__.co_firstlineno + 1}: shopper raised")
    assert "Timeout 700ms exceeded. (waiting for locator('#password'))" in reason
    assert "horse" not in reason
