"""After a life everybody but one lead is erased, and their names are looked for wherever the life left something.

What a feature says under a key stays its own in everybody's chat; without one it is a letter, which its reader keeps, but in a place
everybody reads it, and nobody who is erased may stand there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.core.ports import Actor, Conversation, Interaction, Submitted
from bot.core.rows import PostRow
from bot.data import scope
from bot.data.base import Base
from bot.data.vault import CannotOpen, Vault
from bot.people.rows import IdentityRow
from bot.playground import PEOPLE, SLACK_TEAM, TENANT, Playground, Somebody
from handlers.home.my_data_views import EraseDraft
from tests.kit.cast import rows

STAYS = PEOPLE[4]  # a lead


async def everything(stage: Playground) -> list[str]:
    """Every value of every row of every table as `table.column=value`, what is sealed opened."""

    def work(session: Session) -> list[str]:
        scope.enter(session, scope.SYSTEM)
        return list(_values(session))

    return await stage.parts.units.read(work)


def _values(session: Session) -> Iterator[str]:
    vault: Vault = session.info["vault"]
    for table in Base.metadata.sorted_tables:
        for row in session.connection().execute(table.select()).mappings():
            for name, value in row.items():
                column = f"{table.name}.{name}"
                yield f"{column}={_opened(vault, column, row.get('id'), value) if isinstance(value, bytes) else value}"


def _opened(vault: Vault, column: str, row: Any, value: bytes) -> str:
    try:
        return vault.open(column, row, value).decode(errors="replace")
    except CannotOpen:  # a digest, which opens nowhere
        return value.hex()


async def traces(stage: Playground) -> list[str]:
    """Erase everybody but one lead; what names somebody who is gone: in tables, in places, in living cards of the one who stays."""
    gone = [each for each in PEOPLE if each is not STAYS]
    before = {row.account: (row.id, row.person_id) for row in await rows(stage, IdentityRow)}
    for each in gone:
        await _erases(stage, each)
    await stage.settle()
    await stage.winder.settle()
    still = {row.account for row in await rows(stage, IdentityRow)}
    erased = [each for each in gone if _account(stage, each) in before.keys() - still]
    marks = {mark for each in erased for mark in (each.name, _account(stage, each), each.account)}
    marks |= {str(number) for each in erased for number in before[_account(stage, each)]}
    living = {message for message, key in await rows(stage, PostRow.message_id, PostRow.key) if key is not None}
    lines = [*await everything(stage), *_standing(stage, living)]
    return [line for line in lines if any(mark in line for mark in marks)]


async def _erases(stage: Playground, who: Somebody) -> None:
    """Somebody fills in the form, without what their client would draw for it."""
    workspace = SLACK_TEAM if who.platform == "slack" else TENANT
    account = _account(stage, who)
    did = Submitted(EraseDraft.wire_name, None, "", {"word": "erase"})
    await stage.parts.dispatcher.dispatch(Interaction(who.platform, workspace, Actor(account), Conversation(account, "chat"), did))


def _account(stage: Playground, who: Somebody) -> str:
    """How the bot knows them."""
    return who.account if who.platform == "slack" else stage.teams.object_id(who.account)


def _standing(stage: Playground, living: Collection[str | None]) -> Iterator[str]:
    """What the bot said and what stands still, each with its raw form, which holds accounts."""
    for who in (PEOPLE[0], STAYS):
        driver: Any = stage.slack if who.platform == "slack" else stage.teams
        for conversation in driver.screen(who.account)["conversations"]:
            for message in conversation["messages"]:
                is_read = not message["private"] if conversation["kind"] == "place" else who is STAYS and message["id"] in living
                if message["author"]["is_bot"] and not message["deleted"] and is_read:
                    yield f"{conversation['name']}: {message['plain']} {json.dumps(message['body'], ensure_ascii=False)}"


def shortened(lines: Sequence[str], longest: int = 400) -> str:
    """Traces as a failure shows them."""
    return "\n".join(line[:longest] for line in lines)
