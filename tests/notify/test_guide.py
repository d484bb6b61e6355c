"""What docs/notify.md shows is taken by those whom it is for."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from slogate.slo.file import load
from slogate.slo.notify import Notify
from support import REPOSITORY

GUIDE = (REPOSITORY / "docs" / "notify.md").read_text(encoding="utf-8")
FIRST_PART = (
    'version: 1\nservice: shop\ntargets: {api: "http://x"}\napi: {errors: < 1%}\nprofiles: {nightly: {rate: 2/s}}\n'
)


def blocks(language: str, begin: str) -> list[str]:
    return [text for text in re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL) if text.startswith(begin)]


def sections() -> list[Notify]:
    files = [load((FIRST_PART + text).encode(), "slo.yaml", {}) for text in blocks("yaml", "notify:")]
    return [file.slo.notify for file in files if file.slo.notify is not None]


def test_its_sections_are_in_order() -> None:
    first, ladder = sections()
    assert [channel.service for channel in first.channels] == ["apprise", "pagerduty", "alertmanager"]
    short = ladder.model_copy(
        update={
            "escalation": [
                level.model_copy(update=dict.fromkeys(("level", "who", "after"))) for level in ladder.escalation or ()
            ]
        }
    )
    assert short.ladder == ladder.ladder  # as it says


def test_the_escalation_policy_is_json() -> None:
    [policy] = [json.loads(text) for text in blocks("json", "{")]
    rules = policy["escalation_policy"]["escalation_rules"]
    assert [rule["escalation_delay_in_minutes"] for rule in rules] == [15, 15, 15]


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool comes with prometheus-alertmanager")
def test_alertmanager_takes_its_routes(tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yml"
    [routes] = blocks("yaml", "route:")
    file.write_text(routes, encoding="utf-8")
    subprocess.run(["amtool", "check-config", file], check=True, capture_output=True)
    command = ["amtool", "config", "routes", "test", f"--config.file={file}"]
    called = {
        kind: subprocess.run([*command, *labels], check=True, capture_output=True, text=True).stdout.strip()
        for kind, labels in {
            "fail": ["alertname=SlogateFail", "severity=critical"],
            "change": ["alertname=SlogateRegressed", "severity=warning"],
            "other": ["alertname=DiskFull", "severity=critical"],
        }.items()
    }
    assert called == {"fail": "developer,team-lead,cto", "change": "developer,team-lead", "other": "nobody"}
