"""slogate: does this release meet its performance SLOs, and how sure are we?

Here stands what a team's own files import, and nothing that is slow to import: journey files use `page` and `session`,
and locustfiles `HttpUser`.
"""

from typing import TYPE_CHECKING, Any

from slogate.vitals.journeys import page, session

if TYPE_CHECKING:
    from slogate.load.http.user import HttpUser

__all__ = ["HttpUser", "__version__", "page", "session"]

__version__: str


def __getattr__(name: str) -> Any:
    """Finds what is slow to import only when it is asked for: the version, whose `importlib.metadata` costs more than
    the rest of this import, and `HttpUser`, which imports Locust, and that patches the process.
    """
    import importlib  # noqa: PLC0415 (see above)

    if name == "HttpUser":
        importlib.import_module("slogate.locust")  # whose options plain `locust` then has
        return importlib.import_module("slogate.load.http.user").HttpUser
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    metadata = importlib.import_module("importlib.metadata")
    try:
        return metadata.version("slogate")
    except metadata.PackageNotFoundError:
        return "0+source"  # run from a source tree that is not installed
