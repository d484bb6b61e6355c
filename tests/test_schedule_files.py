"""`slogate init --schedule` writes for the slo.yaml that is there, and over nothing without being told to."""

from pathlib import Path

import pytest
import yaml

from slogate import schedules
from slogate.cli import main
from slogate.errors import ConfigError, ExitCode, UsageError
from slogate.schedule_files import write
from support import SLO

WITH_VARIABLE = SLO.replace('"http://127.0.0.1:8710"', '"${SHOP_API}"') + "  nightly: {rate: 5/s}\n"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "slo.yaml").write_text(WITH_VARIABLE, encoding="utf-8")
    return tmp_path


def test_service_profile_and_variables_come_from_slo_yaml(suite: Path) -> None:
    written = write(suite, ["github", "k8s"])
    assert [str(path.relative_to(suite)) for path in written.paths] == [
        *schedules.paths("github"),
        *schedules.paths("k8s"),
    ]
    job = yaml.safe_load(written.paths[0].read_text(encoding="utf-8"))["jobs"]["nightly"]
    assert (job["env"]["NIGHTLY_PROFILE"], "SHOP_API" in job["env"]) == ("nightly", True)
    assert "shop-slogate-nightly" in written.paths[-1].read_text(encoding="utf-8")
    assert "SHOP_API" in written.next_steps[0]


def test_only_a_variable_that_a_value_has_without_default_is_to_be_set(suite: Path) -> None:
    text = WITH_VARIABLE.replace("service: shop", 'service: "${NAME:-shop}"  # or ${OTHER}')
    (suite / "slo.yaml").write_text(text + 'notify: {channels: [{apprise: "${SLACK_URL}"}]}\n', encoding="utf-8")
    written = write(suite, ["cron"])
    assert "set SHOP_API, SLACK_URL, which" in written.next_steps[1]
    lines = written.paths[0].read_text(encoding="utf-8").splitlines()
    assert {"# SHOP_API=", "# SLACK_URL="} <= set(lines)
    assert not {"# NAME=", "# OTHER="} & set(lines)


def test_the_image_is_made_of_the_folders_that_are_there(suite: Path) -> None:
    (suite / "loadtests").mkdir()
    text = write(suite, ["k8s"]).paths[0].read_text(encoding="utf-8")
    assert ("COPY loadtests" in text, "COPY webvitals" in text) == (True, False)


def test_without_a_profile_nightly_the_first_one_is_run(suite: Path) -> None:
    (suite / "slo.yaml").write_text(SLO, encoding="utf-8")
    [path] = write(suite, ["cron"]).paths
    assert "slogate nightly --profile smoke " in path.read_text(encoding="utf-8")


def test_a_profile_may_be_named_and_must_be_known(suite: Path) -> None:
    [path] = write(suite, ["cron"], profile="smoke").paths
    assert "--profile smoke" in path.read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="no such profile"):
        write(suite, ["cron"], profile="dawn")


def test_a_file_that_is_there_stays_unless_forced(suite: Path) -> None:
    mine = suite / "schedules/slogate-nightly.timer"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"nightly\.timer is there already") as refused:
        write(suite, ["cron", "systemd"])
    assert "--force" in refused.value.cure
    assert [path.name for path in mine.parent.iterdir()] == [mine.name]
    assert mine.read_text(encoding="utf-8") == "mine"
    write(suite, ["systemd"], force=True)
    assert "OnCalendar" in mine.read_text(encoding="utf-8")


def test_without_slo_yaml_there_is_nothing_to_schedule(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        write(tmp_path, ["github"])


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
