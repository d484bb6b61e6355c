"""What is wrong with a field is told with its name, its value and what belongs there."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from slogate.imports import fields
from slogate.imports.source import MalformedError


@pytest.mark.parametrize(
    ("reader", "value", "message"),
    [
        (fields.text, 5, "it is 5, where a text belongs"),
        (fields.number, "fast", "it is 'fast', where a number belongs"),
        (fields.number, True, "it is True, where a number belongs"),
        (fields.number, 10**400, "it is 10*, where a number belongs"),
        (fields.whole, "1.5", "it is '1.5', where a whole number belongs"),
        (fields.whole, "9" * 5000, "it is '9*, where a whole number belongs"),
        (fields.inner, [], r"it is \[\], where an object belongs"),
        (fields.items, {}, "it is {}, where a list of objects belongs"),
        (fields.items, [1], r"it\[0\] is 1, where an object belongs"),
    ],
)
def test_another_kind_is_refused(
    reader: Callable[[Mapping[str, Any], str], object], value: object, message: str
) -> None:
    with pytest.raises(MalformedError, match=f"^{message}$"):
        reader({"it": value}, "it")


@pytest.mark.parametrize(("reader", "value"), [(fields.number, "1.5"), (fields.number, 1.5), (fields.whole, 3)])
def test_what_belongs_there_is_taken(reader: Callable[[Mapping[str, Any], str], float], value: Any) -> None:
    assert reader({"it": value}, "it") == float(value)


def test_a_span_of_time_is_told_by_its_name() -> None:
    assert fields.span_us({"it": "1.5"}, "it", 1000) == 1500
    with pytest.raises(MalformedError, match=r"^it: -1\.0 is no length of time$"):
        fields.span_us({"it": -1}, "it", 1000)


def test_a_row_has_as_many_columns_as_its_header() -> None:
    assert fields.row_of(["a", "b"], ["1", "2"]) == {"a": "1", "b": "2"}
    with pytest.raises(MalformedError, match="1 columns, and the header has 2"):
        fields.row_of(["a", "b"], ["1"])


def test_a_line_is_one_object() -> None:
    assert fields.object_of(b'{"a": 1}') == {"a": 1}
    with pytest.raises(MalformedError, match="no JSON object"):
        fields.object_of(b"[]")
    with pytest.raises(MalformedError, match="nested too deeply"):
        fields.object_of(b"[" * 100_000)
