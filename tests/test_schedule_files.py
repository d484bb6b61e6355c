"""`slogate init --schedule` writes for the slo.yaml that is there, and over nothing without being told to."""

import re
from pathlib import Path

import pytest
import yaml

from slogate import schedules
from slogate.cli import main
from slogate.errors import ConfigError, ExitCode, UsageError
from slogate.schedule_files import plan
from slogate.schedules import Scheduler
from support import SLO

WITH_VARIABLE = SLO.replace('"http://127.0.0.1:8710"', '"${SHOP_API}"') + "  nightly: {rate: 5/s}\n"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "slo.yaml").write_text(WITH_VARIABLE, encoding="utf-8")
    return tmp_path


def text_of(suite: Path, scheduler: Scheduler, profile: str | None = None) -> str:
    """The last file of a scheduler."""
    return list(plan(suite, [scheduler], profile=profile).files.values())[-1]


def test_service_profile_and_variables_come_from_slo_yaml(suite: Path) -> None:
    planned = plan(suite, ["github", "k8s", "github"])
    written = planned.write()
    assert [str(path.relative_to(suite)) for path in written] == [
        *schedules.paths("github"),
        *schedules.paths("k8s"),
    ]
    job = yaml.safe_load(written[0].read_text(encoding="utf-8"))["jobs"]["nightly"]
    assert (job["env"]["NIGHTLY_PROFILE"], "SHOP_API" in job["env"]) == ("nightly", True)
    assert "shop-slogate-nightly" in written[-1].read_text(encoding="utf-8")
    assert "SHOP_API" in planned.next_steps[0]


def test_only_a_variable_that_a_value_has_without_default_is_to_be_set(suite: Path) -> None:
    text = WITH_VARIABLE.replace("service: shop", 'service: "${NAME:-shop}"  # or ${OTHER}')
    (suite / "slo.yaml").write_text(text + 'notify: {channels: [{apprise: "${SLACK_URL}"}]}\n', encoding="utf-8")
    assert "set SHOP_API, SLACK_URL, which" in plan(suite, ["cron"]).next_steps[1]
    lines = text_of(suite, "cron").splitlines()
    assert {"# SHOP_API=", "# SLACK_URL="} <= set(lines)
    assert not {"# NAME=", "# OTHER="} & set(lines)


def test_the_image_is_made_of_the_folders_that_are_there(suite: Path) -> None:
    (suite / "loadtests").mkdir()
    text = plan(suite, ["k8s"]).files["schedules/Dockerfile"]
    assert ("COPY loadtests" in text, "COPY webvitals" in text) == (True, False)


def test_without_a_profile_nightly_the_first_one_is_run(suite: Path) -> None:
    (suite / "slo.yaml").write_text(SLO, encoding="utf-8")
    assert "slogate nightly --profile smoke " in text_of(suite, "cron")


def test_a_profile_may_be_named_and_must_be_known(suite: Path) -> None:
    assert "--profile smoke" in text_of(suite, "cron", profile="smoke")
    with pytest.raises(UsageError, match="no such profile"):
        plan(suite, ["cron"], profile="dawn")


def test_a_file_that_is_there_stays_unless_forced(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = suite / "schedules/slogate-nightly.timer"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    both = ["init", "--out", str(suite), "--schedule", "cron", "--schedule", "systemd"]
    assert main(both) == ExitCode.USAGE
    assert re.search(r"nightly\.timer is there already.*--force", capsys.readouterr().err, re.DOTALL)
    assert [path.name for path in mine.parent.iterdir()] == [mine.name]
    assert mine.read_text(encoding="utf-8") == "mine"
    assert main([*both, "--force"]) == ExitCode.PASS
    assert "OnCalendar" in mine.read_text(encoding="utf-8")


def test_without_slo_yaml_there_is_nothing_to_schedule(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        plan(tmp_path, ["github"])


def test_the_command_names_each_file_and_what_is_next(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--out", str(suite), "--schedule", "gitlab", "--schedule", "systemd"]) == ExitCode.PASS
    said = capsys.readouterr()
    assert said.out.count("wrote ") == 5
    assert "include: {local: .gitlab/slogate.gitlab-ci.yml}" in said.err
    assert "systemctl enable --now" in said.err
    assert main(["init", "--out", str(suite), "--schedule", "gitlab"]) == ExitCode.USAGE
    assert main(["init", "--out", str(suite), "--force"]) == ExitCode.USAGE


def test_first_files_and_a_schedule_may_be_written_together(tmp_path: Path) -> None:
    assert main(["init", "--out", str(tmp_path), "--service", "shop", "--schedule", "cron"]) == ExitCode.PASS
    assert "--profile nightly" in (tmp_path / "schedules/slogate.cron").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["--service", "--target"])
def test_what_is_for_a_first_slo_yaml_does_not_go_with_one_that_is_there(
    suite: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    asked = ["init", "--out", str(suite), "--schedule", "cron", option, "http://127.0.0.1:8710", "--force"]
    assert main(asked) == ExitCode.USAGE
    told = capsys.readouterr().err
    assert f"{option} is for a first slo.yaml, and {suite / 'slo.yaml'} is there already" in told
    assert f"leave out {option}" in told
    assert [path.name for path in suite.iterdir()] == ["slo.yaml"]


@pytest.mark.parametrize(
    ("text", "mine"),
    [("version: 1\n", None), (WITH_VARIABLE, "schedules/slogate.cron"), (WITH_VARIABLE, "checklist.yaml")],
)
def test_nothing_is_written_before_everything_is_in_order(suite: Path, text: str, mine: str | None) -> None:
    (suite / "slo.yaml").write_text(text, encoding="utf-8")
    if mine is not None:
        (suite / mine).parent.mkdir(exist_ok=True)
        (suite / mine).write_text("mine", encoding="utf-8")
    before = sorted(suite.rglob("*"))
    assert main(["init", "--out", str(suite), "--checklist", "--schedule", "cron"]) == ExitCode.USAGE
    assert sorted(suite.rglob("*")) == before


def test_first_files_are_not_written_for_a_profile_that_they_have_not(tmp_path: Path) -> None:
    asked = ["init", "--out", str(tmp_path), "--service", "shop", "--schedule", "cron", "--profile", "dawn"]
    assert main(asked) == ExitCode.USAGE
    assert list(tmp_path.iterdir()) == []


def test_first_files_are_not_written_beside_a_schedule_that_is_there(tmp_path: Path) -> None:
    mine = tmp_path / "schedules/slogate.cron"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    assert main(["init", "--out", str(tmp_path), "--service", "shop", "--schedule", "cron"]) == ExitCode.USAGE
    assert [path.name for path in tmp_path.iterdir()] == ["schedules"]
