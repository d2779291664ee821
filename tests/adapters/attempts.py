"""What the tests of hostile, careless and unlucky people have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from bot.chat.reading import resolved
from bot.chat.reply import Reply
from bot.core.ports import Actor, Conversation, Did, Interaction
from bot.data import scope
from bot.data.base import Base
from bot.playground import SLACK_TEAM, Playground
from handlers.challenges.rows import ChallengeRow
from tests.kit.beginnings import announced as announces
from tests.kit.cast import rows
from tests.kit.people import Person

At = Callable[[str], Person]
Row = dict[str, Any]
CANARY = "kanarienvogel"


async def announced(stage: Playground, person: At) -> int:
    """A challenge that begins on Monday; its id."""
    await announces(person("ANN"))
    return (await rows(stage, ChallengeRow.id))[0]  # type: ignore[no-any-return]


def asked(account: str, did: Did, *, workspace: str = SLACK_TEAM, place: str | None = None) -> Interaction:
    where = Conversation(place, "place", "elsewhere") if place else Conversation(account, "chat")
    return Interaction("slack", workspace, Actor(account, "Somebody", "Europe/Berlin", "en"), where, did)


def words(reply: Reply) -> str:
    """Everything in a reply, for looking a canary up in it."""
    return repr(resolved(reply, "en"))


async def tables(stage: Playground) -> dict[str, list[Row]]:
    """Every row of every table."""

    def work(session: Session) -> dict[str, list[Row]]:
        scope.enter(session, scope.SYSTEM)
        found = {}
        for table in Base.metadata.sorted_tables:
            assert isinstance(table, Table)
            order = list(table.primary_key.columns)
            found[table.name] = [dict(row) for row in session.execute(select(table).order_by(*order)).mappings()]
        return found

    return await stage.parts.units.read(work)
