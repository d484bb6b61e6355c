"""The errors that slogate raises on purpose, and the exit code that each one becomes.

    SlogateError
    ├── UsageError             2   the command line asks for something that cannot be done
    │   └── HostNotAllowedError    a target that the SLO file does not name
    ├── ConfigError            2   problems in slo.yaml, a scenario, a journey or an imported file
    ├── NotComparableError     4   runs that were not measured in the same way
    └── MeasurementError       4   the measurement could not be made, or it broke
        ├── TargetError            the target refuses, hangs or speaks another protocol
        ├── BrowserError           no usable browser
        ├── CutShortError          somebody ended the run, or killed a process of it
        │   └── EndedByHandError       by Ctrl-C
        ├── RunFolderError         the run folder cannot be written, or it cannot be read
        ├── HistoryError           the history database cannot be written, or it cannot be read
        └── OutputError            the result cannot be written to standard output

Every message is for the person at the terminal: what was found, where, and what to do. An error that is not in this
tree is a defect of slogate, and only then is a traceback wanted.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller. There are no other codes, but for 130 on a second Ctrl-C."""

    PASS = 0
    FAIL = 1
    USAGE = 2
    INCONCLUSIVE = 3
    NOT_JUDGEABLE = 4


class SlogateError(Exception):
    """Base of the tree: `message` says what was found, `cure` (may be empty) says what to do about it."""

    exit_code = ExitCode.NOT_JUDGEABLE

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message}\n  {self.cure}" if self.cure else self.message


class UsageError(SlogateError):
    """The command line asks for something that cannot be done."""

    exit_code = ExitCode.USAGE


class HostNotAllowedError(UsageError):
    """A host that neither `targets` nor `allowed_hosts` in the SLO file names."""


class ConfigError(SlogateError):
    """A file that the user wrote, or had written, has problems; the message lists every one of them."""

    exit_code = ExitCode.USAGE


class NotComparableError(SlogateError):
    """Runs whose numbers do not stand for the same thing; the message names what sets them apart."""


class MeasurementError(SlogateError):
    """The measurement could not be made, or it broke on the way."""


class TargetError(MeasurementError):
    """The target does not answer as an HTTP server that we may measure."""


class BrowserError(MeasurementError):
    """There is no browser that can be driven, or it does not start."""


class CutShortError(MeasurementError):
    """Somebody ended the run, or killed one of its processes, from outside."""


class EndedByHandError(CutShortError):
    """Somebody pressed Ctrl-C, and so knows of the end."""


class RunFolderError(MeasurementError):
    """A run folder cannot be written, or what it holds cannot be read."""


class HistoryError(MeasurementError):
    """The history database cannot be opened, written or read."""


class OutputError(MeasurementError):
    """What was to be told cannot be written to standard output."""
