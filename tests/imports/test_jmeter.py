"""JMeter's JTL: CSV and XML tell the same; transactions and the hops of a redirect are no requests of their own."""

from pathlib import Path

import pytest
from records import DATA, kept, read

from slogate.analyzer.evidence import Outcome
from slogate.analyzer.imported import Lack
from slogate.errors import ConfigError
from slogate.imports.records import Told

HEADER = "timeStamp,elapsed,label,responseCode,success\n"


def test_a_sample_is_a_request_from_its_begin_to_its_last_byte() -> None:
    rows = read(DATA / "jmeter.csv")
    assert rows[0] == (1795534060579_000, 39_000, "/api/products", "GET", 200, Outcome.OK, 3008, None)
    assert [(row.method, row.endpoint, row.outcome) for row in rows[2:5:2]] == [
        ("HTTP", "product page", Outcome.HTTP_ERROR),
        ("HTTP", "refused", Outcome.CONNECTION),
    ]


def test_csv_and_xml_tell_the_same() -> None:
    rows = read(DATA / "jmeter.csv")
    assert sorted(rows) == sorted(read(DATA / "jmeter.xml"))[: len(rows)]


@pytest.mark.parametrize("name", ["jmeter.csv", "jmeter.xml"])
def test_a_transaction_is_left_out_and_counted(name: str) -> None:
    told = Told()
    assert "buy" not in {row.endpoint for row in read(DATA / name, told)}
    assert told.left_out == kept(name).count("Number of samples in transaction")


def test_of_nested_samples_the_outermost_request_counts(tmp_path: Path) -> None:
    path = tmp_path / "results"
    hop = '<httpSample t="3" ts="1795534060001" s="true" lb="hop" rc="302"/>'
    request = f'<httpSample t="9" ts="1795534060000" s="true" lb="GET /a" rc="200">{hop}{hop}</httpSample>'
    other = '<sample t="4" ts="1795534060020" s="true" lb="jdbc" rc="200"/>'
    path.write_text(
        f'<?xml version="1.0"?><testResults version="1.2"><sample t="20" ts="1795534060000" s="true" lb="whole" rc="">'
        f"{request}{other}</sample></testResults>",
        encoding="utf-8",
    )
    told = Told()
    assert [(row.endpoint, row.latency_us) for row in read(path, told)] == [("/a", 9000), ("jdbc", 4000)]
    assert told.left_out == 1


def test_the_listener_of_locust_writes_times_as_text_and_whole_seconds() -> None:
    told = Told()
    row, *_ = read(DATA / "locust-jmeter-listener.csv", told)
    assert row[:6] == (1795533912_000000, 33_000, "/api/products", "HTTP", 200, Outcome.OK)
    assert told.lacks == {Lack.ZONE, Lack.WHOLE_SECONDS}


def test_its_failure_messages_may_hold_commas(tmp_path: Path) -> None:
    path = tmp_path / "results"
    message = "ConnectionRefusedError(111, 'refused, twice')"
    bare = f"2026-11-24 15:25:12,6,/refused,0,KO,shop,unknown,false,{message},0,0,2,2,0,0,0\n"
    path.write_text(kept("locust-jmeter-listener.csv") + bare, encoding="utf-8")
    assert (read(path)[-1].endpoint, read(path)[-1].outcome) == ("/refused", Outcome.CONNECTION)


@pytest.mark.parametrize(
    ("code", "success", "outcome"),
    [
        ("200", "true", Outcome.OK),
        ("200", "false", Outcome.CHECK_FAILED),
        ("429", "false", Outcome.RATE_LIMITED),
        ("404", "true", Outcome.OK),
        ("429", "true", Outcome.RATE_LIMITED),
        ("403", "true", Outcome.HTTP_ERROR),
        ("0", "true", Outcome.CONNECTION),
        ("Non HTTP response code: java.net.ConnectException", "true", Outcome.CONNECTION),
        ("503", "false", Outcome.HTTP_ERROR),
        ("Non HTTP response code: java.net.SocketTimeoutException", "false", Outcome.SLOW_TIMEOUT),
        ("Non HTTP response code: java.net.ConnectException", "false", Outcome.CONNECTION),
    ],
)
def test_how_a_request_ended(tmp_path: Path, code: str, success: str, outcome: Outcome) -> None:
    path = tmp_path / "results"
    path.write_text(f"{HEADER}1795534060579,39,GET /a,{code},{success}\n", encoding="utf-8")
    assert [row.outcome for row in read(path)] == [outcome]


def test_another_delimiter_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "results"
    path.write_text(
        kept("jmeter.csv").split("\n")[0].replace(",", ";")
        + "\n1795534060579;39;GET /a;200;OK;t;;true;;1;1;1;1;u;1;0;0\n"
    )
    assert [row.endpoint for row in read(path)] == ["/a"]


def test_a_file_without_codes_says_that_it_has_no_status(tmp_path: Path) -> None:
    path = tmp_path / "results"
    path.write_text("timeStamp,elapsed,label,success\n1795534060579,39,GET /a,false\n")
    told = Told()
    assert [row.outcome for row in read(path, told)] == [Outcome.CONNECTION]
    assert told.lacks == {Lack.STATUS}


def test_a_column_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "results"
    path.write_text(f"{HEADER.strip()},success\n1795534060579,39,GET /a,200,false,true\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"results:1: .* two columns 'success'"):
        read(path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1795534060579,39", "2 columns, and the header has 5"),
        ("soon,39,GET /a,200,true", "timeStamp: 'soon' is no time"),
        ("1795534060579,fast,GET /a,200,true", "elapsed is 'fast', where a number belongs"),
        ("1795534060579,-1,GET /a,200,true", "elapsed: -1.0 is no length of time"),
        ("1795534060579,39,GET /a,200,yes", "success is 'yes', neither true nor false"),
    ],
)
def test_a_broken_row_is_told_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "results"
    path.write_text(f"{HEADER}1795534060579,39,GET /a,200,true\n{row}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=f"results:3: .*{message}"):
        read(path)


@pytest.mark.parametrize(
    "text",
    [
        '<testResults>\n<httpSample t="1" ts="1795534060000" s="true" rc="200"/></testResults>',
        '<testResults>\n<httpSample t="1"',
        "<testResults>\n</results>",
        '<!DOCTYPE x [<!ENTITY a "b">\n]><testResults/>',
    ],
)
def test_broken_xml_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"results:[12]: "):
        read(path)
