"""Answers a host that asks for a name and a password by HTTP Basic, on a page that is measured.

Only the challenges of documents are answered here. The browser does the rest by itself, as it does for a visitor who
has typed the password: the first document of a load is asked for twice, and no other request takes a detour.
Playwright's own `http_credentials` sends every request of the page through its driver, and switches the cache off; that
is good enough for a login, which is not measured.
"""

from typing import Any

from playwright.sync_api import CDPSession
from playwright.sync_api import Error as PlaywrightError

from slogate.vitals.credentials import Credentials


class Authentication:
    """Answers challenges of `origin` on one page, once each: a second one means that the password is wrong."""

    def __init__(self, cdp: CDPSession, origin: str, credentials: Credentials) -> None:
        self._cdp = cdp
        self._origin = origin
        self._credentials = credentials
        self._answered: set[str] = set()
        cdp.on("Fetch.requestPaused", self._on_paused)
        cdp.on("Fetch.authRequired", self._on_challenge)
        patterns = [{"urlPattern": f"{origin}/*", "resourceType": "Document"}]
        cdp.send("Fetch.enable", {"patterns": patterns, "handleAuthRequests": True})

    def _on_paused(self, event: dict[str, Any]) -> None:
        self._send("Fetch.continueRequest", requestId=event["requestId"])

    def _on_challenge(self, event: dict[str, Any]) -> None:
        request, challenge = event["requestId"], event["authChallenge"]
        answer: dict[str, str] = {"response": "CancelAuth"}
        if challenge["origin"] == self._origin and request not in self._answered:
            self._answered.add(request)
            answer = {
                "response": "ProvideCredentials",
                "username": self._credentials.username,
                "password": self._credentials.password,
            }
        self._send("Fetch.continueWithAuth", requestId=request, authChallengeResponse=answer)

    def _send(self, method: str, **parameters: object) -> None:
        try:
            self._cdp.send(method, parameters)
        except PlaywrightError:
            return  # the page is gone, and its request with it
