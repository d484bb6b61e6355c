"""What must be the same on every machine that makes a load: all draw the same schedule from the same seed."""

from importlib import metadata


def versions_that_must_agree() -> dict[str, str]:
    """Versions of slogate and of numpy, whose random numbers the schedule is made of."""
    return {name: metadata.version(name) for name in ("slogate", "numpy")}
