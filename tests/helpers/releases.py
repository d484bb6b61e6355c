"""A place with runs of releases, to be compared."""

from pathlib import Path

import numpy as np

from slogate.comparing import CompareOptions, compare_named
from slogate.report.comparison.model import ComparisonReport
from slogate.runs.folder import RunFolder
from slogate.verify import judge_folder, write_reports
from support import SLO, MakeRun

LATENCIES = np.random.default_rng(1).lognormal(3.0, 0.4, 4000)


class Reports:
    """A place with runs of releases, each some per cent slower than the first."""

    def __init__(self, make_run: MakeRun, place: Path) -> None:
        self._make_run = make_run
        self.place = place

    def add(self, release: str, *factors: float, slo: str = SLO, seconds: float = 60.0) -> list[RunFolder]:
        folders = []
        for factor in factors:
            latencies = (LATENCIES * factor).tolist()
            folder = self._make_run(latencies, release=release, base=self.place, slo=slo, seconds=seconds)
            write_reports(judge_folder(folder.path, None, {}))
            folders.append(folder)
        return folders

    def compare(self, base: str = "1.4.0", candidate: str = "1.5.0", **options: object) -> ComparisonReport:
        asked = CompareOptions(base, candidate, self.place, **options)  # type: ignore[arg-type]  # as each test asks
        return compare_named(asked, {})
