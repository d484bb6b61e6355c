"""A request log of Locust: the event's own names as columns."""

from pathlib import Path

import pytest
from records import DATA, kept, read

from slogate.analyzer.evidence import Outcome
from slogate.analyzer.imported import Lack
from slogate.errors import ConfigError
from slogate.imports.records import Told


def test_a_row_is_a_request() -> None:
    told = Told()
    first, *_, refused = read(DATA / "locust.csv", told)
    assert first == (1795533912_163539, 33_296, "/api/products", "GET", 200, Outcome.OK, 2898, None)
    assert (refused.endpoint, refused.status, refused.outcome) == ("/refused", 0, Outcome.CONNECTION)
    assert not told.lacks


@pytest.mark.parametrize(
    ("status", "exception", "outcome"),
    [
        ("200", "", Outcome.OK),
        ("200", "None", Outcome.OK),
        ("404", "", Outcome.OK),  # the scenario said so
        ("200", "CatchResponseError('too few')", Outcome.CHECK_FAILED),
        ("429", "", Outcome.RATE_LIMITED),
        ("403", "", Outcome.HTTP_ERROR),
        ("0", "", Outcome.CONNECTION),
        ("0", "ReadTimeout('timed out')", Outcome.SLOW_TIMEOUT),
        ("", "ConnectionError()", Outcome.CONNECTION),
    ],
)
def test_how_a_request_ended(tmp_path: Path, status: str, exception: str, outcome: Outcome) -> None:
    path = tmp_path / "log"
    path.write_text(
        f"start_time,name,request_type,response_time,status_code,exception\n1795533912.5,/a,GET,7.25,{status},{exception}\n"
    )
    assert [(row.started_us, row.latency_us, row.outcome) for row in read(path)] == [(1795533912_500000, 7250, outcome)]


def test_a_log_without_status_says_so(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("request_type,name,response_time,start_time,exception\nGET,/a,7,1795533912.5,boom\n")
    told = Told()
    assert [row.outcome for row in read(path, told)] == [Outcome.CONNECTION]
    assert told.lacks == {Lack.STATUS}


def test_a_log_in_which_nothing_could_fail_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("request_type,name,response_time,start_time\nGET,/a,7,1795533912.5\n")
    with pytest.raises(ConfigError, match=r"log:1: .* which requests failed"):
        read(path)


def test_what_is_no_http_needs_no_status(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(
        "request_type,name,response_time,start_time,status_code,exception\ngrpc,/Shop/Buy,7,1795533912.5,0,\n"
    )
    assert [row.outcome for row in read(path)] == [Outcome.OK]


@pytest.mark.parametrize("row", ["GET,/a", "GET,/a,fast,1,1795533912.5,200,", "GET,/a,7,1,soon,200,"])
def test_a_broken_row_is_told_with_its_line(tmp_path: Path, row: str) -> None:
    path = tmp_path / "log"
    path.write_text(f"{kept('locust.csv')}{row}\n")
    with pytest.raises(ConfigError, match="log:9: "):
        read(path)
