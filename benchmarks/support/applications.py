"""Applications that nobody here wrote, each on a free loopback port: Datasette, a MkDocs Material site, JupyterLab.

JupyterLab and MkDocs are installed by pip into an environment of their own in the user's cache.
"""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from examples.datasette import run as datasette
from platformdirs import user_cache_path

from benchmarks.support.nginx import free_port
from benchmarks.support.site import serving

PACKAGES = ("jupyterlab>=4.4", "mkdocs-material>=9.6")
_DOCS = Path(__file__).parents[2] / "docs"
_START_LIMIT_S = 60.0
_STOP_LIMIT_S = 10.0


def _programs() -> Path:
    return user_cache_path("slogate-benchmarks") / "applications" / "bin"


def ensure() -> None:
    """Installs what is missing."""
    if not all((_programs() / name).is_file() for name in ("jupyter-lab", "mkdocs")):
        venv.create(_programs().parent, with_pip=True)
        subprocess.run(
            [_programs() / "python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True, stdout=sys.stderr
        )


@contextmanager
def running_datasette() -> Iterator[str]:
    """The page of the example's loans, with a count for each branch."""
    subprocess.run(
        [sys.executable, str(datasette.HERE / "make_database.py"), str(datasette.DATABASE)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with datasette.running_datasette() as url:
        yield f"{url}/library/loans?_facet=branch_id"


@contextmanager
def running_mkdocs() -> Iterator[str]:
    """The documentation of this repository as MkDocs Material shows it: the page about slo.yaml."""
    with tempfile.TemporaryDirectory(prefix="bench-mkdocs-") as name:
        folder = Path(name)
        shutil.copytree(_DOCS, folder / "docs")
        settings = (
            "site_name: slogate\ntheme: {name: material, font: false}\n"  # its fonts would come from the internet
        )
        (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
        subprocess.run(
            [_programs() / "mkdocs", "build", "--quiet"], cwd=folder, check=True, capture_output=True, timeout=120
        )
        with serving(functools.partial(_Files, directory=str(folder / "site"))) as url:
            yield f"{url}/slo/"


class _Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        pass


@contextmanager
def running_jupyterlab() -> Iterator[str]:
    """JupyterLab's launcher, on an empty folder and with settings of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-jupyter-") as folder:
        port = free_port()
        command = [str(_programs() / "jupyter-lab"), "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
        command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
        command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        own = dict.fromkeys(("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"), f"{folder}/.own")
        process = subprocess.Popen(
            command, env={**os.environ, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}/lab"
            _wait_for(url, process)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(_STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline_s = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline_s and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # a loopback address that is built here
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start")
