"""`slogate import` as a person types it: what is on stdout, what is on stderr, and the exit code."""

import json
from pathlib import Path

import pytest
from command import slogate
from records import DATA

SLO = """\
version: 1
service: shop
targets: {api: "${SHOP}"}
api: {latency: {p95: < 500ms}, errors: < 1%}
profiles: {p: {rate: 1/s}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "slo.yaml").write_text(SLO, encoding="utf-8")
    return tmp_path


def run(place: Path, *arguments: object) -> tuple[int, str, str]:
    out = place / "reports"
    answer = slogate("import", *arguments, "--slo", place / "slo.yaml", "--out", out, out=out)
    return answer.code, answer.stdout, answer.stderr


def test_the_table_is_on_stdout_and_the_way_to_it_on_stderr(place: Path) -> None:
    code, stdout, stderr = run(place, DATA / "k6.json", "--release", "1.5.0")
    assert code == 3
    assert "INCONCLUSIVE" in stdout
    assert "nobody knows whether its machine kept up" in stdout
    assert f"reading {DATA / 'k6.json'}: k6, JSON lines" in stderr
    assert "-1.5.0/report.html" in stderr


def test_json_is_the_verdict_and_nothing_else(place: Path) -> None:
    code, stdout, _ = run(place, DATA / "vegeta.json", "--json", "--warmup", "10ms")
    document = json.loads(stdout)
    assert (document["exit_code"], document["run"]["profile"]) == (code, "import")
    assert document["objectives"][-1]["n"] == 4


def test_a_broken_file_is_a_message_with_its_line(place: Path) -> None:
    (place / "points").write_text((DATA / "k6.json").read_text() + "{", encoding="utf-8")
    code, stdout, stderr = run(place, place / "points")
    assert (code, stdout) == (2, "")
    assert "points:52: not a line of k6's JSON output" in stderr.replace("\n", "")
    assert "Traceback" not in stderr
