"""Runs the public command as a person would, and reads what it leaves behind."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

_ATTEMPTS = 3
NOISE = {"late_arrivals", "generator_saturated"}  # what a busy machine does to a generator, rightly refused


@dataclass(frozen=True)
class Answer:
    """One finished command. `folder` is the newest run folder under its --out, if there is one."""

    code: int
    stdout: str
    stderr: str
    folder: Path | None

    def verdict(self) -> dict[str, Any]:
        """verdict.json of the run."""
        assert self.folder is not None, self.stderr
        content: dict[str, Any] = json.loads((self.folder / "verdict.json").read_text(encoding="utf-8"))
        return content

    def run_info(self) -> dict[str, Any]:
        """run.json of the run."""
        assert self.folder is not None, self.stderr
        content: dict[str, Any] = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        return content

    def states(self) -> dict[str, str]:
        """The state of each objective, by its id."""
        return {item["id"]: item["state"] for item in self.verdict()["objectives"]}

    def finding_codes(self) -> set[str]:
        """The codes of the findings that make something not judgeable."""
        return {item["code"] for item in self.verdict()["findings"] if item["severity"] == "error"}


def environment(**changes: str) -> dict[str, str]:
    """This process's environment with changes, and with nothing of a CI service in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    return {**kept, **changes}


def start(*arguments: object, prefix: Sequence[str] = (), **changes: str) -> "subprocess.Popen[str]":
    """Starts `slogate`, as an argument of the command `prefix` if there is one, and does not wait for it."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", "slogate", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment(**changes),
    )


def finish(process: "subprocess.Popen[str]", out: Path, timeout_s: float = 150) -> Answer:
    """Waits for the end of a command."""
    stdout, stderr = process.communicate(timeout=timeout_s)
    runs = sorted(folder for folder in out.glob("*") if (folder / "run.json").is_file()) if out.is_dir() else []
    return Answer(process.returncode, stdout, stderr, runs[-1] if runs else None)


def slogate(*arguments: object, out: Path, **changes: str) -> Answer:
    """Runs `slogate` to its end."""
    return finish(start(*arguments, **changes), out)


def measured(*arguments: object, out: Path, **changes: str) -> Answer:
    """Runs a measurement, and again when the machine was too busy for its generator: slogate refuses such a run
    itself.
    """
    for attempt in range(_ATTEMPTS):
        place = out / str(attempt)
        answer = finish(start(*arguments, "--out", place, **changes), place)
        if answer.folder is None or not answer.finding_codes() or answer.finding_codes() - NOISE:
            break
    return answer


def wait_until(condition: "Any", timeout_s: float = 60.0) -> Any:
    """The first true value of `condition()`; fails after `timeout_s`."""
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {timeout_s} s")


def descendants(pid: int) -> list[psutil.Process]:
    """All processes below one."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
