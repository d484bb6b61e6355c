"""Runs the real `locust` command as somebody would who has Locust files already."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from command import Answer, environment, finish

LOCUSTFILE = """\
import slogate.locust
from locust import FastHttpUser, constant, task

class Reader(FastHttpUser):
    wait_time = constant(0.05)

    @task
    def read(self):
        self.client.get("/api/posts?page=1", name="/api/posts")
"""
SLO = """\
version: 1
service: shop
targets: {api: "http://127.0.0.1:1"}
api:
  latency: {p50: < 20s}
  errors: < 30%
resources: {memory: < 99%}
profiles: {unused: {rate: 1/s, duration: 1s}}
"""


def start_locust(*arguments: object, **changes: str) -> "subprocess.Popen[str]":
    """Starts `locust` and does not wait for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "locust", "--only-summary", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment(**changes),
    )


def locust(*arguments: object, out: Path, **changes: str) -> Answer:
    """Runs `locust` to its end."""
    return finish(start_locust(*arguments, "--slo-out", out, **changes), out)


def fetched(url: str) -> tuple[int, str]:
    """The status and the text of an answer; status 0 while nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def fetched_json(url: str) -> Any:
    """What an answer with status 200 says; None for any other."""
    status, text = fetched(url)
    return json.loads(text) if status == 200 else None
