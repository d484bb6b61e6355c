"""The site whose pages are measured, and the fresh browser context that each visit to it gets."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, StorageState

from slogate.vitals.throttle import Throttle


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where relative addresses start, and which hosts' documents a page may open."""

    base_url: str
    allowed_hosts: frozenset[str]
    verify_tls: bool = True

    def is_stranger(self, url: str) -> bool:
        """Whether `url` is on a host that is not allowed. An address without a host is no stranger's."""
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and parts.hostname not in self.allowed_hosts

    def open_context(self, browser: Browser, throttle: Throttle, storage: StorageState | None) -> BrowserContext:
        """A context with an empty cache and the cookies and local storage of `storage`; it saves no download."""
        return browser.new_context(
            base_url=self.base_url,
            storage_state=storage,
            ignore_https_errors=not self.verify_tls,
            accept_downloads=False,
            viewport=throttle.viewport,
            device_scale_factor=throttle.device_scale_factor,
            is_mobile=throttle.mobile,
            has_touch=throttle.mobile,
        )
