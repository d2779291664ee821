"""The dispatcher: every answer that is not the feature's own, and that nothing typed is lost on the way."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

import pytest
import structlog

from bot.chat.reply import Open, Say, Silence
from bot.core import dispatch
from bot.core.clock import WoundClock
from bot.core.facts import PersonArrived
from bot.core.ports import Commanded, Pressed, Submitted, Wrote
from bot.core.rows import KeptTextRow, SeenRow
from bot.data.units import Units
from bot.logs import processors
from bot.people.rows import CommunityRow, PersonRow
from handlers.challenges.rows import ChallengeRow
from handlers.journal.rows import EntryRow
from tests.bot.core.world import PLACE, World, words, world

T = TypeVar("T")
SECRET = "nobody else may read this sentence of mine"


async def test_an_unknown_command_is_answered_with_what_there_is(community: World) -> None:
    answer = await community.does("bob", Commanded("nonsense", "x"))
    assert "/nonsense" in words(answer)
    assert "What I can do" in words(answer)


async def test_an_unknown_command_in_a_message_names_the_nearest(community: World) -> None:
    answer = await community.writes("bob", "/jornal felt good")
    assert "Did you mean " in words(answer)
    assert "/journal" in words(answer)
    assert await community.stored(EntryRow) == []


@pytest.mark.parametrize("account", ["ann", "somebody new"])
@pytest.mark.parametrize(
    "payload", ['["challenge.old",{}]', '["challenge.join",{"challenge":"7"}]', '["challenge.join",{}]', "", "not JSON", '["command",{}]']
)
async def test_an_old_button_gives_a_fresh_card(community: World, account: str, payload: str) -> None:
    answer = await community.does(account, Pressed(payload))
    assert "This card is out of date" in words(answer)
    assert "What I can do" in words(answer)


async def test_who_arrives_by_an_old_button_has_arrived(community: World) -> None:
    await community.does("bob", Pressed('["challenge.old",{}]'))
    assert {type(fact) for fact in community.facts} == {PersonArrived}
    community.facts.clear()
    await community.writes("bob", "help")
    assert community.facts == []


async def test_a_member_cannot_do_what_only_leads_may(community: World) -> None:
    opened = await community.does("ann", Commanded("challenge", ""))
    assert isinstance(opened.reply, Open)
    for refused in (
        await community.submits("bob", opened, {}),
        await community.does("bob", Pressed('["challenge.start",{}]')),
    ):
        assert "Only a lead" in words(refused)
    assert await community.stored(ChallengeRow) == []
    assert "is announced" in words(await community.submits("ann", opened, {}))


async def test_a_form_that_is_sent_twice_counts_once(community: World) -> None:
    opened = await community.does("ann", Commanded("challenge", ""))
    answers = await asyncio.gather(*(community.submits("ann", opened, {}) for _ in range(5)))
    assert sorted(type(answer.reply).__name__ for answer in answers) == ["Say"] + ["Silence"] * 4
    assert len(await community.stored(ChallengeRow)) == 1


async def test_a_form_with_errors_comes_back_as_typed_and_can_be_sent_again(community: World) -> None:
    opened = await community.does("ann", Commanded("challenge", ""))
    again = await community.submits("ann", opened, {"starts_on": "2020-01-01", "hour": "nine"})
    assert isinstance(again.reply, Open)
    standing = {each.name: each for each in again.reply.form.fields}
    assert (standing["starts_on"].value, standing["hour"].value) == ("2020-01-01", "nine")
    assert standing["hour"].error == "Please give a time like 09:00."
    assert "is announced" in words(await community.submits("ann", again, {"starts_on": "2026-03-23", "hour": "09:00"}))


async def test_a_draft_that_no_longer_exists_gives_a_fresh_card(community: World) -> None:
    answer = await community.does("ann", Submitted("challenge.gone", None, "n", {"title": SECRET}))
    assert "out of date" in words(answer)


@pytest.mark.both_databases
async def test_the_same_delivery_again_is_nothing_new(community: World) -> None:
    first, *others = [await community.does("bob", Commanded("journal", "felt good"), key="slack:trigger:1") for _ in range(3)]
    assert isinstance(first.reply, Say)
    assert [type(other.reply) for other in others] == [Silence, Silence]
    assert len(await community.stored(EntryRow)) == 1


@pytest.mark.both_databases
async def test_the_same_delivery_at_the_same_time_counts_once(community: World) -> None:
    await community.writes("bob", "help")
    answers = await asyncio.gather(*(community.does("bob", Commanded("journal", "felt good"), key="slack:trigger:1") for _ in range(4)))
    assert sum(isinstance(answer.reply, Say) for answer in answers) == 1
    assert len(await community.stored(EntryRow)) == 1


@pytest.mark.both_databases
async def test_somebody_who_does_two_things_at_once_arrives_once(community: World) -> None:
    await asyncio.gather(*(community.does("bob", Commanded("journal", f"entry {n}")) for n in range(4)))
    assert len(await community.stored(PersonRow)) == 2
    assert len(await community.stored(EntryRow)) == 4


class Impatient:
    """Units that wait for a hundredth of a second, so that a test need not wait for two."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def run(self, work: Callable[[Any], T], *, start_within: float | None = None, ahead: bool = False) -> T:  # noqa: ARG002 - whatever is asked for
        return await self._units.run(work, start_within=0.01)

    async def read(self, work: Callable[[Any], T]) -> T:
        return await self._units.read(work)

    async def scrub(self) -> bool:
        return await self._units.scrub()

    async def close(self) -> None:
        await self._units.close()


