"""One model in five formats: each says the state, the reason and the numbers, and trusts no text from outside."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from junitparser import JUnitXml
from kept_pages import HOSTILE, with_pages
from rich.console import Console
from synthetic import evidence, objective, page

from slogate.analyzer.evidence import RunState
from slogate.analyzer.result import State, blank
from slogate.analyzer.summary import summarise
from slogate.analyzer.web.facts import LayoutShift, LoadOutcome
from slogate.errors import ExitCode
from slogate.report import html, markdown, terminal
from slogate.report.model import Scale, name_of
from slogate.runs.folder import RunFolder
from slogate.runs.info import LOCAL_IN_CONTAINER, PagesInfo
from slogate.runs.pages import PageLoadWriter
from slogate.slo.conditions import When
from slogate.slo.model import Area
from slogate.verify import Outcome, judge_folder, rendered, write_reports
from support import SLO, START_S, MakeRun

SHIFT = LayoutShift(start_ms=100.0, value=0.08, had_recent_input=False)
SCRIPTS = 2  # the report's own, and the numbers behind its lanes
FAST, SLOW = [20.0] * 1200, ([20.0] * 23 + [1500.0]) * 50


def judged(make_run: MakeRun, latencies: list[float], **changes: object) -> Outcome:
    return judge_folder(make_run(latencies, **changes).path, None, {})


def printed(outcome: Outcome) -> str:
    console = Console(file=io.StringIO(), width=140, highlight=False)
    console.print(terminal.render(outcome.report))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


class Page(HTMLParser):
    """What a browser would load and show."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.shown = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action", "srcset"}]

    def handle_data(self, data: str) -> None:
        self.shown += data


@pytest.mark.parametrize(
    ("latencies", "word", "code"),
    [
        (FAST, "PASS", ExitCode.PASS),
        (SLOW, "FAIL", ExitCode.FAIL),
        ([20.0] * 50, "INCONCLUSIVE", ExitCode.INCONCLUSIVE),
        ([], "NOT JUDGEABLE", ExitCode.NOT_JUDGEABLE),
    ],
)
def test_every_format_says_the_state(make_run: MakeRun, latencies: list[float], word: str, code: ExitCode) -> None:
    outcome = judged(make_run, latencies)
    assert outcome.exit_code is code
    assert word in printed(outcome)
    assert word in Page(rendered(outcome, "html")).shown
    assert word in rendered(outcome, "markdown")
    assert json.loads(rendered(outcome, "json"))["exit_code"] == code


@pytest.mark.parametrize(
    ("state", "latencies", "code", "gate"),
    [
        (RunState.COMPLETE, [20.0] * 50, ExitCode.PASS, "exit code 0: this profile lets an undecided run through"),
        (RunState.INTERRUPTED, [20.0] * 50, ExitCode.INCONCLUSIVE, "but not one that was cut short"),
        (RunState.INTERRUPTED, FAST, ExitCode.INCONCLUSIVE, "but not one that was cut short"),
        (RunState.FAILED, FAST, ExitCode.INCONCLUSIVE, "but not one that was cut short"),
        (RunState.RUNNING, FAST, ExitCode.INCONCLUSIVE, "but not one that was cut short"),
        (RunState.INTERRUPTED, SLOW, ExitCode.FAIL, "exit code 1"),
    ],
)
def test_a_policy_lets_no_run_through_that_was_cut_short(
    make_run: MakeRun, state: RunState, latencies: list[float], code: ExitCode, gate: str
) -> None:
    folder = make_run(latencies, state=state)
    info = folder.read_info()
    info.allow_inconclusive = True
    folder.write_info(info)
    outcome = judge_folder(folder.path, None, {})
    assert outcome.exit_code is code
    assert gate in outcome.report.gate
    assert gate in printed(outcome)


def test_the_reason_of_a_failure_is_in_every_format(make_run: MakeRun) -> None:
    outcome = judged(make_run, SLOW)
    reason = "50 of 1,200 requests are slower than 1,000 ms"
    texts = [
        re.sub(r"\s+", " ", printed(outcome)),
        *(rendered(outcome, name) for name in ("html", "markdown", "junit", "json")),
    ]
    assert all(reason in text for text in texts)


