"""Watches over a run from outside it: when the command is killed, its folder is settled, its processes are ended and
their temporary files are removed all the same.

`slogate run` starts it with the folder and the run's id, and holds its standard input open. The word "done" on it
means that all is in order; its end without that word means that the command died.
"""

import signal
import sys
from pathlib import Path

from slogate.errors import SlogateError
from slogate.process import remove_scratch, sweep
from slogate.runs.folder import RunFolder, abandon


def main(folder: str, run_id: str) -> int:
    """Waits for the end of the command, and cleans up behind one that was killed."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)  # a signal to the whole group is the command's to answer
    if "done" in sys.stdin.read():
        return 0
    sweep(run_id)
    remove_scratch(run_id)
    try:
        abandon(RunFolder.open(Path(folder)), "slogate was killed")
    except SlogateError:
        return 1  # nobody is left to tell; the folder stays readable as it is
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
