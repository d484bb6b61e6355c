"""Messages arrive as they were sent, also through Locust's own packing."""

import msgpack
import pyarrow as pa
import pytest

from slogate.load.messages import Begin, Final, Hello, Message, PlanFor, Rows, Users, decode, encode
from slogate.load.plan import LoadPlan
from slogate.load.recorder import Recorder
from slogate.slo.rates import Stretch

PLAN = LoadPlan((Stretch(5, 0, 9.5),), 10, "poisson", 1, 1.0, 4.0, 2.0, ("127.0.0.1",), "/r", "/g", 123, 2)


def sent(message: Message) -> Message:
    return decode(msgpack.loads(msgpack.dumps(encode(message)), raw=False, strict_map_key=False))


@pytest.mark.parametrize(
    "message",
    [
        Hello({"slogate": "1"}, {"host": "a", "open_files_limit": None}),
        Users(1, 2, "why"),
        Begin(1_700_000_000_000_000, 1, 3),
        Final(5, 4, 0, 0, 1, 0, "", "", "", 0, 0, ["evil.example"]),
        Rows(0, 0, None, {"cpu": 0.5, "time_us": 5}),
    ],
)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    assert sent(message) == message


def test_a_plan_arrives_whole() -> None:
    arrived = sent(PlanFor(PLAN.as_dict(), "2"))
    assert isinstance(arrived, PlanFor)
    assert LoadPlan.from_dict(arrived.plan) == PLAN


def test_rows_arrive_as_rows() -> None:
    recorder = Recorder("2", 10**15)
    for number in range(3):
        recorder.keep(1.0 + number, None, 0.25, 5, None, recorder.kind("/é", "GET", 200, "ok", "load"))
    batch = recorder.take()
    arrived = sent(Rows(3, 0, batch, {}))
    assert isinstance(arrived, Rows)
    assert arrived.batch is not None
    assert pa.Table.from_batches([arrived.batch]).equals(pa.Table.from_batches([batch]))
