import pytest

from slogate.demo import misbehaviour
from slogate.demo.faults import FAULTS, checked
from slogate.errors import UsageError


def test_every_fault_has_its_own_name_and_says_what_to_expect() -> None:
    for name, fault in FAULTS.items():
        assert fault.name == name
        assert fault.summary.endswith(".")
        assert fault.expected


def test_the_server_commits_only_faults_that_have_a_name() -> None:
    assert misbehaviour.WRAPPERS.keys() <= FAULTS.keys()


def test_names_are_checked_with_a_suggestion() -> None:
    assert checked(["stall", "errors", "stall"]) == {"stall", "errors"}
    with pytest.raises(UsageError, match=r"'eror'.*errors\?") as raised:
        checked(["stall", "eror"])
    assert "slow-tail" in raised.value.cure
