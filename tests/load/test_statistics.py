"""Locust's statistics filled once a second, in a process of its own, because importing Locust patches the process."""

import subprocess
import sys

from support import REPOSITORY


def test_they_are_what_locust_itself_would_have_counted() -> None:
    program = REPOSITORY / "tests" / "helpers" / "statistics_program.py"
    answer = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, timeout=120)
    assert answer.stdout == "held\n", answer.stderr
