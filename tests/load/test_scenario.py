"""What is wrong with user classes, in a process of its own, because importing Locust patches the process."""

import subprocess
import sys

from support import REPOSITORY


def test_classes_that_can_make_no_load_are_named() -> None:
    program = REPOSITORY / "tests" / "helpers" / "user_classes_program.py"
    answer = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, timeout=120)
    assert answer.stdout == "held\n", answer.stderr
