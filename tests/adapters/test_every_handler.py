"""Every handler that is registered is tried with the ids of another community, which has a row in every table there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.chat.action import Action, field_types, to_wire
from bot.core.doing import RunCommand
from bot.core.ports import Commanded, Did, PickedUp, Pressed, Reacted, SentFile, Submitted, Wrote
from bot.core.rows import LaneRow, LaterRow, PostRow, RhythmRow
from bot.data import scope
from bot.data.base import Base
from bot.people.rows import CommunityRow, IdentityRow
from bot.playground import Playground
from tests.adapters.attempts import Row, asked, tables, words
from tests.adapters.test_what_is_not_ones_own import of, one_front_door
from tests.bot.data.filling import fill
from tests.kit.cast import rows

__all__ = ["one_front_door"]

THEIRS = 7  # their id; those of their rows are four digits that nothing else has
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
LEAD, MESSAGE = "U0ANN", "7777.7777"
EASY = {str: "x", bool: False, date: date(2026, 3, 23)}


async def moved_in(stage: Playground) -> dict[str, int]:
    """Another community with a row in every table; nothing of it is due. Table -> the id of its row."""

    def work(session: Session) -> dict[str, int]:
        scope.enter(session, scope.SYSTEM)
        made = fill(session.connection(), Base.metadata, THEIRS)
        for row, column, never in ((RhythmRow, "next_at", NEVER), (LaneRow, "next_at", None), (LaterRow, "due_at", None)):
            session.execute(update(row).where(row.community_id == THEIRS).values({column: never}))
        return {name: row["id"] for name, row in made.items() if "id" in row and name != "communities"} | {"communities": THEIRS}

    return await stage.parts.units.run(work)


def meant(ids: dict[str, int], field: str) -> list[int]:
    """The ids of rows that a field of this name may be meant for, first; otherwise all of them."""
    return [number for name, number in ids.items() if field[:4] in name] or list(ids.values())


def carried(payload: type[Action], ids: dict[str, int], *, turn: int) -> Iterator[Action]:
    """A payload with an id of theirs in every number, as it is meant and otherwise."""
    types = field_types(payload)
    numbers = [name for name, hint in types.items() if "int" in str(hint)]
    easy = {name: EASY[hint] for name, hint in types.items() if hint in EASY}
    others = {name: None for name in types if name not in easy and name not in numbers}
    every = list(ids.values())
    yield payload(**{**easy, **others, **{name: meant(ids, name)[0] for name in numbers}})
    for number in every[turn % 9 :: 9] if numbers else ():
        yield payload(**{**easy, **others, **dict.fromkeys(numbers, number)})


class Intruder:
    """A lead of the first community who tries things."""

    def __init__(self, stage: Playground, ids: dict[str, int]) -> None:
        self.stage, self.ids = stage, ids
        self.tried: dict[str, set[str]] = {}

    async def does(self, what: str, name: str, did: Did) -> None:
        """Try one thing: it may be refused, it may do nothing, but no fault of ours comes of it."""
        self.tried.setdefault(what, set()).add(name)
        answer = await self.stage.parts.dispatcher.dispatch(asked(LEAD, did))
        assert "Something went wrong" not in words(answer.reply), (what, name, did)

    async def presses(self) -> None:
        for turn, (name, declared) in enumerate(self.stage.parts.registry.actions.items()):
            for payload in carried(declared.payload, self.ids, turn=turn):
                await self.does("actions", name, Pressed(to_wire(payload), None, str(meant(self.ids, name)[0])))

    async def sends_forms(self) -> None:
        payloads = list(self.stage.parts.registry.payloads.values())
        for turn, (name, declared) in enumerate(self.stage.parts.registry.forms.items()):
            abouts: list[type[Action] | None] = [declared.about] if declared.about else [None, *payloads[turn % 40 :: 40]]
            for about in abouts:
                subject = to_wire(next(carried(about, self.ids, turn=turn))) if about is not None else None
                for number in (meant(self.ids, name.split(".")[0])[0], *list(self.ids.values())[turn % 30 :: 30]):
                    fields = {each: [str(number)] if "Choices" in str(hint) else str(number) for each, hint in _fields(declared.draft)}
                    await self.does("forms", name, Submitted(name, subject, "", fields))

    async def types(self) -> None:
        registry = self.stage.parts.registry
        for number in list(self.ids.values())[::12]:
            for name in registry.commands:
                await self.does("commands", name, Commanded(name, f"{number} | {number}"))
                await self.does("commands", name, Pressed(to_wire(RunCommand(name, str(number)))))
            for word in registry.doors:
                await self.does("doors", word, Commanded("convene", f"{word} {number}"))
            for name in registry.shortcuts:
                await self.does("shortcuts", name, PickedUp(name, f"{number}"))
            for suffix in registry.files:
                await self.does("files", suffix, SentFile(f"{number}{suffix}", f"- {number}\n".encode()))

    async def replies(self) -> None:
        """To a message that stands for something of theirs, as no message of ours ever does."""
        for turn, (name, declared) in enumerate(self.stage.parts.registry.replies.items()):
            for payload in carried(declared.payload, self.ids, turn=turn):
                await self.stage.parts.units.run(partial(_stands, about=to_wire(payload)))
                await self.does("replies", name, Wrote("A reply.", f"8.{turn}", reply_to=MESSAGE))
                await self.does("replies", name, Reacted(MESSAGE, ("thumbs up",)))
                await self.does("replies", name, SentFile("a.txt", b"words", reply_to=MESSAGE))


def _fields(draft: Any) -> Iterator[tuple[str, Any]]:
    from bot.chat.form import kinds

    return ((name, type(kind).__name__) for name, (kind, *_rest) in kinds(draft).items())


def _stands(session: Session, about: str) -> None:
    """Some message of ours in the lead's chat is about this."""
    scope.enter(session, scope.SYSTEM)
    lane = session.execute(select(IdentityRow.id).where(IdentityRow.account == LEAD)).scalar_one()
    post = session.execute(select(PostRow.id).where(PostRow.lane_id == lane).order_by(PostRow.id).limit(1)).scalar()
    if post is None:
        home = session.execute(select(IdentityRow.community_id).where(IdentityRow.id == lane)).scalar_one()
        new = PostRow(id=1, community_id=home, lane_id=lane, kind="news", turn=1, revision=1, state="sent", posted_at=_now(session))
        session.add(new)
        session.flush()
        post = 1
    session.execute(update(PostRow).where(PostRow.id == post).values(on_reply=about, message_id=MESSAGE, state="sent"))


