"""Host objectives: the peak against the limit, and no verdict without samples of the target's host."""

from collections.abc import Mapping

import numpy as np
import pytest
from synthetic import BEGAN_S, Numbers, evidence, objective, samples

from slogate.analyzer.evidence import Evidence, HostSamples, Phase
from slogate.analyzer.judge_host import judge
from slogate.analyzer.result import ObjectiveResult, State

SECONDS = np.arange(60) + 0.5
CPU = objective("resources: {cpu: < 70%}")


def run(cpu: float | Numbers | None, **more: float | Numbers) -> Evidence:
    host = None if cpu is None else samples(SECONDS, {"cpu": cpu, **more})
    return evidence(host=host, host_missing="api.example runs on another machine" if host is None else "")


@pytest.mark.parametrize(
    ("criterion", "cpu", "state"),
    [
        ("< 70%", 0.3, State.PASS),
        ("< 70%", 0.7, State.FAIL),
        ("<= 70%", 0.69, State.PASS),
        ("< 70%", 0.95, State.FAIL),
        ("{pass: < 70%, warn: < 60%}", 0.65, State.WARNING),
        ("{pass: < 70%, warn: < 60%}", 0.75, State.FAIL),
        ("{pass: < 70%, warn: < 60%}", 0.5, State.PASS),
    ],
)
def test_the_peak_against_the_limit(criterion: str, cpu: float, state: State) -> None:
    result = judge(objective(f"resources: {{cpu: {criterion}}}"), run(cpu))
    assert result.state is state
    assert result.estimate == pytest.approx(cpu)
    assert (result.n, result.unit) == (60, "ratio")
    assert f"{cpu * 100:.1f} %, from 60 samples" in result.reason


def test_a_short_phase_and_a_long_one_say_what_was_averaged() -> None:
    assert "the average over 60 s of cpu" in judge(CPU, run(0.3)).reason
    long = evidence(
        host=samples(np.arange(200) + 0.5, {"cpu": 0.3}),
        phases=(Phase("load", BEGAN_S, BEGAN_S + 200, judged=True),),
    )
    assert "the highest 60 s average of cpu" in judge(CPU, long).reason


def test_a_host_that_was_not_sampled_is_an_error_that_says_why() -> None:
    result = judge(CPU, run(None))
    assert (result.state, result.estimate) == (State.ERROR, None)
    assert result.reason == "no data: api.example runs on another machine"
    assert "--only api,web" in result.cure


def test_a_metric_that_the_source_does_not_have_is_an_error() -> None:
    result = judge(objective("resources: {memory: < 80%}"), run(0.3))
    assert (result.state, result.reason) == (State.ERROR, "no data: target does not tell memory")


def test_samples_that_are_missing_or_not_numbers_are_an_error_and_never_a_pass() -> None:
    half = np.where(SECONDS < 30, 0.1, np.nan)
    result = judge(CPU, run(half))
    assert result.state is State.ERROR
    assert "no data for 50% of the judged phase" in result.reason
    assert judge(CPU, run(np.full(60, np.nan))).state is State.ERROR
    assert judge(CPU, evidence(host=HostSamples("target", np.array([]), {"cpu": np.array([])}))).state is State.ERROR


def test_what_is_missing_of_the_samples_is_told_with_its_reason() -> None:
    half = evidence(host=samples(SECONDS[:30], {"cpu": 0.1}), host_missing="the exporter hangs (30 of 60 times)")
    result = judge(CPU, half)
    assert (result.state, result.estimate) == (State.ERROR, None)
    assert result.reason == "no data for 50% of the judged phase: the exporter hangs (30 of 60 times)"
    never = evidence(host=samples(SECONDS[:1], {"memory": 0.1}), host_missing="the exporter hangs (59 of 60 times)")
    assert judge(CPU, never).reason == "no data: the exporter hangs (59 of 60 times)"


def test_a_few_that_are_missing_change_nothing() -> None:
    most = evidence(host=samples(SECONDS[:57], {"cpu": 0.1}), host_missing="the exporter hangs (3 of 60 times)")
    assert judge(CPU, most).state is State.PASS


def test_samples_of_another_time_are_no_samples() -> None:
    assert judge(CPU, evidence(host=samples(SECONDS + 1000, {"cpu": 0.1}))).state is State.ERROR


def test_a_few_lost_samples_do_no_harm() -> None:
    cpu = np.where(np.arange(60) % 10 == 3, np.nan, 0.3)
    assert judge(CPU, run(cpu)).state is State.PASS


