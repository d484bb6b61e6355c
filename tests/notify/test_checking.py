"""Whether everybody can be told is known before a night, with the line of who cannot."""

import pytest

from slogate.notify.checking import problems
from slogate.slo.file import load

FILE = b"""\
version: 1
service: shop
targets: {api: "http://127.0.0.1:1"}
api: {latency: {p95: < 500ms}}
profiles: {smoke: {rate: 2/s}}
notify:
  report_url: "https://${HOST}/{run}"
  channels:
    - {name: team, apprise: "${TEAM}"}
    - name: oncall
      pagerduty: "${KEY}"
    - {alertmanager: "http://am:9093"}
"""
FIRST, SECOND = "notify.channels[0].apprise", "notify.channels[1].pagerduty"
GOOD = {"HOST": "x", "TEAM": "json://127.0.0.1/", "KEY": "k"}


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        (GOOD, []),
        (
            {},
            [
                f"slo.yaml:9: {FIRST}: the variable TEAM is not set; export it, or take the channel out",
                f"slo.yaml:11: {SECOND}: the variable KEY is not set; export it, or take the channel out",
                (
                    "slo.yaml:7: notify.report_url: the variable HOST is not set; "
                    "export it, or give a default: ${HOST:-value}"
                ),
            ],
        ),
        (
            GOOD | {"TEAM": "slack://hunter2000"},
            [f"slo.yaml:9: {FIRST}: it is no address that apprise knows, once its variables are replaced"],
        ),
    ],
)
def test_each_with_its_line_and_without_the_secret(environ: dict[str, str], found: list[str]) -> None:
    assert problems(load(FILE, "slo.yaml", environ), environ) == found


def test_a_file_that_tells_nobody_has_no_problem() -> None:
    assert problems(load(FILE.partition(b"notify")[0], "slo.yaml", {}), {}) == []
