"""What two parts of a file have wrong together."""

import pytest
from synthetic import slo

from slogate.errors import ConfigError
from slogate.slo.file import load


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("", "host.processes does not say which process that is; add it there, such as shop: pm2"),
        ("host: {processes: {shp: pm2, db: name}}", "host.processes (it has shp, db) does not say which"),
        ("host: {node_exporter: 'http://10.0.0.5:9100'}", "host.processes does not say which process that is"),
    ],
)
def test_objectives_on_a_process_that_nobody_watches_are_told_with_their_line(host: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        slo(f"{host}\nresources:\n  processes:\n    shop: {{cpu: < 50%}}\n")
    assert f"slo.yaml:8: resources.processes.shop: {said}" in str(caught.value)


def test_to_judge_a_finished_run_the_names_of_processes_are_enough() -> None:
    text = (
        "version: 1\nservice: shop\ntargets: {api: '${URL}'}\nprofiles: {p: {rate: 1/s}}\n"
        "host: {processes: {shop: {pid: '${PID}'}}}\nresources: {processes: {shop: {cpu: < 50%}}}\n"
    )
    assert load(text.encode(), "slo.yaml", {}, targets_needed=False).slo.objectives()
    with pytest.raises(ConfigError, match="PID is not set"):
        load(text.encode(), "slo.yaml", {"URL": "http://127.0.0.1:1"})


def test_pages_under_a_load_that_no_run_makes() -> None:
    with pytest.raises(ConfigError, match=r"profiles\.p\.when: loaded measures pages while the load holds"):
        load(
            b"version: 1\nservice: shop\ntargets: {web: 'http://127.0.0.1:1'}\nweb: {lcp: < 1s}\n"
            b"profiles: {p: {rate: 1/s, when: loaded}}\n",
            "slo.yaml",
            {},
        )
