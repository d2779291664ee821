"""What is written of opinions: drafts and their versions, likeness, the map's sentences, the picture, and the response as a paper."""

from __future__ import annotations

import io
import json
import random
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.chat.message import Block, Footnote, Heading, Items, Paragraph
from bot.chat.reading import resolved
from bot.chat.text import plain
from bot.papers.document import Document, as_json
from bot.papers.markdown import markdown
from bot.papers.pdf import typeset
from handlers.opinions import map_examples as examples
from handlers.opinions import map_views, pictures, response
from handlers.opinions.annex import Dissent, annex
from handlers.opinions.composing import Change, How, Sentence, Source, changes, composed, read, replaced, written
from handlers.opinions.mapping import Kind, NoGroups, OpinionMap, standing
from handlers.opinions.pictures import WIDTH, Bubble, placed, png, svg
from handlers.opinions.response import Signatory, as_text
from handlers.opinions.rules import Fallback, Position, Printing, Quorum, Rule, Way, decide
from handlers.opinions.similar import likeness, similar
from handlers.opinions.voices import Voices

HOSTILE = ('#eval("1") $x$ ]', "<svg onload=x>&amp;", "a\x00b\x0b\ud800".encode("utf-8", "replace").decode(), "]]>", "سوشي مع", "寿司" * 90)


# -- likeness ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("Tests take too long.", "tests take too long", True),
        ("Tests take too long", "Too long, tests take!", True),
        ("Die Prüfung dauert zu lange", "Die Prufung dauert zu lange", True),
        ("テストに時間がかかりすぎる", "テストに時間がかかりすぎる。", True),
        ("परीक्षण में बहुत समय लगता है", "परीक्षण में बहुत समय लगता हैं", True),
        ("الاختبارات تستغرق وقتا طويلا", "الاختبارات تستغرق وقتا طويلا جدا", True),
        ("Tests take too long", "Lunch should be free on Fridays", False),
        ("テストに時間がかかりすぎる", "昼食は無料であるべきだ", False),
        ("?!", "?!", False),
    ],
)
def test_near_duplicates_in_any_script(one: str, other: str, is_near: bool) -> None:
    assert (similar(one, {7: other}) == (7,)) is is_near


def test_the_likest_comes_first_and_three_are_enough() -> None:
    others = {1: "Tests take long", 2: "Tests take too long", 3: "Nothing like it", 4: "The tests take too long", 5: "tests take too long!"}
    assert similar("Tests take too long", others) == (2, 5, 4)


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_the_same_from_both_sides(one: str, other: str) -> None:
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert 0 <= likeness(one, other) <= 1


# -- drafts --------------------------------------------------------------------------------------------------------------

words = st.text("abc", min_size=1, max_size=6)
sentences = st.lists(st.tuples(words, st.lists(st.integers(1, 99), max_size=3, unique=True), st.booleans()), max_size=8)


def drafted(parts: list[tuple[str, list[int], bool]]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    for text, numbers, begins in parts:
        place = found[-1].paragraph + begins if found else 0
        found.append(Sentence(f"{text.capitalize()}.", tuple(numbers), place))
    return tuple(found)


@settings(deadline=None, max_examples=50)
@given(sentences)
def test_a_draft_survives_as_text(parts: list[tuple[str, list[int], bool]]) -> None:
    assert read(written(drafted(parts))) == drafted(parts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tests take too long. [S3, S7] We wait.", [("Tests take too long.", (3, 7)), ("We wait.", ())]),
        ("Tests take too long [S3]. We wait [S4] and wait.", [("Tests take too long.", (3,)), ("We wait", (4,)), ("and wait.", ())]),
        ("So: “It is slow. It hurts.” [S1] Yes!", [("So: “It is slow. It hurts.”", (1,)), ("Yes!", ())]),
        ("テストが遅い。[S2]待つ。", [("テストが遅い。", (2,)), ("待つ。", ())]),
        ("هل هذا بطيء؟ نعم۔", [("هل هذا بطيء؟", ()), ("نعم۔", ())]),
        ("It costs 3.5 hours.", [("It costs 3.5 hours.", ())]),
        ("No end [S1] [S2]", [("No end", (1, 2))]),
        ("[S1]", []),
        ("", []),
        ("See [1] and [Sx].", [("See [1] and [Sx].", ())]),
    ],
)
def test_where_sentences_end(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(each.text, each.rests_on) for each in read(text)] == expected


def test_markdown_keeps_its_lists_and_wrapped_lines() -> None:
    found = read("# Our view\n\nA line that\ngoes on.\n- one [S1]\n- two\r\n\r\nEnd.")
    assert [(each.text, each.paragraph) for each in found] == [
        ("# Our view", 0),
        ("A line that goes on.", 1),
        ("- one", 2),
        ("- two", 3),
        ("End.", 4),
    ]


