"""Whether everybody in `notify` can be told, as far as that is known without telling them: variables, addresses."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from slogate.notify.channels.known import sender
from slogate.notify.secrets import redactor
from slogate.slo import variables
from slogate.slo.channels import AddressError
from slogate.slo.document import Path, Problem, dotted
from slogate.slo.file import SloFile


def problems(file: SloFile, environ: Mapping[str, str]) -> list[str]:
    """What stands in the way, as `slo.yaml:12: notify.channels[0].apprise: ...`, without secrets."""
    if file.slo.notify is None:
        return []
    redact = redactor(file.slo.notify, environ)
    return [redact(problem.render(file.name)) for problem in _problems(file, environ)]


def _problems(file: SloFile, environ: Mapping[str, str]) -> Iterator[Problem]:
    notify = file.slo.notify
    assert notify is not None  # noqa: S101  # the caller has looked
    for index, channel in enumerate(notify.channels):
        try:
            sender(channel, environ, lambda: datetime.now(UTC))
        except AddressError as error:
            yield _problem(file, ("notify", "channels", index, channel.service), str(error))
    try:
        variables.expand(notify.report_url or "", environ)
    except variables.VariableError as error:
        yield _problem(file, ("notify", "report_url"), str(error))


def _problem(file: SloFile, path: Path, message: str) -> Problem:
    return Problem(file.line(*path), dotted(path), message)
