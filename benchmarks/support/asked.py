"""What a benchmark of an open load is asked for on its command line."""

import argparse
from dataclasses import dataclass

from benchmarks.support import tools
from benchmarks.support.tools import Load

_MOST_IN_FLIGHT = 200


@dataclass(frozen=True)
class Asked:
    """The load of every tool, and slogate's user class: a word of `tools.user_name`."""

    load: Load
    rate_per_s: float
    user: str


def read(about: str | None, arguments: list[str], *, rate_per_s: float, seconds: int) -> Asked:
    """`--rate`, `--seconds` and `--user`, where they are not given as the benchmark has them. Prints the versions."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=rate_per_s)
    parser.add_argument("--seconds", type=int, default=seconds)
    parser.add_argument("--user", choices=["slogate", "fast", "http"], default=tools.our_user())
    asked = parser.parse_args(arguments)
    print(tools.versions())
    return Asked(Load(_MOST_IN_FLIGHT, asked.seconds, asked.rate), asked.rate, asked.user)
