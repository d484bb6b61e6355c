"""What happens to a result that nobody can take: it is told, and it is no defect and no verdict."""

import subprocess
import sys

import pytest

from support import MakeRun


@pytest.mark.parametrize(
    ("where", "reason"), [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")]
)
@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_a_result_that_cannot_be_written(make_run: MakeRun, arguments: list[str], where: str, reason: str) -> None:
    folder = make_run([20.0] * 1200)
    command = [sys.executable, "-m", "slogate", "judge", str(folder.path), *arguments]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {where}', "sh", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert done.stderr.splitlines() == [
        f"error: the result could not be written: {reason}",
        "  -> free some space, or send standard output elsewhere",
    ]


def test_a_reader_that_has_seen_enough_is_told_nothing(make_run: MakeRun) -> None:
    folder = make_run([20.0] * 1200)
    with subprocess.Popen(["true"], stdin=subprocess.PIPE) as reader:
        reader.wait()
        assert reader.stdin is not None
        command = [sys.executable, "-m", "slogate", "judge", str(folder.path)]
        done = subprocess.run(command, stdout=reader.stdin, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (4, "")


def test_a_result_that_can_be_written_is(make_run: MakeRun) -> None:
    folder = make_run([20.0] * 1200)
    command = [sys.executable, "-m", "slogate", "judge", str(folder.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PASS" in done.stdout
