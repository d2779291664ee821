"""The community's rules."""

from __future__ import annotations

import pytest

from bot.people.days import is_zone
from handlers.community.rules import ALPHABET, LENGTH, _zones, language_of, read_code, written, zone_of


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("Atlantis", None),
        ("", None),
        ("../etc/passwd", None),
    ],
)
def test_a_zone_is_meant_by_its_name_or_its_city(typed: str, zone: str | None) -> None:
    assert zone_of(typed) == zone


def test_every_zone_that_can_be_meant_is_one() -> None:
    assert all(is_zone(zone) for zone in _zones().values())


@pytest.mark.parametrize(("tag", "language"), [("de-AT", "de"), ("en_GB", "en"), ("tlh", "en"), ("", "en")])
def test_a_language_is_one_of_the_list(tag: str, language: str) -> None:
    assert language_of(tag) == language


def test_a_code_is_read_however_it_was_typed() -> None:
    code = ALPHABET[:LENGTH]
    assert read_code(written(code)) == code
    assert read_code(f" {written(code).lower()} ") == code
    assert not set(ALPHABET) & set("IO01")
