"""Forms: the same draft from a command line, a dialog and a card, its errors at their fields, everything typed kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.action import Action, action
from bot.chat.errors import FieldErrors
from bot.chat.form import (
    Choice,
    Choices,
    Day,
    Draft,
    Hour,
    Line,
    Number,
    Prose,
    Raw,
    Toggle,
    corrected,
    form,
    from_line,
    kinds,
    opened,
    read,
)
from bot.chat.language import Phrase, _
from bot.chat.message import Option

LUNCH = (Option("pizza", "Pizza"), Option("sushi", "Sushi"))


@form("test.poll", title=_("Poll"), submit=_("Ask"))
class PollDraft(Draft):
    """A question and its options."""

    question: Annotated[str, Line(_("Question"), longest=20)]
    options: Annotated[str, Prose(_("Options, one a line"))]


@form("test.note", title=_("Note"), submit=_("Save"))
class NoteDraft(Draft):
    """One field only."""

    text: Annotated[str, Prose(_("Text"), longest=30)]


@form("test.everything", title=_("Everything"), submit=_("Go"))
class FullDraft(Draft):
    """Every kind of field."""

    name: Annotated[str, Line(_("Name"), longest=10)]
    pack: Annotated[str, Choice(_("Pack"), options=LUNCH)]
    on: Annotated[date, Day(_("Day"))]
    number: Annotated[int, Number(_("Number"), least=1, most=7)]
    story: Annotated[str | None, Prose(_("Story"), longest=20)] = None
    also: Annotated[tuple[str, ...], Choices(_("Also"), options=LUNCH)] = ()
    hour: Annotated[time, Hour(_("Hour"))] = time(9)
    is_public: Annotated[bool, Toggle(_("Public?"))] = False


@action("test.subject")
class Subject(Action):
    """What a form is about."""

    id: int


GOOD: dict[str, Raw] = {"name": "Ann", "pack": "pizza", "on": "2026-03-29", "number": "3"}


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("", {}),
        ("   ", {}),
        ("Lunch?", {"question": "Lunch?"}),
        ("Lunch? |", {"question": "Lunch?", "options": ""}),
        ("Lunch? | Pizza", {"question": "Lunch?", "options": "Pizza"}),
        ("Lunch? | Pizza | Sushi|Salad ", {"question": "Lunch?", "options": "Pizza\nSushi\nSalad"}),
        ("| Pizza", {"question": "", "options": "Pizza"}),
    ],
)
def test_a_line_fills_the_fields_in_order(typed: str, values: Mapping[str, Raw]) -> None:
    assert from_line(PollDraft, typed) == values


def test_bars_are_words_where_there_is_one_field() -> None:
    assert from_line(NoteDraft, " yes | no | perhaps ") == {"text": "yes | no | perhaps"}


@given(st.text())
def test_whatever_is_typed_stands_somewhere(typed: str) -> None:
    values = from_line(PollDraft, typed)
    kept = "".join(str(value) for value in values.values())
    assert [c for c in typed if not c.isspace() and c != "|"] == [c for c in kept if not c.isspace()]


def test_what_is_complete_is_read_into_types() -> None:
    draft = read(FullDraft, {**GOOD, "story": " It was \r\n so ", "also": ["sushi"], "hour": "9:05", "is_public": "yes"})
    assert draft == FullDraft("Ann", "pizza", date(2026, 3, 29), 3, "It was \n so", ("sushi",), time(9, 5), True)


def test_what_is_optional_may_be_left_out() -> None:
    given: tuple[dict[str, Raw], ...] = ({}, {"story": None, "also": [], "hour": ""}, {"story": "  "})
    for missing in given:
        assert read(FullDraft, {**GOOD, **missing}) == FullDraft("Ann", "pizza", date(2026, 3, 29), 3)


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("name", None, "Please fill this in."),
        ("name", "", "Please fill this in."),
        ("name", " \u200b ", "Please fill this in."),
        ("name", "x" * 11, "This has {length} characters; {longest} fit here."),
        ("name", ["Ann"], "This cannot be read."),
        ("pack", "salad", "Please pick one of the options."),
        ("pack", "Pizza", "Please pick one of the options."),
        ("pack", True, "This cannot be read."),
        ("on", "29.3.2026", "Please give a date like 2026-03-29."),
        ("on", "2026-02-30", "Please give a date like 2026-03-29."),
        ("number", "0", "Please give a number from {least} to {most}."),
        ("number", "8", "Please give a number from {least} to {most}."),
        ("number", "three", "Please give a whole number."),
        ("number", "3.5", "Please give a whole number."),
        ("number", "9" * 5000, "Please give a whole number."),
        ("story", "x" * 21, "This has {length} characters; {longest} fit here."),
        ("also", ["pizza", "salad"], "Please pick from the options."),
        ("also", "pizza", "This cannot be read."),
        ("hour", "25:00", "Please give a time like 09:00."),
        ("hour", "nine", "Please give a time like 09:00."),
        ("hour", "09:00+02:00", "Please give a time like 09:00."),
    ],
)
def test_what_cannot_stand_is_told_at_its_field(field: str, given: Raw, words: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        read(FullDraft, {**GOOD, field: given})
    assert {name: phrase.msgid for name, phrase in refused.value.errors.items()} == {field: words}


def test_every_wrong_field_is_told_at_once() -> None:
    with pytest.raises(FieldErrors) as refused:
        read(FullDraft, {"name": "x" * 11, "number": "0"})
    assert list(refused.value.errors) == ["name", "pack", "on", "number"]


def test_options_that_depend_on_data_replace_the_declared_ones() -> None:
    today = {"pack": (Option("soup", "Soup"),)}
    assert read(FullDraft, {**GOOD, "pack": "soup"}, today).pack == "soup"
    with pytest.raises(FieldErrors):
        read(FullDraft, GOOD, today)


def test_a_form_opens_with_what_is_known() -> None:
    form = opened(FullDraft, values={"on": date(2026, 3, 29), "also": ("sushi",), "name": "Ann"}, subject=Subject(7), intro="Hello")
    assert {field.name: field.value for field in form.fields} == {
        "name": "Ann",
        "pack": None,
        "on": "2026-03-29",
        "number": None,
        "story": None,
        "also": ["sushi"],
        "hour": "09:00",
        "is_public": False,
    }
    assert [field.is_optional for field in form.fields] == [False] * 4 + [True] * 4
    assert form.subject == Subject(7)


@pytest.mark.thorough
@given(st.dictionaries(st.sampled_from(list(kinds(FullDraft))), st.text() | st.booleans() | st.none() | st.lists(st.text())))
def test_whatever_was_typed_stands_in_the_form_that_comes_back(values: dict[str, Raw]) -> None:
    errors = _errors(values)
    again = {field.name: field for field in corrected(opened(FullDraft), values, errors).fields}
    assert all(again[name].value == value for name, value in values.items())
    assert {name for name, field in again.items() if field.error} == set(errors)


def _errors(values: Mapping[str, Raw]) -> Mapping[str, Phrase]:
    try:
        read(FullDraft, values)
    except FieldErrors as wrong:
        return wrong.errors
    return {}


def test_an_error_of_the_whole_form_stands_above_it() -> None:
    again = corrected(opened(PollDraft), {"question": "Lunch?"}, {"": "Not now."})
    assert again.error == "Not now."
    assert not any(field.error for field in again.fields)
