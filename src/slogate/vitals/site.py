"""The site whose pages are measured, and the fresh browser context that each visit to it gets."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, HttpCredentials, StorageState

from slogate.vitals.credentials import Credentials
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

    @property
    def origin(self) -> str:
        """Scheme, host and port of the target, without credentials."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    def open_context(
        self,
        browser: Browser,
        throttle: Throttle,
        storage: StorageState | None,
        credentials: Credentials | None = None,
    ) -> BrowserContext:
        """A context with an empty cache and the cookies and local storage of `storage`; it saves no download.

        Playwright gives `credentials` to whoever of the target asks for them, which slows every request.
        """
        given: HttpCredentials | None = None
        if credentials is not None:
            given = {"username": credentials.username, "password": credentials.password, "origin": self.origin}
        return browser.new_context(
            base_url=self.base_url,
            storage_state=storage,
            ignore_https_errors=not self.verify_tls,
            accept_downloads=False,
            http_credentials=given,
            viewport=throttle.viewport,
            device_scale_factor=throttle.device_scale_factor,
            is_mobile=throttle.mobile,
            has_touch=throttle.mobile,
        )