def test_where_to_look_is_in_every_format_that_people_read(make_run: MakeRun) -> None:
    outcome = judged(make_run, SLOW)
    texts = [re.sub(r"\s+", " ", printed(outcome)), *(rendered(outcome, name) for name in ("html", "markdown"))]
    for clue in ("Where: ", "When: all along", "Moved together with it"):
        assert all(clue in text for text in texts)
    assert Page(rendered(outcome, "html")).shown.count("1,500 ms") >= 10
    document = json.loads(rendered(outcome, "json"))
    assert {item["objective"] for item in document["explanations"]} == {
        item["id"] for item in document["objectives"] if item["state"] == "fail"
    }
    assert len(document["slowest"]) == 10


def test_a_pass_needs_no_explanation(make_run: MakeRun) -> None:
    outcome = judged(make_run, FAST)
    document = json.loads(rendered(outcome, "json"))
    assert (document["explanations"], document["slowest"]) == ([], [])
    assert "Slowest requests" not in rendered(outcome, "html")


def test_junit_is_green_only_for_what_passed(make_run: MakeRun) -> None:
    undecided = JUnitXml.fromstring(rendered(judged(make_run, [20.0] * 50), "junit").encode())
    cases = {case.name: [type(result).__name__ for result in case.result] for suite in undecided for case in suite}
    assert cases["p99 latency < 1000ms"] == ["Failure"]
    assert cases["CPU < 70%"] == []
    broken = JUnitXml.fromstring(rendered(judged(make_run, []), "junit").encode())
    assert broken.errors == 4
    assert broken.tests == 5


def test_junit_tells_how_long_the_run_took(make_run: MakeRun) -> None:
    folder = make_run(FAST)
    document = JUnitXml.fromstring(rendered(judge_folder(folder.path, None, {}), "junit").encode())
    assert [document.time, *(suite.time for suite in document)] == [60.0, 60.0, 60.0]
    info = folder.read_info()
    info.ended_at = None
    folder.write_info(info)
    assert JUnitXml.fromstring(rendered(judge_folder(folder.path, None, {}), "junit").encode()).time == 0


@pytest.mark.parametrize("name", ["html", "markdown", "junit", "terminal"])
def test_hostile_names_do_no_harm(make_run: MakeRun, name: str) -> None:
    slo = SLO.replace("service: shop", 'service: "<b>shop</b>"')
    outcome = judged(make_run, FAST, endpoint=HOSTILE, slo=slo)
    text = printed(outcome) if name == "terminal" else rendered(outcome, name)
    assert "\x1b[31m" not in text
    assert "\u202e" not in text
    if name != "terminal":
        assert "<script>alert" not in text
    if name == "html":
        assert Page(text).tags.count("script") == SCRIPTS
    if name == "junit":
        JUnitXml.fromstring(text.encode())


def test_html_is_one_small_file_that_needs_nothing(make_run: MakeRun) -> None:
    text = rendered(judged(make_run, SLOW), "html")
    page = Page(text)
    assert page.addresses == []
    assert page.tags.count("script") == SCRIPTS
    assert "url(" not in text
    assert "@import" not in text
    assert len(text) < 1_600_000
    assert text.count("<svg") >= 3 + 4  # lanes, and a bar for each objective with a scale


def test_html_shows_each_load_with_the_metrics_that_there_are_in_their_units(make_run: MakeRun) -> None:
    report = judged(make_run, FAST).report
    loads = (page(layout_shifts=(SHIFT,)), page(outcome=LoadOutcome.CRASHED))
    [home] = summarise(evidence(pages=loads, planned_pages=("home",))).pages
    text = html.render(replace(report, summary=replace(report.summary, pages=(home,))))
    table = text[text.index("<h2>Page loads</h2>") :]
    header, first, second = (re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in table.split("<tr>")[1:4])
    shown = dict(zip(header, first, strict=True))
    assert (shown["FCP"], shown["CLS"], shown["page weight"], shown["request count"]) == ("100 ms", "0.08", "0 B", "0")
    assert "INP" not in header  # nobody clicked in any of them
    assert second[3:-1] == ["none"] * (len(header) - 4)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("web: {lcp: < 1s}", "home LCP"),
        ("web: {page_bytes: < 1MB}", "home page weight"),
        ("web: {requests: < 60}", "home request count"),
        ("api: {latency: {p95: < 1s}}", "p95 latency"),
        ("resources: {disk_await: < 20ms}", "disk await"),
        ("resources: {network: normal}", "network received"),
        ("resources: {processes: {shop: {rss: < 1GB}}}\nhost: {processes: {shop: pm2}}", "shop RSS"),
    ],
)
def test_an_objective_is_called_as_a_person_would_call_it(text: str, name: str) -> None:
    item = objective(text)
    subject = "home" if item.area is Area.WEB else None
    assert name_of(blank(item, State.PASS, "", subject=subject)) == name


