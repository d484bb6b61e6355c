"""The user, in a process of its own, because importing Locust patches the process."""

import subprocess
import sys

import pytest

from nginx import Nginx
from support import REPOSITORY


def test_what_is_ours_alone(web: Nginx) -> None:
    program = REPOSITORY / "tests" / "helpers" / "http_user_program.py"
    answer = subprocess.run(
        [sys.executable, program, f"http://127.0.0.1:{web.http}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "held\n"


@pytest.mark.parametrize("module", ["locust", "gevent", "httptools", "requests"])
def test_slogate_alone_loads_none_of_it(module: str) -> None:
    program = f"import slogate, sys; slogate.page; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
