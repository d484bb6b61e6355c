"""Who tells of the target's host: the section `host` of slo.yaml."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from slogate.slo.fields import Section, web_address

_EXPORTER = "http://10.0.0.5:9100/metrics"
_SERVER = "http://prometheus:9090"
_INSTANCE = "10.0.0.5:9100"


def metrics_url(value: str) -> str:
    """Where an exporter answers; without a path that is /metrics. Raises `ValueError` for what is no web address."""
    parts = web_address(value, _EXPORTER)
    if parts.fragment:
        raise ValueError(f"{value!r} has a #part, which is never sent; write it as {_EXPORTER}")
    return parts._replace(path="/metrics").geturl() if parts.path in {"", "/"} else value


def server_url(value: str) -> str:
    """Where a Prometheus server answers, with the path that it may have. Raises `ValueError` for anything else."""
    parts = web_address(value, _SERVER)
    if parts.query or parts.fragment or "/api/v1" in parts.path:
        raise ValueError(f"{value!r} is more than the address of the server; write it as {_SERVER}")
    return value.rstrip("/")


class Host(Section):
    """A node exporter that is asked once a second, or a Prometheus server that is asked at the end, from beginning to
    end of a run. Without the section, `resources` are those of this machine, if the target runs on it.
    """

    node_exporter: (
        Annotated[
            str,
            AfterValidator(metrics_url),
            Field(description="Where a node exporter of the target's host answers.", examples=[_EXPORTER]),
        ]
        | None
    ) = None
    prometheus: (
        Annotated[
            str,
            AfterValidator(server_url),
            Field(description="Where a Prometheus server that scrapes such an exporter answers.", examples=[_SERVER]),
        ]
        | None
    ) = None
    instance: (
        Annotated[
            str,
            Field(min_length=1, description="How Prometheus labels the target's host.", examples=[_INSTANCE]),
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.node_exporter is None) == (self.prometheus is None):
            raise ValueError(
                f"say who tells of the host, and only one: node_exporter: {_EXPORTER}, or prometheus: {_SERVER} with "
                f'instance: "{_INSTANCE}"'
            )
        if (self.prometheus is None) != (self.instance is None):
            raise ValueError(
                f'prometheus and instance belong together; write prometheus: {_SERVER} and instance: "{_INSTANCE}"'
            )
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        """All that are asked."""
        return tuple(url for url in (self.node_exporter, self.prometheus) if url is not None)
