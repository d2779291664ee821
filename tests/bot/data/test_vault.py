"""Sealed columns open only where they were written, with a key that is on the list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data.vault import CannotOpen, Vault

OLD, NEW, OTHER = (f"{name} key that is only good for tests, 32+" for name in ("an old", "a new", "another"))
COLUMN = "entries.text"
VAULT = Vault([OLD])


@given(st.text(), st.integers(min_value=0, max_value=2**63 - 1))
def test_what_was_sealed_opens_again_and_is_not_readable_meanwhile(text: str, row: int) -> None:
    sealed = VAULT.seal(COLUMN, row, text)
    assert VAULT.open_text(COLUMN, row, sealed) == text
    assert len(text) < 4 or text.encode() not in sealed


def test_bytes_are_sealed_as_they_are() -> None:
    assert VAULT.open(COLUMN, 1, VAULT.seal(COLUMN, 1, b"\x00\xff")) == b"\x00\xff"


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert VAULT.seal(COLUMN, 1, "again") != VAULT.seal(COLUMN, 1, "again")


@pytest.mark.parametrize(("column", "row"), [(COLUMN, 2), ("entries.title", 1), ("kept_texts.text", 1)])
def test_in_another_row_column_or_table_it_does_not_open(column: str, row: int) -> None:
    with pytest.raises(CannotOpen):
        VAULT.open(column, row, VAULT.seal(COLUMN, 1, "mine"))


def test_the_first_key_writes_and_every_key_on_the_list_opens() -> None:
    before = VAULT.seal(COLUMN, 1, "written long ago")
    both = Vault([NEW, OLD])
    after = both.seal(COLUMN, 2, "written today")
    assert both.open_text(COLUMN, 1, before) == "written long ago"
    assert Vault([NEW]).open_text(COLUMN, 2, after) == "written today"
    with pytest.raises(CannotOpen, match="CONVENE_SECRET_KEY"):
        VAULT.open(COLUMN, 2, after)


def test_an_unknown_key_is_told_without_the_content() -> None:
    with pytest.raises(CannotOpen) as refused:
        Vault([OTHER]).open(COLUMN, 1, VAULT.seal(COLUMN, 1, "secret words"))
    assert "secret words" not in str(refused.value)


@pytest.mark.parametrize("place", [0, 4, 15, 16, -1])
def test_a_changed_byte_anywhere_is_noticed(place: int) -> None:
    sealed = bytearray(VAULT.seal(COLUMN, 1, "as it was written"))
    sealed[place] ^= 1
    with pytest.raises(CannotOpen):
        VAULT.open(COLUMN, 1, bytes(sealed))


@pytest.mark.parametrize("length", [0, 3, 4, 16, 20])
def test_what_was_cut_off_does_not_open(length: int) -> None:
    with pytest.raises(CannotOpen):
        VAULT.open(COLUMN, 1, VAULT.seal(COLUMN, 1, "as it was written")[:length])


@pytest.mark.parametrize("keys", [[], [""], ["too short"], [NEW, "x" * 31]])
def test_a_short_key_or_none_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="key"):
        Vault(keys)


def test_a_refused_key_is_not_told() -> None:
    with pytest.raises(ValueError, match="32 characters") as refused:
        Vault(["hunter2"])
    assert "hunter2" not in str(refused.value)


def test_whether_a_key_is_on_the_list_is_known_without_opening() -> None:
    old, new = "an old key that is good for tests alone", "a new key that is good for tests alone"
    sealed = Vault([old]).seal("entries.text", 7, "words")
    assert Vault([new, old]).knows(sealed)
    assert not Vault([new]).knows(sealed)
