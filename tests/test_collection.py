"""The garbage collector rests during imports, and works afterwards."""

import gc
import subprocess
import sys

import pytest

from slogate.collection import no_collection

_TOLD = """
import gc
from slogate.collection import no_collection
with no_collection():
    assert not gc.isenabled()
    kept = [[] for _ in range(1000)]
assert gc.isenabled()
assert gc.get_freeze_count() > 1000
"""


def test_it_rests_and_works_again() -> None:
    subprocess.run([sys.executable, "-c", _TOLD], timeout=30, check=True)


def test_it_works_again_after_a_failure() -> None:
    def failing() -> None:

        with no_collection():
            raise ImportError

    with pytest.raises(ImportError):
        failing()
    gc.unfreeze()
    assert gc.isenabled()
