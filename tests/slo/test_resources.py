"""Resources are held against limits or against their normal range, and processes by the names that host gives them."""

import pytest
from synthetic import slo

from slogate.errors import ConfigError
from slogate.slo.resources import key_of


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("cpu: norml", "resources.cpu: 'norml' does not begin with < or <=; write it as '< 1%'"),
        ("cpu: [normal]", "resources.cpu: ['normal'] cannot stand here"),
        ("cpu: < 70", "resources.cpu: '70' has no unit"),
        ("memory: {pss: < 5%}", "resources.memory.pss: unknown key; did you mean pass?"),
        ("swap: {pass: < 5%, warn: < 9%}", "resources.swap: warn (< 9%) must be tighter"),
        ("disk: < 5%", "resources.disk: '< 5%' is not understood here; it can be 'normal'"),
        ("processes: {shop: {restarts: normal}}", "resources.processes.shop.restarts: 'normal' does not begin with <"),
        ("processes: {shop: {restarts: < 0}}", "resources.processes.shop.restarts: '< 0' can never be held"),
        ("processes: {shop: {rss: < 5%}}", "resources.processes.shop.rss: '5%' is a ratio, and a size is needed"),
        ("processes: {shop: {cpu: < 150}}", "resources.processes.shop.cpu: '150' has no unit; write it as 150%"),
        ("processes: {shop: {cpus: < 1%}}", "resources.processes.shop.cpus: unknown key; did you mean cpu?"),
        ("processes: {shop: {cpu: < 0%}}", "'< 0%' can never be shown"),
    ],
)
def test_what_cannot_stand_there_is_told_with_its_cure(written: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        slo(f"resources: {{{written}}}\nhost: {{processes: {{shop: pm2}}}}\n")
    assert f"slo.yaml:5: {said}" in str(caught.value) or said in str(caught.value)


def test_cpu_of_a_process_may_be_more_than_one_core_and_that_of_the_host_may_not() -> None:
    slo("resources: {processes: {shop: {cpu: <= 400%}}}\nhost: {processes: {shop: pm2}}\n")
    with pytest.raises(ConfigError, match="could never fail"):
        slo("resources: {cpu: <= 400%}")


@pytest.mark.parametrize(
    ("metric", "key"), [("disk_throughput", "disk"), ("disk_iops", "disk"), ("network_tx", "network"), ("cpu", "cpu")]
)
def test_the_key_that_a_metric_comes_from(metric: str, key: str) -> None:
    assert key_of(metric) == key
