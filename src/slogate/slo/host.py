"""Who tells of the target's host: the section `host` of slo.yaml."""

from typing import Annotated

from pydantic import AfterValidator, Field

from slogate.slo.fields import Section, web_address

_EXAMPLE = "http://10.0.0.5:9100/metrics"


def metrics_url(value: str) -> str:
    """Where an exporter answers; without a path that is /metrics. Raises `ValueError` for what is no web address."""
    parts = web_address(value, _EXAMPLE)
    if parts.fragment:
        raise ValueError(f"{value!r} has a #part, which is never sent; write it as {_EXAMPLE}")
    return parts._replace(path="/metrics").geturl() if parts.path in {"", "/"} else value


class Host(Section):
    """Asked once a second from beginning to end of a run. Without it, `resources` are those of this machine, if the
    target runs on it.
    """

    node_exporter: Annotated[
        str,
        AfterValidator(metrics_url),
        Field(description="Where a Prometheus node exporter of the target's host answers.", examples=[_EXAMPLE]),
    ]

    @property
    def addresses(self) -> tuple[str, ...]:
        """All that are asked."""
        return (self.node_exporter,)
