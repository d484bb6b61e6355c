"""The ready schedules are valid for their schedulers, and their commands do what they are there for."""

import importlib.resources
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import jsonschema
import kubernetes_validate
import pytest
import yaml
from ci_jobs import Machine, run_github, run_gitlab, sh
from croniter import croniter

from slogate.cli import cli
from slogate.schedules import SCHEDULERS, Suite, next_steps, paths, render

SUITE = Suite(
    service="o4o-platform",
    profile="nightly",
    variables=("O4O_API", "O4O_WEB", "SLACK_URL"),
    to_set=("O4O_API", "SLACK_URL"),
    folder="/srv/o4o",
    scripts=("loadtests", "webvitals"),
    command="/srv/o4o/.venv/bin/slogate",
    user="slogate",
    version="1.2.3",
)
# A service, a profile and a folder that are legal, and break what is quoted carelessly.
ODD = replace(SUITE, service='Ö "shop" 100%\n$(x)', profile="night's: #1 $HOME %h", folder='/srv/it\'s 100% "ours"')
SUITES = pytest.mark.parametrize("suite", [SUITE, ODD], ids=["plain", "odd"])
SERVICES = pytest.mark.parametrize("name", ["nightly", "watchdog"])


def workflow(suite: Suite, name: str) -> dict[str, Any]:
    text = render("github", suite)[f".github/workflows/slogate-{name}.yml"]
    content: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # `on` must not become True
    return content


def vendored(name: str) -> dict[str, Any]:
    file = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json"
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


def kubernetes(suite: Suite) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(render("k8s", suite)["schedules/kubernetes.yaml"]))


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@SUITES
def test_every_file_is_rendered_and_nothing_is_left_to_fill_in(scheduler: Any, suite: Suite) -> None:
    files = render(scheduler, suite)
    assert tuple(files) == paths(scheduler)
    assert all("@{" not in text and "@%" not in text and text.endswith("\n") for text in files.values())
    assert next_steps(scheduler, suite)


# Of each scheduler the file that tells what has to be set, and what is said of it under `next:`.
TO_SET = [
    ("cron", "schedules/slogate.cron", "in /etc/cron.d/slogate-o4o-platform, set O4O_API, SLACK_URL, which"),
    ("systemd", "schedules/slogate-nightly.service", "in /etc/slogate/o4o-platform.env, readable by root alone, set "),
    ("systemd", "schedules/slogate-watchdog.service", "set O4O_API, SLACK_URL, which"),
    ("k8s", "schedules/kubernetes.yaml", "slogate --from-literal=O4O_API=VALUE --from-literal=SLACK_URL=VALUE"),
    ("gitlab", ".gitlab/slogate.gitlab-ci.yml", "in Settings > CI/CD > Variables: O4O_API, SLACK_URL, which"),
]


@pytest.mark.parametrize(("scheduler", "path", "told"), TO_SET)
def test_what_has_no_default_is_named_where_it_has_to_be_set(scheduler: Any, path: str, told: str) -> None:
    assert any(told in step for step in next_steps(scheduler, SUITE))
    named = re.findall(r"^ *# +([A-Z0-9_]+)=?$", render(scheduler, SUITE)[path], re.MULTILINE)
    assert set(named) == {"O4O_API", "SLACK_URL"}
    nothing = replace(SUITE, to_set=())
    assert not any("default" in step or "literal" in step for step in next_steps(scheduler, nothing))
    assert "without a default" not in render(scheduler, nothing)[path]


def test_a_file_of_cron_that_will_hold_secrets_is_for_root_alone() -> None:
    assert [re.findall(r"-m (\d+)", next_steps("cron", suite)[0]) for suite in (SUITE, replace(SUITE, to_set=()))] == [
        ["600"],
        ["644"],
    ]


