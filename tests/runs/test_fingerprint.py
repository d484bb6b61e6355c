"""What sets two runs apart, and what does not."""

from collections.abc import Callable

import pytest

from slogate.runs.fingerprint import alike, differences, fingerprint_of, worth_telling
from slogate.runs.info import ImportInfo, LoadInfo, PagesInfo, RunInfo, StretchInfo


def info() -> RunInfo:
    return RunInfo.model_validate(
        {
            "run_id": "0",
            "service": "shop",
            "release": "1.4.0",
            "profile": "launch",
            "state": "complete",
            "started_at": "2026-11-24T09:00:00+00:00",
            "areas": ["api", "web"],
            "targets": {"api": "http://10.0.0.4:80", "web": "http://10.0.0.4:80"},
            "allow_inconclusive": False,
            "content": {"loadtests": "a" * 64, "webvitals": "b" * 64},
            "environment": {
                "processor": "x",
                "cores": 8,
                "machine": "x86_64",
                "memory_bytes": 16 * 2**30,
                "system": "1",
            },
            "tools": {"browser": "141.0.1", "slogate": "0.1.0"},
            "load": LoadInfo(
                model="open",
                stretches=[StretchInfo(seconds=60, from_per_s=50, to_per_s=50)],
                arrivals="poisson",
                seed=1,
                users=40,
                warmup_s=5,
                duration_s=55,
            ),
            "pages": PagesInfo(planned=["home"], known=["home", "cart"], loads=5, throttles={"home": "mobile"}),
        }
    )


Change = Callable[[RunInfo], None]


def load_of(found: RunInfo) -> LoadInfo:
    assert found.load is not None
    return found.load


def pages_of(found: RunInfo) -> PagesInfo:
    assert found.pages is not None
    return found.pages


def changing(place: Callable[[RunInfo], object], name: str, value: object) -> Change:
    return lambda found: setattr(place(found), name, value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changing(lambda x: x, "service", "other"), "service: shop and other"),
        (
            changing(lambda x: x, "imports", [ImportInfo(file="a", tool="k6", form="JSON", lacks=[])]),
            "measured by: slogate and k6",
        ),
        (changing(lambda x: x, "areas", ["api"]), "measured areas: api, web and api"),
        (changing(lambda x: x, "shared_machine", True), "target and generator: on two machines and on one machine"),
        (
            changing(lambda x: x, "targets", {"api": "https://10.0.0.4"}),
            "schemes of the targets: api http, web http and api https",
        ),
        (
            changing(load_of, "stretches", [StretchInfo(seconds=60, from_per_s=0, to_per_s=80)]),
            "rate: 50/s for 60 s and 0 -> 80/s for 60 s",
        ),
        (changing(load_of, "arrivals", "uniform"), "arrivals: poisson and uniform"),
        (changing(load_of, "seed", 2), "seed: 1 and 2"),
        (changing(load_of, "warmup_s", 9.0), "warm-up: 5 s and 9 s"),
        (changing(load_of, "duration_s", 30.0), "judged load: 55 s and 30 s"),
        (changing(pages_of, "planned", ["home", "cart"]), "pages: home and home, cart"),
        (changing(pages_of, "max_loads", 11), "page loads: 5 and 5 to 11"),
        (changing(pages_of, "when", "both"), "when pages were loaded: idle and both"),
        (changing(pages_of, "soft", ["home"]), "soft navigations: none and home"),
        (changing(pages_of, "browser", "firefox"), "browser: chromium 141 and firefox 141"),
        (changing(pages_of, "warm", ["home"]), "pages with a warm cache: none and home"),
        (changing(pages_of, "throttles", {"home": "none"}), "throttle: home mobile and home none"),
        (changing(pages_of, "connected", True), "browser was running before: no and yes"),
        (lambda x: x.content.update(loadtests="c" * 64), "scenarios: content aaaaaaaaaaaa and content cccccccccccc"),
        (lambda x: x.content.pop("webvitals"), "journeys: content bbbbbbbbbbbb and not recorded"),
        (lambda x: x.tools.update(browser="142.0.1"), "browser: chromium 141 and chromium 142"),
        (lambda x: x.environment.update(cores=4), "cores: 8 and 4"),
        (lambda x: x.environment.update(processor="y"), "processor: x and y"),
        (lambda x: x.environment.update(memory_bytes=8 * 2**30), "memory: 16 GiB and 8 GiB"),
    ],
)
def test_each_difference_is_named(change: Change, told: str) -> None:
    other = info()
    change(other)
    one, changed = fingerprint_of(info()), fingerprint_of(other)
    assert [str(item) for item in differences(one, changed)] == [told]
    assert one != changed
    assert one.digest != changed.digest


