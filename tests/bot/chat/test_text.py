"""What people write enters as it is, without what could hide in it or turn round other text."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.language import Phrase, _
from bot.chat.message import Paragraph
from bot.chat.reading import resolved, say_label
from bot.chat.text import (
    LEFT_TO_RIGHT,
    Code,
    Emphasis,
    Link,
    Mention,
    Moment,
    Plain,
    Strong,
    Words,
    clean_line,
    clean_prose,
    label_of,
    plain,
    spans,
)

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann", "Ann"),
        ("  two   blanks ", "two blanks"),
        ("a\nb\tc\r\nd", "a b c d"),
        ("right\u202eto left", "rightto left"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("nul\x00bell\x07", "nulbell"),
        ("\u200f\u202a", ""),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("ليلى حداد", "ليلى حداد"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_a_line_is_cleaned(typed: str, kept: str) -> None:
    assert clean_line(typed, 100) == kept


@given(st.text(), st.integers(1, 40))
def test_a_line_is_one_line_within_its_limit_and_stays_when_cleaned_again(typed: str, limit: int) -> None:
    line = clean_line(typed, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert not {"\n", "\r", "\t"} & set(line)
    assert clean_line(line, limit) == line


def test_what_is_too_long_for_a_line_shows_that_it_was_cut() -> None:
    assert clean_line("a long name indeed", 10) == "a long na…"
    assert clean_line("exactly 10", 10) == "exactly 10"


@given(st.text())
def test_prose_keeps_its_lines_and_nothing_invisible(typed: str) -> None:
    text = clean_prose(typed)
    assert all(c in "\n\t\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cf"} for c in text)
    assert clean_prose(text) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo", "one\ntwo"),
        ("one\rtwo", "one\ntwo"),
        ("  a\n\n  b  ", "a\n\n  b"),
        ("<!channel> *not bold*", "<!channel> *not bold*"),
        ("a\u2066b\u2069c", "abc"),
        ("👩\u200d🔬 worked", "👩\u200d🔬 worked"),
    ],
)
def test_prose_is_kept_as_written(typed: str, kept: str) -> None:
    assert clean_prose(typed) == kept


def test_words_as_characters() -> None:
    words = ("Hello ", Strong(Mention("Ann")), ", ", Emphasis(("it is ", Code("/journal"))), " ", Link("here", "https://example.org"))
    assert plain(words) == "Hello Ann, it is /journal here"
    assert spans(("a", ("b", Plain("c")))) == (Plain("a"), Plain("b"), Plain("c"))


def test_a_moment_names_its_zone_when_it_is_only_characters() -> None:
    assert plain(Moment(AT, "time", "Europe/Berlin")) == "03:30 (Berlin)"
    assert plain(Moment(AT, "day", "Europe/Berlin")) == "Sun 29 Mar"
    assert plain(Moment(AT, zone="America/New_York")) == "Sat 28 Mar, 21:30 (New York)"


def test_what_nobody_resolved_for_its_reader_is_noticed() -> None:
    with pytest.raises(TypeError, match="unresolved"):
        spans(_("Not yet"))
    with pytest.raises(TypeError, match="unresolved"):
        label_of(_("Not yet"))


@pytest.mark.parametrize("url", ["http://example.org", "javascript:alert(1)", "ftp://x", "", "HTTPS//x", "http://127.0.0.1.example.org/"])
def test_a_link_leads_to_https_only(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Link("x", url)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ليلى حداد", f"{LEFT_TO_RIGHT}ليلى حداد cheers for you."),
        ("دانا (Dana)", f"{LEFT_TO_RIGHT}دانا (Dana) cheers for you."),
        ("王小明", "王小明 cheers for you."),
        ("42", "42 cheers for you."),
        ("", " cheers for you."),
    ],
)
def test_a_name_at_the_beginning_does_not_turn_a_sentence_round(name: str, said: str) -> None:
    assert say_label(_("{name} cheers for you.", name=name), "en") == said
    assert say_label(_("{name}", name=name), "en") == name
    assert say_label(_("Hear {name}", name=name), "en") == f"Hear {name}"


M = LEFT_TO_RIGHT


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        (_("With {name}, {count} days.", name="ליאור כהן", count=3), f"With ליאור כהן{M}, 3 days."),
        (_("With {name}: {on}", name=Strong("ליאור"), on=time(9, 30)), f"With ליאור{M}: 09:30"),
        (_("With {one}, {two} and {three}.", one="ליאור", two="دانا", three="Bob"), f"With ליאור{M}, دانا and Bob."),
        (_("With {one} and {two}.", one=_("{name}!", name="ליאור"), two="دانا"), "With ליאור! and دانا."),
        (_("Asked {one} ({count})", one=_("by {name}", name="ליאור"), count=2), f"Asked by ליאור{M} (2)"),
        (_("I have asked {name}.", name="ליאור"), "I have asked ליאור."),
        (_("{name}, {count} days", name="ליאור", count=3), f"{M}ליאור{M}, 3 days"),
        (_("With {name}, {count} days.", name="王小明", count=3), "With 王小明, 3 days."),
        (_("With {name}, {count} days.", name="ליאור Cohen", count=3), "With ליאור Cohen, 3 days."),
    ],
)
def test_a_name_within_a_sentence_takes_nothing_along_into_its_direction(phrase: Phrase, said: str) -> None:
    """What follows such a name, up to the next letter, would stand on its other side where there are digits or another such name in it."""
    assert say_label(phrase, "en") == said


def test_words_that_are_put_together_are_kept_apart_too() -> None:
    def shown(*words: Words) -> str:
        return plain(resolved(Paragraph(words), "en").words)

    assert shown(Strong("ליאור"), ": ", _("It begins.")) == f"{M}ליאור: It begins."
    assert shown(Strong("ליאור"), ", ", "12 hours") == f"{M}ליאור{M}, 12 hours"
    assert shown(Strong("ליאור"), " ", "כהן") == "ליאור כהן", "all of one direction runs as it likes"
