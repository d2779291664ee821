"""When somebody is asked what, and which activities are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.papers.document import Document, Section
from handlers.endings import examples
from handlers.endings.composing import FollowUp, document
from handlers.endings.rules import MOST_NAMED, Stuck, asked_on, follow_up_on, most_and_least, told_on

LAST = date(2026, 4, 21)


def test_highlights_are_asked_for_in_the_last_week() -> None:
    assert asked_on(LAST, 30) == date(2026, 4, 15)
    assert asked_on(LAST, 7) == date(2026, 4, 20)
    assert asked_on(LAST, 1) == LAST


def test_what_stuck_is_asked_and_told() -> None:
    assert [follow_up_on(LAST, after) for after in (30, 90)] == [date(2026, 5, 21), date(2026, 7, 20)]
    assert told_on(LAST, 30) == date(2026, 5, 28)


@given(st.lists(st.integers(0, 50), max_size=40))
def test_nothing_is_named_twice_and_most_are_done_more_than_least(counts: list[int]) -> None:
    most, least = most_and_least(list(enumerate(counts)))
    assert not set(most) & set(least)
    assert len(most) == len(least) <= MOST_NAMED
    if most:
        assert min(counts[n] for n in most) >= max(counts[n] for n in least)
        assert (max(counts), min(counts)) == (counts[most[0]], counts[least[-1]])
    else:
        assert len(set(counts)) < 2


def headings(made: Document) -> list[str]:
    return [part.heading.msgid for part in made.parts if isinstance(part, Section) and not isinstance(part.heading, str)]


def test_a_small_group_is_told_fewer_figures() -> None:
    assert "Done most" in headings(document(examples.REPORT))
    assert headings(document(examples.SMALL)) == ["In numbers"]
    assert "every day" not in str(document(examples.SMALL))
    assert "every day" in str(document(examples.REPORT))


def test_few_answers_are_not_told_one_by_one() -> None:
    few = str(document(replace(examples.REPORT, follow_ups=(FollowUp(30, (Stuck.STILL, Stuck.NO_MORE)),))))
    assert "Not any more" not in few
    assert "Not any more" in str(document(replace(examples.REPORT, follow_ups=(FollowUp(30, (Stuck.NO_MORE,) * 5),))))