@pytest.mark.parametrize(
    "change",
    [
        changing(lambda x: x, "release", "1.5.0"),
        changing(lambda x: x, "profile", "other-name"),
        changing(lambda x: x, "targets", {"api": "http://10.0.0.5:8000", "web": "http://10.0.0.5:8000"}),
        changing(load_of, "users", 80),  # of an open load they are only how many may wait
        changing(load_of, "rows_sent", 5),
        changing(pages_of, "made", {"home": 5}),
        lambda x: x.tools.update(browser="141.0.2", slogate="0.2.0"),
        lambda x: x.environment.update(system="2"),
        lambda x: x.environment.update(memory_bytes=16 * 2**30 - 5_000_000),
    ],
)
def test_what_is_compared_or_is_chance_sets_nothing_apart(change: Change) -> None:
    other = info()
    change(other)
    assert fingerprint_of(other) == fingerprint_of(info())
    assert fingerprint_of(other).digest == fingerprint_of(info()).digest


def test_of_a_closed_load_the_users_are_the_load() -> None:
    fewer, more = info(), info()
    for found, users in ((fewer, 10), (more, 20)):
        load_of(found).model, load_of(found).users = "closed", users
    assert [str(item) for item in differences(fingerprint_of(fewer), fingerprint_of(more))] == ["users: 10 and 20"]


def test_versions_are_told() -> None:
    other = info()
    other.tools.update(browser="141.0.2", slogate="0.2.0")
    other.environment.update(system="2")
    assert [str(item) for item in worth_telling(info(), other)] == [
        "system: 1 and 2",
        "slogate: 0.1.0 and 0.2.0",
        "browser: 141.0.1 and 141.0.2",
    ]


def test_a_folder_of_an_earlier_version_has_a_fingerprint_too() -> None:
    old = info()
    old.content, pages_of(old).throttles, old.environment = {}, {}, {}
    assert fingerprint_of(old) == fingerprint_of(old.model_copy(deep=True))
    assert "scenarios: not recorded" in str(differences(fingerprint_of(old), fingerprint_of(info()))[0])


@pytest.mark.parametrize("kinds", [("local", "node_exporter"), ("nobody", "local"), ("local", "local, within 2 CPUs")])
def test_hosts_that_were_told_of_by_different_sources_set_runs_apart(kinds: tuple[str, str]) -> None:
    first, second = (fingerprint_of(info().model_copy(update={"host_kind": kind})) for kind in kinds)
    assert [str(item) for item in differences(first, second)] == [f"host told by: {kinds[0]} and {kinds[1]}"]
    assert not alike(first, second)


def test_the_address_of_a_source_does_not() -> None:
    first, second = info(), info()
    first.host_source, second.host_source = "the node exporter at http://a/", "the node exporter at http://b/"
    first.host_kind = second.host_kind = "node_exporter"
    assert fingerprint_of(first) == fingerprint_of(second)


def test_an_older_run_that_does_not_tell_the_source_is_not_set_apart_by_that() -> None:
    older, newer = fingerprint_of(info()), fingerprint_of(info().model_copy(update={"host_kind": "local"}))
    assert ("host told by", "not recorded") in older.facts
    assert alike(older, newer)
    assert older.digest != newer.digest
