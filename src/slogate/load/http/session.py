"""A Locust user's client: the client, and Locust's request event for each of its requests."""

from collections.abc import Mapping
from typing import Any, Literal

from slogate.load.http.checked import CheckedResponse
from slogate.load.http.client import Client

RecordRedirects = Literal["one", "each"]
_NO_CONTEXT: Mapping[str, Any] = {}


class HttpSession(Client[CheckedResponse]):
    """As Locust's HttpSession. A failed request raises nothing: see `Response.error`.

    With `record_redirects` "one", a chain of redirects is one request, from its first byte to its last; with "each",
    every hop is recorded on its own, the later ones as "NAME [redirect 1]" and so on.
    """

    response_type = CheckedResponse

    def __init__(
        self,
        base_url: str,
        request_event: Any,
        user: Any = None,
        *,
        record_redirects: RecordRedirects = "one",
        **settings: Any,
    ) -> None:
        super().__init__(base_url, **settings)
        self.request_event = request_event
        self.user = user
        if record_redirects not in {"one", "each"}:
            raise ValueError(f'record_redirects is {record_redirects!r}; it can be "one" or "each"')
        self.record_redirects = record_redirects

    def request(
        self,
        method: str,
        url: str,
        name: str | None = None,
        catch_response: bool = False,
        context: Mapping[str, Any] = _NO_CONTEXT,
        **options: Any,
    ) -> CheckedResponse:
        """Sends a request; `options` are those of `Client.send`. Raises only `InvalidRequestError`.

        `name` stands for it in the statistics (else the path with its query), and `context` goes into the event.
        """
        response = self.send(method, url, **options)
        history = response.history
        name = name or self.request_name or (history[0] if history else response).path_url
        if self.user is not None:
            context = {**self.user.context(), **context}
        if not history:
            facts = _facts(response, response, method, name, response.service_s, context)
        elif self.record_redirects == "one":
            facts = _facts(history[0], response, method, name, _service_s_of_chain(response), context)
        else:
            for number, hop in enumerate(history):
                hop.report(self.request_event, _facts(hop, hop, method, _hop(name, number), hop.service_s, context))
            facts = _facts(response, response, method, _hop(name, len(history)), response.service_s, context)
        if catch_response:
            response.report_after_block(self.request_event, facts)
        else:
            response.report(self.request_event, facts)
        return response

    def get(self, url: str, **options: Any) -> CheckedResponse:
        """GET"""
        return self.request("GET", url, **options)

    def head(self, url: str, *, allow_redirects: bool = False, **options: Any) -> CheckedResponse:
        """HEAD, which does not follow redirects unless it is asked to"""
        return self.request("HEAD", url, allow_redirects=allow_redirects, **options)

    def options(self, url: str, **options: Any) -> CheckedResponse:
        """OPTIONS"""
        return self.request("OPTIONS", url, **options)

    def post(self, url: str, data: Any = None, json: Any = None, **options: Any) -> CheckedResponse:
        """POST"""
        return self.request("POST", url, data=data, json=json, **options)

    def put(self, url: str, data: Any = None, **options: Any) -> CheckedResponse:
        """PUT"""
        return self.request("PUT", url, data=data, **options)

    def patch(self, url: str, data: Any = None, **options: Any) -> CheckedResponse:
        """PATCH"""
        return self.request("PATCH", url, data=data, **options)

    def delete(self, url: str, **options: Any) -> CheckedResponse:
        """DELETE"""
        return self.request("DELETE", url, **options)


def _facts(
    first: CheckedResponse,
    last: CheckedResponse,
    method: str,
    name: str,
    service_s: float,
    context: Mapping[str, Any],
) -> dict[str, Any]:
    """What Locust's event carries, for one answer or a chain of them."""
    return {
        "request_type": method,
        "name": name,
        "response_time": service_s * 1000,
        "response_length": last.length,
        "response": last,
        "context": context,
        "exception": None,
        "start_time": first.started_at_s,
        "url": first.url,
    }


def _hop(name: str, number: int) -> str:
    return f"{name} [redirect {number}]" if number else name


def _service_s_of_chain(last: CheckedResponse) -> float:
    """From the first byte sent to the last byte read; the set-up of connections between the hops does not count."""
    set_up_us = sum(hop.connect_us or 0 for hop in (*last.history[1:], last))
    return last.ended_s - last.history[0].started_s - set_up_us / 1e6
