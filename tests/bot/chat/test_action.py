"""Payloads survive the way through a button, and what was edited by hand on the way is refused."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.action import LONGEST, Action, UnknownAction, action, from_wire, to_wire
from handlers import features

LARGEST = 2**63 - 1


@action("test.everything")
class Everything(Action):
    """A payload with every kind of field."""

    number: int
    words: str
    is_so: bool
    on: date
    maybe: int | None = None
    last: str = "as declared"


@action("test.nothing")
class Nothing(Action):
    """A payload without fields."""


KNOWN: dict[str, type[Action]] = {cls.wire_name: cls for cls in (Everything, Nothing)}
ids = st.integers(-LARGEST, LARGEST)


@pytest.mark.thorough
@given(ids, st.text(max_size=100), st.booleans(), st.dates(), st.none() | ids, st.text(max_size=100))
def test_what_went_out_comes_back(number: int, words: str, is_so: bool, on: date, maybe: int | None, last: str) -> None:
    payload = Everything(number, words, is_so, on, maybe, last)
    assert from_wire(to_wire(payload), KNOWN) == payload


def test_the_wire_form_is_short_and_has_its_ids_as_texts() -> None:
    """A card's script knows 53 bits of a number; an id has 63."""
    line = to_wire(Everything(LARGEST, "x", True, date(2026, 3, 29)))
    name, values = json.loads(line)
    assert name == "test.everything"
    assert values["number"] == "9223372036854775807"
    assert values["on"] == "2026-03-29"
    assert values["is_so"] is True
    assert to_wire(Nothing()) == '["test.nothing",{}]'


def test_a_field_that_a_later_version_added_has_its_default_on_old_cards() -> None:
    old = '["test.everything",{"number":"1","words":"x","is_so":true,"on":"2026-03-29"}]'
    assert from_wire(old, KNOWN) == Everything(1, "x", True, date(2026, 3, 29))


GOOD = {"number": "1", "words": "x", "is_so": True, "on": "2026-03-29"}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "17",
        "[]",
        "{}",
        '"test.nothing"',
        '["test.nothing"]',
        '["test.nothing",{},{}]',
        '["test.nothing",[]]',
        '["test.nothing",null]',
        '["test.unknown",{}]',
        "[null,{}]",
        '[["test.nothing"],{}]',
        "[{},{}]",
        '["test.nothing",{"surplus":"1"}]',
        "[" * 2000,
        *(
            json.dumps(["test.everything", {**GOOD, **wrong}])
            for wrong in (
                {"number": 1},
                {"number": "one"},
                {"number": ""},
                {"number": None},
                {"number": "1.5"},
                {"number": True},
                {"number": ["1"]},
                {"number": str(2**63)},
                {"number": "9" * 40},
                {"number": "9" * 5000},
                {"words": 1},
                {"words": None},
                {"words": {"a": 1}},
                {"is_so": "true"},
                {"is_so": 1},
                {"on": "29.3.2026"},
                {"on": 20260329},
                {"maybe": "x"},
                {"surplus": "1"},
            )
        ),
        *(json.dumps(["test.everything", {k: v for k, v in GOOD.items() if k != missing}]) for missing in GOOD),
    ],
)
def test_what_was_edited_by_hand_is_refused(line: str) -> None:
    with pytest.raises(UnknownAction):
        from_wire(line, KNOWN)


@given(st.text())
def test_no_line_at_all_breaks_the_reading(line: str) -> None:
    with pytest.raises(UnknownAction):
        from_wire(line, KNOWN)


@pytest.mark.thorough
@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_no_json_breaks_the_reading(value: object) -> None:
    for line in (json.dumps(value), json.dumps(["test.everything", value]), json.dumps(["test.everything", {**GOOD, "number": value}])):
        try:
            found = from_wire(line, KNOWN)
        except UnknownAction:
            continue
        assert isinstance(found, Everything | Nothing)


def test_what_is_too_long_for_a_button_is_our_fault_and_noticed() -> None:
    with pytest.raises(ValueError, match="longer than a button"):
        to_wire(Everything(1, "x" * LONGEST, True, date(2026, 3, 29)))


def test_what_no_payload_may_carry_is_noticed() -> None:
    with pytest.raises(TypeError):
        to_wire(Everything(1, b"bytes", True, date(2026, 3, 29)))  # type: ignore[arg-type]


def test_every_payload_of_every_feature_has_a_dotted_name_of_its_own() -> None:
    presses = [a.payload.wire_name for f in features() for a in f.actions]
    assert len(presses) == len(set(presses))
    payloads = {a.payload for f in features() for a in f.actions} | {r.payload for f in features() for r in f.replies}
    assert len({payload.wire_name for payload in payloads}) == len(payloads)
    assert all("." in payload.wire_name for payload in payloads)
