"""Throttling presets: how slow the network and the processor are made, and how large the screen is.

The numbers are Lighthouse's, in the form that works through DevTools (core/config/constants.js): DevTools delays each
request once, where a real network delays every round trip of its connection, so latency is multiplied and throughput
cut. This is throttling applied to a real load. It is not Lighthouse's `simulate`, which computes what a load would
have been.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # journey files import this module's names through slogate, which must not load Playwright
    from playwright.sync_api import CDPSession, ViewportSize

RTT_FACTOR = 3.75
THROUGHPUT_FACTOR = 0.9
_BYTES_PER_KBIT = 1024 / 8


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """One preset; None leaves the network as it is."""

    latency_ms: float | None = None
    download_kbps: float | None = None
    upload_kbps: float | None = None
    cpu_slowdown: float = 1
    width: int = 1350
    height: int = 940
    device_scale_factor: float = 1
    mobile: bool = False

    @property
    def viewport(self) -> "ViewportSize":
        """The screen, as Playwright takes it."""
        return {"width": self.width, "height": self.height}

    def apply(self, cdp: "CDPSession") -> None:
        """Slow one page down, over its own CDP session."""
        if self.latency_ms is not None and self.download_kbps is not None and self.upload_kbps is not None:
            conditions = {
                "offline": False,
                "latency": self.latency_ms,
                "downloadThroughput": self.download_kbps * _BYTES_PER_KBIT,
                "uploadThroughput": self.upload_kbps * _BYTES_PER_KBIT,
            }
            cdp.send("Network.emulateNetworkConditions", conditions)
        if self.cpu_slowdown != 1:
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": self.cpu_slowdown})


PRESETS: dict[str, Throttle] = {
    "none": Throttle(),
    "desktop": Throttle(
        latency_ms=40 * RTT_FACTOR,
        download_kbps=10 * 1024 * THROUGHPUT_FACTOR,
        upload_kbps=10 * 1024 * THROUGHPUT_FACTOR,
    ),
    "mobile": Throttle(
        latency_ms=150 * RTT_FACTOR,
        download_kbps=1.6 * 1024 * THROUGHPUT_FACTOR,
        upload_kbps=750 * THROUGHPUT_FACTOR,
        cpu_slowdown=4,
        width=412,
        height=823,
        device_scale_factor=1.75,
        mobile=True,
    ),
}
