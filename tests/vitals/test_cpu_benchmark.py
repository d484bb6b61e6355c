"""The number follows from the passes; how long they take on this machine is for no test to say."""

import pytest
from playwright.sync_api import Error as PlaywrightError

from slogate.vitals.cpu_benchmark import cpu_benchmark, index_of
from slogate.vitals.running import RunningBrowser


def test_the_index_is_how_many_of_the_median_pass_fit_into_a_second() -> None:
    while_it_is_compiled = [90.0] * 5
    assert index_of([*while_it_is_compiled, 4.0, 4.0, 4.1, 3.9, 60.0]) == 250.0


def test_the_browser_does_the_work_and_its_context_is_closed(running: RunningBrowser) -> None:
    assert cpu_benchmark(running) > 0
    assert running.browser.contexts == []


def test_a_browser_that_is_gone_is_told(own_browser: RunningBrowser) -> None:
    own_browser.kill()
    with pytest.raises(PlaywrightError):
        cpu_benchmark(own_browser)