def test_a_run_without_a_judged_phase_is_an_error() -> None:
    result = judge(CPU, evidence(host=samples(SECONDS, {"cpu": 0.1}), phases=()))
    assert (result.state, result.reason) == (State.ERROR, "no phase of the run was judged")


@pytest.mark.parametrize("known", [0, 4])
def test_normal_is_not_judged_until_a_range_is_known_and_shows_what_was_seen(known: int) -> None:
    disk = objective("resources: {disk: normal}")
    moved = run(0.3, disk_read_bytes_per_s=2_000_000.0, disk_write_bytes_per_s=500_000.0)
    result = judge(disk, moved, [1.0] * known)
    assert (result.state, result.estimate, result.unit) == (State.INFO, 2_500_000.0, "bytes_per_s")
    assert f"is 2.5 MB/s, from 60 samples; its normal range is not known yet: {known} of 5 runs" in result.reason
    assert judge(disk, run(0.3), [1.0] * known).state is State.INFO
    assert judge(disk, run(None), [1.0] * known).state is State.ERROR


@pytest.mark.parametrize(
    ("cpu", "state", "said"),
    [
        (0.31, State.PASS, "inside its normal range, 25.0 % to 35.0 % (median 30.0 % of 5 runs that passed)"),
        (0.36, State.FAIL, "above its normal range"),
        (0.24, State.WARNING, "below its normal range"),
    ],
)
def test_normal_is_held_against_the_range_of_earlier_runs(cpu: float, state: State, said: str) -> None:
    normal = objective("resources: {cpu: normal}")
    result = judge(normal, run(cpu), [0.295, 0.3, 0.3, 0.3, 0.3033])
    assert (result.state, result.criterion) == (state, "normal")
    assert result.estimate == pytest.approx(cpu)
    if said.startswith("inside"):
        result = judge(normal, run(cpu), [0.25, 0.3, 0.3, 0.3, 0.33])
        said = said.replace("25.0 % to 35.0 %", "27.0 % to 33.0 %")
    assert said in result.reason
    assert bool(result.cure) is (state is not State.PASS)
    assert result.limit is None
    assert result.normal_low is not None


def test_what_has_a_range_and_is_not_told_any_more_is_an_error_and_no_pass() -> None:
    result = judge(objective("resources: {memory: normal}"), run(0.3), [0.5] * 5)
    assert (result.state, result.reason) == (State.ERROR, "no data: target does not tell memory")


def test_an_older_run_that_lacks_a_column_has_no_data_only_for_that() -> None:
    found = [judge(objective(f"resources: {{{key}: < 50%}}"), run(0.3, memory=0.2)) for key in ("swap", "memory")]
    assert [item.state for item in found] == [State.ERROR, State.PASS]


@pytest.mark.parametrize(
    ("key", "column"),
    [("cpu_core_max", "cpu_busiest_core"), ("iowait", "iowait"), ("steal", "steal"), ("swap", "swap")],
)
def test_limits_on_other_ratios(key: str, column: str) -> None:
    for value, state in ((0.1, State.PASS), (0.3, State.FAIL)):
        result = judge(objective(f"resources: {{{key}: < 20%}}"), run(0.3, **{column: value}))
        assert result.state is state
        assert result.estimate == pytest.approx(value)


def test_the_device_that_had_most_to_do_is_named_where_there_are_several() -> None:
    two = evidence(
        host=samples(SECONDS, {"disk_utilization": 0.9}),
        disks=tuple(samples(SECONDS, {"disk_utilization": use}, name) for name, use in (("vda", 0.2), ("vdb", 0.9))),
    )
    limit = objective("resources: {disk_util: < 80%}")
    assert "disk_util (mostly vdb)" in judge(limit, two).reason
    assert "mostly" not in judge(limit, run(0.3, disk_utilization=0.9)).reason


def process(text: str, columns: Mapping[str, float | Numbers], missing: str = "") -> ObjectiveResult:
    full = f"resources: {{processes: {{shop: {{{text}}}}}}}\nhost: {{processes: {{shop: pm2}}}}\n"
    told = (samples(SECONDS, columns, "shop"),) if columns else ()
    return judge(objective(full), evidence(processes=told, processes_missing=missing))


