"""Who slo.yaml names goes before this machine, which tells only of a target that runs on it."""

from pathlib import Path

import pyarrow as pa
import pytest
from process_tree import RESTING, eventually, running

from slogate.host.local import LocalSource
from slogate.host.sources import elsewhere, process_sampler_of, sampler_of
from slogate.runs.chunks import read_batches
from slogate.runs.schema import HOST
from slogate.slo.host import Host, Process

EXPORTER = Host(node_exporter="http://10.0.0.5:9100")
PROMETHEUS = Host(prometheus="http://u:pw@prom:9090/", instance="10.0.0.5:9100")


@pytest.mark.parametrize(
    ("host", "here", "name"),
    [
        (None, True, LocalSource().name),
        (None, False, None),
        (EXPORTER, False, "the node exporter at http://10.0.0.5:9100/metrics"),
        (EXPORTER, True, "the node exporter at http://10.0.0.5:9100/metrics"),
        (PROMETHEUS, False, "Prometheus at http://prom:9090 with instance 10.0.0.5:9100"),
    ],
)
def test_who_tells_of_the_host(host: Host | None, here: bool, name: str | None, tmp_path: Path) -> None:
    found = sampler_of(host, tmp_path / "host", 0, target_is_here=here, verify_tls=True)
    assert (found.name if found is not None else None) == name


def test_the_first_target_that_is_elsewhere() -> None:
    assert elsewhere(["http://127.0.0.1:1", "http://192.0.2.1", "http://192.0.2.2"]) == "http://192.0.2.1"
    assert elsewhere(["http://localhost:1"]) is None


@pytest.mark.parametrize(("environ", "found"), [({"PM2_HOME": "home"}, 1.0), ({}, 0.0)])
def test_processes_are_sampled_with_the_home_of_pm2_that_the_environment_names(
    environ: dict[str, str], found: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    with running(RESTING) as process:
        (tmp_path / "home" / "pids").mkdir(parents=True)
        (tmp_path / "home" / "pids" / "shop-0.pid").write_text(str(process.pid))
        monkeypatch.setattr("os.getpid", lambda: 2**30)
        sampler = process_sampler_of({"shop": Process(pm2="shop")}, tmp_path / "rows", 0, environ)
        sampler.start()
        eventually(lambda: any(read_batches(tmp_path / "rows", HOST)))
        sampler.stop()
    row, *_ = pa.Table.from_batches(read_batches(tmp_path / "rows", HOST), HOST).to_pylist()
    assert (row["source"], row["subject"], row["processes"]) == ("process", "shop", found)