def test_html_shows_the_worst_load_of_each_page(make_run: MakeRun) -> None:
    folder = with_pages(make_run(FAST))
    text = rendered(judge_folder(folder.path, None, {}), "html")
    shown = Page(text)
    assert "The worst: load 2 of 3, the one with the largest LCP: 900 ms" in shown.shown
    assert "Its own FCP 100 ms and LCP 200 ms." in shown.shown
    assert "LCP 900 ms" in shown.shown
    assert 'class="lane waterfall"' in text
    assert [address[:15] for address in shown.addresses] == ["data:image/jpeg"] * 8 + ["pages/page-0-b/"]
    assert shown.addresses[-1] == "pages/page-0-b/load.har"
    assert (folder.path / shown.addresses[-1]).is_file()
    assert shown.tags.count("script") == SCRIPTS
    assert "<b>" not in text.replace("<body>", "")


def test_html_draws_the_same_from_the_folder_alone(make_run: MakeRun) -> None:
    folder = with_pages(make_run(FAST))
    outcome = judge_folder(folder.path, None, {})
    write_reports(outcome)
    written = (folder.path / "report.html").read_text()
    moved = folder.path.rename(folder.path.with_name("moved"))
    assert rendered(judge_folder(moved, None, {}), "html") == written


def test_html_stays_small_however_many_pictures_there_are(make_run: MakeRun) -> None:
    text = rendered(judge_folder(with_pages(make_run(FAST), jpeg_bytes=40_000, pages=6).path, None, {}), "html")
    assert len(text) < 1_600_000
    assert text.count("<img") == 2 * 8
    assert text.count('class="lane waterfall"') == text.count("load.har") == 6


def test_html_names_everything_for_a_screen_reader(make_run: MakeRun) -> None:
    text = rendered(judged(make_run, SLOW), "html")
    assert '<html lang="en">' in text
    pictures = [tag for tag in re.findall(r"<svg[^>]*>", text) if 'class="plot"' not in tag]  # a part of a picture
    assert all("aria-label" in tag for tag in pictures)
    assert text.count("<h1") == 1


def test_a_long_run_stays_small(make_run: MakeRun) -> None:
    text = rendered(judged(make_run, [20.0] * 20_000, seconds=4000), "html")
    assert len(text) < 400_000


def test_markdown_is_never_larger_than_a_comment_may_be(make_run: MakeRun) -> None:
    report = judged(make_run, SLOW).report
    text = markdown.render(replace(report, rows=report.rows * 200))
    assert len(text.encode()) < 60_000
    assert "lines more are left out here; report.html has it all." in text
    assert text.count("<details>") == text.count("</details>") == 1
    assert "left out" not in markdown.render(report)


def test_a_normal_run_makes_a_report_of_a_normal_size(make_run: MakeRun) -> None:
    """300 s at 50 arrivals a second, and four pages with a filmstrip each."""
    folder = with_pages(make_run([20.0] * 15_000, seconds=300.0), loads=11, jpeg_bytes=20_000, pages=4)
    text = rendered(judge_folder(folder.path, None, {}), "html")
    assert len(text.encode()) < 1_600_000
    assert text.count("<img") == 4 * 8


def test_markdown_cells_cannot_break_the_table(make_run: MakeRun) -> None:
    text = rendered(judged(make_run, SLOW), "markdown")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1


def test_what_was_left_out_is_said(make_run: MakeRun) -> None:
    slo = SLO.replace("resources:", "web: {fcp: < 1s}\nresources:")
    outcome = judged(make_run, FAST, slo=slo)
    assert outcome.report.headline == "all 5 objectives are met (web left out)"


