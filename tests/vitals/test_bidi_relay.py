"""What stands between Playwright and a Firefox that does not know one of its commands."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from slogate.vitals.bidi_relay import FORGIVEN, Forgiveness, write_launcher


def command(number: int, method: str) -> str:
    return json.dumps({"id": number, "method": method, "params": {}})


def failure(number: int, error: str) -> str:
    return json.dumps({"type": "error", "id": number, "error": error, "message": "..."})


def test_the_command_that_is_not_known_is_told_as_done() -> None:
    relay = Forgiveness()
    asked = command(7, FORGIVEN)
    assert relay.ask(asked) == asked
    assert json.loads(relay.answer(failure(7, "unknown command"))) == {"type": "success", "id": 7, "result": {}}


@pytest.mark.parametrize(
    "answer",
    [
        failure(8, "unknown command"),  # of another command
        failure(7, "invalid argument"),
        json.dumps({"type": "success", "id": 7, "result": {}}),
        json.dumps({"type": "event", "method": "log.entryAdded", "params": {"text": '"unknown command"'}}),
    ],
)
def test_everything_else_passes_as_it_is(answer: str) -> None:
    relay = Forgiveness()
    relay.ask(command(7, FORGIVEN))
    relay.ask(command(8, "browsingContext.create"))
    relay.ask(command(9, "script.evaluate").replace("{}", json.dumps({"expression": FORGIVEN})))
    assert relay.answer(answer) == answer


def test_a_firefox_that_knows_the_command_is_not_touched() -> None:
    assert Forgiveness().answer(failure(7, "unknown command")) == failure(7, "unknown command")


def test_it_looks_like_the_browser_that_it_starts(tmp_path: Path) -> None:
    firefox = tmp_path / "fire fox"
    firefox.write_text('#!/bin/sh\necho "$@"\necho "WebDriver BiDi listening on ws://127.0.0.1:9" >&2\nexit 3\n')
    firefox.chmod(0o755)
    launcher = write_launcher(tmp_path / "launcher", firefox)
    assert os.access(launcher, os.X_OK)
    ran = subprocess.run([launcher, "--headless", "a b"], capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stdout) == (3, "--headless a b\n")
    announced = ran.stderr.strip().rpartition(":")
    assert announced[0] == "WebDriver BiDi listening on ws://127.0.0.1"
    assert int(announced[2]) != 9
