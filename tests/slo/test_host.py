"""Where an exporter answers, as people write it."""

import pytest
from pydantic import ValidationError

from slogate.slo.host import Host, metrics_url, server_url


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


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("pm2", "the PM2 app shop"),
        ("name", "processes named shop"),
        ({"pm2": "o4o-api"}, "the PM2 app o4o-api"),
        ({"name": "nginx"}, "processes named nginx"),
        ({"pid": 42}, "process 42"),
        ({"pid": "42"}, "process 42"),
        ({"pid_file": "/run/nginx.pid"}, "the process in /run/nginx.pid"),
    ],
)
def test_a_process_is_named_in_one_of_four_ways(written: object, shown: str) -> None:
    found = Host.model_validate({"processes": {"shop": written}})
    assert str(found.processes["shop"]) == shown
    assert found.addresses == ()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nginx", "'nginx' does not say which process shop is; write shop: pm2, or shop: {name: nginx}"),
        (42, "42 does not say which process shop is"),
        ({}, "say in one way which process is meant"),
        ({"pm2": "a", "name": "b"}, "say in one way which process is meant"),
        ({"pid": 0}, "greater than or equal to 1"),
        ({"pid": True}, "True is not a whole number"),
        ({"name": ""}, "at least 1 character"),
    ],
)
def test_a_process_that_is_not_named_is_refused(written: object, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Host.model_validate({"processes": {"shop": written}})
    assert said in str(caught.value)


def test_processes_need_no_source_and_go_with_one() -> None:
    Host.model_validate({"processes": {"shop": "pm2"}, "node_exporter": "http://10.0.0.5:9100"})
    with pytest.raises(ValidationError, match="say who tells of the host"):
        Host.model_validate({"processes": {}})
