"""A saved sign-in: the file that Playwright writes with `page.context.storage_state(path="state.json")`.

What such a file holds is as good as a password, so no message quotes any of it.
"""

import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from slogate.errors import ConfigError

if TYPE_CHECKING:  # declaring journeys must not load Playwright
    from playwright.sync_api import StorageState

_SAVE = 'save it after signing in: page.context.storage_state(path="state.json")'


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow")  # Playwright adds to it from version to version


class _Cookie(_Part):
    name: str
    value: str
    domain: str
    path: str
    expires: float = -1  # seconds since the epoch; -1: when the browser is closed


class _Entry(_Part):
    name: str
    value: str


class _Origin(_Part):
    origin: str
    localStorage: list[_Entry] = []  # noqa: N815 (the file names it so)


class _Stored(_Part):
    cookies: list[_Cookie]
    origins: list[_Origin]


@cache
def read_storage(path: Path) -> "StorageState":
    """The cookies and local storage of a file.

    Raises `ConfigError` when it is no such file, or can no longer sign anybody in.
    """
    try:
        stored = _Stored.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", cure=f"correct storage=, or {_SAVE}") from None
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        what = f"{where}: {error.errors()[0]['msg']}" if where else "it is not JSON with cookies and origins"
        raise ConfigError(f"{path}: not a storage state of Playwright: {what}", cure=_SAVE) from None
    ends_s = max((cookie.expires for cookie in stored.cookies), default=-1.0)
    if ends_s > 0 and all(0 < cookie.expires < time.time() for cookie in stored.cookies):
        ended = datetime.fromtimestamp(ends_s, UTC).isoformat(timespec="seconds")
        raise ConfigError(f"{path}: the last of its cookies expired at {ended}", cure=_SAVE)
    return cast("StorageState", cast("Any", stored.model_dump()))
