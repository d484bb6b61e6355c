"""Forgotten with-blocks, in a process of their own, because importing Locust patches the process."""

import subprocess
import sys

from webserver import WebServer

from support import REPOSITORY


def test_forgotten_blocks_are_counted() -> None:
    server = WebServer()
    server.page("/", "hello")
    program = REPOSITORY / "tests" / "helpers" / "unchecked_program.py"
    answer = subprocess.run(
        [sys.executable, program, server.url], capture_output=True, text=True, check=False, timeout=120
    )
    server.close()
    assert answer.stdout == "held\n", answer.stderr
