"""Who a request says it is from: Basic and Bearer are a header; anything else is a callable, as requests has it."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from requests.auth import HTTPBasicAuth

Auth = tuple[str | bytes, str | bytes] | Callable[[Any], Any]


class Bearer:
    """`auth=Bearer(token)`: the token of RFC 6750, section 2.1. It also works with requests."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: Any) -> Any:
        """Sets the header on a request of the requests library."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def authorization(auth: Auth | None) -> str | None:
    """The Authorization header that `auth` always gives; None where it must be asked anew for each request."""
    if isinstance(auth, Bearer):
        return f"Bearer {auth.token}"
    if isinstance(auth, tuple) and len(auth) == 2:
        return _basic(*auth)
    if type(auth) is HTTPBasicAuth:
        return _basic(auth.username, auth.password)
    return None


def _basic(user: str | bytes, password: str | bytes) -> str:
    """RFC 7617. Beyond Latin-1 it is UTF-8, which the RFC lets a server ask for."""
    return "Basic " + b64encode(_bytes(user) + b":" + _bytes(password)).decode("ascii")


def _bytes(text: str | bytes) -> bytes:
    if isinstance(text, bytes):
        return text
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")
