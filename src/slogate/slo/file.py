"""Reads slo.yaml: bytes in, a checked `Slo` out, or every problem of the file at once."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from pydantic import ValidationError

from slogate.slo import variables as env
from slogate.slo.coherence import problems_between
from slogate.slo.document import Document, Path, Problem, dotted, parse
from slogate.slo.model import Slo
from slogate.slo.problems import NO_VALUE, config_error, text_of, validation_problems

_ADDRESSES = ("targets", "allowed_hosts", "host")  # what judging a finished run does not need
_EXPANDED_LATER = "notify"  # see slogate.slo.channels


class SloFile:
    """A checked file: its meaning (`slo`), its text as written, and the variables that its objectives depend on.

    `judging_variables` holds the values of variables used outside the addresses: a run records them, so that
    judging it again elsewhere means the same. Addresses may carry credentials, so theirs are left out.
    `written_targets` and `written_hosts` are the addresses of `targets` and `host` as the file itself has them.
    """

    def __init__(
        self,
        name: str,
        slo: Slo,
        text: str,
        document: Document,
        judging_variables: dict[str, str],
        written_targets: list[str],
        written_hosts: list[str],
    ) -> None:
        self.name = name
        self.slo = slo
        self.text = text
        self.judging_variables = judging_variables
        self.written_targets = written_targets
        self.written_hosts = written_hosts
        self._document = document

    def line(self, *path: str | int) -> int:
        """The line of a value of the file, from 1."""
        return self._document.line(path)

    def variables_to_set(self) -> set[str]:
        """The variables that values of the file refer to without a default; what a comment names is none."""
        return {name for text in _texts(self._document.data) for name in env.without_default(text)}


def load(content: bytes, name: str, variables: Mapping[str, str], *, targets_needed: bool = True) -> SloFile:
    """Checks the bytes of an SLO file.

    `name` is how messages call it, `variables` are what `${NAME}` refers to. To judge a finished run the targets and
    allowed hosts are not needed, and a variable that is not set any more may stand in them. Raises `ConfigError` with
    every problem, one a line.
    """
    text = text_of(content, name)
    document = parse(text)
    if not isinstance(document.data, dict):
        not_a_mapping = Problem(1, "", "the file must be a mapping that begins with version: 1")
        raise config_error(name, document.problems or [not_a_mapping])
    written = [_written_addresses(document.data, section) for section in ("targets", "host")]
    used: dict[str, str] = {}
    data = _expand(document, document.data, (), variables, used)
    document.problems += _written_credentials(document)
    if not targets_needed and isinstance(data, dict):
        _forgive_addresses(document, data)
    problems = list(document.problems)
    try:
        slo = Slo.model_validate(data)
    except ValidationError as error:
        problems += validation_problems(error, document, Slo)
    else:
        problems += problems_between(slo, document)
    if problems:
        raise config_error(name, problems)
    return SloFile(name, slo, text, document, used, *written)


def _texts(value: object) -> Iterator[str]:
    match value:
        case dict():
            for child in value.values():
                yield from _texts(child)
        case list():
            for child in value:
                yield from _texts(child)
        case str():
            yield value


def _written_addresses(data: dict[str, object], section: str) -> list[str]:
    """The addresses of a section as the file itself has them, with no variable set."""
    found = data.get(section)
    return (
        [env.defaults(value) for value in found.values() if isinstance(value, str)] if isinstance(found, dict) else []
    )


def _written_credentials(document: Document) -> Iterator[Problem]:
    """Credentials that stand in the file itself: it is kept in every run folder, as written, and goes where that goes.

    A name whose password is a variable is none; a name alone may be a token.
    """
    data = document.data if isinstance(document.data, dict) else {}
    sections = {name: data[name] for name in ("targets", "host") if isinstance(data.get(name), dict)}
    for section, key, value in ((name, *item) for name, found in sections.items() for item in found.items()):
        if not isinstance(value, str):
            continue
        try:
            user, colon, password = urlsplit(env.defaults(value)).netloc.rpartition("@")[0].partition(":")
        except ValueError:
            continue  # which is no address at all, and told as that
        if password or (user and not colon):
            path: Path = (section, key)
            message = (
                "credentials stand in this address, and the file is kept in every run folder; put the address into a "
                'variable: "${SHOP_URL}"'
            )
            yield Problem(document.line(path), dotted(path), message)


def _expand(
    document: Document, value: object, path: Path, variables: Mapping[str, str], used: dict[str, str]
) -> object:
    match value:
        case dict():
            return {key: _expand(document, child, (*path, key), variables, used) for key, child in value.items()}
        case list():
            return [_expand(document, child, (*path, index), variables, used) for index, child in enumerate(value)]
        case str() if "$" in value and path[0] != _EXPANDED_LATER:
            if path[0] not in _ADDRESSES:
                # One that is not set is pinned as empty, which also means its default.
                used |= {name: variables.get(name, "") for name in env.names(value)}
            try:
                return env.expand(value, variables)
            except env.VariableError as error:
                document.problems.append(Problem(document.line(path), dotted(path), str(error)))
                return value
        case None:
            document.problems.append(Problem(document.line(path), dotted(path), NO_VALUE))
    return value


def _forgive_addresses(document: Document, data: dict[str, object]) -> None:
    """Stands in for targets, allowed hosts and processes whose variables are gone."""
    document.problems = [problem for problem in document.problems if not problem.path.startswith(_ADDRESSES)]
    data["targets"] = {"api": "http://target.invalid"}
    data["allowed_hosts"] = []
    host = data.pop("host", None)
    if isinstance(host, dict) and isinstance(host.get("processes"), dict) and host["processes"]:
        data["host"] = {"processes": dict.fromkeys(host["processes"], "name")}  # of which the names alone matter
