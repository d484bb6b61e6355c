"""The launch checklist: a list that a team edits, and which of its items a run shows. Pure, but for `shipped`.

`launch.yaml` is the list that comes with the package.
"""

from importlib import resources

SHIPPED = "launch.yaml"


def shipped() -> bytes:
    """The list that comes with the package."""
    return resources.files("slogate.checklists").joinpath(SHIPPED).read_bytes()
