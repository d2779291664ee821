"""What a draft rests on: likeness of statements, sentences, versions, the dissent annex."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.papers.document import Document
from bot.papers.markdown import markdown
from handlers.opinions import map_examples as examples
from handlers.opinions.annex import Dissent, annex
from handlers.opinions.composing import Change, How, Sentence, Source, changes, composed, read, replaced, written
from handlers.opinions.rules import Position, Printing
from handlers.opinions.similar import likeness, similar

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
        "Here many of us are not sure: “release notes should be written for customers first”. [S16]\n\n"
        "Too few of us have answered this to say more: “the checklist should be half as long”. [S14]"
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


def text_of(document: Document) -> str:
    return re.sub(r"\\(.)", r"\1", markdown(document, "en"))
