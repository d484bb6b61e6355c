"""What every file that people write shares: its text, its empty values, and problems in the order of the file."""

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from slogate.errors import ConfigError
from slogate.slo.document import MAX_BYTES, Problem, parse
from slogate.slo.problems import config_error, empty_values, text_of, validation_problems


class _Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")
    colour: str


class _Tree(BaseModel):
    model_config = ConfigDict(extra="forbid")
    leaves: list[_Leaf]


def test_a_file_may_begin_with_a_mark_and_must_be_utf8() -> None:
    assert text_of("\ufeffa: 1".encode(), "list.yaml") == "a: 1"
    with pytest.raises(ConfigError, match=r"list\.yaml:2: the file is not UTF-8"):
        text_of(b"a: 1\nb: \xff", "list.yaml")
    with pytest.raises(ConfigError, match="larger than"):
        text_of(b"a" * (MAX_BYTES + 1), "list.yaml")


def test_every_key_without_a_value_is_found() -> None:
    found = empty_values(parse("a:\nb: {c: 1, d: }\ne:\n  - f:\n  - 1\n"))
    assert [(problem.line, problem.path) for problem in found] == [(1, "a"), (2, "b.d"), (4, "e[0].f")]


def test_problems_are_told_once_in_the_order_of_the_file() -> None:
    twice = Problem(9, "b", "wrong")
    assert config_error("f", [twice, Problem(2, "a", "bad"), twice]).message == "f:2: a: bad\nf:9: b: wrong"


def test_a_key_is_guessed_from_those_of_the_model_that_the_file_is_read_by() -> None:
    document = parse("leaves:\n  - colour: red\n  - color: red\n")
    with pytest.raises(ValidationError) as caught:
        _Tree.model_validate(document.data)
    found = validation_problems(caught.value, document, _Tree)
    assert [(item.line, item.message) for item in found] == [
        (3, "this key is missing"),
        (3, "unknown key; did you mean colour?"),
    ]
