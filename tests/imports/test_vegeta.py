"""vegeta's results: JSON lines and CSV tell the same."""

from pathlib import Path

import pytest
from records import DATA, kept, read

from slogate.analyzer.evidence import Outcome
from slogate.errors import ConfigError


def test_a_result_is_a_request() -> None:
    rows = read(DATA / "vegeta.json")
    assert rows[0] == (1795534800_000000, 12_346, "/api/products", "GET", 200, Outcome.OK, 2898, None)
    assert [(row.status, row.outcome) for row in rows] == [
        (200, Outcome.OK),
        (404, Outcome.HTTP_ERROR),
        (0, Outcome.SLOW_TIMEOUT),
        (0, Outcome.CONNECTION),
        (201, Outcome.OK),
    ]


def test_json_and_csv_tell_the_same() -> None:
    assert read(DATA / "vegeta.json") == read(DATA / "vegeta.csv")


def test_older_versions_wrote_no_headers(tmp_path: Path) -> None:
    path = tmp_path / "results"
    path.write_text("".join(f"{row.rpartition(',')[0]}\n" for row in kept("vegeta.csv").splitlines()))
    assert read(path) == read(DATA / "vegeta.csv")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("vegeta.json", '{"attack":"","seq":5'),
        ("vegeta.json", '{"attack":"","seq":5,"latency":1}'),
        ("vegeta.json", "[]"),
        ("vegeta.json", "[" * 100_000),
        ("vegeta.csv", "1795534800000000000,200,12345678,0,2898"),
        ("vegeta.csv", "soon,200,1,0,1,,,,0,GET,http://127.0.0.1/,"),
        ("vegeta.csv", "1795534800000000000,200,-1,0,1,,,,0,GET,http://127.0.0.1/,"),
    ],
)
def test_a_broken_line_is_told_with_its_number(tmp_path: Path, name: str, line: str) -> None:
    path = tmp_path / "results"
    path.write_text(f"{kept(name)}{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="results:6: "):
        read(path)
