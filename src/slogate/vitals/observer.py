"""Brings out what observe.js sees over a DevTools binding, from a world of its own.

Only `collect` touches the page, and it is called once, at the end.
"""

from typing import Any

from playwright.sync_api import CDPSession

from slogate.vitals.documents import Documents, script

_WORLD = "slogate"
_BINDING = "slogateTell"


class Observer:
    """Installs the script in a page and keeps what its documents say. `Page` and `Runtime` must be enabled on `cdp`."""

    def __init__(self, cdp: CDPSession, *, ready: str | None) -> None:
        self._cdp = cdp
        self.documents = Documents()
        self._context_ids: dict[float, int] = {}  # of the script's world, by the time origin of its document
        cdp.on("Runtime.bindingCalled", self._on_binding)
        cdp.send("Runtime.addBinding", {"name": _BINDING, "executionContextName": _WORLD})
        source = script(_BINDING, ready)
        cdp.send("Page.addScriptToEvaluateOnNewDocument", {"source": source, "worldName": _WORLD})

    def collect(self) -> float | None:
        """Asks the latest document for the rest of its entries; returns its time then, None if it has no answer."""
        document = self.documents.latest
        if document is None:
            return None
        context_id = self._context_ids[document.origin_ms]
        params = {"expression": "slogateCollect()", "contextId": context_id, "returnByValue": True}
        answer = self._cdp.send("Runtime.evaluate", params)
        if "exceptionDetails" in answer:
            return None
        return self.documents.absorb(answer["result"]["value"]).now_ms

    def _on_binding(self, event: dict[str, Any]) -> None:
        if event["name"] == _BINDING:
            batch = self.documents.absorb(event["payload"])
            self._context_ids.setdefault(batch.origin_ms, event["executionContextId"])
