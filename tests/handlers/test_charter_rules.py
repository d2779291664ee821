"""The rules of charters: every way a charter may go and no other, when it passes, when a seat may be given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.papers.document import as_json
from bot.papers.markdown import written
from handlers.charters import page_views
from handlers.charters.charter import Charter, SignOff, Standing
from handlers.charters.page_views import Told
from handlers.charters.rules import (
    ENDORSED,
    MOVES,
    WRITTEN,
    Change,
    Kind,
    Missing,
    Move,
    Rhythm,
    Said,
    Stance,
    State,
    asks_again,
    changes,
    decide,
    given_from,
    needs_endorsement,
    next_state,
    report_due,
)

STATES, ALL_MOVES = st.sampled_from(State), st.sampled_from(Move)

# Written out a second time, in words of domain rather than by state: what may happen, and what comes of it.
LIFE = {
    "draft": {"propose": "proposed", "publish": "endorsing", "announce": "recruiting", "cancel": "cancelled"},
    "proposed": {"publish": "endorsing", "send back": "draft", "cancel": "cancelled"},
    "endorsing": {"endorse": "confirming", "reject": "draft", "ask again": "endorsing", "cancel": "cancelled"},
    "confirming": {"confirm": "recruiting", "ask again": "endorsing", "cancel": "cancelled"},
    "recruiting": {"begin": "active", "ask again": "endorsing", "cancel": "cancelled"},
    "active": {"bring results": "results", "rest": "dormant", "set": "sunset", "ask again": "endorsing", "cancel": "cancelled"},
    "dormant": {"wake": "active", "bring results": "results", "set": "sunset", "cancel": "cancelled"},
    "results": {"bring results": "results", "close": "closed", "cancel": "cancelled"},
    "closed": {},
    "sunset": {},
    "cancelled": {},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_every_way_that_there_is_and_no_other(state: State, move: Move) -> None:
    found = next_state(state, move)
    assert (found.value if found is not None else None) == LIFE[state.value].get(move.value)


class Life(RuleBasedStateMachine):
    """A charter on a random walk: only ways that there are, and what always holds on them."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.walked = State.DRAFT, [State.DRAFT]

    @rule(move=ALL_MOVES)
    def moves(self, move: Move) -> None:
        found = next_state(self.state, move)
        if found is not None:
            self.state = found
            self.walked.append(found)

    @invariant()
    def work_comes_after_a_team_came_together(self) -> None:
        if State.ACTIVE in self.walked:
            assert State.RECRUITING in self.walked[: self.walked.index(State.ACTIVE)]

    @invariant()
    def what_was_published_begins_only_when_its_lead_confirmed_it(self) -> None:
        asked = [n for n, state in enumerate(self.walked) if state is State.ENDORSING]
        begun = [n for n, state in enumerate(self.walked) if state is State.RECRUITING]
        for n in begun:
            if asked and asked[0] < n and State.DRAFT not in self.walked[asked[0] : n]:
                assert self.walked[n - 1] is State.CONFIRMING

    @invariant()
    def only_results_are_closed(self) -> None:
        if self.state is State.CLOSED:
            assert self.walked[-2] is State.RESULTS

    @invariant()
    def it_can_be_called_off_until_it_is_over(self) -> None:
        assert (next_state(self.state, Move.CANCEL) is None) == self.state.is_over


TestLife = pytest.mark.thorough(Life.TestCase)


def test_every_state_is_reached_and_the_last_ones_have_no_way_on() -> None:
    reached, edge = {State.DRAFT}, [State.DRAFT]
    while edge:
        new = set(MOVES[edge.pop()].values()) - reached
        reached |= new
        edge += new
    assert reached == set(State)
    assert {state for state in State if not MOVES[state]} == {state for state in State if state.is_over}


# -- endorsement ---------------------------------------------------------------------------------------------------------

SAID = st.lists(st.builds(Said, st.sampled_from(Stance), st.booleans()), max_size=12)


@given(SAID)
def test_it_passes_as_the_rule_says(said: list[Said]) -> None:
    supports = len([each for each in said if each.stance is Stance.SUPPORT])
    concerns = len([each for each in said if each.stance is Stance.CONCERN])
    unanswered = [each for each in said if each.stance is Stance.CONDITION and not each.is_answered]
    assert (decide(said) == frozenset()) == (supports >= 3 and supports > concerns and not unanswered)


