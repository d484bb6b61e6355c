"""The files of a suite are read as they stand, and held against each other."""

import os
from pathlib import Path

import pytest

from slogate.errors import ConfigError
from slogate.slo.document import MAX_BYTES
from slogate.suite_files import declared_pages, read_slo, slo_content

SLO = """\
version: 1
service: shop
targets: {web: "http://127.0.0.1:1"}
web:
  lcp: < 2s
  pages:
    %s: {fcp: < 1s}
profiles: {quick: {pages: [%s]}}
"""
JOURNEY = "from slogate import page\n@page('home')\ndef home(page): ...\n@page('cart')\ndef cart(page): ...\n"


@pytest.mark.parametrize(
    ("override", "planned", "journey", "problems"),
    [
        ("home", "cart", JOURNEY, []),
        ("hme", "home", JOURNEY, ["slo.yaml:7: web.pages.hme: no journey declares this page", "did you mean home?"]),
        ("home", "crt", JOURNEY, ["slo.yaml:8: profiles.quick.pages.crt: no journey", "did you mean cart?"]),
        ("hme", "crt", JOURNEY, ["web.pages.hme", "profiles.quick.pages.crt", "did you mean home and cart?"]),
        ("zzz", "home", JOURNEY, ["the journeys declare home, cart"]),
        ("home", "home", "1/0\n", ["site.py:1: ZeroDivisionError"]),
    ],
)
def test_journeys_are_imported_and_every_page_of_the_file_is_one_of_theirs(
    tmp_path: Path, override: str, planned: str, journey: str, problems: list[str]
) -> None:
    (tmp_path / "slo.yaml").write_text(SLO % (override, planned))
    (tmp_path / "webvitals").mkdir()
    (tmp_path / "webvitals" / "site.py").write_text(journey)
    file = read_slo(tmp_path / "slo.yaml", {})
    if not problems:
        assert declared_pages(file, tmp_path / "webvitals") == ["home", "cart"]
        return
    with pytest.raises(ConfigError) as caught:
        declared_pages(file, tmp_path / "webvitals")
    assert all(problem in str(caught.value) for problem in problems)


def test_where_there_is_no_journey_yet_there_is_nothing_to_hold_the_file_against(tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(SLO % ("home", "home"))
    assert declared_pages(read_slo(tmp_path / "slo.yaml", {}), tmp_path / "webvitals") is None


def test_a_file_that_may_never_end_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for path in (Path("/dev/zero"), pipe, tmp_path):
        with pytest.raises(ConfigError, match="is not a regular file"):
            slo_content(path)


def test_no_more_of_a_file_is_read_than_shows_that_it_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "slo.yaml"
    with path.open("wb") as file:
        file.truncate(50 * MAX_BYTES)
    assert len(slo_content(path)) == MAX_BYTES + 1
    with pytest.raises(ConfigError, match="is larger than 1,000,000 bytes"):
        read_slo(path, {})