def test_another_file_cannot_pass_on_what_the_run_left_out(make_run: MakeRun, tmp_path: Path) -> None:
    (tmp_path / "wider.yaml").write_text(SLO.replace("resources:", "web: {fcp: < 1s}\nresources:"))
    outcome = judge_folder(make_run(FAST).path, tmp_path / "wider.yaml", {})
    assert outcome.exit_code is ExitCode.NOT_JUDGEABLE


def test_a_finding_that_is_no_objectives_reason_is_still_said(make_run: MakeRun) -> None:
    outcome = judged(make_run, [20.0] * 1200, endpoint="/a")
    folder = outcome.folder
    info = folder.read_info()
    assert info.load is not None
    info.load.rows_sent, info.load.refused_hosts = 1199, ["stranger.example"]
    folder.write_info(info)
    text = re.sub(r"\s+", " ", printed(judge_folder(folder.path, None, {})))
    assert "the generator made 1,199 requests and the run folder holds 1,200" in text
    assert "tried to reach stranger.example" in text


PAGES = PagesInfo(planned=["home", "cart"], known=["home", "cart"], loads=5)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "home, cart; 5 cold loads each"),
        ({"warm": ["cart"]}, "home, cart (warm cache); 5 loads each"),
        ({"warm": ["cart"]}, "Not so cart: there each load followed another one that is not counted"),
        ({"soft": ["cart"]}, "home, cart (soft navigation); 5 cold loads each"),
        ({"soft": ["cart"], "warm": ["cart"]}, "home, cart (warm cache, soft navigation); 5 loads each"),
        ({"soft": ["cart"]}, "cart came by a soft navigation: each load opened the page before"),
        ({"max_loads": 11}, "home, cart; 5 cold loads each, up to 11 while undecided"),
        ({"max_loads": 11}, "each look is made at a smaller level"),
        ({"cpu_benchmark": 812.4}, "812, of the browser, by JavaScript"),
        ({"connected": True}, "The browser was one that ran before"),
        ({"when": "loaded"}, "one at a time, while the judged load held"),
        ({"when": "both"}, "the load generator's own and that of the browser"),
    ],
)
def test_the_report_says_how_pages_were_loaded(make_run: MakeRun, change: dict[str, object], sentence: str) -> None:
    folder = make_run(FAST)
    info = folder.read_info()
    info.shared_machine = True
    shown = []
    for pages in (PAGES, PAGES.model_copy(update=change)):
        info.pages = pages
        folder.write_info(info)
        shown.append(Page(rendered(judge_folder(folder.path, None, {}), "html")).shown)
    assert sentence in shown[1]
    assert sentence not in shown[0] or not change


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_how_it_was_measured_says_what_a_reader_would_not_expect(make_run: MakeRun, name: str) -> None:
    folder = with_pages(make_run(FAST))
    usual = rendered(judge_folder(folder.path, None, {}), name)
    assert "certificates" not in usual
    assert "The browser was" not in usual
    info = folder.read_info()
    info.verify_tls = False
    assert info.pages is not None
    info.pages.browser = "firefox"
    folder.write_info(info)
    text = rendered(judge_folder(folder.path, None, {}), name)
    assert "http://127.0.0.1:8710; certificates not verified" in text
    assert "TLS certificates were not verified" in text
    assert "3 cold loads each, in Firefox" in text
    assert "The browser was Firefox." in text


def under_load(folder: RunFolder, when: When = "both") -> RunFolder:
    """Adds loads of one page to a run: idle ones of 800 ms, under load ones of 1,200 ms, and one that outlasted it."""
    info = folder.read_info()
    info.areas.append("web")
    info.pages = PagesInfo(
        planned=["home"], known=["home"], loads=5, when=when, made={"home": 5}, made_under_load={"home": 6}
    )
    folder.write_info(info)
    with PageLoadWriter(folder.path / "pages.jsonl") as writer:
        for index in range(1, 6):
            writer.append(page(index=index, lcp_ms=800.0))
        for index in range(1, 7):
            began_us = round((START_S + 10 * index) * 1e6)
            load = page(index=index, lcp_ms=1200.0, when="loaded", started_at_us=began_us)
            writer.append(replace(load, ended_at_us=began_us + 6_000_000))
    return folder


WITH_LCP = SLO.replace("resources:", "web: {lcp: < 1s}\nresources:")


