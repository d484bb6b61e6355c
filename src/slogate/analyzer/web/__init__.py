"""Page metrics: one file each, computed from the raw facts of a load. `METRICS` is the list of those there are."""

from collections.abc import Callable, Mapping

from slogate.analyzer.web import fcp, lcp, tti
from slogate.analyzer.web.facts import PageLoad
from slogate.analyzer.web.metric import Metric

METRICS: Mapping[str, Callable[[PageLoad], Metric]] = {"fcp": fcp.fcp, "lcp": lcp.lcp, "tti": tti.tti}
