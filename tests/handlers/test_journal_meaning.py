"""What stands behind the journal's command: only exact forms read, whatever could be a sentence is written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.journal.rules import (
    MARKS,
    PREVIEW,
    Export,
    Meaning,
    Search,
    ShowDay,
    ShowList,
    Write,
    folded,
    is_found,
    meaning,
    preview,
)

TODAY = date(2026, 3, 20)

TABLE: tuple[tuple[str, Meaning], ...] = (
    ("", Write()),
    ("list", ShowList()),
    ("  LIST \n", ShowList()),
    ("list of things I learnt", Write()),
    ("list.", Write()),
    ("my list", Write()),
    ("lists", Write()),
    ("export", Export()),
    ("Export", Export()),
    ("export went wrong at work", Write()),
    ("today", ShowDay(TODAY)),
    ("Yesterday", ShowDay(date(2026, 3, 19))),
    ("today was long", Write()),
    ("yesterday I asked", Write()),
    ("2026-03-20", ShowDay(TODAY)),
    ("2025-12-31", ShowDay(date(2025, 12, 31))),
    ("2026-02-30", Write()),
    ("2026-3-2", Write()),
    ("20260320", Write()),
    ("٢٠٢٦-٠٣-٢٠", Write()),
    ("2026-03-20 was a good day", Write()),
    ("2026-03-20 2026-03-21", Write()),
    ("search", Search("")),
    ("Search ", Search("")),
    ("searching for words", Write()),
    ("search patience", Search("patience")),
    ("SEARCH Patience", Search("Patience")),
    ("search one question more today", Search("one question more today")),
    ("search for meaning kept me awake", Write()),
    ("search went well.", Write()),
    ("search party?", Write()),
    ("search\npatience", Write()),
    ("search one\ntwo", Write()),
    ('search "for meaning kept me awake."', Search("for meaning kept me awake.")),
    ("search “patience”", Search("patience")),
    ('search " "', Write()),
    ("search " + "x" * 101, Write()),
    ("search 問い", Search("問い")),
    ("search don't", Search("don't")),
    ("search 🙂", Search("🙂")),
    ("find patience", Write()),
    ("🙂", Write()),
    ("今日は質問を一つ多くした", Write()),
    ("I didn't", Write()),
    ("x" * 3001, Write()),
)


@pytest.mark.parametrize(("rest", "meant"), TABLE)
def test_only_exact_forms_are_anything_but_an_entry(rest: str, meant: Meaning) -> None:
    assert meaning(rest, TODAY) == meant


@pytest.mark.thorough
@given(st.text(min_size=1))
def test_what_is_sought_or_dated_stood_in_the_line(rest: str) -> None:
    match meaning(rest, TODAY):
        case Search(words):
            assert words in rest
            assert words.strip()
        case ShowDay(on):
            assert on in (TODAY, date(2026, 3, 19)) or len(rest.strip()) == 10


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("CAFÉ", "In the cafe.", True),
        ("cafe", "Im CAFÉ war es laut.", True),
        ("strasse", "Auf der Straße", True),
        ("don't", "I don’t know", True),
        ("two one", "one and two", True),
        ("one three", "one and two", False),
        ("質問", "今日は質問を一つ多くした", True),
        ("🙂", "good 🙂 day", True),
        ("%", "no wildcard", False),
        ("_", "none here either", False),
        ("علم", "عِلْم", True),
    ],
)
def test_words_are_found_without_case_and_accents(words: str, text: str, found: bool) -> None:
    assert is_found(words, text) is found


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.thorough
@given(st.text(min_size=PREVIEW - 5, max_size=PREVIEW + 5))
def test_a_preview_is_a_beginning_and_no_longer_than_it_may_be(text: str) -> None:
    shown = preview(text)
    assert len(shown) <= PREVIEW
    assert text.startswith(shown.removesuffix("…"))


def test_a_preview_cuts_no_letter_from_its_accent_and_no_family_in_two() -> None:
    assert preview("x" * 298 + "e\u0301" + "tail") == "x" * 298 + "…"
    family = "👩\u200d👧"
    assert preview("x" * 297 + family + "tail") == "x" * 297 + "…"
    assert MARKS
