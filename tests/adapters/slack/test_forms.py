"""Forms drawn as modals keep everything that was typed, whatever it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground.slack.blocks import problems
from adapters.playground.slack.fields import initial_state, plain_value
from adapters.slack import forms
from adapters.slack.forms import Slip, slip_of
from bot.chat.form import Choice, Choices, Day, Field, Form, Hour, Kind, Line, Number, Prose, Raw, Toggle
from bot.chat.message import Option
from tests.adapters.slack.test_text import relaxed, shown

AUDIENCE = "slack/T0001"
OPTIONS = tuple(Option(str(n), f"Option {n}") for n in range(5))
MANY = tuple(Option(str(n), f"Option {n} " + "long " * 30) for n in range(120))
kinds: st.SearchStrategy[Kind] = st.sampled_from(
    [
        Line("Line", "A hint"),
        Prose("Prose" * 500, longest=5000),
        Choice("Choice", options=OPTIONS),
        Choice("Choice", options=MANY),
        Choice("Nothing"),
        Choices("Choices", options=OPTIONS),
        Choices("Choices", options=MANY),
        Day("Day"),
        Hour("Hour"),
        Number("Number", least=1, most=10),
        Toggle("Toggle"),
    ]
)
typed = st.text(alphabet=st.characters(categories=["L", "N", "P"]), max_size=5000)
raws: st.SearchStrategy[Raw] = st.one_of(
    st.none(),
    st.booleans(),
    typed,
    st.sampled_from(["3", "12", "09:00", "9:00", "2026-03-29"]),
    st.lists(st.sampled_from("0123"), unique=True),
)


@pytest.mark.thorough
@relaxed
@given(st.lists(st.tuples(kinds, raws, st.booleans(), st.sampled_from(["", "Wrong."])), max_size=6), st.sampled_from(["", "All wrong."]))
def test_every_form_is_one_that_slack_takes(drawn: list[tuple[Kind, Raw, bool, str]], error: str) -> None:
    fields = tuple(Field(f"f{n}", kind, optional, value, wrong) for n, (kind, value, optional, wrong) in enumerate(drawn))
    form = Form("test.form", "A title that is longer than Slack takes", "Send", fields, "Intro", '["x",{}]', "n", error)
    view = forms.view(form, slip_of(form), audience=AUDIENCE)
    assert problems(view, "modal") == []
    everything = shown(view["blocks"])
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert error in everything
    for field in fields:
        if isinstance(field.kind, Choice | Choices) and not field.kind.options:
            continue
        back = forms.values({field.name: {inputs[field.name]["action_id"]: initial_state(inputs[field.name])}})[field.name]
        if isinstance(field.kind, Toggle):
            assert back is (field.value is True)
        elif isinstance(field.value, str) and back != field.value:
            padded = isinstance(field.kind, Hour) and back == field.value.zfill(5)
            chosen = isinstance(field.kind, Choices) and back == [field.value]
            assert padded or chosen or field.value in everything


def test_a_slip_comes_back() -> None:
    for slip in (
        Slip("a.b"),
        Slip("a.b", '["x",{"y":"1\\n2"}]', "n", "C1", "1.2", 3),
        Slip("a.b", "", "n"),
        Slip("a.b", '"\\' * 700, "n" * 40, "C1"),
    ):
        assert Slip.read(slip.written()) == slip
        assert len(slip.written()) <= 3000


def test_a_form_drawn_again_has_other_action_ids() -> None:
    form = Form("a.b", "T", "S", (Field("f", Line("L"), is_optional=False, value="x"),), nonce="n")
    first = slip_of(form, "C1")
    second = forms.drawn_again(first, form)
    ids = [forms.view(form, slip, audience=AUDIENCE)["blocks"][0]["element"]["action_id"] for slip in (first, second)]
    assert ids == ["text.0", "text.1"]
    assert second.place == "C1"


def test_errors_stay_in_the_modal_only_while_it_is_the_same_form() -> None:
    form = Form("a.b", "T", "S", (Field("f", Line("L"), is_optional=False, error="No."),), nonce="n")
    slip = slip_of(form)
    assert forms.field_errors(form, slip) == {"f": "No."}
    assert forms.field_errors(form, Slip("a.b", None, "other")) is None
    assert plain_value({"type": "plain_text_input", "value": "x"}) == "x"
