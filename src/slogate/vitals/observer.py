"""Brings out what observe.js sees over a DevTools binding, from a world of its own.

Only `begin_step` and `collect` touch the page: before a soft navigation, and once at the end.
"""

from typing import Any

from playwright.sync_api import CDPSession

from slogate.vitals.documents import COLLECT, Document, Documents, StepBegun, begin_step, script

_WORLD = "slogate"
_BINDING = "slogateTell"


class Observer:
    """Installs the script in a page and keeps what its documents say."""

    def __init__(self, cdp: CDPSession, *, ready: str | None) -> None:
        self._cdp = cdp
        self.documents = Documents()
        self._context_ids: dict[float, int] = {}  # of the script's world, by the time origin of its document
        cdp.on("Runtime.bindingCalled", self._on_binding)
        cdp.send("Runtime.addBinding", {"name": _BINDING, "executionContextName": _WORLD})
        source = script(_BINDING, ready)
        cdp.send("Page.addScriptToEvaluateOnNewDocument", {"source": source, "worldName": _WORLD})

    def begin_step(self, ready: str | None) -> StepBegun | None:
        """Lets the latest document look for another `ready`, and for soft navigations; None if it has no answer."""
        document = self.documents.latest
        answer = None if document is None else self._ask(document, begin_step(ready))
        return None if answer is None else StepBegun.of(answer)

    def collect(self) -> float | None:
        """Asks the latest document for the rest of its entries; returns its time then, None if it has no answer."""
        document = self.documents.latest
        answer = None if document is None else self._ask(document, COLLECT)
        return None if answer is None else self.documents.absorb(answer).now_ms

    def _ask(self, document: Document, expression: str) -> str | None:
        context_id = self._context_ids[document.origin_ms]
        params = {"expression": expression, "contextId": context_id, "returnByValue": True}
        answer = self._cdp.send("Runtime.evaluate", params)
        return None if "exceptionDetails" in answer else str(answer["result"]["value"])

    def _on_binding(self, event: dict[str, Any]) -> None:
        if event["name"] == _BINDING:
            batch = self.documents.absorb(event["payload"])
            self._context_ids.setdefault(batch.origin_ms, event["executionContextId"])