@contextmanager
def somebody_else_writes(url: str) -> Iterator[None]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


@pytest.fixture
def sqlite_only(database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("the lock of a file")


@pytest.mark.thorough
@pytest.mark.usefixtures("sqlite_only")
async def test_when_we_are_too_busy_what_was_typed_comes_back(units: Units, database_url: str, clock: WoundClock) -> None:
    community = await world(Impatient(units), clock)
    values = {"text": SECRET, "visibility": "private"}
    with somebody_else_writes(database_url):
        answers = await asyncio.gather(
            community.writes("ann", SECRET),
            community.does("ann", Commanded("journal", SECRET)),
            community.does("ann", Submitted("journal.entry", None, "n", values)),
            community.does("ann", Pressed('["challenge.old",{}]')),
        )
    for answer in answers:
        assert "I am busy just now" in words(answer)
    for answer in answers[:3]:
        assert SECRET in words(answer)
    assert await community.stored(EntryRow) == []


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a real process would write down."""
    lines: list[str] = []

    class Sink:
        def msg(self, line: str) -> None:
            lines.append(line)

        info = warning = error = exception = msg

    made = structlog.wrap_logger(
        Sink(), processors=processors(structlog.processors.JSONRenderer()), wrapper_class=structlog.make_filtering_bound_logger(0)
    )
    monkeypatch.setattr(dispatch, "log", made)
    return lines


@pytest.mark.parametrize(
    "did",
    [Commanded("break", SECRET), Wrote(f"/break {SECRET}", "m1"), Pressed(f'["test.break",{{"words":"{SECRET}"}}]')],
    ids=lambda did: type(did).__name__,
)
async def test_what_nobody_expected_gives_a_reference_and_no_secret(community: World, logged: list[str], did: Any) -> None:
    answer = await community.does("bob", did, key="k1")
    reference = re.search(r"\b[0-9A-F]{6}\b", words(answer))
    assert reference is not None
    assert "Something went wrong on our side" in words(answer)
    assert "RuntimeError" not in words(answer)
    assert "cannot do anything" not in words(answer)
    assert len(logged) == 1
    assert reference.group() in logged[0]
    assert "RuntimeError" in logged[0]
    assert "break_down" in logged[0]
    assert SECRET not in logged[0]
    assert [row.key for row in await community.stored(SeenRow)] == [], "nothing was changed, so it may come again"
    if not isinstance(did, Pressed):
        assert SECRET in words(answer)


async def test_a_stranger_without_a_community_is_told_and_nothing_is_stored(community: World) -> None:
    answer = await community.writes("zoe", SECRET, team="T2", key="k1")
    assert "There is no community here yet" in words(answer)
    assert SECRET in words(answer)
    assert len(await community.stored(CommunityRow)) == 1
    assert await community.stored(SeenRow) == []


async def test_delivery_is_woken_after_the_commit_of_a_post_and_of_nothing_else(community: World) -> None:
    woken: list[int] = []
    community.parts.dispatcher._wake = lambda: woken.append(1)
    await community.does("ann", Commanded("nonsense", ""))
    await community.writes("ann", "help")
    assert woken == []
    await community.does("ann", Commanded("poll", "Lunch? | Pizza | Sushi"), place=PLACE)
    assert woken == [1]


# texts that nothing took


async def test_a_text_is_kept_until_its_writer_says_what_it_is(community: World) -> None:
    asked = await community.writes("bob", SECRET)
    assert "What shall I do with it?" in words(asked)
    (kept,) = await community.stored(KeptTextRow)
    assert SECRET.encode() not in kept.text
    saved = await community.presses("bob", asked, "Save as journal entry")
    assert "Saved in your journal" in words(saved)
    assert await community.stored(KeptTextRow) == []
    assert len(await community.stored(EntryRow)) == 1


async def test_pressing_twice_keeps_one_entry(community: World) -> None:
    asked = await community.writes("bob", SECRET)
    await community.presses("bob", asked, "Save as journal entry")
    again = await community.presses("bob", asked, "Save as journal entry")
    assert "out of date" in words(again)
    assert len(await community.stored(EntryRow)) == 1


async def test_nobody_else_can_take_a_kept_text(community: World) -> None:
    asked = await community.writes("bob", SECRET)
    for label in ("Save as journal entry", "Forget it"):
        answer = await community.presses("mallory", asked, label)
        assert "out of date" in words(answer)
        assert SECRET not in words(answer)
    assert len(await community.stored(KeptTextRow)) == 1
    assert await community.stored(EntryRow) == []


@pytest.mark.parametrize(("said", "entries"), [("yes", 1), ("Sure!", 1), ("no", 0), ("never mind", 0)])
async def test_yes_and_no_answer_while_the_question_is_open(community: World, said: str, entries: int) -> None:
    await community.writes("bob", SECRET)
    await community.writes("bob", said)
    assert len(await community.stored(EntryRow)) == entries
    assert await community.stored(KeptTextRow) == []


async def test_after_half_an_hour_yes_is_a_text_like_any_other(community: World) -> None:
    asked = await community.writes("bob", SECRET)
    community.clock.wind(community.clock.now() + timedelta(minutes=30))
    assert "What shall I do with it?" in words(await community.writes("bob", "yes"))
    assert len(await community.stored(KeptTextRow)) == 2
    assert "Saved in your journal" in words(await community.presses("bob", asked, "Save as journal entry"))


async def test_after_a_week_a_kept_text_is_gone(community: World) -> None:
    asked = await community.writes("bob", SECRET)
    community.clock.wind(community.clock.now() + timedelta(days=7))
    answer = await community.presses("bob", asked, "Save as journal entry")
    assert "out of date" in words(answer)
    assert await community.stored(EntryRow) == []


async def test_yes_of_one_person_does_not_answer_for_another(community: World) -> None:
    await community.writes("bob", SECRET)
    await community.writes("carla", "yes")
    assert await community.stored(EntryRow) == []
    assert len(await community.stored(KeptTextRow)) == 2