@SERVICES
def test_every_option_that_a_schedule_gives_is_one_of_the_command(name: str) -> None:
    texts = [text for scheduler in SCHEDULERS for text in render(scheduler, SUITE).values()]
    arguments = r"|arguments\+?=" if name == "nightly" else ""
    calls = [call for text in texts for call in re.findall(rf"(?:\b{name}\b{arguments})[^\n]*", text)]
    given = set(re.findall(r"--[a-z-]+", " ".join(calls)))
    assert given == ({"--profile", "--release", "--target"} if name == "nightly" else {"--profile"})
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert given <= known


@SERVICES
@SUITES
def test_the_workflows_are_valid_for_github(name: str, suite: Suite) -> None:
    # GitHub reads booleans and numbers, which its schema asks for; only `on` must stay a word.
    content = yaml.safe_load(render("github", suite)[f".github/workflows/slogate-{name}.yml"])
    content["on"] = content.pop(True)
    jsonschema.validate(content, vendored("github-workflows"))
    assert content["permissions"] == {"contents": "read"}
    assert content["concurrency"] == {"group": "slogate", "cancel-in-progress": False}
    croniter(content["on"]["schedule"][0]["cron"])


def test_the_workflow_hands_on_the_variables_of_slo_yaml() -> None:
    environment = workflow(SUITE, "nightly")["jobs"]["nightly"]["env"]
    assert environment["SLACK_URL"] == "${{ secrets.SLACK_URL || vars.SLACK_URL }}"
    alone = workflow(replace(SUITE, variables=()), "watchdog")["jobs"]["watchdog"]["env"]
    assert alone == {"NIGHTLY_PROFILE": "nightly", "SLOGATE_HISTORY": "${{ secrets.SLOGATE_HISTORY }}"}


def test_no_shell_step_holds_an_expression_that_somebody_may_fill_in() -> None:
    for job in (workflow(SUITE, "nightly")["jobs"]["nightly"], workflow(SUITE, "watchdog")["jobs"]["watchdog"]):
        assert not [step["run"] for step in job["steps"] if "${{" in step.get("run", "")]


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4])
@SUITES
def test_a_night_on_github_ends_as_slogate_does_and_keeps_what_was_measured(
    tmp_path: Path, suite: Suite, code: int
) -> None:
    machine = Machine(tmp_path, code)
    before = machine.suite / "reports/20261129T022300Z-before/run.json"
    before.parent.mkdir(parents=True)
    before.write_text("{}", encoding="utf-8")
    os.utime(before, (1_790_000_000, 1_790_000_000))  # as it comes out of the cache
    assert run_github(machine, workflow(suite, "nightly")["jobs"]["nightly"], {}, sys.executable) == code
    calls = [call for call in machine.calls() if call.startswith("slogate")]
    assert calls == [f"slogate nightly --profile {suite.profile} --release 0123456789ab"]
    assert "python -m pip install slogate[notify,postgres]==1.2.3" in machine.calls()
    kept = sorted(path.name for path in (machine.temp / "tonight").iterdir())
    assert kept == ([] if code == 2 else ["20261130T022300Z-tonight"])


