"""From a command line and slo.yaml to a run that can start."""

from pathlib import Path

import pytest

from slogate.errors import ConfigError, HostNotAllowedError, UsageError
from slogate.setup import Generators, RunOptions, prepare
from slogate.slo.model import Area
from support import SLO


@pytest.fixture
def options(tmp_path: Path) -> RunOptions:
    (tmp_path / "slo.yaml").write_text(SLO.replace("profiles:", "allowed_hosts: [Staging.example]\nprofiles:"))
    (tmp_path / "loadtests").mkdir()
    (tmp_path / "loadtests" / "shop.py").write_text("")
    (tmp_path / "loadtests" / "_accounts.py").write_text("")
    return RunOptions(tmp_path / "slo.yaml")


def changed(options: RunOptions, **changes: object) -> RunOptions:
    return RunOptions(**{**vars(options), **changes})


def test_the_file_says_it_all(options: RunOptions) -> None:
    setup = prepare(options, {})
    assert setup.profile_name == "smoke"
    assert setup.areas == (Area.API, Area.RESOURCES)
    assert setup.targets[Area.API] == "http://127.0.0.1:8710"
    assert [path.name for path in setup.locustfiles] == ["shop.py"]
    assert setup.longest_latency_limit_s == 1.0


def test_the_command_line_overrides_it(options: RunOptions) -> None:
    setup = prepare(changed(options, rate_per_s=7.0, duration_s=3.0, release="2", only=frozenset({Area.API})), {})
    assert (setup.profile.rate, setup.profile.duration, setup.release, setup.areas) == (7.0, 3.0, "2", (Area.API,))


def test_the_command_line_says_how_often_pages_are_loaded(options: RunOptions) -> None:
    options.slo_path.write_text(
        options.slo_path.read_text().replace("duration: 60s", "page_loads: 7, max_page_loads: 9")
    )
    assert prepare(options, {}).profile.most_page_loads == 9
    assert prepare(changed(options, page_loads=3), {}).profile.most_page_loads == 3
    assert prepare(changed(options, page_loads=3, max_page_loads=4), {}).profile.most_page_loads == 4
    assert prepare(changed(options, max_page_loads=8), {}).profile.most_page_loads == 8
    with pytest.raises(UsageError, match="--max-page-loads 6 is less than the 7 page loads"):
        prepare(changed(options, max_page_loads=6), {})


def test_the_command_line_says_when_pages_are_loaded(options: RunOptions) -> None:
    text = options.slo_path.read_text().replace("resources:", "web: {lcp: < 2s}\nresources:")
    options.slo_path.write_text(text.replace("duration: 60s", "duration: 60s, when: both"))
    (options.slo_path.parent / "webvitals").mkdir()
    (options.slo_path.parent / "webvitals" / "site.py").write_text("")
    pages_alone = changed(options, only=frozenset({Area.WEB}))
    assert prepare(options, {}).profile.when == "both"
    assert prepare(changed(options, when="loaded"), {}).profile.when == "loaded"
    assert prepare(changed(options, only=frozenset({Area.API})), {}).profile.when == "both"  # and there are no pages
    assert prepare(changed(pages_alone, when="idle"), {}).profile.when == "idle"
    with pytest.raises(UsageError, match=r"while the load holds \(when: both\), and this run makes none"):
        prepare(pages_alone, {})


def test_a_browser_that_runs_already_is_named_by_the_command_line_or_the_environment(options: RunOptions) -> None:
    environ = {"SLOGATE_CDP": "http://127.0.0.1:9222"}
    assert prepare(options, {}).cdp is None
    assert prepare(options, {"SLOGATE_CDP": ""}).cdp is None
    assert prepare(options, environ).cdp == "http://127.0.0.1:9222"
    assert prepare(changed(options, cdp="http://127.0.0.1:9333"), environ).cdp == "http://127.0.0.1:9333"


@pytest.mark.parametrize(
    ("line", "asked", "verified"),
    [
        ("", None, True),
        ("", False, False),
        ("verify_tls: false", None, False),
        ("verify_tls: false", True, True),
        ("verify_tls: true", False, False),
    ],
)
def test_certificates_need_no_trust_if_the_file_or_the_command_line_says_so(
    options: RunOptions, line: str, asked: bool | None, verified: bool
) -> None:
    options.slo_path.write_text(f"{options.slo_path.read_text()}\n{line}\n")
    setup = prepare(changed(options, verify_tls=asked), {})
    assert (setup.verify_tls, setup.record_fields()["verify_tls"]) == (verified, verified)


def test_the_profile_or_the_command_line_says_which_browser_it_is(options: RunOptions) -> None:
    assert prepare(options, {}).profile.browser == "chromium"
    options.slo_path.write_text(options.slo_path.read_text().replace("duration: 60s", "browser: firefox"))
    assert prepare(options, {}).profile.browser == "firefox"
    assert prepare(changed(options, browser="webkit"), {}).profile.browser == "webkit"


def test_a_browser_that_runs_already_is_a_chromium(options: RunOptions) -> None:
    environ = {"SLOGATE_CDP": "http://127.0.0.1:9222"}
    assert prepare(changed(options, browser="firefox"), environ).cdp is None
    with pytest.raises(UsageError, match="--cdp is about a Chromium that runs already") as caught:
        prepare(changed(options, browser="firefox", cdp="http://127.0.0.1:9222"), {})
    assert "--browser chromium" in caught.value.cure


