"""`slogate init` writes all of its files or says why not, and never over anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from webserver import WebServer

from nginx import make_certificate
from slogate import scaffold
from slogate.errors import ConfigError, TargetError, UsageError
from slogate.first_files import write
from slogate.load.launch import free_port
from slogate.suite_files import read_slo
from slogate.vitals.journey_files import load_journeys


@pytest.fixture
def server() -> Iterator[WebServer]:
    web_server = WebServer()
    yield web_server
    web_server.close()


def test_without_a_target_the_files_are_for_one_that_is_still_to_be_named(tmp_path: Path) -> None:
    written = write(tmp_path, None, "shop", print)
    assert [str(path.relative_to(tmp_path)) for path in written] == list(scaffold.PATHS)
    assert [page.name for page in load_journeys([tmp_path / "webvitals/site.py"])] == ["home"]


def test_a_site_is_looked_at(tmp_path: Path, server: WebServer) -> None:
    server.page("/", "<h1>Shop</h1><a href='/cart'>Cart</a><script>fetch('/api/items?page=1')</script>")
    server.page("/cart", "<div id='total'>12</div>")
    server.routes["/api/items"] = server.reply("[]", content_type="application/json")
    said: list[str] = []
    write(tmp_path, server.url, None, said.append)
    pages = load_journeys([tmp_path / "webvitals/site.py"])
    assert [(page.name, page.ready) for page in pages] == [("home", "h1"), ("cart", "#total")]
    assert '"/api/items?page=1", name="/api/items"' in (tmp_path / "loadtests/visitor.py").read_text(encoding="utf-8")
    assert "looking at" in said[0]


def test_a_site_whose_certificate_signs_itself_is_looked_at_if_asked(tmp_path: Path, server: WebServer) -> None:
    make_certificate(tmp_path / "server.pem", tmp_path / "server.key")
    server.speak_tls(tmp_path / "server.pem", tmp_path / "server.key")
    server.page("/", "<h1>Shop</h1>")
    with pytest.raises(TargetError, match="certificate is not trusted"):
        write(tmp_path / "verified", server.url, None, print)
    write(tmp_path / "trusting", server.url, None, print, verify_tls=False)
    assert read_slo(tmp_path / "trusting" / "slo.yaml", {}).slo.verify_tls is False


@pytest.mark.parametrize("there", scaffold.PATHS)
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="there already"):
        write(tmp_path, None, None, print)
    assert (tmp_path / there).read_text(encoding="utf-8") == "mine"
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 1


@pytest.mark.parametrize("target", ["shop.example", "ftp://shop.example", "http://shop.example/path"])
def test_what_is_no_target_is_said(tmp_path: Path, target: str) -> None:
    with pytest.raises(UsageError, match="--target"):
        write(tmp_path, target, None, print)


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        write(tmp_path / "file", None, None, print)


def test_a_target_that_refuses_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="refused"):
        write(tmp_path, f"http://127.0.0.1:{free_port()}", None, print)
    assert not list(tmp_path.iterdir())
