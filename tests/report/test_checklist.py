"""What `slogate check` says of a file beside that it is in order."""

import io

import pytest
from rich.console import Console
from synthetic import slo

from slogate.report import checklist
from slogate.slo.file import load


def printed(text: str) -> str:
    file = io.StringIO()
    Console(file=file, width=300).print(checklist.render(slo(text), "slo.yaml"))
    return file.getvalue()


@pytest.mark.parametrize(
    ("pages", "said"), [(["home", "a\tb"], "pages: home, a b"), (None, "there is no journey in web")]
)
def test_the_pages_of_the_journeys_are_named(pages: list[str] | None, said: str) -> None:
    file = io.StringIO()
    Console(file=file, width=300).print(checklist.render(slo("web: {lcp: < 2s}"), "slo.yaml", pages, "web"))
    assert said in file.getvalue()


@pytest.mark.parametrize(
    ("resources", "there"), [("{disk: normal}", True), ("{disk: normal, cpu: < 70%}", False), ("{cpu: < 70%}", False)]
)
def test_a_file_that_can_judge_nothing_is_told(resources: str, there: bool) -> None:
    assert (
        "no run can be judged by this file: normal is what runs had that passed" in printed(f"resources: {resources}")
    ) is there


@pytest.mark.parametrize(("objective", "loads"), [("web: {lcp: < 2.5s}", "5"), ("api: {errors: < 1%}", "none")])
def test_pages_are_loaded_only_where_something_is_asked_of_them(objective: str, loads: str) -> None:
    (profile,) = [line for line in printed(objective).splitlines() if line.startswith("p ")]
    assert profile.split()[-2:] == [loads, "block"]


@pytest.mark.parametrize(
    ("when", "shown"), [("", "5"), (", when: loaded", "5 under load"), (", when: both", "5 idle, and under load")]
)
def test_a_profile_says_when_pages_are_loaded(when: str, shown: str) -> None:
    profile = f"{{rate: 1/s{when}}}"
    text = f"api: {{errors: < 1%}}\nweb: {{lcp: < 2s}}\nprofiles: {{p: {profile}}}"
    head = "version: 1\nservice: shop\ntargets: {api: 'http://127.0.0.1:1'}\n"
    read = load(f"{head}{text}".encode(), "slo.yaml", {}).slo
    file = io.StringIO()
    Console(file=file, width=300).print(checklist.render(read, "slo.yaml"))
    [row] = [line for line in file.getvalue().splitlines() if line.startswith("p ")]
    assert f" {shown}  " in row


def test_it_says_who_is_told_and_when() -> None:
    shown = printed(
        "api: {errors: < 1%}\nnotify:\n  channels:\n"
        '    - {name: team, apprise: "${A}"}\n'
        '    - {name: oncall, pagerduty: "${K}", on: [fail, silence]}\n'
        '    - {name: cto, apprise: "${B}"}\n'
        "  escalation: [{channel: cto, after: 15m}]\n"
    )
    told = [line.rstrip() for line in shown.splitlines() if line.startswith("told: ")]
    assert told == [
        "told: team by apprise of everything",
        "told: oncall by pagerduty of fail, silence",
        "told: L1, developer, by cto after 900 s unless it is acknowledged",
    ]