def test_what_a_person_asks_for_is_passed_on_as_it_is(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    asked = {"inputs.profile": "launch", "inputs.target": "http://10.0.0.5;touch hacked", "inputs.release": "$(id)"}
    run_github(machine, workflow(SUITE, "nightly")["jobs"]["nightly"], asked, sys.executable)
    assert (
        machine.calls()[-1] == "slogate nightly --profile launch --release $(id) --target http://10.0.0.5;touch hacked"
    )
    assert not (machine.suite / "hacked").exists()


@SUITES
def test_the_watchdog_on_github_asks_for_the_profile_and_fails_when_slogate_does(tmp_path: Path, suite: Suite) -> None:
    machine = Machine(tmp_path, 4)
    assert run_github(machine, workflow(suite, "watchdog")["jobs"]["watchdog"], {}, sys.executable) == 4
    assert machine.calls()[-1] == f"slogate watchdog --profile {suite.profile}"


@SUITES
def test_the_watchdog_on_gitlab_asks_for_the_profile_and_fails_when_slogate_does(tmp_path: Path, suite: Suite) -> None:
    machine = Machine(tmp_path, 4)
    job = yaml.safe_load(render("gitlab", suite)[".gitlab/slogate.gitlab-ci.yml"])["performance-watchdog"]
    assert run_gitlab(machine, job, {}, sys.executable) == 4
    assert machine.calls()[-1] == f"slogate watchdog --profile {suite.profile}"


@SUITES
def test_the_pipeline_is_valid_for_gitlab(suite: Suite) -> None:
    content = yaml.safe_load(render("gitlab", suite)[".gitlab/slogate.gitlab-ci.yml"])
    jsonschema.validate(content, vendored("gitlab-ci"))
    assert content["performance-nightly"]["artifacts"]["reports"]["junit"] == "performance/*/junit.xml"


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4])
@SUITES
def test_a_night_on_gitlab_ends_as_slogate_does_and_keeps_what_was_measured(
    tmp_path: Path, suite: Suite, code: int
) -> None:
    machine = Machine(tmp_path, code)
    job = yaml.safe_load(render("gitlab", suite)[".gitlab/slogate.gitlab-ci.yml"])["performance-nightly"]
    assert run_gitlab(machine, job, {"RELEASE": "1.5.0"}, sys.executable) == code
    assert machine.calls()[-1] == f"slogate nightly --profile {suite.profile} --release 1.5.0"
    assert len(list((machine.suite / "performance").glob("*/junit.xml"))) == (code != 2)


def cron_lines(text: str) -> list[tuple[str, str, str]]:
    """Of each line the schedule, the user and the command: as cron takes them, `\\%` is `%` and a plain one ends it."""
    lines = (re.fullmatch(r"((?:[^#\s]\S* ){5})(\S+) (.*)", line) for line in text.splitlines())
    return [
        (line[1].strip(), line[2], re.split(r"(?<!\\)%", line[3])[0].replace(r"\%", "%"))
        for line in lines
        if line is not None
    ]


def test_cron_has_a_night_a_day_and_a_watchdog_an_hour() -> None:
    lines = cron_lines(render("cron", SUITE)["schedules/slogate.cron"])
    began = datetime(2026, 11, 29, 12, tzinfo=UTC)
    times = [croniter(schedule, began) for schedule, _, _ in lines]
    assert [item.get_next(datetime) for item in times] == [
        datetime(2026, 11, 30, 2, 23, tzinfo=UTC),
        datetime(2026, 11, 29, 12, 41, tzinfo=UTC),
    ]
    assert times[0].get_next(datetime) - times[0].get_prev(datetime) == timedelta(days=1)
    assert {user for _, user, _ in lines} == {"slogate"}


@pytest.mark.parametrize("code", [0, 1, 3, 4])
@SUITES
def test_cron_mails_of_nights_that_did_not_pass(tmp_path: Path, suite: Suite, code: int) -> None:
    machine = Machine(tmp_path, code)
    odd_name = suite.folder.rpartition("/")[2]
    folder = machine.suite / odd_name
    folder.mkdir()
    text = render("cron", replace(suite, folder=str(folder)))["schedules/slogate.cron"]
    (_, _, nightly), (_, _, watchdog) = cron_lines(text)
    done = sh(nightly, tmp_path, machine.environment(sys.executable))
    assert done.stdout == ("measured\nprogress\n" if code else "")
    assert machine.calls() == [f"slogate nightly --profile {suite.profile}"]
    assert (folder / "reports/nightly.log").read_text(encoding="utf-8") == "measured\nprogress\n"
    sh(watchdog, tmp_path, machine.environment(sys.executable))
    assert machine.calls()[-1] == f"slogate watchdog --profile {suite.profile}"


