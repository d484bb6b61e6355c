"""Keeps the garbage collector away while modules are imported: they are made of many objects that all stay, and to look
for garbage among them takes a third of the time of an import.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Collects nothing inside, and what was made there never: it is left out of later collections."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
