import pytest

from slogate.slo.variables import VariableError, defaults, expand, names, without_default

SET = {"A": "one", "EMPTY": "", "DOLLAR": "${A}"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("${A}", "one"),
        ("<${A}> and ${A}", "<one> and one"),
        ("${A:-two}", "one"),
        ("${B:-two}", "two"),
        ("${B:-}", ""),
        ("${EMPTY}", ""),
        ("${EMPTY:-two}", "two"),  # as in a shell
        ("${B:-http://127.0.0.1:8710}", "http://127.0.0.1:8710"),
        ("${B:-a$b}", "a$b"),
        ("$A", "$A"),
        ("$", "$"),
        ("$$", "$"),
        ("$${A}", "${A}"),
        ("$$$${A}", "$${A}"),
        ("${DOLLAR}", "${A}"),  # a value is text, and is not looked into again
    ],
)
def test_expand(text: str, value: str) -> None:
    assert expand(text, SET) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${B}", "the variable B is not set; export it, or give a default: ${B:-value}"),
        ("x ${B} y", "the variable B is not set"),
        ("${A", "'${A' opens a variable that is not of the form ${NAME} or ${NAME:-default}"),
        ("${}", "opens a variable"),
        ("${1A}", "opens a variable"),
        ("${A-two}", "opens a variable"),
        ("${A b}", "opens a variable"),
        ("${B:-${A}}", "opens a variable"),  # a variable inside a default would come out as half of its text
        ("${A:-${B}}", "opens a variable"),
    ],
)
def test_what_cannot_be_expanded(text: str, message: str) -> None:
    with pytest.raises(VariableError) as caught:
        expand(text, SET)
    assert message in str(caught.value)


def test_names() -> None:
    assert names("${A} $${B} ${C:-x} $D ${E") == {"A", "C"}


def test_what_has_no_default_is_to_be_set() -> None:
    assert without_default("${A} $${B} ${C:-x} ${D:-} ${E:-x}${E}") == {"A", "E"}


@pytest.mark.parametrize(
    ("text", "value"), [("${A:-x}", "x"), ("${A}", ""), ("http://${H:-h}:${P:-1}", "http://h:1"), ("$$", "$")]
)
def test_defaults(text: str, value: str) -> None:
    assert defaults(text) == value
