"""`${NAME}` and `${NAME:-default}` inside the values of slo.yaml, replaced after parsing so that a value can never add
structure.
"""

import re
from collections.abc import Mapping

_VARIABLE = re.compile(
    r"\$(?:(?P<escape>\$)|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>(?:[^$}]|\$(?!\{))*))?\}|(?P<broken>\{))"
)


class VariableError(ValueError):
    """A variable that is not set and has no default, or a `${` that nothing closes."""


def expand(text: str, variables: Mapping[str, str]) -> str:
    """`text` with its variables replaced. As in a shell, the default also stands in for an empty value; `$$` is a
    plain `$`. A default is taken as it stands: no variable can be inside it.
    """

    def replace(match: re.Match[str]) -> str:
        if match["escape"]:
            return "$"
        if match["broken"]:
            raise VariableError(f"{text!r} opens a variable that is not of the form ${{NAME}} or ${{NAME:-default}}")
        value = variables.get(match["name"], "")
        if value or (match["name"] in variables and match["default"] is None):
            return value
        if match["default"] is None:
            raise VariableError(
                f"the variable {match['name']} is not set; export it, or give a default: ${{{match['name']}:-value}}"
            )
        return match["default"]

    return _VARIABLE.sub(replace, text)


def names(text: str) -> set[str]:
    """The variables that `text` refers to."""
    return {match["name"] for match in _VARIABLE.finditer(text) if match["name"]}


def without_default(text: str) -> set[str]:
    """The variables that `text` refers to, and that have to be set where it is expanded."""
    return {match["name"] for match in _VARIABLE.finditer(text) if match["name"] and match["default"] is None}


def defaults(text: str) -> str:
    """`text` as it reads when no variable is set; a variable without a default becomes empty."""
    return _VARIABLE.sub(lambda match: "$" if match["escape"] else (match["default"] or ""), text)
