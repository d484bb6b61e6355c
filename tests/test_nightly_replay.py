"""Thirty nights of noise: an exporter that is out on night 9, and a release that is slower from night 18 on.

Whoever is told hears of the outage once and of the slower release once, and that each is over once.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from receivers import Receiver
from recorded_nights import NIGHTLY_SLO, Nights

from slogate.analyzer.result import State
from support import MakeRun

OUTAGE, SLOWER, MENDED, LAST = 9, 18, 25, 30


@pytest.fixture
def team() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def release_of(number: int) -> str:
    return "1.4.0" if number < SLOWER else "1.5.0" if number < MENDED else "1.5.1"


def test_each_trouble_is_told_once_and_its_end_once(make_run: MakeRun, tmp_path: Path, team: Receiver) -> None:
    slo = NIGHTLY_SLO + 'notify: {channels: [{name: team, apprise: "${TEAM}"}]}\n'
    nights = Nights(make_run, tmp_path, slo, {"TEAM": f"json://127.0.0.1:{team.port}/"})
    noise = np.random.default_rng(18)
    nights.factor = lambda: float(np.exp(noise.normal(0, 0.03)) * (1.3 if SLOWER <= nights.number < MENDED else 1.0))
    told: dict[int, list[str]] = {}
    states = []
    for number in range(1, LAST + 1):
        nights.host_tells = number != OUTAGE
        heard = len(team.bodies)
        states.append(nights.run(release_of(number)).outcome.document.state)
        if titles := [body["title"] for body in team.bodies[heard:]]:
            told[number] = titles
    assert states == [State.ERROR if number == OUTAGE else State.PASS for number in range(1, LAST + 1)]
    (outage,), (back,), (slower,), (mended,) = told.values()
    assert list(told)[:2] == [OUTAGE, OUTAGE + 1]
    assert outage.startswith("NOT JUDGEABLE shop nightly 1.4.0")
    assert back.startswith("RESOLVED")
    found, over = list(told)[2:]
    assert SLOWER < found < MENDED
    assert MENDED < over <= MENDED + 4
    assert "1.5.0" in team.bodies[2]["message"]
    assert f"{SLOWER:07x}" in team.bodies[2]["message"]
    assert "latency" in slower
    assert mended.startswith("RESOLVED")
    assert (nights.reports / "trends.html").is_file()
