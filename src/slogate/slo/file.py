"""Reads slo.yaml: bytes in, a checked `Slo` out, or every problem of the file at once."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from slogate.errors import ConfigError
from slogate.slo import variables as env
from slogate.slo.document import MAX_BYTES, TOO_LARGE, Document, Path, Problem, dotted, parse
from slogate.slo.model import Area, Slo

_OFTEN_MEANT = {
    "thresholds": "api",
    "objectives": "api",
    "pages": "web",
    "system": "resources",
    "scenarios": "profiles",
}


_ADDRESSES = ("targets", "allowed_hosts", "host")  # what judging a finished run does not need
_LONGEST_MESSAGE = 500


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

    def line(self, *path: str) -> int:
        """The line of a value of the file, from 1."""
        return self._document.line(path)


def load(content: bytes, name: str, variables: Mapping[str, str], *, targets_needed: bool = True) -> SloFile:
    """Checks the bytes of an SLO file.

    `name` is how messages call it, `variables` are what `${NAME}` refers to. To judge a finished run the targets and
    allowed hosts are not needed, and a variable that is not set any more may stand in them. Raises `ConfigError` with
    every problem, one a line.
    """
    if len(content) > MAX_BYTES:  # and perhaps cut in the middle of a letter
        raise _config_error(name, [TOO_LARGE])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _config_error(name, [Problem(line, "", "the file is not UTF-8 from here on; save it as UTF-8")]) from None
    document = parse(text)
    if not isinstance(document.data, dict):
        not_a_mapping = Problem(1, "", "the file must be a mapping that begins with version: 1")
        raise _config_error(name, document.problems or [not_a_mapping])
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
        problems += _validation_problems(error, document)
    else:
        problems += _pages_under_no_load(slo, document)
    if problems:
        raise _config_error(name, problems)
    return SloFile(name, slo, text, document, used, *written)


def _pages_under_no_load(slo: Slo, document: Document) -> Iterator[Problem]:
    """Profiles that measure pages under load, in a file by which no run makes one."""
    if any(objective.area is Area.API for objective in slo.objectives()):
        return
    for name, profile in slo.profiles.items():
        if profile.when != "idle":
            path: Path = ("profiles", name, "when")
            message = (
                f"{profile.when} measures pages while the load holds, and without an objective in api no run makes a "
                "load; add one, such as api: {errors: < 1%}, or write when: idle"
            )
            yield Problem(document.line(path), dotted(path), message)


def _config_error(name: str, problems: Iterable[Problem]) -> ConfigError:
    ordered = sorted(set(problems), key=lambda problem: (problem.line, problem.path))
    return ConfigError("\n".join(problem.render(name) for problem in ordered))


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
        case str() if "$" in value:
            if path[0] not in _ADDRESSES:
                # One that is not set is pinned as empty, which also means its default.
                used |= {name: variables.get(name, "") for name in env.names(value)}
            try:
                return env.expand(value, variables)
            except env.VariableError as error:
                document.problems.append(Problem(document.line(path), dotted(path), str(error)))
                return value
        case None:
            # An objective whose limit was left out must not vanish.
            message = "there is no value here; give one, or take the key out"
            document.problems.append(Problem(document.line(path), dotted(path), message))
    return value


def _forgive_addresses(document: Document, data: dict[str, object]) -> None:
    """Stands in for targets and allowed hosts whose variables are gone."""
    document.problems = [problem for problem in document.problems if not problem.path.startswith(_ADDRESSES)]
    data["targets"] = {"api": "http://target.invalid"}
    data["allowed_hosts"] = []
    data.pop("host", None)


def _validation_problems(error: ValidationError, document: Document) -> list[Problem]:
    reported = {problem.path for problem in document.problems}
    problems = []
    for item in error.errors(include_url=False):
        path = tuple(part for part in item["loc"] if part != "[key]")
        # The short form of a criterion is read as {pass: ...}; the file has no such key there.
        short_form = path[-1:] == ("pass",) and path not in document.lines and item["type"] != "missing"
        shown = path[:-1] if short_form else path
        if dotted(shown) not in reported:
            problems.append(Problem(document.line(shown), dotted(shown), _explain(item, path)[:_LONGEST_MESSAGE]))
    return problems


def _explain(item: Mapping[str, object], path: Path) -> str:
    """pydantic's finding as a sentence with the value and the cure."""
    message = str(item["msg"]).removeprefix("Value error, ")
    value = item.get("input")
    match item["type"]:
        case "extra_forbidden":
            known = _known_keys(path[:-1])
            key = str(path[-1])
            guess = _OFTEN_MEANT.get(key)
            if guess not in known:
                guess = next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.6)), None)
            return (
                f"unknown key; did you mean {guess}?"
                if guess is not None
                else f"unknown key; here can stand {', '.join(known)}"
            )
        case "missing":
            return "this key is missing"
        case "model_type" | "dict_type":
            return f"{value!r} stands where a mapping is needed"
        case "literal_error":
            return f"{value!r} is not understood here; it can be {_expected(item)}"
        case "int_parsing" | "int_type" | "int_from_float":
            return f"{value!r} is not a whole number"
        case "string_type":
            return f"{value!r} is not text; put it in quotes"
        case "list_type":
            return f"{value!r} stands where a list is needed; write it as [{value}]"
        case "too_short" | "string_too_short":
            return "this must not be empty"
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            return f"{value!r} cannot stand here: it must be {message.removeprefix('Input should be ')}"
        case "value_error":
            return message
    return f"{value!r} cannot stand here: {message[:1].lower()}{message[1:]}"


def _expected(item: Mapping[str, object]) -> str:
    context = item.get("ctx")
    return str(context.get("expected")) if isinstance(context, dict) else "something else"


def _known_keys(path: Path) -> list[str]:
    """The keys that may stand at `path`, read from the models, so that no second list of them can grow stale."""
    model: type[BaseModel] = Slo
    for part in path:
        if not isinstance(part, str):
            continue
        field = model.model_fields.get(part)
        if field is not None:
            found = _model_inside(field.annotation)
            model = found if found is not None else model
    return [field.alias or key for key, field in model.model_fields.items()]


def _model_inside(annotation: object) -> type[BaseModel] | None:
    """The first pydantic model in an annotation such as `dict[str, Annotated[Endpoint, ...]] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = (*getattr(annotation, "__args__", ()), getattr(annotation, "__origin__", None))
    for argument in arguments:
        found = _model_inside(argument) if argument is not None and argument is not annotation else None
        if found is not None:
            return found
    return None
