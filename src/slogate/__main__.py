"""Where the `slogate` program begins, and `python -m slogate`."""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from slogate.collection import no_collection

_ENDED = 4  # ExitCode.NOT_JUDGEABLE, known here before anything is imported: the measurement broke, before it began
_ASKED_TO_END = (signal.SIGINT, signal.SIGTERM)


def start() -> NoReturn:
    """Runs the command line. Being asked to end is answered at any moment, also in the second that the imports take.

    Until a run takes the signals over, to end its processes in order, they raise `KeyboardInterrupt`.
    """
    for name in _ASKED_TO_END:
        signal.signal(name, _leave)
    with no_collection():
        from slogate.cli import main  # noqa: PLC0415  # see above

    for name in _ASKED_TO_END:
        signal.signal(name, signal.default_int_handler)
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = _ENDED
    sys.exit(code)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Ends at once. An exception in the middle of an import may be swallowed there, and nothing is to be cleaned up."""
    os._exit(_ENDED)


if __name__ == "__main__":
    start()
