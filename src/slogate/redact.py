"""Takes secrets out of text and URLs before they reach a file or the terminal.

It knows secrets by their shape (a JWT, an Authorization value, the user part of a URL, a query parameter or field with
a telling name) and by their value (`known`). It does not claim to find a secret of no known shape that nobody named:
pass such values as `known`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

MASK = "***"
_MIN_KNOWN_LENGTH = 6  # a shorter value occurs by chance in ordinary text
_NAMES = (
    r"(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|authorization|session[_-]?id|signature"
    r"|credential)s?"
)
_SHORT_NAMES = r"(?<![a-z])(?:auth|jwt|pass|pwd|session|sid|sig)(?![a-z])"  # in a longer word they mean something else
_TELLING = rf"(?:{_NAMES}|{_SHORT_NAMES})"

# Repetitions that may start anywhere are bounded: without a bound they make long texts a matter of minutes.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,2000}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), MASK),
    (re.compile(r"(?i)\b(bearer|basic|digest|token)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {MASK}"),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,30}://)[^\s/?#\"'<>]+@"), rf"\1{MASK}@"),
    (re.compile(r"(?i)\b((?:set-)?cookie|authorization)(\s*[:=]\s*)[^\r\n]+"), rf"\1\2{MASK}"),
    # A field of JSON or of a Python mapping; of JSON inside a JSON text; of a form or a query; of a header or YAML.
    (re.compile(rf"(?i)((?:{_TELLING}|cookie)[\"']?\s*[:=]\s*\")(?:\\.|[^\"\\])+"), rf"\1{MASK}"),
    (re.compile(rf"(?i)((?:{_TELLING}|cookie)[\"']?\s*[:=]\s*')(?:\\.|[^'\\])+"), rf"\1{MASK}"),
    (re.compile(rf"(?i)((?:{_TELLING}|cookie)\\+\"\s*:\s*\\+\")[^\"\\]+"), rf"\1{MASK}"),
    (re.compile(rf"(?i)({_TELLING}[\w.\[\]-]{{0,30}}=)[^&\s\"'<>#]+"), rf"\1{MASK}"),
    (re.compile(rf"(?i)({_NAMES}[\"']?:\s*)[^&\s\"',;<>{{}}\[\]\\]+"), rf"\1{MASK}"),
)


class Redactor:
    """Masks secrets by shape, and the values of `known` wherever they stand."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._values: set[str] = set()
        self.learn(known)

    def learn(self, known: Iterable[str]) -> None:
        """From now on masks the values of `known` too."""
        self._values.update(known)
        spellings = {text for value in self._values if len(value) >= _MIN_KNOWN_LENGTH for text in _spellings(value)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        """`text` with each secret replaced by `***`."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def _spellings(value: str) -> set[str]:
    """A value as it stands in plain text, in a URL, in a form and in JSON."""
    return {value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]}


def names_of_secrets(environ: Mapping[str, str]) -> list[str]:
    """The environment variables whose names say that their values are secret; a path to a secret is none."""
    telling = re.compile(rf"(?i){_NAMES}|(^|_)(auth|jwt|pass|pwd)($|_)|key$")
    return [name for name, value in environ.items() if telling.search(name) and not value.startswith("/")]


def secrets_in_environment(environ: Mapping[str, str]) -> list[str]:
    """The values of those variables."""
    return [environ[name] for name in names_of_secrets(environ)]


def without_credentials(url: str) -> str:
    """`url` without its `user:password@` part."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
