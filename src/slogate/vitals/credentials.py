"""The name and the password that a page's host asks for by HTTP Basic, from two environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from slogate.errors import ConfigError


@dataclass(frozen=True)
class CredentialNames:
    """The environment variables that hold a name and a password."""

    username: str
    password: str

    def read(self, environ: Mapping[str, str]) -> "Credentials":
        """Their values. Raises `ConfigError` for one that is not set."""
        for name in (self.username, self.password):
            if name not in environ:
                raise ConfigError(
                    f"http_credentials names the variable {name}, which is not set",
                    cure=f"export {name}, or correct the name in the journey",
                )
        return Credentials(environ[self.username], environ[self.password])


@dataclass(frozen=True)
class Credentials:
    """A name, and a password that shows nowhere."""

    username: str
    password: str = field(repr=False)
