"""Brings out what observe.js sees in any browser, by functions that Playwright puts into the page's own world.

Each call is answered inside the page, which is a task of a fraction of a millisecond beside each paint that is told.
The page's scripts could see the functions, and call them; what is no batch is refused.
"""

from playwright.sync_api import Page

from slogate.vitals.documents import Documents, script

_BINDING = "slogateTell"


class PageObserver:
    """Installs the script in a page and keeps what its documents say."""

    def __init__(self, page: Page, *, ready: str | None) -> None:
        self._page = page
        self.documents = Documents()
        page.expose_binding(_BINDING, lambda _source, said: self._hear(said))
        page.add_init_script(script(_BINDING, ready))

    def collect(self) -> float | None:
        """Asks the latest document for the rest of its entries; returns its time then, None if it has no answer."""
        if self.documents.latest is None:
            return None
        said = self._page.evaluate("globalThis.slogateCollect ? slogateCollect() : null")
        return None if said is None else self.documents.absorb(said).now_ms

    def _hear(self, said: str) -> None:
        self.documents.absorb(said)
