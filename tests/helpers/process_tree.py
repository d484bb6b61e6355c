"""Real processes whose work, children and ends a test decides."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

BUSY = "while True: pass"
RESTING = "import time; time.sleep(600)"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY!r}]).wait()"


@contextlib.contextmanager
def running(program: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process with this program; what it started is its own business."""
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        try:
            yield process
        finally:
            process.kill()


def eventually(holds: Callable[[], bool]) -> None:
    """Returns when it holds, which must be within ten seconds."""
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it does not come to hold")