def test_cron_finds_the_slogate_that_wrote_the_line() -> None:
    assert "\nPATH=/srv/o4o/.venv/bin:/usr/local/bin:/usr/bin:/bin\n" in render("cron", SUITE)["schedules/slogate.cron"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze belongs to systemd")
@SUITES
def test_the_units_are_in_order_for_systemd(tmp_path: Path, suite: Suite) -> None:
    folder = tmp_path / suite.folder.rpartition("/")[2]
    folder.mkdir()
    suite = replace(suite, folder=str(folder), command=str(shutil.which("true")), user="root")
    units = [tmp_path / path.rpartition("/")[2] for path in paths("systemd")]
    for unit, text in zip(units, render("systemd", suite).values(), strict=True):
        unit.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@SERVICES
@pytest.mark.parametrize(
    ("place", "private"),
    [
        ({}, True),
        ({"folder": "/srv/tmp"}, True),
        ({"folder": "/tmp/o4o"}, False),  # noqa: S108  # a folder that nobody makes
        ({"folder": "/var/tmp"}, False),  # noqa: S108  # as above
        ({"command": "/tmp/venv/bin/slogate"}, False),  # noqa: S108  # as above
    ],
)
def test_a_unit_sees_a_folder_below_tmp_and_may_write_there(name: str, place: dict[str, str], private: bool) -> None:
    text = render("systemd", replace(SUITE, **place))[f"schedules/slogate-{name}.service"]  # type: ignore[arg-type]
    lines = text.splitlines()
    assert ("PrivateTmp=yes" in lines, "ReadWritePaths=/tmp /var/tmp" in lines) == (private, not private)


def test_both_units_ask_for_the_profile() -> None:
    units = render("systemd", replace(SUITE, profile="smoke"))
    for name in ("nightly", "watchdog"):
        assert f"slogate {name} --profile smoke\n" in units[f"schedules/slogate-{name}.service"]


def test_the_units_leave_a_browser_what_it_needs() -> None:
    nightly = render("systemd", SUITE)["schedules/slogate-nightly.service"]
    settings = {line for line in nightly.splitlines() if not line.startswith("#")}
    assert not {"MemoryDenyWriteExecute=yes", "RestrictNamespaces=yes", "PrivateNetwork=yes"} & settings
    assert {"ProtectSystem=strict", "ReadWritePaths=/srv/o4o", "NoNewPrivileges=yes"} <= settings


@pytest.mark.parametrize("scripts", [("loadtests", "webvitals"), ("loadtests",), ()])
def test_the_image_holds_what_the_suite_has(scripts: tuple[str, ...]) -> None:
    lines = render("k8s", replace(SUITE, scripts=scripts))["schedules/Dockerfile"].splitlines()
    copied = [line for line in lines if line.startswith("COPY")]
    assert copied == ["COPY slo.yaml ./", *(f"COPY {name} ./{name}" for name in scripts)]
    assert all(lines)


@SUITES
def test_the_cron_jobs_are_valid_for_kubernetes(suite: Suite) -> None:
    resources = kubernetes(suite)
    assert [item["kind"] for item in resources] == ["PersistentVolumeClaim", "CronJob", "CronJob"]
    for resource in resources:
        kubernetes_validate.validate(resource, kubernetes_validate.latest_version(), strict=True)
        assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?", resource["metadata"]["name"])
    for job in resources[1:]:
        croniter(job["spec"]["schedule"])
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        assert job["spec"]["jobTemplate"]["spec"]["backoffLimit"] == 0


@SUITES
def test_the_pod_runs_the_profile_with_room_for_a_browser(suite: Suite) -> None:
    pod = kubernetes(suite)[1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert container["args"] == ["nightly", "--profile", suite.profile]
    [watchdog] = kubernetes(suite)[2]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert watchdog["args"] == ["watchdog", "--profile", suite.profile]
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/suite/reports", "/dev/shm"}  # noqa: S108
    assert {volume["name"] for volume in pod["volumes"]} == {mount["name"] for mount in container["volumeMounts"]}
    assert "cpu" not in container["resources"]["limits"]


@pytest.mark.parametrize(
    ("service", "slug"),
    [("o4o-platform", "o4o-platform"), ("Shop.Example", "shop-example"), ("상점", "service"), ("x" * 60, "x" * 40)],
)
def test_a_service_has_a_name_that_every_scheduler_takes(service: str, slug: str) -> None:
    assert replace(SUITE, service=service).slug == slug
