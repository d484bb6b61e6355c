"""The section `notify`: what may stand in it."""

import pytest

from slogate.errors import ConfigError
from slogate.slo.channels import AddressError
from slogate.slo.file import load
from slogate.slo.notify import Notify

FILE = """\
version: 1
service: shop
targets: {api: "http://127.0.0.1:1"}
api: {latency: {p95: < 500ms}}
profiles: {smoke: {rate: 2/s}}
notify:
"""


def read(section: str) -> Notify:
    notify = load(f"{FILE}{section}\n".encode(), "slo.yaml", {}).slo.notify
    assert notify is not None
    return notify


def complaints(section: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(f"{FILE}{section}\n".encode(), "slo.yaml", {})
    return str(caught.value).splitlines()


def test_a_variable_that_is_not_set_does_not_stop_a_run() -> None:
    notify = read('  channels: [{apprise: "${TEAM}"}, {pagerduty: "${KEY}"}, {alertmanager: "http://am:9093"}]')
    assert [channel.title for channel in notify.channels] == ["apprise", "pagerduty", "alertmanager"]
    with pytest.raises(AddressError, match="the variable TEAM is not set; export it"):
        notify.channels[0].address({"KEY": "x"})


def test_values_of_variables_are_in_no_model_and_no_record() -> None:
    text = f'{FILE}  channels: [{{apprise: "${{TEAM}}"}}]\n'
    file = load(text.encode(), "slo.yaml", {"TEAM": "slack://hunter2000"})
    assert "hunter2000" not in repr(file.slo)
    assert file.judging_variables == {}


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("  channels: []", "slo.yaml:7: notify.channels: this must not be empty"),
        ('  channels: [{pagerduty: "${K}", apprise: "${A}"}]', "a channel is one of"),
        ("  channels: [{name: x}]", "a channel is one of"),
        ('  channels: [{apprise: "${A}", url: "http://x"}]', "url belongs to a channel with pagerduty"),
        ("  channels: [{slack: x}]", "unknown key"),
        ('  channels: [{apprise: "slack://T/B/C"}]', "is a secret itself"),
        ('  channels: [{apprise: "mailto://me:hunter2@mail.example"}]', "credentials stand in this address"),
        ('  channels: [{apprise: "json://x/?+X-Token=hunter2"}]', "credentials stand in this address"),
        ("  channels: [{apprise: somewhere}]", "is not an address of apprise"),
        ('  channels: [{apprise: "${A"}]', "opens a variable that is not of the form"),
        ("  channels: [{pagerduty: 0123456789abcdef}]", "a routing key stands in the file"),
        ("  channels: [{alertmanager: am:9093}]", "write it as http://alertmanager:9093"),
        ('  channels: [{apprise: "${A}", on: [broken]}]', "'broken' is not understood here"),
        ('  channels: [{apprise: "${A}"}, {apprise: "${B}"}]', "two channels are called apprise"),
        ('  channels: [{apprise: "${A}"}]\n  escalation: [{channel: boss}]', "names the channel 'boss'"),
        (
            '  channels: [{apprise: "${A}"}]\n  escalation: [{channel: apprise, after: 1h}, {channel: apprise}]',
            "L2 comes after L1 in escalation, and would be told before it",
        ),
        (
            '  channels: [{apprise: "${A}"}]\n  escalation: [{channel: apprise}, {channel: apprise, level: L1}]',
            "the levels of escalation are L1, L1",
        ),
        (
            '  channels: [{apprise: "${A}"}]\n  escalation: [' + ", ".join(["{channel: apprise}"] * 4) + "]",
            "L4 is not in the checklist",
        ),
        ('  channels: [{apprise: "${A}"}]\n  report_url: reports', "write it as https://reports.example.com"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(section: str, said: str) -> None:
    [seen] = complaints(section)
    assert seen.startswith("slo.yaml:")
    assert said in seen
    assert "hunter2" not in seen


def test_the_ladder_is_the_checklist_s_unless_the_file_says_otherwise() -> None:
    notify = read(
        '  channels: [{name: dev, apprise: "${A}"}, {name: boss, apprise: "${B}"}, {alertmanager: "http://am:9093"}]\n'
        "  escalation: [{channel: dev}, {channel: dev, who: lead, after: 20m}, {channel: boss}, "
        "{channel: boss, level: board, who: the board, after: 1h}]"
    )
    assert [(step.level, step.who, step.after_s) for step in notify.ladder] == [
        ("L1", "developer", 0.0),
        ("L2", "lead", 1200.0),
        ("L3", "CTO", 1800.0),
        ("board", "the board", 3600.0),
    ]
    assert [channel.title for channel in notify.told_at_once] == ["alertmanager"]
