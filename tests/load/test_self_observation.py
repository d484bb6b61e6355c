"""The generator's own state, and which failures are its own doing."""

import errno
import os
import socket

import pytest

from slogate.load.self_observation import SelfObservation, describe_generator


def test_a_second_is_told_once() -> None:
    observed = SelfObservation()
    observed.woke(0.004)
    observed.woke(0.002)
    observed.was_overdue()
    first, second = observed.sample(3), observed.sample(0)
    assert (first["lag_ms"], first["backlog"], first["in_flight"]) == (4.0, 1.0, 3.0)
    assert (second["lag_ms"], second["backlog"]) == (0.0, 0.0)
    assert first["cpu"] >= 0


def test_open_files_and_ports_are_counted() -> None:
    observed = SelfObservation()
    before = observed.sample(0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        clients = [socket.create_connection(server.getsockname()) for _ in range(5)]
        during = observed.sample(0)
        for client in clients:
            client.close()
    assert during["open_files"] - before["open_files"] >= 6
    assert during["tcp_ports"] >= 5


@pytest.mark.parametrize(
    ("exception", "own"),
    [
        (OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address"), True),
        (OSError(errno.EMFILE, "Too many open files"), True),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), False),
        ("HTTPConnectionPool(...): [Errno 99] Cannot assign requested address", True),
        ("status 500", False),
        (TimeoutError("timed out"), False),
    ],
)
def test_only_refusals_of_this_machine_are_its_own(exception: BaseException | str, own: bool) -> None:
    observed = SelfObservation()
    observed.failed(exception)
    assert observed.sample(0)["own_errors"] == float(own)
    assert bool(observed.own_error) is own


def test_a_refusal_inside_another_error_is_found() -> None:
    observed = SelfObservation()
    error = RuntimeError("could not connect")
    error.__cause__ = OSError(errno.EMFILE, "Too many open files")
    observed.failed(error)
    assert observed.own_error == "no file descriptor was left (EMFILE)"


def test_a_generator_says_who_it_is() -> None:
    about = describe_generator()
    assert about["pid"] == os.getpid()
    assert about["host"] == socket.gethostname()
    assert about["open_files_limit"] is None or about["open_files_limit"] > 0
