"""Points in time in every spelling that the tools have."""

import re

import pytest

from slogate.imports import times
from slogate.imports.source import MalformedError


@pytest.mark.parametrize(
    ("text", "micros", "zone"),
    [
        ("2026-11-24T15:24:37Z", 0, True),
        ("2026-11-24T15:24:37.5Z", 500_000, True),
        ("2026-11-24T15:24:37.91460772Z", 914_607, True),
        ("2026-11-25T00:24:37.415701127+09:00", 415_701, True),
        ("2026-11-24T10:24:37-0500", 0, True),
        ("2026-11-24 15:24:37", 0, False),
        ("2026/11/24 15:24:37.250", 250_000, False),
    ],
)
def test_text(text: str, micros: int, zone: bool) -> None:
    assert times.of_text(text) == (1795533877_000000 + micros, zone)


@pytest.mark.parametrize(
    ("text", "micros", "whole"),
    [
        ("1795533877", 0, True),
        ("1795533877.0", 0, False),
        ("1795533877.25", 250_000, False),
        ("1795533877250", 250_000, False),
        ("1795533877250001", 250_001, False),
        ("1795533877250001000", 250_001, False),
    ],
)
def test_numbers(text: str, micros: int, whole: bool) -> None:
    assert times.of_number(text) == (1795533877_000000 + micros, whole)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13-24T15:24:37Z",
        "2026-11-24",
        "99:99",
        "0001-01-01T00:00:00.000Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-24T15:24:37+99:00",
        "1970-01-01T00:00:00Z",
        "2200-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(MalformedError, match=f"'{re.escape(text)}' is no time between 1973 and 2200"):
        times.of_text(text)


@pytest.mark.parametrize("text", ["5", "-1", "nan", "inf", "1e30", "x", "7258118400"])
def test_what_is_no_epoch_time(text: str) -> None:
    with pytest.raises(MalformedError, match=f"'{re.escape(text)}' is no time between 1973 and 2200"):
        times.of_number(text)