@settings(deadline=None, max_examples=40)
@given(sentences, sentences)
def test_changes_lead_from_one_version_to_the_other(
    before: list[tuple[str, list[int], bool]], after: list[tuple[str, list[int], bool]]
) -> None:
    old, new = drafted(before), drafted(after)
    found = changes(old, new)
    assert [each.before for each in found if each.how is not How.ADDED] == [each.text for each in old]
    assert [each.after for each in found if each.how is not How.TAKEN_OUT] == [each.text for each in new]
    assert all((each.before == each.after) == (each.how is How.KEPT) for each in found)


def test_a_diff_reads_well() -> None:
    before = read("Tests take too long. We wait. Nobody sleeps.")
    after = read("Most tests take too long. We wait. Lunch helps.")
    assert changes(before, after) == (
        Change(How.CHANGED, "Tests take too long.", "Most tests take too long."),
        Change(How.KEPT, "We wait.", "We wait."),
        Change(How.ADDED, "", "Lunch helps."),
        Change(How.TAKEN_OUT, "Nobody sleeps.", ""),
    )


def test_a_suggestion_replaces_its_sentence_while_it_stands() -> None:
    draft = read("Tests take too long. [S3]\n\nWe wait.")
    found = replaced(draft, "Tests take too long.", "Most tests take long. Some do not. [S4]")
    assert found is not None
    assert written(found) == "Most tests take long. [S3] Some do not. [S4]\n\nWe wait."
    assert replaced(found, "Tests take too long.", "x") is None
    assert replaced(draft, "We wait.", " ") == draft[:1]


def test_a_first_draft_says_what_unites_why_and_what_divides_and_on_what_it_rests() -> None:
    sources = {n: Source(n + 10, text, ("It helps.", "It is cheap", "Third.") if n == 1 else ()) for n, text in examples.TEXTS.items()}
    draft = composed("What now?", examples.TWO, sources, "en")
    assert written(draft) == (
        "We were asked: “What now?”\n\n"
        "نحتاج إلى وقت أطول للاختبار. [S18]\n\n"
        "whoever writes a change should see it run for real. [S11] A reason that was given: “It helps.” [S11] "
        "A reason that was given: “It is cheap”. [S11]\n\n"
        "Most of us do not share this view: “one person should be able to stop any release”. [S15]\n\n"
        "Here we do not see it alike: “releases on a Friday should be forbidden”. [S12] "
        "Here we do not see it alike: “we should go back to one release in a quarter”. [S17]\n\n"
        "Here many of us are not sure: “release notes should be written for customers first”. [S16]"
    )
    assert read(written(draft)) == draft


@settings(deadline=None, max_examples=30)
@given(st.dictionaries(st.sampled_from(sorted(examples.TEXTS)), st.text(max_size=60)))
def test_any_statements_make_a_draft_that_can_be_read_back(texts: dict[int, str]) -> None:
    draft = composed("?", examples.TWO, {n: Source(n, text, (text,)) for n, text in texts.items()}, "en")
    assert read(written(draft)) == draft


def test_where_nothing_unites_the_draft_says_so() -> None:
    assert written(composed("Why?", examples.NOBODY, {}, "en")) == (
        "We were asked: “Why?”\n\nWe have not found a sentence yet that most of us share."
    )


# -- annex ---------------------------------------------------------------------------------------------------------------


def test_reasons_stand_word_for_word_as_their_holders_chose() -> None:
    said = text_of(Document("x", annex(examples.DISSENTS)))
    assert "Two of five teams have no night shift." in said
    assert "— Priya Nair" in said
    assert "Without the sentence about small changes it slows us down." in said
    assert "I have other reasons." not in said
    assert "1 reason is not printed, as was asked." in said


def test_a_name_stands_only_where_it_was_chosen() -> None:
    each = Dissent(Position.DO_NOT_SEND, "No.", Printing.UNNAMED, "Bob")
    assert "Bob" not in text_of(Document("x", annex([each])))
    assert "Bob" in text_of(Document("x", annex([replace(each, printing=Printing.NAMED)])))


@settings(deadline=None, max_examples=10)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_annex_tells_nothing(chance: random.Random) -> None:
    shuffled = chance.sample(examples.DISSENTS, len(examples.DISSENTS))
    assert annex(shuffled) == annex(examples.DISSENTS)


def test_without_dissent_there_is_no_annex() -> None:
    assert annex([]) == ()
    assert annex([Dissent(Position.STAND_ASIDE, " ", Printing.NAMED, "Bob")]) == ()
    assert annex([Dissent(Position.SUPPORT, "Fine.", Printing.NAMED, "Bob")]) == ()


