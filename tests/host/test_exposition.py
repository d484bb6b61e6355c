"""The facts in an exporter's answer: what is not a number is not known, and what is no answer is refused."""

import pytest
from exporters import answer
from hypothesis import given
from hypothesis import strategies as st

from slogate.host.exposition import parse_node_facts
from slogate.host.node_facts import DISK_COUNTERS
from slogate.host.source import SourceError


def test_the_facts_of_an_answer() -> None:
    facts = parse_node_facts(answer(3.0, 7.0, waited_s=0.5))
    assert facts.cpus == {core: {"user": 3.0, "idle": 7.0, "iowait": 0.0} for core in ("0", "1")}
    assert set(facts.disks["vda"]) == set(DISK_COUNTERS)
    assert facts.disks["vda"]["write_time_seconds_total"] == 0.5
    assert facts.gauges["node_memory_MemTotal_bytes"] == 1e9


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing that a node exporter tells"),
        ("<html><body>Welcome</body></html>", "nothing that a node exporter tells"),
        ("go_goroutines 7\nprocess_cpu_seconds_total 1\n", "nothing that a node exporter tells"),
        ('node_cpu_seconds_total{cpu="0",mode="user"} many\n', "no metrics"),
        ('node_cpu_seconds_total{cpu="0",mode="us', "no metrics"),
        ("node_cpu_seconds_total 5\n", "no metrics"),
        ("node_boot_time_seconds\n", "no metrics"),
    ],
)
def test_what_is_no_answer_of_a_node_exporter(text: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        parse_node_facts(text)


@given(st.data())
def test_a_damaged_answer_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    text = answer(3.0, 7.0)
    at = data.draw(st.integers(0, len(text)))
    damage = data.draw(st.text(max_size=8) | st.sampled_from(['"', "{", "}", "\\", "\n", " ", "=", "#", ","]))
    try:
        facts = parse_node_facts(text[:at] + damage + text[at + data.draw(st.integers(0, 40)) :])
    except SourceError:
        return
    assert all(value >= 0 for modes in facts.cpus.values() for value in modes.values())
