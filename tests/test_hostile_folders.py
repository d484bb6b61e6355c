"""Run folders that were damaged, edited or made to deceive, through the public command: a clear error or the right
answer, never a traceback, and never a pass that the whole folder would not have given.
"""

import json
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from slogate.cli import main
from support import REPOSITORY, SLO, MakeRun

_FLIPS = 40


class Answer:
    """What `slogate judge` made of a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self.code = main(["judge", str(folder), *arguments])
        self.stdout, self.stderr = capsys.readouterr()

    @property
    def is_a_clear_error(self) -> bool:
        """One error that names a file of the folder, and no traceback."""
        lines = self.stderr.splitlines()
        names = (".parquet", "run.json", "slo.yaml", "pages.jsonl", "marks.jsonl")
        named = any(name in self.stderr for name in names)
        return self.code in {2, 4} and lines[:1] != [] and lines[0].startswith("error: ") and named


def judged(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any] | None, str]:
    """The exit code, the verdict where there is one, and what was said."""
    answer = Answer(folder, capsys, "--json")
    assert "Traceback" not in answer.stderr
    document = json.loads(answer.stdout) if answer.stdout.strip() else None
    assert document is not None or answer.is_a_clear_error, answer.stderr
    return answer.code, document, answer.stderr


@pytest.mark.parametrize("name", ["requests.parquet", "host.parquet", "run.json", "slo.yaml"])
@pytest.mark.parametrize("latency_ms", [20.0, 2000.0], ids=["passes", "fails"])
def test_no_flipped_bit_makes_another_verdict(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], name: str, latency_ms: float
) -> None:
    folder = make_run([latency_ms + index % 7 for index in range(1200)]).path
    before, whole, _ = judged(folder, capsys)
    assert before == (0 if latency_ms < 1000 else 1)
    content = (folder / name).read_bytes()
    draw = random.Random(20261124)  # noqa: S311  # the same places every time, and no secret
    for _ in range(_FLIPS):
        position, bit = draw.randrange(len(content)), draw.randrange(8)
        flipped = bytearray(content)
        flipped[position] ^= 1 << bit
        (folder / name).write_bytes(flipped)
        code, document, said = judged(folder, capsys)
        if name == "slo.yaml":
            continue  # which is text that somebody may as well have written: it means what it says
        same = document is not None and document["objectives"] == (whole or {})["objectives"]
        assert code == 4 or (code == before and same) or code > before, (position, bit, said)
        assert not (before == 1 and code == 0), (position, bit)


@pytest.mark.parametrize("length", [0, 1, 100, -1000, -100, -2])
@pytest.mark.parametrize("name", ["requests.parquet", "host.parquet", "run.json"])
def test_a_file_that_was_cut_short(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], name: str, length: int
) -> None:
    folder = make_run([20.0] * 1200).path
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:length])
    code, _, _ = judged(folder, capsys)
    assert code == 4


def rewritten(folder: Path, **columns: Any) -> None:
    """Puts other columns into requests.parquet, or takes out those that are None."""
    path = folder / "requests.parquet"
    table = pq.read_table(path)
    for name, values in columns.items():
        index = table.schema.get_field_index(name)
        table = table.remove_column(index) if values is None else table.set_column(index, name, pa.array(values))
    pq.write_table(table, path)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("latency_us", -1),
        ("latency_us", -(2**62)),
        ("latency_us", 0.02),
        ("latency_us", float("nan")),
        ("latency_us", None),
        ("latency_us", "fast"),
        ("started_at_us", 2**62),
        ("started_at_us", -(2**62)),
        ("started_at_us", 0),
        ("intended_at_us", 0),
        ("intended_at_us", 2**62),
        ("status", 99999),
        ("status", -1),
        ("outcome", "fine"),
        ("phase", "load "),
        ("phase", None),
        ("endpoint", b"\xff\xfe"),
        ("worker", "elsewhere"),
    ],
)
def test_columns_that_cannot_be(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], column: str, value: object
) -> None:
    folder = make_run([20.0] * 1200).path
    rewritten(folder, **{column: [value] * 1200})
    code, document, said = judged(folder, capsys)
    assert code == 4, (code, said, document and document["reason"])


@pytest.mark.parametrize("column", ["endpoint", "method", "worker", "phase", "outcome"])
def test_text_that_says_that_it_is_utf8_and_is_not(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], column: str
) -> None:
    folder = make_run([20.0] * 1200).path
    rewritten(folder, **{column: pa.array([b"\xff\xfe/a"] * 1200, pa.binary()).view(pa.string())})
    answer = Answer(folder, capsys)
    assert answer.is_a_clear_error, answer.stderr


@pytest.mark.parametrize("column", ["latency_us", "outcome", "started_at_us", "intended_at_us", "endpoint", "phase"])
def test_a_column_that_is_not_there(make_run: MakeRun, capsys: pytest.CaptureFixture[str], column: str) -> None:
    folder = make_run([20.0] * 1200).path
    rewritten(folder, **{column: None})
    assert judged(folder, capsys)[0] == 4


@pytest.mark.parametrize("jump_us", [-300_000_000, 2_000_000, 300_000_000])
@pytest.mark.parametrize("columns", [("started_at_us",), ("started_at_us", "intended_at_us")], ids=len)
def test_a_clock_that_jumped_is_no_pass(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], columns: tuple[str, ...], jump_us: int
) -> None:
    folder = make_run([20.0] * 1200).path
    table = pq.read_table(folder / "requests.parquet")
    for column in columns:
        times_us = table[column].to_numpy().copy()
        times_us[600:] += jump_us
        rewritten(folder, **{column: times_us})
    code, document, _ = judged(folder, capsys)
    assert code != 0, document and document["reason"]


@pytest.mark.parametrize("count", [0, 1, 2, 29])
def test_a_run_of_few_requests_passes_nothing(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], count: int
) -> None:
    assert judged(make_run([20.0] * count).path, capsys)[0] in {3, 4}


HOSTILE_NAMES = {
    "html": "/<script>alert(1)</script><img src=x onerror=alert(1)>",
    "ansi": "/\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "newlines": "/a\nPASS  everything\r\n<!--",
    "long": "/" + "x" * 10_000,
    "markdown": "/a|b`c`[d](javascript:alert(1))",
    "workflow": "/\n::error::owned",
    "braces": "/{{ 7*7 }}{% raw %}",
    "bidi": "/\u202eabc\u2066",
    "nul": "/a\x00b",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_names_that_try_to_be_more_than_names(make_run: MakeRun, capsys: pytest.CaptureFixture[str], name: str) -> None:
    folder = make_run([20.0] * 1200, endpoint=name).path
    answer = Answer(folder, capsys)
    assert answer.code == 0, answer.stderr
    for format_name in ("html", "junit", "markdown"):
        assert main(["report", str(folder), "--format", format_name]) == 0
        text = capsys.readouterr().out
        for never in ("<script>alert", "<img src=x", "\x1b", "\x00", "\n::error::"):
            assert never not in text, (format_name, never)
    for never in ("\x1b[2J", "\x07", "\x00", "\nPASS  everything"):
        assert never not in answer.stdout


def test_one_endpoint_among_five_thousand(make_run: MakeRun, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_run([20.0] * 6000).path
    rewritten(folder, endpoint=[f"/products/{index % 5000}" for index in range(6000)])
    answer = Answer(folder, capsys)
    assert answer.code in {0, 3, 4}
    assert "5,000 endpoint names" in answer.stdout
    assert main(["report", str(folder), "--format", "html"]) == 0
    assert len(capsys.readouterr().out) < 1_600_000


def test_an_objective_on_one_of_five_thousand_endpoints_is_judged_by_its_own_requests(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str]
) -> None:
    slo = SLO.replace("api:\n", 'api:\n  endpoints: {"GET /products/7": {latency: {p95: < 500ms}}}\n', 1)
    folder = make_run([20.0] * 6000, slo=slo).path
    rewritten(folder, endpoint=[f"/products/{index % 5000}" for index in range(6000)])
    code, document, _ = judged(folder, capsys)
    states = {item["id"]: (item["state"], item["n"]) for item in (document or {"objectives": []})["objectives"]}
    assert states["api[GET /products/7].latency.p95"] == ("inconclusive", 2)
    assert states["api.latency.p95"] == ("pass", 6000)
    assert code == 3


GOLDEN_WITH_PAGES = REPOSITORY / "tests" / "data" / "runs" / "v1" / "measured"


@pytest.mark.parametrize("damage", ["flipped", "cut", "column"])
def test_page_loads_that_were_damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str) -> None:
    folder = tmp_path / "run"
    shutil.copytree(GOLDEN_WITH_PAGES, folder)
    lines = (folder / "pages.jsonl").read_bytes().splitlines(keepends=True)
    draw = random.Random(20261124)  # noqa: S311  # as above
    for _ in range(_FLIPS):
        changed = list(lines)
        place = draw.randrange(len(lines))
        line = bytearray(lines[place])
        if damage == "flipped":
            line[draw.randrange(len(line))] ^= 1 << draw.randrange(8)
        elif damage == "cut":
            del changed[place + 1 :]
            line = line[: draw.randrange(len(line))]
        else:
            facts = json.loads(line)
            del facts[draw.choice(sorted(facts))]
            line = bytearray(json.dumps(facts).encode() + b"\n")
        changed[place] = bytes(line)
        (folder / "pages.jsonl").write_bytes(b"".join(changed))
        code, _, _ = judged(folder, capsys)
        assert code in {1, 4}  # its CPU fails


@pytest.mark.parametrize("name", ["requests.parquet", "run.json", "slo.yaml", "pages.jsonl", "marks.jsonl"])
def test_a_file_that_lies_elsewhere_is_not_followed(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    folder = make_run([20.0] * 1200).path
    secret = tmp_path / "secret"
    secret.write_text("root:x:0:0:secret")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(secret)
    answer = Answer(folder, capsys)
    assert "root:x" not in answer.stdout + answer.stderr
    # This run loaded no page, so nobody looks at those; and a line that was cut off is no mark.
    assert answer.code != 0 or name in {"pages.jsonl", "marks.jsonl"}


@pytest.mark.parametrize("text", [*HOSTILE_NAMES.values(), "\ud800", "</script>"], ids=ascii)
def test_marks_that_try_to_be_more_than_marks(make_run: MakeRun, capsys: pytest.CaptureFixture[str], text: str) -> None:
    folder = make_run([20.0 if index < 600 else 2000.0 for index in range(1200)]).path
    assert main(["mark", text, str(folder), "--at", "29s"]) == 0
    assert main(["judge", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "It began 1 s after the mark" in said
    for never in ("\x1b[2J", "\x00", "\nPASS  everything", "\ud800"):
        assert never not in said
    for name in ("html", "junit", "markdown"):
        assert main(["report", str(folder), "--format", name]) == 0
        said = capsys.readouterr().out
        for never in ("<script>alert", "<img src=x", "\x1b[2J", "\x00", "\n::error::", "\ud800"):
            assert never not in said


@pytest.mark.parametrize(
    "line", [b"x", b"[]", b'{"at_us": "soon", "text": "a"}', b'{"at_us": 1}', b"\xff\xfe", b"\x00"]
)
def test_a_line_that_is_no_mark_is_named(make_run: MakeRun, capsys: pytest.CaptureFixture[str], line: bytes) -> None:
    folder = make_run([20.0] * 1200).path
    (folder / "marks.jsonl").write_bytes(b'{"at_us": 1790000000000000, "text": "a"}\n' + line + b"\n")
    answer = Answer(folder, capsys)
    assert answer.code == 4
    assert "marks.jsonl:2 is no mark" in answer.stderr
    assert "or take it out" in answer.stderr


@pytest.mark.parametrize("name", ["/etc/passwd", "../../../secret", "..", ""])
def test_evidence_that_names_files_elsewhere_is_not_shown(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    folder = make_run([20.0] * 1200).path
    (tmp_path / "secret").write_text("root:x:0:0:secret")
    (folder / "pages" / "home").mkdir(parents=True)
    (folder / "pages" / "home" / "evidence.json").write_text(
        json.dumps({"page": "home", "index": 1, "screenshot": name, "har": name, "trace": name, "frames": []})
    )
    assert main(["report", str(folder), "--format", "html"]) == 0
    page = capsys.readouterr().out
    assert "root:x" not in page
    assert len(name) < 3 or name not in page


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("phases", []),
        ("phases", "load"),
        ("phases", [{"name": "load", "start_s": float("1e308"), "end_s": float("1e309"), "judged": True}]),
        ("state", "splendid"),
        ("areas", []),
        ("areas", ["api", "moon"]),
        ("load", None),
        ("load", {"model": "open"}),
        ("schema_version", "1"),
        ("schema_version", 10**30),
        ("targets", {"api": "../../etc/passwd"}),
        ("run_id", {"a": 1}),
    ],
    ids=str,
)
def test_a_run_json_that_says_something_else(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], key: str, value: object
) -> None:
    folder = make_run([20.0] * 1200).path
    info = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**info, key: value}))
    code, document, said = judged(folder, capsys)
    assert code == 4 or key in {"targets", "schema_version"}, (code, said, document and document["reason"])


def test_numbers_of_a_row_that_are_huge_are_no_overflow(make_run: MakeRun, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_run([20.0] * 1200).path
    rewritten(folder, latency_us=np.full(1200, 2**61, np.int64))
    assert judged(folder, capsys)[0] in {1, 4}
