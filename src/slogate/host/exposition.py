"""Reads the text that a Prometheus node exporter answers."""

from prometheus_client.parser import text_string_to_metric_families

from slogate.host.node_facts import NAMES, NodeFacts
from slogate.host.source import SourceError


def parse_node_facts(text: str) -> NodeFacts:
    """The facts in an answer. Raises `SourceError` for text that is no answer of a node exporter."""
    # Most of an answer is of other things; reading it all would cost several times as much.
    wanted = "".join(f"{line}\n" for line in text.splitlines() if line.startswith(NAMES))
    facts = NodeFacts()
    try:
        for family in text_string_to_metric_families(wanted):
            for sample in family.samples:
                facts.add(sample.name, sample.labels, sample.value)
    except (ValueError, KeyError, IndexError) as error:  # what the parser raises for lines that are none
        raise SourceError(f"answered with lines that are no metrics: {error}") from None
    if facts.nothing:
        raise SourceError("answered, and with nothing that a node exporter tells; see whether its address is right")
    return facts
