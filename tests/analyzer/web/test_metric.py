import pytest

from slogate.analyzer.web.metric import Metric, MissingReason, missing


def test_a_metric_is_a_value_or_a_reason_and_never_both_or_neither() -> None:
    assert Metric(0.0).value == 0.0
    assert missing(MissingReason.NO_FCP) == Metric(None, MissingReason.NO_FCP)
    with pytest.raises(ValueError, match="either"):
        Metric(None)
    with pytest.raises(ValueError, match="either"):
        Metric(1.0, MissingReason.NO_FCP)


def test_only_a_missing_quiet_window_means_not_reached() -> None:
    not_reached = {reason for reason in MissingReason if missing(reason).not_reached}
    assert not_reached == {MissingReason.NO_CPU_QUIET, MissingReason.NO_NET_QUIET}
    assert not Metric(1.0).not_reached


@pytest.mark.parametrize("reason", MissingReason)
def test_every_reason_can_be_explained(reason: MissingReason) -> None:
    assert reason.explanation
    assert reason.cure
