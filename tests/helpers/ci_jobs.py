"""Runs the shell steps of a CI job as its runner would, with stubs for nothing but what downloads or measures."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")

# Each says how it was called. `python` answers questions with the real one; `slogate` leaves a run folder behind.
_PYTHON = """\
#!/bin/sh
echo "python $*" >> "$CALLS"
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin"; cp "$STUBS/python" "$STUBS/slogate" "$3/bin/" ;;
  "-m "*) ;;
  *) exec "$REAL_PYTHON" "$@" ;;
esac
"""
_SLOGATE = """\
#!/bin/sh
echo "slogate $*" >> "$CALLS"
if [ "$1" = watchdog ]; then exit "$EXIT_CODE"; fi
echo "measured" ; echo "progress" >&2
if [ "$EXIT_CODE" != 2 ]; then
  mkdir -p reports/20261130T022300Z-tonight
  echo '{}' > reports/20261130T022300Z-tonight/run.json
  echo '<testsuites/>' > reports/20261130T022300Z-tonight/junit.xml
fi
exit "$EXIT_CODE"
"""


@dataclass
class Machine:
    """A runner: a folder with the checked out suite, its environment, and what was called on it."""

    folder: Path
    exit_code: int = 0
    outputs: dict[str, str] = field(default_factory=dict)  # as `steps.ID.outputs.NAME`

    def __post_init__(self) -> None:
        for name in ("suite", "temp", "stubs"):
            (self.folder / name).mkdir()
        for name, text in (("python", _PYTHON), ("slogate", _SLOGATE)):
            stub = self.folder / "stubs" / name
            stub.write_text(text, encoding="utf-8")
            stub.chmod(0o755)

    @property
    def suite(self) -> Path:
        """Where the job begins."""
        return self.folder / "suite"

    @property
    def temp(self) -> Path:
        """The runner's own folder for what does not last."""
        return self.folder / "temp"

    def calls(self) -> list[str]:
        """What was called of the stubs, in order."""
        path = self.folder / "calls"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def environment(self, real_python: str) -> dict[str, str]:
        """What every step sees."""
        return {
            "PATH": f"{self.folder / 'stubs'}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "STUBS": str(self.folder / "stubs"),
            "CALLS": str(self.folder / "calls"),
            "EXIT_CODE": str(self.exit_code),
            "REAL_PYTHON": real_python,
        }


def run_github(machine: Machine, job: Mapping[str, Any], known: Mapping[str, str], real_python: str) -> int:
    """The exit code of the first shell step that fails, or 0; steps behind it run if they say `always()`."""
    code = 0
    for step in job["steps"]:
        condition = str(step.get("if", ""))
        if "run" not in step or (code and "always()" not in condition):
            continue
        values = {**known, **machine.outputs, "runner.temp": str(machine.temp)}
        written = machine.folder / "output"
        written.write_text("", encoding="utf-8")
        given = {**job.get("env", {}), **step.get("env", {})}
        failed = _bash(
            _filled(step["run"], values),
            machine.suite / _filled(step.get("working-directory", "."), values),
            {
                **machine.environment(real_python),
                "RUNNER_TEMP": str(machine.temp),
                "GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567",
                "GITHUB_OUTPUT": str(written),
                "GITHUB_PATH": str(machine.folder / "path"),
                **{name: _filled(str(text), values) for name, text in given.items()},
            },
        )
        for line in written.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            machine.outputs[f"steps.{step['id']}.outputs.{name}"] = value
        code = code or failed
    return code


def run_gitlab(machine: Machine, job: Mapping[str, Any], given: Mapping[str, str], real_python: str) -> int:
    """The exit code of `before_script` and `script`, which are one program; `after_script` runs in any case."""
    environ = {
        **machine.environment(real_python),
        "CI_COMMIT_SHORT_SHA": "01234567",
        **job.get("variables", {}),
        **given,
    }
    code = _bash("\n".join([*job.get("before_script", []), *job["script"]]), machine.suite, environ)
    _bash("\n".join(job.get("after_script", [])), machine.suite, environ)
    return code


def sh(command: str, cwd: Path, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """A command as cron runs it."""
    return subprocess.run(
        ["/bin/sh", "-c", command], cwd=cwd, env=dict(environ), capture_output=True, text=True, check=False
    )


def _bash(script: str, cwd: Path, environ: Mapping[str, str]) -> int:
    arguments: Sequence[str] = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    done = subprocess.run(arguments, cwd=cwd, env=dict(environ), capture_output=True, text=True, check=False)
    os.write(1, (done.stdout + done.stderr).encode())  # pytest shows it with a test that fails
    return done.returncode


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Expressions by their values; of `a || b` the first that is not empty."""

    def value(match: "re.Match[str]") -> str:
        return next((found for part in match[1].split("||") if (found := values.get(part.strip(), ""))), "")

    return _EXPRESSION.sub(value, text)
