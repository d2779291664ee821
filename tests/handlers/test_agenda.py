"""The learning agenda: questions that anyone adds or backs, and what came of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import Playground
from handlers.agenda.rules import PAGE, first_to_last, page_there_is
from tests.kit.cast import Cast
from tests.kit.charters import BETTER, GROUP
from tests.kit.people import Person

At = Callable[[str], Person]


@pytest.fixture(params=["slack", "teams"])
def cast(request: pytest.FixtureRequest, stage: Playground, person: At) -> Cast:
    return Cast.of(stage, request.param, person)


@given(st.dictionaries(st.integers(1), st.integers(0, 5)))
def test_the_most_backed_come_first_and_none_is_left_out(backers: dict[int, int]) -> None:
    found = first_to_last(backers.items())
    assert sorted(found) == sorted(backers)
    assert [(-backers[each], -each) for each in found] == sorted((-count, -each) for each, count in backers.items())


@given(st.integers(-5, 50), st.integers(0, 100))
def test_every_page_has_questions_where_there_are_any(wanted: int, count: int) -> None:
    page = page_there_is(wanted, count)
    assert page == 0 or 0 < page * PAGE < count


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_question_of_the_agenda_grows_into_a_group_and_says_what_came_of_it(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await cast.member.types("/convene agenda")
    cast.member.sees("No open question yet.")
    await cast.member.presses("Add a question")
    await cast.member.fills("Add it", text="How do we hand over in ten minutes?")
    cast.member.sees("1 person backs it.")
    await elsewhere.types("/convene agenda")
    await elsewhere.presses(_label(elsewhere, "See How do we"))
    await elsewhere.presses("Back it")
    elsewhere.sees("2 people back it.")
    await cast.other.types("/convene agenda")
    await cast.other.presses(_label(cast.other, "See How do we"))
    await cast.other.presses("Start something for it")
    cast.other.sees("Is it more than a member can give in passing?", "How do we hand over in ten minutes?")
    await cast.other.presses("A practice group")
    await cast.other.fills("Announce it", **GROUP, reason=BETTER)
    await cast.member.types("/convene agenda")
    await cast.member.presses(_label(cast.member, "See How do we"))
    await cast.member.presses("See Retro circle")
    cast.member.sees("How do we learn from small mishaps?")
    await cast.other.presses("Look after it")
    await cast.other.presses("Bring back results")
    await cast.other.fills("Tell everybody", found="Write the list before the shift ends.")
    for somebody in (cast.member, elsewhere):
        somebody.sees("This came because you back this question.", "Retro circle: Write the list before the shift ends.")
    await cast.lead.types("/convene agenda")
    await cast.lead.presses("What came of others")
    cast.lead.sees("How do we hand over in ten minutes?")
    await elsewhere.presses("See the question")
    await elsewhere.presses("Back it no more")
    elsewhere.sees("1 person backs it.")
    assert cast.is_clean()


def _label(somebody: Person, begins: str) -> str:
    """The whole label of a button that begins like this."""
    controls = [control for c in somebody.screen["conversations"] for m in c["messages"] for control in m["controls"]]
    return next(control["label"] for control in controls if control["label"].startswith(begins))