@given(SAID)
def test_one_more_support_never_harms_and_one_more_concern_never_helps(said: list[Said]) -> None:
    assert decide([*said, Said(Stance.SUPPORT)]) <= decide(said) <= decide([*said, Said(Stance.CONCERN)])


def test_an_answer_does_not_speak_for_whoever_gave_a_condition() -> None:
    two = [Said(Stance.SUPPORT), Said(Stance.SUPPORT)]
    assert decide([*two, Said(Stance.CONDITION, is_answered=True)]) == {Missing.SUPPORTS}
    assert decide([*two, Said(Stance.SUPPORT), Said(Stance.CONDITION)]) == {Missing.CONDITIONS}
    assert decide([*two, Said(Stance.SUPPORT), *[Said(Stance.CONCERN)] * 3]) == {Missing.CONCERNS}


@pytest.mark.parametrize(
    ("kind", "hours", "budget", "needs"),
    [
        (Kind.PROJECT, "", "", True),
        (Kind.GROUP, "", "", False),
        (Kind.GROUP, "2 a week", "", True),
        (Kind.GROUP, "", "300", True),
    ],
)
def test_a_light_group_needs_nobodys_endorsement(kind: Kind, hours: str, budget: str, needs: bool) -> None:
    assert needs_endorsement(kind, hours, budget) is needs


# -- versions ------------------------------------------------------------------------------------------------------------

WORDS = st.dictionaries(st.sampled_from(WRITTEN), st.text(max_size=3))


@pytest.mark.thorough
@given(WORDS, WORDS)
def test_a_diff_leads_from_one_version_to_the_next(before: dict[str, str], after: dict[str, str]) -> None:
    found = changes(before, after)
    led_to = {**before, **{change.field: change.after for change in found}}
    assert {name: text for name, text in led_to.items() if text} == {name: text for name, text in after.items() if text}
    assert all(change.before == before.get(change.field, "") for change in found)
    assert changes(after, after) == ()
    assert asks_again(found) == any(before.get(field, "") != after.get(field, "") for field in ENDORSED)


def test_measures_may_change_without_asking_again() -> None:
    assert not asks_again([Change("measures", "", "minutes")])
    assert asks_again([Change("measures", "", "minutes"), Change("budget", "300", "3000")])


# -- seats and reports ---------------------------------------------------------------------------------------------------

ZONES = st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "UTC"])
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 4 * 366 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


@given(INSTANTS, ZONES)
def test_three_whole_working_days_lie_between_showing_and_giving(shown: datetime, zone: str) -> None:
    earliest = given_from(shown, zone).astimezone(ZoneInfo(zone))
    first = shown.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range((earliest.date() - first).days)]
    assert sum(day.weekday() < 5 for day in days) == 3
    assert days[-1].weekday() < 5
    assert (earliest.hour, earliest.minute) == (0, 0)


def test_what_is_shown_on_friday_is_given_on_thursday() -> None:
    shown = datetime(2026, 3, 20, 9, tzinfo=UTC)
    assert given_from(shown, "Europe/Berlin").astimezone(ZoneInfo("Europe/Berlin")).date() == date(2026, 3, 26)


@given(st.sampled_from(Rhythm), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_a_report_is_due_by_its_rhythm_or_never(rhythm: Rhythm, heard: date) -> None:
    due = report_due(rhythm, heard)
    assert (due is None) == (rhythm is Rhythm.NEVER)
    assert due is None or (due - heard).days in {7, 14, 28}


def test_the_sponsors_page_sums_the_hours_of_what_is_chartered() -> None:
    def told(state: State, pledged: str, sign_off: SignOff | None = None) -> tuple[Standing, Told]:
        words = {"name": "Circle", "goal": "Why?", "hours": "some", "pledged": pledged}
        return Standing(Charter(7, Kind.GROUP, "subtopic", words, state=state, sign_off=sign_off)), Told()

    entries = [told(State.ACTIVE, "40", SignOff.CONFIRMED), told(State.RESULTS, "15"), told(State.CLOSED, ""), told(State.ENDORSING, "900")]
    page = written(as_json(page_views.overview("Learning Engineers", entries), "en"))
    assert "| Members' hours pledged | 55 hours |" in page
    assert "| Of these confirmed by a sponsor | 40 hours |" in page
    assert "| Ask for hours or budget without that number | 1 |" in page
    assert "900 hours" not in page
    assert "| Asks of the community answered | none so far |" in page
