"""Makes text that came from outside safe to print: endpoint names, page names and messages may hold anything."""

import unicodedata

_MOST = 400


def printable(text: str) -> str:
    """`text` on one line, without control characters (an ANSI escape among them), shortened to 400 characters."""
    cleaned = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    return cleaned if len(cleaned) <= _MOST else f"{cleaned[: _MOST - 3]}..."
