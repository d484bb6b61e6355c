"""Serves a library's loans with Datasette on a free loopback port, verifies it with `slogate run`, and stops it.

    python examples/datasette/run.py                      the profile quick, about two minutes
    python examples/datasette/run.py --profile launch     options are those of `slogate run`

The exit code is slogate's. Datasette ends with this process, however that ends.
"""

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATABASE = HERE / "library.db"
START_LIMIT_S = 30
STOP_LIMIT_S = 5
NOT_JUDGEABLE = 4  # as slogate's


def main(options: list[str]) -> int:
    """Returns the exit code of `slogate run` with `options`."""
    try:
        subprocess.run([sys.executable, str(HERE / "make_database.py"), str(DATABASE)], check=True)
        with running_datasette() as url:
            return verify(url, options)
    except KeyboardInterrupt:
        return NOT_JUDGEABLE
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"error: {error}\n")
        return NOT_JUDGEABLE


@contextmanager
def running_datasette() -> Iterator[str]:
    """The address of a Datasette that accepts connections, for as long as the block lasts."""
    serve = [sys.executable, str(HERE / "serve.py"), "serve", "--immutable", str(DATABASE)]
    serve += ["--metadata", str(HERE / "metadata.yaml"), "--host", "127.0.0.1", "--port", "0"]
    with tempfile.NamedTemporaryFile() as log:
        # Its standard output is a line for each request. In a process group of its own it does not hear Ctrl-C at the
        # terminal: the run ends first, and then this block ends Datasette.
        process = subprocess.Popen(serve, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, process_group=0)
        try:
            yield address_of(process, Path(log.name))
        finally:
            process.terminate()
            try:
                process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def address_of(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where it answers, which it says once it does. Port 0 leaves the choice of a free port to the system."""
    deadline_s = time.monotonic() + START_LIMIT_S
    while process.poll() is None and time.monotonic() < deadline_s:
        if found := re.search(r"running on (http://\S+) ", log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"Datasette did not start. It said: {log.read_text().strip() or 'nothing'}")


def verify(url: str, options: list[str]) -> int:
    """Runs slogate on `url`. A signal to us is passed on: slogate then ends in order, and says so by its exit code."""
    command = [sys.executable, "-m", "slogate", "run", "--slo", str(HERE / "slo.yaml"), "--target", url]
    command += ["--release", version("datasette"), "--out", str(HERE / "reports"), *options]
    slogate = subprocess.Popen(command, process_group=0)
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, lambda number, _: slogate.send_signal(number))
    code = slogate.wait()
    return code if code >= 0 else NOT_JUDGEABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
