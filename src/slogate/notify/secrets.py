"""What must not be said of channels: the values of their variables, whole and in pieces."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from slogate.redact import Redactor, secrets_in_environment
from slogate.slo.notify import Notify

_SEPARATORS = re.compile(r"[/:@?&=#,]+")


def redactor(notify: Notify, environ: Mapping[str, str]) -> Redactor:
    """Masks what is secret in the environment, and all that stands in a variable of a channel. A service's own words
    hold pieces of its address: `https://hooks.slack.com/services/T0/B0/x` for `slack://T0/B0/x`.
    """
    names = {name for channel in notify.channels for name in channel.variables()}
    values = [environ[name] for name in names if name in environ]
    return Redactor([*secrets_in_environment(environ), *values, *_pieces(values)])


def _pieces(values: Iterable[str]) -> set[str]:
    return {piece for value in values for text in (value, unquote(value)) for piece in _SEPARATORS.split(text) if piece}
