"""run.json of older versions, brought to the present schema when it is read. The file on disk stays as it is.

A schema gets a new number when an older slogate would misread what a newer one writes, or the other way round. A field
that is merely added has a default, and needs none. Each step leads from one number to the next, and stays for good.
"""

from collections.abc import Callable, Mapping
from typing import Any

from slogate.runs.schema import SCHEMA_VERSION

Content = Mapping[str, Any]
Step = Callable[[Content], Content]


def _from_1(content: Content) -> Content:
    """Since version 2 a run may be imported, which makes its records mean something else. Until then none was."""
    return {**content, "imports": []}


STEPS: Mapping[int, Step] = {1: _from_1}


def migrated(content: Content, steps: Mapping[int, Step] = STEPS, present: int = SCHEMA_VERSION) -> Content:
    """`content` as the present version would have written it.

    Raises `ValueError` for a version that there never was, and `NewerSchemaError` for one that is yet to come.
    """
    version = content.get("schema_version", present)
    if not isinstance(version, int) or version < 1:
        raise ValueError(f"schema_version: there is no schema {version}")
    if version > present:
        raise NewerSchemaError(version)
    for number in range(version, present):
        content = {**steps[number](content), "schema_version": number + 1}
    return content


class NewerSchemaError(ValueError):
    """The version is newer than this slogate; its number is the argument."""
