"""Datasette's own command line, which also ends when stdin does: so it never outlives the process that started it."""

import os
import runpy
import signal
import threading


def end_with_stdin() -> None:
    """Tells this process to end once nobody holds the other end of its stdin any more."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_stdin, daemon=True).start()
    runpy.run_module("datasette", run_name="__main__")
