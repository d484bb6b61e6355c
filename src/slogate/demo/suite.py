"""The files that the demo runs: the very slo.yaml, scenario and journeys that this project shows a team."""

from pathlib import Path

_INSTALLED = Path(__file__).parent / "files"
_CHECKOUT = Path(__file__).parents[3]


def slo_path() -> Path:
    """slo.yaml with loadtests/ and webvitals/ beside it: the package's own copy, or the checkout's in an editable
    install.
    """
    return next(folder / "slo.yaml" for folder in (_INSTALLED, _CHECKOUT) if (folder / "slo.yaml").is_file())
