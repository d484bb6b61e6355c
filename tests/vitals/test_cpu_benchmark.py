import pytest
from playwright.sync_api import Error as PlaywrightError

from slogate.vitals import cpu_benchmark as module
from slogate.vitals.cpu_benchmark import cpu_benchmark
from slogate.vitals.running import RunningBrowser


@pytest.mark.alone
def test_the_index_is_of_the_order_of_the_passes_that_fit_into_a_second(running: RunningBrowser) -> None:
    first, second = cpu_benchmark(running), cpu_benchmark(running)
    assert 5 < first < 5000
    assert 1 / 3 < first / second < 3
    assert running.browser.contexts == []


@pytest.mark.alone
def test_a_processor_that_is_slower_takes_longer_for_it(running: RunningBrowser) -> None:
    """The work is counted: with the CPU throttled to a quarter, each pass takes about four times as long."""
    page = running.browser.new_page()
    cdp = page.context.new_cdp_session(page)
    page.evaluate(module._SCRIPT, 15)  # until the browser has compiled it
    least = []
    for rate in (1, 4):
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        least.append(min(page.evaluate(module._SCRIPT, 15)["times"]))  # which a busy moment disturbs least
    page.context.close()
    assert least[1] > 2 * least[0]


def test_a_browser_that_is_gone_is_told(own_browser: RunningBrowser) -> None:
    own_browser.kill()
    with pytest.raises(PlaywrightError):
        cpu_benchmark(own_browser)
