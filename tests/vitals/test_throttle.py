import pytest

from slogate.vitals.throttle import PRESETS, Throttle


class FakeCdp:
    def __init__(self) -> None:
        self.sent: dict[str, dict[str, object]] = {}

    def send(self, method: str, params: dict[str, object]) -> None:
        self.sent[method] = params


def applied(throttle: Throttle) -> dict[str, dict[str, object]]:
    cdp = FakeCdp()
    throttle.apply(cdp)  # type: ignore[arg-type]  # it has the one method that is used
    return cdp.sent


def test_none_sends_nothing() -> None:
    assert applied(PRESETS["none"]) == {}


def test_mobile_is_lighthouses_slow_4g_in_devtools_form() -> None:
    mobile = PRESETS["mobile"]
    assert mobile.latency_ms == 562.5
    assert mobile.download_kbps == pytest.approx(1474.56)
    assert mobile.upload_kbps == pytest.approx(675)
    sent = applied(mobile)
    assert sent["Emulation.setCPUThrottlingRate"] == {"rate": 4}
    network = sent["Network.emulateNetworkConditions"]
    assert network["latency"] == 562.5
    assert network["downloadThroughput"] == pytest.approx(1474.56 * 1024 / 8)  # bytes a second
    assert (mobile.viewport, mobile.device_scale_factor) == ({"width": 412, "height": 823}, 1.75)


def test_desktop_slows_the_network_and_not_the_processor() -> None:
    sent = applied(PRESETS["desktop"])
    assert set(sent) == {"Network.emulateNetworkConditions"}
    assert sent["Network.emulateNetworkConditions"]["latency"] == 150
    assert PRESETS["desktop"].viewport == {"width": 1350, "height": 940}
