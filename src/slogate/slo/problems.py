"""Problems of a file that people write, all of them at once: from bytes to text, and from what pydantic finds to
sentences with a line, a path and a cure. slo.yaml and checklist.yaml share it.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel, ValidationError

from slogate.errors import ConfigError
from slogate.slo.document import MAX_BYTES, TOO_LARGE, Document, Path, Problem, dotted

NO_VALUE = "there is no value here; give one, or take the key out"  # an objective without its limit must not vanish
_NOT_IN_THE_FILE = {"[key]", "[limit]", "[normal]"}  # what pydantic puts into a path
_OFTEN_MEANT = {
    "thresholds": "api",
    "objectives": "api",
    "pages": "web",
    "system": "resources",
    "scenarios": "profiles",
}
_LONGEST_MESSAGE = 500


def text_of(content: bytes, name: str) -> str:
    """The bytes of a file as text. Raises `ConfigError` where they are too many, or not UTF-8."""
    if len(content) > MAX_BYTES:  # and perhaps cut in the middle of a letter
        raise config_error(name, [TOO_LARGE])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise config_error(name, [Problem(line, "", "the file is not UTF-8 from here on; save it as UTF-8")]) from None


def config_error(name: str, problems: Iterable[Problem]) -> ConfigError:
    """The error that tells every problem of a file once, one a line, in the order of the file."""
    ordered = sorted(set(problems), key=lambda problem: (problem.line, problem.path))
    return ConfigError("\n".join(problem.render(name) for problem in ordered))


def empty_values(document: Document) -> Iterator[Problem]:
    """A problem for each key of the document that has no value."""

    def walk(value: object, path: Path) -> Iterator[Problem]:
        match value:
            case dict():
                for key, child in value.items():
                    yield from walk(child, (*path, key))
            case list():
                for index, child in enumerate(value):
                    yield from walk(child, (*path, index))
            case None:
                yield Problem(document.line(path), dotted(path), NO_VALUE)

    return walk(document.data, ())


def validation_problems(error: ValidationError, document: Document, root: type[BaseModel]) -> list[Problem]:
    """What pydantic found wrong with a document by the model `root`, each at its line and with a cure; what is among
    the document's own problems already is left out.
    """
    reported = {problem.path for problem in document.problems}
    problems = []
    for item in error.errors(include_url=False):
        path = tuple(part for part in item["loc"] if part not in _NOT_IN_THE_FILE)
        # The short form of a criterion is read as {pass: ...}; the file has no such key there.
        short_form = path[-1:] == ("pass",) and path not in document.lines and item["type"] != "missing"
        shown = path[:-1] if short_form else path
        if dotted(shown) not in reported:
            problems.append(Problem(document.line(shown), dotted(shown), _explain(item, path, root)[:_LONGEST_MESSAGE]))
    return problems


def _explain(item: Mapping[str, object], path: Path, root: type[BaseModel]) -> str:
    """pydantic's finding as a sentence with the value and the cure."""
    message = str(item["msg"]).removeprefix("Value error, ")
    value = item.get("input")
    match item["type"]:
        case "extra_forbidden":
            known = _known_keys(path[:-1], root)
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


def _known_keys(path: Path, root: type[BaseModel]) -> list[str]:
    """The keys that may stand at `path`, read from the models, so that no second list of them can grow stale."""
    model = root
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