def _now(session: Session) -> Any:
    return session.execute(select(CommunityRow.created_at).limit(1)).scalar_one()


@pytest.mark.thorough
@pytest.mark.timeout(300)
async def test_no_handler_sees_or_changes_anything_of_another_community(stage: Playground) -> None:
    registry = stage.parts.registry
    registry.admins = frozenset({f"slack:{LEAD}".casefold()})  # whichever button is pressed, a lead is who tries the next
    (ours,) = await rows(stage, CommunityRow.id)
    ids = await moved_in(stage)
    before = await tables(stage)
    theirs = {name: [row for row in found if _is_theirs(row)] for name, found in before.items()}
    assert all(theirs.values()), [name for name, found in theirs.items() if not found]
    intruder = Intruder(stage, ids)
    await intruder.presses()
    await intruder.sends_forms()
    await intruder.types()
    await intruder.replies()
    assert {what: names ^ set(getattr(registry, what)) for what, names in intruder.tried.items()} == {
        each: set() for each in ("actions", "forms", "commands", "doors", "shortcuts", "files", "replies")
    }, "every one that is registered was tried"
    after = await tables(stage)
    for name, found in theirs.items():
        assert [row for row in after[name] if row in found] == found, f"{name} was changed"
    foreign = set(ids.values()) | {THEIRS}
    for name, found in of(after, community_id=ours).items():
        for row in found:
            mentioned = {column for column, value in row.items() if isinstance(value, int) and value in foreign and column.endswith("_id")}
            assert not mentioned, (name, row)


@pytest.mark.thorough
async def test_this_search_finds_an_open_guard(stage: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = scope.enter
    intruder = Intruder(stage, await moved_in(stage))
    monkeypatch.setattr(scope, "enter", lambda session, _community: guarded(session, scope.SYSTEM))
    with pytest.raises(AssertionError, match="Something went wrong"):
        await intruder.presses()


def _is_theirs(row: Row) -> bool:
    return any(value == THEIRS or (isinstance(value, int) and THEIRS * 1000 < value < THEIRS * 1000 + 1000) for value in row.values()) or (
        any(isinstance(value, str) and value.startswith("v7") for value in row.values())
    )
