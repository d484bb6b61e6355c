"""Where the `slogate` program begins, and `python -m slogate`."""

import sys
from typing import NoReturn


def start() -> NoReturn:
    """Runs the command line. Its import takes most of a second, in which Ctrl-C must be answered as well."""
    try:
        from slogate.cli import main  # noqa: PLC0415  # see above

        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = 4  # the measurement broke, before it began
    sys.exit(code)


if __name__ == "__main__":
    start()
