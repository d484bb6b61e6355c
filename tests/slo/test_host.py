"""Where an exporter answers, as people write it."""

import pytest

from slogate.slo.host import metrics_url, server_url


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("http://10.0.0.5:9100", "http://10.0.0.5:9100/metrics"),
        ("http://10.0.0.5:9100/", "http://10.0.0.5:9100/metrics"),
        ("https://[::1]:9100", "https://[::1]:9100/metrics"),
        ("http://10.0.0.5:9100?collect[]=cpu", "http://10.0.0.5:9100/metrics?collect[]=cpu"),
        ("http://10.0.0.5/node/metrics", "http://10.0.0.5/node/metrics"),
    ],
)
def test_without_a_path_it_is_the_usual_one(written: str, asked: str) -> None:
    assert metrics_url(written) == asked


@pytest.mark.parametrize("written", ["10.0.0.5:9100", "ftp://x/metrics", "http://x:y/metrics", "http://x/metrics#cpu"])
def test_what_cannot_be_asked_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"write it as|has a port"):
        metrics_url(written)


def test_a_server_may_have_a_path() -> None:
    assert server_url("https://monitoring.example/prometheus/") == "https://monitoring.example/prometheus"


@pytest.mark.parametrize("written", ["prom:9090", "http://prom:9090/api/v1/query", "http://prom:9090?x=1"])
def test_what_is_no_server_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="write it as http://prometheus:9090"):
        server_url(written)
