"""Writes the files that a person gets to keep and edit: nothing of theirs is overwritten unless they say so."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from slogate.errors import ConfigError, UsageError


def refuse_to_overwrite(folder: Path, paths: Iterable[str]) -> None:
    """Raises `UsageError` with every one of the files below `folder` that is there already."""
    there = [str(folder / path) for path in paths if (folder / path).exists()]
    if there:
        raise UsageError(
            f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} there already, and nothing is overwritten",
            cure="choose another folder with --out, or move it away",
        )


def write_new(folder: Path, files: Mapping[str, str], *, force: bool = False) -> list[Path]:
    """Writes each text to its path below `folder`, and returns the paths. With `force` files that are there already
    are replaced. Raises `ConfigError` for what cannot be written.
    """
    return [_write(folder / path, text, "w" if force else "x") for path, text in files.items()]


def _write(path: Path, text: str, mode: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}", cure="choose another folder with --out"
        ) from None
    return path
