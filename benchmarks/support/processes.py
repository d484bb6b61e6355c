"""Runs a program to its end and accounts the CPU of it and of all that it started."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import psutil

_SAMPLE_PERIOD_S = 0.5


@dataclass(frozen=True)
class Sample:
    """The CPU that each living process of the tree had used by `at_s` (seconds since the epoch)."""

    at_s: float
    cpu_s: Mapping[int, float]


@dataclass(frozen=True)
class Finished:
    """A program that has ended. `cpu_s` is user and system time of it and of every process that it waited for, from
    start to end; `samples` tell how it grew, and `commands` which process is which.
    """

    code: int
    stdout: str
    stderr: str
    cpu_s: float
    samples: Sequence[Sample]
    commands: Mapping[int, str]

    def between(self, start_s: float, end_s: float) -> tuple[Sample, Sample]:
        """The first and the last sample within these times."""
        inside = [sample for sample in self.samples if start_s <= sample.at_s <= end_s]
        if len(inside) < 2:
            raise ValueError(
                f"there are {len(inside)} samples between {start_s:.1f} and {end_s:.1f}; run it for longer"
            )
        return inside[0], inside[-1]

    def cpu_s_between(self, first: Sample, last: Sample, word: str = "") -> float:
        """The CPU used from one sample to another by the processes with `word` in their command."""
        return sum(
            last.cpu_s[pid] - used
            for pid, used in first.cpu_s.items()
            if pid in last.cpu_s and word in self.commands[pid]
        )


@dataclass
class _Watch:
    """Samples a tree of processes until it is told to stop."""

    pid: int
    samples: list[Sample] = field(default_factory=list)
    commands: dict[int, str] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stopped.wait(_SAMPLE_PERIOD_S):
            cpu_s: dict[int, float] = {}
            with contextlib.suppress(psutil.Error):
                top = psutil.Process(self.pid)
                for process in [top, *top.children(recursive=True)]:
                    with contextlib.suppress(psutil.Error):
                        if process.pid not in self.commands:
                            self.commands[process.pid] = " ".join(process.cmdline())
                        times = process.cpu_times()
                        cpu_s[process.pid] = times.user + times.system
            self.samples.append(Sample(time.time(), cpu_s))


def run(
    command: Sequence[object],
    *,
    timeout_s: float,
    meanwhile: Callable[[int], None] | None = None,
    favoured: bool = True,
    environ: Mapping[str, str],
) -> Finished:
    """Runs `command` with these additions to the environment; `meanwhile` is called with its pid in another thread.

    slogate gives its generator a higher priority, where the system allows it. A program that is `favoured` gets the
    same: else slogate's would be the only one that does not wait for the CPU.
    """
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(
            ["nice", "-n", "-10", *map(str, command)] if favoured and os.geteuid() == 0 else list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, **environ},
        )
        watch = _Watch(process.pid)
        threads = [threading.Thread(target=watch.run, daemon=True)]
        if meanwhile is not None:
            threads.append(threading.Thread(target=meanwhile, args=(process.pid,), daemon=True))
        alarm = threading.Timer(timeout_s, os.kill, (process.pid, signal.SIGTERM))
        for thread in (*threads, alarm):
            thread.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()
            raise
        finally:
            alarm.cancel()
            watch.stopped.set()
        for thread in threads:
            thread.join()
        process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for
        texts = []
        for stream in (stdout, stderr):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    return Finished(
        process.returncode, texts[0], texts[1], usage.ru_utime + usage.ru_stime, watch.samples, watch.commands
    )