# -- sentences -----------------------------------------------------------------------------------------------------------


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
    made = png(svg(drawing))
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", made[16:24])
    assert width in range(1100, 1180)
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


# -- the response --------------------------------------------------------------------------------------------------------


def pdf_text(document: Document) -> tuple[bytes, str]:
    made = typeset(as_json(document, "en"))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    return made, " ".join(text.split())


def test_a_response_is_a_tagged_paper_with_the_reasons_of_two_blocs_unaltered() -> None:
    made, text = pdf_text(response.document(examples.RESPONSE))
    assert b"pdfuaid:part" in made
    assert '"is": "figure"' in json.dumps(as_json(response.document(examples.RESPONSE), "en"))
    for words in ("It asks for more than we can staff. Two of five teams have no night shift.", "it slows us down.", "Priya Nair"):
        assert words in text
    assert "I have other reasons." not in text
    for words in ("13 of 17 who did not abstain support it.", "So it was ratified.", "[S1, S4]", "Fri 3 Apr 2026, 18:00", "Invited 24"):
        assert words in text


def test_a_response_in_markdown_says_the_same() -> None:
    text = text_of(response.document(examples.RESPONSE))
    assert "# Our response: What should the new rule for releases say?" in text
    assert "Whoever writes a change should see it run for real. *[S1]* It takes" in text
    assert "| S1 | Agreement | 14 / 3 / 1 | 9 / 2 / 1 | 5 / 1 / 0 |" in text
    assert "*Map of opinions: group A with 12 people" in text  # the picture's words stand for it
    assert "- S8: “نحتاج إلى وقت أطول للاختبار”" in text


def test_signatories_speak_for_themselves() -> None:
    text = text_of(response.document(examples.SIGNED))
    assert "**This text was not ratified. It speaks for those who sign it, and not for the community.**" in text
    assert "- Ann Berger, Hospital North\n- Bob Achterberg\n" in text
    assert "Those who sign give their own views, and not those of where they work." in text
    assert "confidential until this was sent" in text
    assert "Signed by" not in text_of(response.document(examples.RESPONSE))


@pytest.mark.parametrize("way", [Way.ANNEX, Way.SIGNATORIES, Way.NOT_SENT])
def test_what_was_not_ratified_says_so_at_its_top(way: Way) -> None:
    found = text_of(response.document(replace(examples.RESPONSE, way=way)))
    assert found.index("This text was not ratified") < found.index("What we say")


def test_a_small_anonymous_ballot_is_blurred() -> None:
    anonymous = replace(examples.RESPONSE.promises, is_anonymous=True)
    few = replace(examples.RESPONSE, promises=anonymous, opinions=None, decision=decide([Position.SUPPORT] * 4, 9, Rule.CONSENT, Quorum()))
    assert "Fewer than 5 people voted" in text_of(response.document(few))
    nearly = replace(few, decision=decide([Position.SUPPORT] * 8 + [Position.DO_NOT_SEND], 9, Rule.MAJORITY, Quorum()))
    text = text_of(response.document(nearly))
    assert "| Support it as it is | all or nearly all |" in text
    assert "| Do not want it to be sent | few or none |" in text
    assert "8 of 9" not in text
    opened = text_of(response.document(replace(nearly, promises=examples.RESPONSE.promises)))
    assert "8 of 9 who did not abstain support it." in opened


def test_lists_and_headings_of_a_draft_stand_as_such() -> None:
    sentences = read("## Why\n\nFirst. [S1] Second.\n\n- one\n- two. [S2]\n\nEnd.")
    text = text_of(response.document(replace(examples.QUICK, sentences=sentences)))
    assert "**Why**\n\nFirst. *[S1]* Second.\n\n- one\n- two. *[S2]*\n\nEnd." in text
    assert as_text(sentences) == "## Why\n\nFirst. Second.\n\n- one\n\n- two.\n\nEnd."


def test_every_rule_and_fallback_is_said() -> None:
    assert set(response.RULES) == set(Rule)
    assert set(response.FALLBACKS) == set(Fallback)
    assert set(response.POSITIONS) == set(Position)
    assert set(response.WAYS) == set(Way) - {Way.OURS}


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.isprintable()])
def test_nothing_that_somebody_wrote_is_markup_in_a_response(text: str) -> None:
    of = replace(
        examples.RESPONSE,
        community=text,
        question=text,
        asker=text,
        sentences=(Sentence(text, (1,)),),
        statements=tuple((n, text) for n in range(1, 9)),
        dissents=(Dissent(Position.DO_NOT_SEND, text, Printing.NAMED, text),),
        signatories=(Signatory(text, text),),
        by_group=text,
    )
    assert typeset(as_json(response.document(of), "en")).startswith(b"%PDF")
