"""The map in words and as a picture."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.message import Block, Footnote, Heading, Items, Paragraph, Table
from bot.chat.reading import resolved
from bot.chat.text import plain
from bot.papers.document import Document
from bot.papers.markdown import markdown
from bot.papers.palette import MOST_COLOURS, few_colours
from bot.papers.pdf import painted
from handlers.opinions import map_examples as examples
from handlers.opinions import map_views, pictures
from handlers.opinions.mapping import Kind, NoGroups, OpinionMap, standing
from handlers.opinions.pictures import WIDTH, Bubble, placed, svg
from handlers.opinions.rules import Stance
from handlers.opinions.voices import Voices

HOSTILE = ('#eval("1") $x$ ]', "<svg onload=x>&amp;", "a\x00b\x0b\ud800".encode("utf-8", "replace").decode(), "]]>", "سوشي مع", "寿司" * 90)


def text_of(document: Document) -> str:
    return re.sub(r"\\(.)", r"\1", markdown(document, "en"))


def lines(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match resolved(block, "en"):
            case Paragraph(words) | Footnote(words):
                yield plain(words)
            case Heading(label):
                yield str(label)
            case Items(items):
                yield from (plain(item) for item in items)


def said(opinions: OpinionMap, *, is_anonymous: bool = False, k: int = 5) -> list[str]:
    return list(lines(map_views.blocks(opinions, examples.TEXTS, is_anonymous=is_anonymous, k=k)))


def test_the_map_of_two_groups_in_plain_words() -> None:
    assert said(examples.TWO) == [
        "18 people have answered statements.",
        "These groups are tentative. Below 50 people, a few answers can change them.",
        "1 person stands in no group, with too few answers for that. They are counted among all.",
        "The groups",
        "Group A, 12 people: agrees that “releases on a Friday should be forbidden”; "
        "disagrees that “we should go back to one release in a quarter”",
        "Group B, 6 people: disagrees that “releases on a Friday should be forbidden”; "
        "agrees that “we should go back to one release in a quarter”",
        "Where we agree",
        "Both groups agree that “نحتاج إلى وقت أطول للاختبار” (A: 11 of 12, B: 6 of 6 agree)",
        "Both groups agree that “whoever writes a change should see it run for real” (A: 9 of 12, B: 5 of 6 agree)",
        "What we do not share",
        "Both groups disagree that “one person should be able to stop any release” (A: 9 of 12, B: 5 of 6 disagree)",
        "Where we differ",
        "Most of group A agree and most of group B disagree that “releases on a Friday should be forbidden” (A: 11 of 12, B: 0 of 6 agree)",
        "Most of group B agree and most of group A disagree that “we should go back to one release in a quarter” "
        "(A: 1 of 12, B: 5 of 6 agree)",
        "Where many are not sure",
        "Many pass, or find it unclear: “release notes should be written for customers first” (A: 6 of 12, B: 3 of 6 are not sure)",
        "What needs more voices",
        "Not enough of group B have seen “the checklist should be half as long”",
        "1 statement has no clear leaning.",
        "In numbers",
        "Numbers are: agree / disagree / not sure.",
    ]


def test_three_groups_and_none() -> None:
    three, none = said(examples.THREE), said(examples.UNGROUPED)
    assert (
        "All 3 groups agree that “whoever writes a change should see it run for real” (A: 35 of 40, B: 20 of 25, C: 12 of 15 agree)"
        in three
    )
    assert "These groups are tentative. Below 50 people, a few answers can change them." not in three
    assert "I show no groups here: below 15 people they would say more about persons than about opinions." in none
    assert "Most agree that “whoever writes a change should see it run for real” (10 agree, 1 disagree, 1 not sure)" in none
    assert "Evenly split: “releases on a Friday should be forbidden” (5 agree, 5 disagree, 2 not sure)" in none
    assert said(examples.NOBODY)[0] == "0 people have answered statements."


def test_every_reason_for_no_groups_is_said() -> None:
    assert set(map_views.WHY_NO_GROUPS) == set(NoGroups)
    assert set(map_views.NAMES) == set(Kind)


def one_of(groups: list[Voices], rest: Voices, k: int = 5) -> OpinionMap:
    """A map of one statement with these groups and some who stand in none."""
    every = [*groups, rest]
    total = Voices(sum(v.agree for v in every), sum(v.disagree for v in every), sum(v.unsure for v in every))
    return replace(examples.TWO, standings=(standing(1, total, groups, [each.seen for each in groups], 0.0, k),))


@pytest.mark.parametrize(
    ("groups", "rest", "is_told"),
    [
        ([Voices(9, 3), Voices(5, 1, 1)], Voices(), True),
        ([Voices(9, 3), Voices(6, 0)], Voices(), False),  # nearly unanimous among fewer than 2k
        ([Voices(9, 1), Voices(9, 1)], Voices(), True),  # exactly 2k
        ([Voices(9, 3), Voices(3, 1)], Voices(), False),  # four of a group
        ([Voices(9, 3), Voices(5, 2)], Voices(2, 1), False),  # what is left would be three people
        ([Voices(9, 3), Voices(5, 2)], Voices(3, 2), True),
        ([Voices(9, 3), Voices(5, 2)], Voices(5, 0), False),  # what is left would be unanimous
    ],
)
def test_an_anonymous_map_tells_no_numbers_that_give_somebody_away(groups: list[Voices], rest: Voices, is_told: bool) -> None:
    opinions = one_of(groups, rest)
    drawing = map_views.drawing(opinions, examples.TEXTS, "?", "en", is_anonymous=True, k=5)
    paper = map_views.parts(opinions, examples.TEXTS, {1: 1}, "?", is_anonymous=True, k=5)
    assert any("9 of 1" in line for line in said(opinions, is_anonymous=True)) is is_told
    assert ("| 9 / " in text_of(Document("x", paper))) is is_told
    assert [bar.label for bar in drawing.strips[0].bars] == (["Group A", "Group B"] if is_told else ["All"])
    assert any(f"{opinions.standings[0].total.agree} agree" in line for line in said(opinions, is_anonymous=True)) is not is_told
    assert any("9 of 1" in line for line in said(opinions))  # an open request says everything


@pytest.mark.thorough
@settings(deadline=None, max_examples=60)
@given(st.lists(st.builds(Voices, *[st.integers(0, 9)] * 3), min_size=1, max_size=4), st.integers(3, 7))
def test_what_an_anonymous_map_tells_is_never_of_fewer_than_k(voices: list[Voices], k: int) -> None:
    opinions = one_of(voices[:-1] or voices, voices[-1] if len(voices) > 1 else Voices(), k)
    each = opinions.standings[0]
    cells = [
        line
        for line in text_of(Document("x", map_views.parts(opinions, {}, {1: 1}, "?", is_anonymous=True, k=k))).split("\n")
        if "| S1" in line
    ]
    shown = [cell.strip() for cell in cells[0].strip("|").split("|")][2:]
    for cell, counts in zip(shown, (each.total, *each.by_group), strict=True):
        numbers = [int(number) for number in re.findall(r"\d+", cell)]
        assert not numbers or (sum(numbers) >= k and numbers == [counts.agree, counts.disagree, counts.unsure])
        if numbers and sum(numbers) < 2 * k:
            assert max(numbers) < sum(numbers) - 1


# -- the picture ---------------------------------------------------------------------------------------------------------


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - drawn by ourselves a moment ago


@pytest.mark.parametrize("text", HOSTILE)
def test_a_picture_is_one_whatever_stands_in_it(text: str) -> None:
    drawing = map_views.drawing(examples.TWO, dict.fromkeys(range(1, 9), text), text, "ar", is_anonymous=False, k=5)
    root = parsed(svg(drawing))
    assert {element.tag.split("}")[1] for element in root.iter()} == {"svg", "title", "desc", "rect", "circle", "text"}
    made = painted(svg(drawing))
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", made[16:24])
    assert width in range(805, 815)
    assert height > 900


def test_a_picture_has_words_for_those_who_do_not_see_it() -> None:
    root = parsed(svg(map_views.drawing(examples.TWO, examples.TEXTS, "What now?", "en", is_anonymous=False, k=5)))
    found = {element.tag.split("}")[1]: element for element in root}
    assert found["title"].text == "What now?"
    assert found["desc"].text == (
        "Map of opinions: group A with 12 people, group B with 6 people. 2 statements unite, 2 statements divide. "
        "The numbers stand beside it as text."
    )
    assert root.attrib["role"] == "img"
    assert "without groups" in map_views.drawing(examples.ONE, {}, "?", "en", is_anonymous=False, k=5).alt


def test_words_of_a_picture_that_read_leftward_end_with_their_full_stop_on_the_left() -> None:
    quote = "“القائمة واحدة”."
    root = parsed(svg(map_views.drawing(examples.TWO, {1: quote}, quote, "en", is_anonymous=False, k=5)))
    title = next(element for element in root if element.tag.endswith("text"))
    assert title.text == f"\N{RIGHT-TO-LEFT ISOLATE}{quote}\N{POP DIRECTIONAL ISOLATE}"
    assert title.attrib["text-anchor"] == "end"


def test_dots_say_how_many_and_never_where_somebody_stands() -> None:
    drawing = map_views.drawing(examples.THREE, examples.TEXTS, "?", "en", is_anonymous=False, k=5)
    assert svg(drawing).count('r="2"') == 80
    many = replace(drawing, bubbles=(Bubble("A", 5000, (0.0, 0.0)),))
    assert svg(many).count('r="2"') == 0


points = st.floats(-50, 50)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.builds(Bubble, st.just("A"), st.integers(3, 20_000), st.tuples(points, points)), min_size=1, max_size=5))
def test_circles_stay_on_the_sheet_and_apart(bubbles: list[Bubble]) -> None:
    found = placed(bubbles)
    for number, (x, y, radius) in enumerate(found):
        assert radius > 10
        assert radius <= x <= WIDTH - radius
        assert y - radius >= -0.01
        assert y + radius <= pictures.PLANE_HEIGHT + 0.01
        for ox, oy, other in found[:number]:
            assert ((x - ox) ** 2 + (y - oy) ** 2) ** 0.5 >= radius + other - 0.01


def rows(opinions: OpinionMap, *, is_anonymous: bool, k: int) -> list[list[str]]:
    blocks = map_views.table_in_chat(opinions, examples.TEXTS, is_anonymous=is_anonymous, k=k)
    (table,) = [block for block in resolved(blocks, "en") if isinstance(block, Table)]
    return [[str(column.label) for column in table.columns], *([plain(cell) for cell in row.cells] for row in table.rows)]


def test_the_numbers_of_a_picture_stand_beside_it_as_a_table() -> None:
    head, *found = rows(examples.TWO, is_anonymous=False, k=5)
    assert head == ["Statement", "All", "Group A", "Group B"]
    cells = [numbers.replace(" ", map_views.UNBROKEN) for numbers in ("14 / 3 / 1", "9 / 2 / 1", "5 / 1 / 0")]  # never one upon another
    assert ["whoever writes a change should see it run for real", *cells] in found
    small = rows(examples.TWO, is_anonymous=True, k=7)[1:]
    assert all(row[2:] == ["not told", "not told"] for row in small)
    assert map_views.table_in_chat(examples.NOBODY, {}, is_anonymous=False, k=5) == ()


def test_statements_that_went_are_on_the_map_no_more() -> None:
    kept = examples.TWO.only({1, 2})
    assert [each.statement for each in kept.standings] == [1, 2]
    assert [group.marks for group in kept.groups] == [((2, Stance.AGREE),), ((2, Stance.DISAGREE),)]


def test_a_picture_in_a_message_is_small_and_keeps_its_colours() -> None:
    drawing = svg(map_views.drawing(examples.TWO, examples.TEXTS, "What now?", "en", is_anonymous=False, k=5))
    fine = painted(drawing, 60.0)
    made = few_colours(fine)
    assert len(made) < len(fine) / 2
    assert struct.unpack(">II", made[16:24]) == struct.unpack(">II", fine[16:24])
    palette = made[made.index(b"PLTE") + 4 :][: 3 * MOST_COLOURS]
    kept = {palette[at : at + 3].hex() for at in range(0, len(palette), 3)}
    assert {"ffffff", *(colour[1:] for colour in (pictures.BLUE, pictures.ORANGE, pictures.GREY, pictures.GROUP_COLOURS[1]))} <= kept
    with pytest.raises(ValueError, match="typesetter"):
        few_colours(made)
