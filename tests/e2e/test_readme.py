"""README's commands work, and what it says of the command line is true."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from command import environment, finish, slogate, start

from slogate.cli import cli
from support import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.e2e


def commands() -> list[str]:
    """Every command line in a shell block of README."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_its_two_commands_come_first() -> None:
    assert commands()[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("target", ["demo", "test"])
def test_make_knows_its_two_commands(target: str) -> None:
    shown = subprocess.run(["make", "-n", target], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    assert {"demo": "slogate demo", "test": "-m pytest"}[target] in shown


def test_every_slogate_command_in_it_exists() -> None:
    words = [line.split() for line in commands() if line.startswith("slogate ")]
    assert len(words) > 5
    for verb, *options in (line[1:] for line in words):
        command = cli.get_command(click.Context(cli), verb)
        assert command is not None, verb
        known = {name for parameter in command.params for name in parameter.opts}
        assert {option for option in options if option.startswith("--")} <= known


def test_every_file_that_it_names_is_there() -> None:
    for address in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (REPOSITORY / address).exists(), address


@pytest.mark.parametrize("verb", cli.list_commands(click.Context(cli)))
def test_every_command_helps_with_an_example(verb: str, tmp_path: Path) -> None:
    answer = slogate(verb, "--help", out=tmp_path)
    assert answer.code == 0
    assert f"slogate {verb}" in answer.stdout.partition("Examples:")[2]


@pytest.mark.alone
@pytest.mark.timeout(500)
def test_the_demo_passes(tmp_path: Path) -> None:
    """As `make demo` runs it; again when a busy machine left something undecided, which slogate says by itself."""
    for attempt in range(3):
        out = tmp_path / str(attempt)
        answer = finish(start("demo", "--out", out), out, timeout_s=160)
        failed = {name for name, state in answer.states().items() if state == "fail"} if answer.folder else {"the run"}
        if answer.code == 0 or failed - {"resources.cpu"}:  # what else runs here may keep the CPU busy
            break
    assert answer.code == 0, answer.stdout + answer.stderr
    assert {"home", "product"} <= {item["subject"] for item in answer.verdict()["objectives"]}
    assert answer.run_info()["state"] == "complete"


def test_the_served_shop_answers_and_ends(tmp_path: Path) -> None:
    process = start("demo", "--serve", "--fault", "errors")
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    probe = subprocess.run(
        [sys.executable, "-c", f"import urllib.request as u; print(u.urlopen('{address}/health').status)"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    assert probe.stdout.strip() == "200"
    process.terminate()
    assert finish(process, tmp_path).code == 0


def test_nothing_but_make_is_asked_of_ci() -> None:
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    assert "make --no-print-directory test" in script
    assert shutil.which("make")
