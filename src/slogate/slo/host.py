"""Who tells of the target's host, and which of its processes are watched: the section `host` of slo.yaml."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from slogate.slo.fields import Count, Section, web_address

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


class Process(Section):
    """A process of this machine, and its children: a PM2 app by its name, the processes of one program by the name
    that `ps -e` shows, or the one whose number is given or stands in a file.
    """

    pm2: Annotated[str, Field(min_length=1)] | None = None
    name: Annotated[str, Field(min_length=1)] | None = None
    pid: Annotated[int, Count, Field(ge=1)] | None = None
    pid_file: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("say in one way which process is meant: pm2, name, pid or pid_file")
        return self

    def __str__(self) -> str:
        if self.pm2 is not None:
            return f"the PM2 app {self.pm2}"
        if self.name is not None:
            return f"processes named {self.name}"
        return f"process {self.pid}" if self.pid is not None else f"the process in {self.pid_file}"


def _by_their_own_names(value: object) -> object:
    """`shop: pm2` is `shop: {pm2: shop}`."""
    if not isinstance(value, dict):
        return value
    for key, how in value.items():
        if not isinstance(how, dict | Process) and how not in ("pm2", "name"):
            raise ValueError(
                f"{how!r} does not say which process {key} is; write {key}: pm2, or {key}: {{name: nginx}}"
            )
    return {key: {how: key} if isinstance(how, str) else how for key, how in value.items()}


class Host(Section):
    """A node exporter that is asked once a second, or a Prometheus server that is asked at the end, from beginning to
    end of a run. Without either, `resources` are those of this machine, if the target runs on it. Processes are always
    those of this machine.
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

    processes: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=100)], Process],
        BeforeValidator(_by_their_own_names, json_schema_input_type=dict[str, Literal["pm2", "name"] | Process]),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        named = sum(source is not None for source in (self.node_exporter, self.prometheus))
        if named == 2 or (named == 0 and not self.processes):
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
