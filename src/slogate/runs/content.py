"""What a folder of scenarios or journeys holds, as one number: two runs made the same requests only if it is equal."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def content_hash(scripts: Iterable[Path]) -> str:
    """SHA-256 over the Python files below the folders of these scripts, by name: helpers beside a script are part of
    what it does. Data files are not, for saved sign-ins change with every one.
    """
    folders = sorted({path.parent for path in scripts})
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            name, text = str(path.relative_to(folder)).encode(), path.read_bytes()
            digest.update(b"%d %s %d %s" % (len(name), name, len(text), text))
    return digest.hexdigest()
