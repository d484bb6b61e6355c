"""Objectives on the target's host and on processes of it: the section `resources` of slo.yaml."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from slogate.slo.fields import Cores, Duration, Number, Ratio, Section, Size
from slogate.slo.grammar import Allowance, Limit

Normal = Literal["normal"]


def _which(value: object) -> str:
    return "[normal]" if value == "normal" else "[limit]"


_BY_FORM = Discriminator(_which)
RatioOrNormal = Annotated[Annotated[Ratio, Tag("[limit]")] | Annotated[Normal, Tag("[normal]")], _BY_FORM]
DurationOrNormal = Annotated[Annotated[Duration, Tag("[limit]")] | Annotated[Normal, Tag("[normal]")], _BY_FORM]
CoresOrNormal = Annotated[Annotated[Cores, Tag("[limit]")] | Annotated[Normal, Tag("[normal]")], _BY_FORM]
SizeOrNormal = Annotated[Annotated[Size, Tag("[limit]")] | Annotated[Normal, Tag("[normal]")], _BY_FORM]

# What is told together, and has a normal range in each of its parts.
_TOGETHER = {"disk": ("disk_throughput", "disk_iops"), "network": ("network_rx", "network_tx")}
_KEYS = {metric: key for key, metrics in _TOGETHER.items() for metric in metrics}


class Criterion:
    """What a metric is held against: a limit, with or without a warning and a baseline, or its normal range."""

    def __init__(self, metric: str, value: object) -> None:
        self.metric = metric
        self.limit: Limit | None = getattr(value, "pass_", None)
        self.warn: Limit | None = getattr(value, "warn", None)
        self.vs_baseline: Allowance | None = getattr(value, "vs_baseline", None)


class ProcessResources(Section):
    """Objectives on one process that `host.processes` names. CPU is of one core, as `top` has it."""

    cpu: CoresOrNormal | None = None
    rss: SizeOrNormal | None = None
    restarts: Number | None = None

    def criteria(self) -> Iterator[Criterion]:
        """One a metric."""
        for metric in ProcessResources.model_fields:
            if getattr(self, metric) is not None:
                yield Criterion(metric, getattr(self, metric))


class Resources(Section):
    """Objectives on the host of the target: the largest 60 s moving average over the judged load. `normal` is the range
    of earlier runs that passed.
    """

    cpu: RatioOrNormal | None = None
    cpu_core_max: RatioOrNormal | None = None
    iowait: RatioOrNormal | None = None
    steal: RatioOrNormal | None = None
    memory: RatioOrNormal | None = None
    swap: RatioOrNormal | None = None
    disk_util: RatioOrNormal | None = None
    disk_await: DurationOrNormal | None = None
    disk: Normal | None = None
    network: Normal | None = None
    processes: dict[str, ProcessResources] = Field(default_factory=dict)

    def criteria(self) -> Iterator[Criterion]:
        """One a metric of the host as a whole; `disk` and `network` are two metrics each."""
        for key in Resources.model_fields:
            value = getattr(self, key)
            if value is not None and key != "processes":
                for metric in _TOGETHER.get(key, (key,)):
                    yield Criterion(metric, value)


def key_of(metric: str) -> str:
    """The key of the section that a metric comes from."""
    return _KEYS.get(metric, metric)