def test_pages_idle_and_under_load_stand_beside_each_other_in_every_format(make_run: MakeRun) -> None:
    outcome = judge_folder(under_load(make_run(FAST, slo=WITH_LCP)).path, None, {})
    assert outcome.exit_code is ExitCode.FAIL
    table, text = re.sub(r" +", " ", printed(outcome)), rendered(outcome, "html")
    assert "median of a page idle under load difference ratio" in table
    assert "home LCP 800 ms 1,200 ms +400 ms 1.50" in table
    assert "FAIL home LCP under load 1,200 ms" in table
    shown = re.sub(r"\s+", " ", Page(text).shown)
    assert "Median of a pageIdleUnder loadDifferenceRatio home LCP800 ms1,200 ms+400 ms1.50" in shown
    assert "Page home under load" in shown
    assert "5 cold loads each idle, and again under load" in shown
    assert "before the load began, and again while its judged part held" in shown
    assert "| home LCP | 800 ms | 1,200 ms | +400 ms | 1.50 |" in rendered(outcome, "markdown")
    cases = {case.name for suite in JUnitXml.fromstring(rendered(outcome, "junit").encode()) for case in suite}
    assert {"home LCP < 1s", "home LCP under load < 1s"} <= cases
    objectives = json.loads(rendered(outcome, "json"))["objectives"]
    assert {item["id"]: item["when"] for item in objectives if item["area"] == "web"} == {
        "web[home].lcp": "idle",
        "web[home].lcp[loaded]": "loaded",
    }


def test_html_says_of_each_load_when_it_was_made(make_run: MakeRun) -> None:
    text = rendered(judge_folder(under_load(make_run(FAST, slo=WITH_LCP)).path, None, {}), "html")
    table = text[text.index("<h2>Page loads</h2>") :]
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)", row)[:3] for row in table.split("<tr>")[1:]]
    assert rows[0] == ["Page", "When", "Load"]
    assert rows[1:6] == [["home", "idle", str(index)] for index in range(1, 6)]
    assert rows[6:11] == [["home", "under load", str(index)] for index in range(1, 6)]
    assert rows[11] == ["home", "outlasted the load, not judged", "6"]


def test_pages_under_load_alone_have_nothing_beside_them(make_run: MakeRun) -> None:
    outcome = judge_folder(under_load(make_run(FAST, slo=WITH_LCP), "loaded").path, None, {})
    assert "difference" not in printed(outcome)
    assert "<h2>Pages idle and under load</h2>" not in rendered(outcome, "html")
    assert "| median of a page |" not in rendered(outcome, "markdown")
    assert "5 cold loads each under load" in rendered(outcome, "html")


def test_a_normal_range_is_a_band_in_the_bar() -> None:
    bar = html.interval_bar(Scale(0.5, None, None, None, None, 0.25, 0.75))
    assert '<rect class="normal" x="61.0" width="118.0"' in bar
    assert 'class="limit"' not in bar
    assert "estimate and normal range" in bar
    limited = html.interval_bar(Scale(0.5, None, None, 0.75, None))
    assert 'class="limit"' in limited
    assert 'class="normal"' not in limited


@pytest.mark.parametrize(
    ("kind", "ahead_s", "said"),
    [
        ("prometheus", 1.25, "; its clock was 1.250 s ahead of this machine's, which was taken off"),
        ("node_exporter", -0.5, "; the host's clock was 0.500 s behind this machine's, and no sample has its time"),
        ("local", None, "told by X"),
    ],
)
def test_who_told_of_the_host_and_how_wrong_its_clock_is_are_shown(
    make_run: MakeRun, kind: str, ahead_s: float | None, said: str
) -> None:
    folder = make_run(FAST)
    info = folder.read_info()
    info.host_source, info.host_kind, info.host_clock_ahead_s = "X", kind, ahead_s
    folder.write_info(info)
    assert said in dict(judge_folder(folder.path, None, {}).report.facts)["Host"]


def test_the_limits_of_a_container_are_told(make_run: MakeRun) -> None:
    folder = make_run(FAST)
    info = folder.read_info()
    info.host_kind = f"{LOCAL_IN_CONTAINER}2 GiB of memory"
    folder.write_info(info)
    said = judge_folder(folder.path, None, {}).report.method
    assert any("CPU and memory are ratios of what it may use (2 GiB of memory)" in sentence for sentence in said)
