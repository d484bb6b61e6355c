"""Fields of a record, by name: one that is missing or of another kind is told with its name, its value and what belongs
there.

All raise `MalformedError`, but for a name that is not there: `KeyError`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from slogate.imports.records import microseconds
from slogate.imports.source import MalformedError, malformed

_T = TypeVar("_T")


def object_of(line: bytes) -> Mapping[str, Any]:
    """The JSON object that a line is. Raises `json.JSONDecodeError` and `UnicodeDecodeError` too."""
    try:
        found = json.loads(line)
    except RecursionError:
        malformed("it is nested too deeply")
    return found if isinstance(found, dict) else malformed("no JSON object")


def columns_of(header: Sequence[str]) -> Sequence[str]:
    """The names of columns, each of which stands there once: of two nobody knows which one is meant."""
    twice = next((name for at, name in enumerate(header) if name in header[:at]), None)
    return header if twice is None else malformed(f"the header has two columns {twice!r}")


def row_of(names: Sequence[str], row: Sequence[str]) -> Mapping[str, str]:
    """A row of CSV by its columns."""
    if len(row) != len(names):
        malformed(f"{len(row)} columns, and the header has {len(names)}")
    return dict(zip(names, row, strict=True))


def inner(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside an object."""
    value = record[name]
    return value if isinstance(value, Mapping) else _other(name, value, "an object")


def items(record: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """A list of objects."""
    value = record[name]
    if not isinstance(value, list):
        _other(name, value, "a list of objects")
    for at, item in enumerate(value):
        if not isinstance(item, Mapping):
            _other(f"{name}[{at}]", item, "an object")
    return value


def text(record: Mapping[str, Any], name: str) -> str:
    """A text."""
    value = record[name]
    return value if isinstance(value, str) else _other(name, value, "a text")


def number(record: Mapping[str, Any], name: str) -> float:
    """A number, which CSV has as a text."""
    value = record[name]
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    return _other(name, value, "a number")


def whole(record: Mapping[str, Any], name: str) -> int:
    """A whole number, which CSV has as a text."""
    value = record[name]
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return int(value)
        except ValueError:
            pass
    return _other(name, value, "a whole number")


def span_us(record: Mapping[str, Any], name: str, per: float) -> int:
    """A span of time in microseconds, of which `per` are one of the unit that it is in."""
    value = number(record, name)
    return _named(name, lambda: microseconds(value, per))


def moment(record: Mapping[str, Any], name: str, reader: Callable[[str], _T]) -> _T:
    """A point in time, as a `reader` of `times` understands it."""
    value = text(record, name)
    return _named(name, lambda: reader(value))


def _named(name: str, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except MalformedError as error:
        malformed(f"{name}: {error}")


def _other(name: str, value: object, wanted: str) -> NoReturn:
    malformed(f"{name} is {repr(value)[:60]}, where {wanted} belongs")