@pytest.mark.parametrize(
    ("text", "columns", "state", "said"),
    [
        ("cpu: < 150%", {"cpu": 1.4}, State.PASS, "of shop's cpu is 140.0 %"),
        ("cpu: < 150%", {"cpu": 1.6}, State.FAIL, "160.0 %"),
        ("cpu: {pass: < 150%, warn: < 100%}", {"cpu": 1.4}, State.WARNING, "140.0 %"),
        ("rss: < 512MB", {"rss_bytes": 511e6}, State.PASS, "511 MB"),
        ("rss: < 512MB", {"rss_bytes": 513e6}, State.FAIL, "513 MB"),
        ("rss: normal", {"rss_bytes": 513e6}, State.INFO, "0 of 5 runs"),
        ("cpu: < 150%", {"processes": 0.0, "restarts": 0.0}, State.ERROR, "no data: shop was not running"),
    ],
)
def test_limits_on_a_process(text: str, columns: dict[str, float], state: State, said: str) -> None:
    result = process(text, columns)
    assert result.state is state
    assert said in result.reason
    assert result.id.startswith("resources[shop].")
    assert result.subject == "shop"


def test_a_process_that_nobody_sampled_is_an_error_that_says_why() -> None:
    elsewhere = process("cpu: < 1%", {}, "it is elsewhere")
    assert elsewhere.reason == "no data: it is elsewhere"
    assert "where it runs" in elsewhere.cure
    assert process("cpu: < 1%", {}).reason == "no data: host.processes had no shop when it was measured"


def test_a_process_that_ran_half_of_the_time_is_not_judged_by_the_other_half() -> None:
    half = np.where(SECONDS < 30, 0.1, np.nan)
    result = process("cpu: < 50%", {"cpu": half, "processes": np.where(SECONDS < 30, 1.0, 0.0)})
    assert (result.state, result.reason) == (
        State.ERROR,
        "no data for 50% of the judged phase: shop was not running",
    )


@pytest.mark.parametrize(
    ("criterion", "seen", "state", "said"),
    [
        ("disk_util: < 80%", {"disk_utilization": 0.5}, State.PASS, "of disk_util is 50.0 %"),
        ("disk_util: < 80%", {"disk_utilization": 0.81}, State.FAIL, "81.0 %"),
        ("disk_util: {pass: < 80%, warn: < 60%}", {"disk_utilization": 0.7}, State.WARNING, "70.0 %"),
        ("disk_await: < 20ms", {"disk_await_ms": 19.9, "disk_iops": 5.0}, State.PASS, "of disk_await is 19.9 ms"),
        ("disk_await: < 20ms", {"disk_await_ms": 20.0, "disk_iops": 5.0}, State.FAIL, "20.0 ms"),
        ("disk_await: <= 20ms", {"disk_await_ms": 20.0, "disk_iops": 5.0}, State.PASS, "20.0 ms"),
        ("disk_await: {pass: < 1s, warn: < 5ms}", {"disk_await_ms": 20.0, "disk_iops": 5.0}, State.WARNING, "20.0 ms"),
        ("disk_util: < 80%", {"disk_iops": 0.0}, State.ERROR, "no data: target does not tell disk_util"),
        ("disk_await: < 20ms", {"disk_await_ms": 1.0}, State.ERROR, "no data: target does not tell disk_await"),
        ("disk_await: < 20ms", {}, State.ERROR, "no data: target does not tell disk_await"),
        ("disk_await: < 20ms", {"disk_iops": 0.0}, State.ERROR, "no data: the disks made no operation"),
    ],
)
def test_limits_on_disks(criterion: str, seen: dict[str, float], state: State, said: str) -> None:
    result = judge(objective(f"resources: {{{criterion}}}"), run(0.3, **seen))
    assert result.state is state
    assert said in result.reason
    assert (result.estimate is None) is (state is State.ERROR)


def test_a_disk_that_rests_most_of_the_time_is_judged_by_the_operations_that_it_makes() -> None:
    waits, operations = np.full(60, np.nan), np.zeros(60)
    waits[7], operations[7] = 12.0, 3.0
    result = judge(objective("resources: {disk_await: < 20ms}"), run(0.3, disk_await_ms=waits, disk_iops=operations))
    assert (result.state, result.estimate, result.unit, result.limit) == (State.PASS, 12.0, "ms", 20.0)


def test_normal_of_a_process_that_was_not_there_is_an_error_and_no_information() -> None:
    found = process("rss: normal", {"processes": 0.0, "rss_bytes": np.nan}, "this machine does not run worker")
    assert found.state is State.ERROR
    assert "no data" in found.reason


def test_normal_of_what_a_source_never_tells_is_information() -> None:
    assert judge(objective("resources: {disk: normal}"), run(0.3)).state is State.INFO


def test_less_than_nothing_is_an_error() -> None:
    found = judge(CPU, run(np.where(SECONDS == 30.5, -1.0, 0.3)))
    assert found.state is State.ERROR
    assert "tells of cpu below nothing" in found.reason