def test_a_target_must_be_on_a_host_of_the_file(options: RunOptions) -> None:
    assert (
        prepare(changed(options, targets=("http://staging.example/",)), {}).targets[Area.API]
        == "http://staging.example"
    )
    assert (
        prepare(changed(options, targets=("api=http://127.0.0.1:1",)), {}).targets[Area.WEB] == "http://127.0.0.1:8710"
    )
    with pytest.raises(HostNotAllowedError):
        prepare(changed(options, targets=("http://production.example",)), {})


def test_a_variable_may_name_the_target_and_the_default_stays_allowed(options: RunOptions) -> None:
    text = options.slo_path.read_text().replace("http://127.0.0.1:8710", "${SHOP:-http://127.0.0.1:8710}")
    options.slo_path.write_text(text)
    setup = prepare(options, {"SHOP": "http://shop.example"})
    assert setup.targets[Area.API] == "http://shop.example"
    assert {"shop.example", "127.0.0.1"} <= setup.allowed_hosts


def test_a_run_that_only_watches_a_host_says_whose(options: RunOptions) -> None:
    setup = prepare(changed(options, only=frozenset({Area.RESOURCES})), {})
    assert setup.record_fields()["targets"] == {"resources": "http://127.0.0.1:8710"}
    there = prepare(changed(options, only=frozenset({Area.RESOURCES}), targets=("http://staging.example",)), {})
    assert there.record_fields()["targets"] == {"resources": "http://staging.example"}
    assert prepare(options, {}).record_fields()["targets"] == {"api": "http://127.0.0.1:8710"}
    with pytest.raises(HostNotAllowedError):
        prepare(changed(options, only=frozenset({Area.RESOURCES}), targets=("http://production.example",)), {})


def test_credentials_in_a_target_are_not_recorded(options: RunOptions) -> None:
    setup = prepare(changed(options, targets=("http://me:hunter22@127.0.0.1",)), {})
    assert "hunter22" not in str(setup.record_fields())


def test_secrets_of_the_environment_are_known_by_name(options: RunOptions) -> None:
    assert prepare(options, {"SHOP_PASSWORD": "x", "HOME": "/root"}).secret_variables == ["SHOP_PASSWORD"]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"profile": "smok"}, UsageError, "did you mean smoke"),
        ({"only": frozenset({Area.WEB})}, UsageError, "no objective in web"),
        ({"targets": ("ftp://x",)}, UsageError, "not a web address"),
        ({"targets": ("http://127.0.0.1/shop",)}, UsageError, "has a path"),
        ({"slo_path": Path("/nowhere/slo.yaml")}, ConfigError, "there is no such file"),
    ],
)
def test_what_cannot_start_says_why(
    options: RunOptions, changes: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        prepare(changed(options, **changes), {})


def test_a_profile_needs_a_load_only_where_requests_are_measured(options: RunOptions) -> None:
    text = options.slo_path.read_text().replace("rate: 20/s, duration: 60s", "page_loads: 5")
    options.slo_path.write_text(text)
    assert prepare(changed(options, only=frozenset({Area.RESOURCES})), {}).areas == (Area.RESOURCES,)
    assert prepare(changed(options, rate_per_s=7.0), {}).profile.rate == 7.0
    line = next(number for number, told in enumerate(text.splitlines(), 1) if "page_loads: 5" in told)
    with pytest.raises(ConfigError, match=f"slo.yaml:{line}: profiles.*: it makes no load") as caught:
        prepare(options, {})
    assert "--only" in caught.value.cure


def test_an_area_without_a_script_says_where_it_was_looked_for(options: RunOptions) -> None:
    (options.slo_path.parent / "loadtests" / "shop.py").unlink()
    with pytest.raises(ConfigError, match="loadtests: there is no Locust scenario"):
        prepare(options, {})


def test_generators_are_processes_here_or_workers_from_elsewhere(options: RunOptions) -> None:
    assert prepare(options, {}).generators.count == 0
    assert prepare(changed(options, generators=Generators(processes=3)), {}).generators.count == 3
    assert prepare(changed(options, generators=Generators(expected=2)), {}).generators.count == 2
    with pytest.raises(UsageError, match="give one of them"):
        prepare(changed(options, generators=Generators(processes=3, expected=2)), {})
    with pytest.raises(UsageError, match="this run makes none"):
        prepare(changed(options, generators=Generators(processes=3), only=frozenset({Area.RESOURCES})), {})


def test_a_rate_from_the_command_line_replaces_stages(options: RunOptions) -> None:
    text = options.slo_path.read_text().replace("rate: 20/s, duration: 60s", "stages: [{to: 9/s, over: 30s}]")
    options.slo_path.write_text(text)
    profile = prepare(changed(options, rate_per_s=7.0, duration_s=3.0), {}).profile
    assert (profile.rate, profile.stages, profile.judged_s) == (7.0, None, 3.0)
    with pytest.raises(UsageError, match="say how long they last"):
        prepare(changed(options, duration_s=3.0), {})


def test_an_exporter_that_the_file_names_may_be_asked_and_gets_no_load(options: RunOptions) -> None:
    text = options.slo_path.read_text()
    options.slo_path.write_text(text + 'host: {node_exporter: "${EXPORTER:-http://10.0.0.5:9100}"}\n')
    assert "10.0.0.5" not in prepare(options, {}).allowed_hosts
    assert prepare(options, {"EXPORTER": "http://staging.example:9100"}).file.slo.host is not None
    with pytest.raises(HostNotAllowedError, match=r"^http://stranger\.example:9100/metrics is not on a host of"):
        prepare(options, {"EXPORTER": "http://u:pw@stranger.example:9100"})
    with pytest.raises(HostNotAllowedError, match=r"10\.0\.0\.5 is not on a host of the SLO file"):
        prepare(changed(options, targets=("http://10.0.0.5",)), {})
