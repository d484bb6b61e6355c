"""What the conductor of a load and its generators tell each other.

Where both are in one process the messages are handed over as they are. Between processes they travel inside Locust's
own messages, as plain data (`encode`, `decode`): a batch of rows as the bytes of one Arrow record batch.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import pyarrow as pa

from slogate.runs.schema import REQUESTS

TYPE = "slogate"  # the type of Locust message that carries ours


@dataclass(frozen=True)
class Hello:
    """A generator is there and wants a plan. `versions` must be equal to the conductor's: both draw the same schedule.
    `about` is what `describe_generator` tells.
    """

    versions: dict[str, str]
    about: dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """The generator cannot take part, or it cannot go on."""

    reason: str


@dataclass(frozen=True)
class PlanFor:
    """The plan (`LoadPlan.as_dict`) for the generator that is called `worker` in every table."""

    plan: dict[str, Any]
    worker: str


@dataclass(frozen=True)
class Watch:
    """Locust paces the users itself: the generator that is called `worker` only records what they ask. A request that
    Locust cuts off at the stop counts as unanswered once it has waited `patience_s`. `verify_tls` as in `LoadPlan`.
    """

    worker: str
    patience_s: float
    verify_tls: bool = True


@dataclass(frozen=True)
class ClockQuestion:
    """What time is it? `asked_s` is the generator's monotonic clock, given back with the answer."""

    asked_s: float


@dataclass(frozen=True)
class ClockAnswer:
    """It is `epoch_us`, in microseconds since the epoch on the clock of the run."""

    asked_s: float
    epoch_us: int


@dataclass(frozen=True)
class Ready:
    """The generator has its plan and its clock, and may be given users."""


@dataclass(frozen=True)
class Users:
    """How many users have run their on_start, how many failed in it, and how the first one did."""

    ready: int
    failed: int
    first_failure: str


@dataclass(frozen=True)
class Begin:
    """The load begins at `start_us` (epoch); the generator makes the arrivals of its share."""

    start_us: int
    index: int
    count: int


@dataclass(frozen=True)
class Deal:
    """From `from_us` (epoch) on the generator has another share."""

    from_us: int
    index: int
    count: int


@dataclass(frozen=True)
class Close:
    """The load ends at `end_us` (epoch), earlier than planned; what is in flight then may take `grace_s`."""

    end_us: int
    grace_s: float


@dataclass(frozen=True)
class Rows:
    """One second of one generator. `rows_told` and `arrivals_told` count everything so far, this message included."""

    rows_told: int
    arrivals_told: int
    batch: pa.RecordBatch | None
    sample: dict[str, float]


@dataclass(frozen=True)
class Final:
    """The last word of a generator, after its last rows. Arrivals are of the judged part.

    `unrecorded` requests were told in a way that could not be kept; `ended_users` went before the end.
    """

    rows_told: int
    started_arrivals: int
    untaken_arrivals: int
    without_request: int
    unfinished: int
    failed_users: int
    first_error: str
    own_error: str
    listener_error: str
    unrecorded: int
    ended_users: int
    refused_hosts: list[str]


Message = (
    Hello
    | Refusal
    | PlanFor
    | Watch
    | ClockQuestion
    | ClockAnswer
    | Ready
    | Users
    | Begin
    | Deal
    | Close
    | Rows
    | Final
)
_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in Message.__args__}


def encode(message: Message) -> dict[str, Any]:
    """The message as data that msgpack takes."""
    if isinstance(message, Rows):
        batch = None if message.batch is None else message.batch.serialize().to_pybytes()
        return {"kind": "Rows", **{f.name: getattr(message, f.name) for f in fields(message)}, "batch": batch}
    return {"kind": type(message).__name__, **asdict(message)}


def decode(data: Mapping[str, Any]) -> Message:
    """The message that `encode` was given."""
    values = dict(data)
    kind = _KINDS[values.pop("kind")]
    if kind is Rows and values["batch"] is not None:
        values["batch"] = pa.ipc.read_record_batch(pa.py_buffer(values["batch"]), REQUESTS)
    message: Message = kind(**values)
    return message
