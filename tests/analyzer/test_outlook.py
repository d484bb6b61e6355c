"""What a profile cannot decide is known before it runs."""

import pytest

from slogate.analyzer.outlook import outlook
from slogate.slo.file import load
from support import SLO


def sentences(profile: str, objectives: str = "") -> list[str]:
    text = SLO.replace("smoke: {rate: 20/s, duration: 60s}", f"smoke: {profile}").replace(
        "resources:", f"{objectives}\nresources:"
    )
    slo = load(text.encode(), "slo.yaml", {}).slo
    return list(outlook(slo, slo.profiles["smoke"]))


def test_a_short_run_is_told_what_it_cannot_decide() -> None:
    found = sentences("{rate: 2/s, duration: 30s}")
    assert [sentence.partition(":")[0] for sentence in found] == [
        "60 arrivals cannot decide p95",
        "60 arrivals cannot decide p99",
        "60 arrivals cannot decide errors < 1%",
    ]
    assert "319" in found[1]


@pytest.mark.parametrize("profile", ["{rate: 20/s, duration: 60s}", "{users: 1, duration: 1s}"])
def test_a_run_that_may_decide_is_told_nothing(profile: str) -> None:
    assert sentences(profile) == []


def test_a_profile_without_load_is_for_runs_without_requests() -> None:
    assert sentences("{page_loads: 5}") == [
        "it makes no load (rate, stages or users), so it is for runs without api, such as --only web"
    ]


def test_too_few_page_loads_cannot_pass() -> None:
    assert sentences("{rate: 20/s, duration: 60s, page_loads: 4}", "web: {fcp: < 1s}") == [
        "4 page loads cannot pass a median: it takes 5"
    ]


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (
            "duration: 24s, when: loaded",
            "24 s of load have time for 4 page loads at most, and a median takes 5 of each page",
        ),
        (
            "duration: 24s, when: both",
            "24 s of load have time for 4 page loads at most, and a median takes 5 of each page",
        ),
        ("duration: 25s, when: loaded", ""),
        ("duration: 49s, when: loaded, pages: [home, cart]", "49 s of load have time for 9 page loads at most"),
        ("duration: 50s, when: loaded, pages: [home, cart]", ""),
        ("duration: 24s", ""),
    ],
)
def test_a_load_that_is_too_short_for_the_pages_under_it_is_told(profile: str, said: str) -> None:
    found = [item for item in sentences(f"{{rate: 50/s, {profile}}}", "web: {fcp: < 1s}") if "page" in item]
    assert [sentence[: len(said)] for sentence in found] == ([said] if said else [])


@pytest.mark.parametrize(("loads", "said"), [("page_loads: 1, max_page_loads: 5", []), ("page_loads: 3", ["3", "5"])])
def test_the_most_page_loads_count_and_not_the_least(loads: str, said: list[str]) -> None:
    found = sentences(f"{{rate: 20/s, duration: 60s, {loads}}}", "web: {fcp: < 1s}")
    assert [word for sentence in found for word in sentence.split() if word.isdigit()] == said


@pytest.mark.parametrize(
    ("browser", "said"),
    [
        ("chromium", []),
        ("firefox", ["cls, tti cannot be judged in Firefox, which does not tell of them"]),
        ("webkit", ["cls, tti cannot be judged in WebKit, which does not tell of them"]),
    ],
)
def test_what_the_browser_does_not_tell_of_cannot_be_judged(browser: str, said: list[str]) -> None:
    web = "web: {fcp: < 1s, tti: < 3s, pages: {cart: {cls: < 0.1, tti: < 5s}}}"
    assert sentences(f"{{rate: 20/s, duration: 60s, browser: {browser}}}", web) == said
    assert sentences(f"{{rate: 20/s, duration: 60s, browser: {browser}}}", "web: {fcp: < 1s, lcp: < 2s}") == []
