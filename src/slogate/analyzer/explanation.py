"""What is known of an objective that failed: which endpoints carry the excess, when it happened, what moved then."""

from dataclasses import dataclass
from typing import Literal

from slogate.analyzer.course import Kind
from slogate.analyzer.marks import Mark
from slogate.analyzer.together import Companion


@dataclass(frozen=True)
class Carrier:
    """An endpoint and its `share` (0..1) of all that endpoints are beyond the limit; `broken` of its `requests` break
    it. `of_requests` is its share of the requests.
    """

    endpoint: str
    share: float
    of_requests: float
    broken: int
    requests: int


@dataclass(frozen=True)
class When:
    """When it happened, in seconds from the start of the load: see `course`. None where there is no such number.

    A `peak` is the stretch of the highest average of a resource.
    """

    kind: Kind | Literal["peak"]
    start_s: float | None
    end_s: float | None
    bursts: int | None
    every_s: float | None


@dataclass(frozen=True)
class Explanation:
    """What is known of one objective that failed. `endpoints` are its carriers, the largest first, and empty for an
    objective on one endpoint or on a resource. `when` and `moved_together` are None for a load that was too short to
    tell. `mark` is what happened shortly before it began, in seconds from the start of the load.
    """

    objective: str
    endpoints: tuple[Carrier, ...]
    when: When | None
    moved_together: tuple[Companion, ...] | None
    mark: Mark | None = None
