"""Whatever its length, content fits and nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground.slack.blocks import problems
from adapters.slack.limits import boundary, parted, pieces
from adapters.slack.render import render, render_home
from bot.chat.message import (
    Block,
    Button,
    Buttons,
    Chart,
    Column,
    Count,
    Divider,
    Fact,
    Facts,
    File,
    Footnote,
    Heading,
    Items,
    Message,
    Option,
    Paragraph,
    Picker,
    Picture,
    Quote,
    Row,
    Table,
    Tally,
)
from tests.adapters.slack.test_text import relaxed, shown

AUDIENCE = "slack/T0001"
LONG = "One sentence is here. Another one follows it!\n\nA paragraph of words " * 200
label = st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=200).filter(str.strip)
prose = st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"], include_characters="\n"), max_size=8000)
counts = st.lists(st.builds(Count, label, st.integers(0, 10_000)), max_size=30).map(tuple)
options = st.lists(st.builds(Option, st.text(min_size=1, max_size=200), label), max_size=120, unique_by=lambda o: o.value).map(tuple)
payload = st.text(alphabet='abc"\\{}', min_size=2, max_size=1500)
block: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, label, st.sampled_from([1, 2])),
    st.builds(Paragraph, prose),
    st.builds(Quote, prose),
    st.builds(Facts, st.lists(st.builds(Fact, label, prose), max_size=5).map(tuple)),
    st.builds(Items, st.lists(prose, max_size=5).map(tuple), st.booleans()),
    st.lists(prose, max_size=120).map(lambda cells: Table((Column("A"), Column("B", is_number=True)), tuple(Row((c, c)) for c in cells))),
    st.builds(Tally, counts, st.integers(0, 20_000)),
    st.builds(Chart, label, st.sampled_from(["bar", "line"]), counts),
    st.just(Picture(b"\x89PNG", "A")),
    st.just(Divider()),
    st.builds(Footnote, prose),
    st.builds(Picker, label, payload, options),
    st.builds(Buttons, st.lists(st.builds(Button, label, payload, confirm=st.none() | label), max_size=60).map(tuple)),
    st.just(File("a.csv", "text/csv", "A", b"")),
)


@pytest.mark.thorough
@relaxed
@given(st.lists(block, min_size=1, max_size=6))
def test_every_message_is_one_that_slack_takes(blocks: list[Block]) -> None:
    message = Message("A message", tuple(blocks))
    assert problems(render(message, audience=AUDIENCE)) == []
    assert problems(render_home(message, audience=AUDIENCE), "home") == []


@relaxed
@given(st.text(max_size=500), st.integers(2, 60))
def test_pieces_are_the_whole(words: str, limit: int) -> None:
    found = pieces(words, limit)
    assert "".join(found) == words
    assert all(0 < len(piece) <= limit for piece in found)


@relaxed
@given(st.lists(st.text(min_size=1, max_size=300), max_size=10), st.integers(30, 100))
def test_parts_are_the_whole(leaves: list[str], limit: int) -> None:
    groups = parted([{"type": "text", "text": leaf} for leaf in leaves], limit)
    assert "".join(each["text"] for group in groups for each in group) == "".join(leaves)
    assert all(sum(len(each["text"]) for each in group) <= limit for group in groups)


def test_text_is_cut_where_a_reader_pauses() -> None:
    assert "A paragraph.\n\nThe next one"[: boundary("A paragraph.\n\nThe next one", 20)] == "A paragraph.\n\n"
    assert "One. Two three four"[: boundary("One. Two three four", 10)] == "One. "
    assert "seventeen letters"[: boundary("seventeen letters", 12)] == "seventeen "
    assert boundary("e" + "\u0301" * 3 + "xxx", 2) == 1


def test_long_text_is_several_blocks_and_whole() -> None:
    drawn = render(Message("x", (Paragraph(LONG), Quote(LONG))), audience=AUDIENCE)
    assert problems(drawn) == []
    assert len(drawn["blocks"]) > 6
    assert shown(drawn["blocks"]) == LONG * 2


def test_many_texts_share_blocks() -> None:
    drawn = render(Message("x", tuple(Paragraph(f"Line {n}") for n in range(90))), audience=AUDIENCE)
    assert problems(drawn) == []
    assert all(f"Line {n}" in shown(drawn["blocks"]) for n in range(90))
    with pytest.raises(ValueError, match="blocks"):
        render(Message("x", (Divider(),) * 60), audience=AUDIENCE)


def test_many_buttons_are_several_rows_and_long_labels_stand_in_full() -> None:
    rows = Buttons(tuple(Button(f"{n} " + "long " * 20, "[]") for n in range(60)))
    drawn = render(Message("x", (rows,)), audience=AUDIENCE)
    assert problems(drawn) == []
    actions = [each for each in drawn["blocks"] if each["type"] == "actions"]
    assert [len(each["elements"]) for each in actions] == [25, 25, 10]
    assert actions[0]["elements"][0]["text"]["text"].endswith("…")
    assert all(f"{n} " + "long " * 20 in shown(drawn["blocks"]) for n in range(60))


def test_a_picker_keeps_every_choice() -> None:
    many = tuple(Option(str(n), f"Choice {n}") for n in range(250))
    drawn = render(Message("x", (Picker("Pick", '["x",{}]', many, chosen="7"),)), audience=AUDIENCE)
    assert problems(drawn) == []
    menu = drawn["blocks"][0]["accessory"]
    assert sum(len(group["options"]) for group in menu["option_groups"]) == 250
    assert menu["initial_option"]["value"] == "7"
