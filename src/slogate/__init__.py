"""slogate: does this release meet its performance SLOs, and how sure are we?

Here stands what a team's own files import, and nothing that is slow to import: journey files use `page` and `session`.
"""

from slogate.vitals.journeys import page, session

__all__ = ["__version__", "page", "session"]

__version__: str


def __getattr__(name: str) -> str:
    """Look the version up only when it is asked for: `importlib.metadata` costs more than the rest of this import."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 (see above)

    try:
        return version("slogate")
    except PackageNotFoundError:
        return "0+source"  # run from a source tree that is not installed
