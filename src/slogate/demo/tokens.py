"""Bearer tokens: JWT signed with a key that lives as long as the process. There is no refresh and no revocation."""

import secrets
from datetime import UTC, datetime, timedelta

import jwt

_ALGORITHM = "HS256"
_LIFETIME = timedelta(hours=12)  # longer than any load test that uses one token throughout


class InvalidTokenError(Exception):
    """The token was not made by this process, or it has expired."""


class Tokens:
    """Issues tokens and reads them."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def issue(self, account_id: int) -> str:
        now = datetime.now(UTC)
        return jwt.encode({"sub": str(account_id), "iat": now, "exp": now + _LIFETIME}, self._key, _ALGORITHM)

    def account_id(self, token: str) -> int:
        """The account that `token` was issued to. Raises InvalidTokenError."""
        try:
            claims = jwt.decode(token, self._key, [_ALGORITHM], options={"require": ["sub", "exp"]})
        except jwt.InvalidTokenError as error:
            raise InvalidTokenError(str(error)) from error
        return int(claims["sub"])
