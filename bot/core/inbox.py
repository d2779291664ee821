"""The inbox: what was acknowledged before it was handled, stored sealed, and settled in the transaction that handles it."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import structlog
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from bot.chat import wire
from bot.chat.reading import resolved
from bot.chat.reply import Open, Reply, Say, Silence, offered
from bot.core.incoming import Incoming
from bot.core.leases import LEASE
from bot.core.ports import Answer
from bot.core.rows import InboxRow, SeenRow
from bot.data import scope
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.inserts import insert_if_new
from bot.data.units import Units
from bot.data.vault import Vault

CONTENT, ANSWER = "inbox.content", "inbox.answer"
MOST = 30_000  # of one workspace; no platform sends more in an hour, and what is refused then is not acknowledged

log = structlog.get_logger()
_inbox, _seen = table(InboxRow), table(SeenRow)
_VALUES: dict[str, Any] = {
    name: bindparam(name)
    for name in (
        "id",
        "platform",
        "workspace",
        "conversation",
        "account",
        "kind",
        "key",
        "content",
        "answer",
        "stored_at",
        "due_at",
        "attempts",
    )
}
_RELIED_ON = update(_inbox).where(_inbox.c.key == bindparam("of")).values(stored_at=bindparam("at")).returning(_inbox.c.id)
_HAS_SEEN = select(_seen.c.key).where(_seen.c.key == bindparam("key"))
_is_row = _inbox.c.id == bindparam("row")
_OURS = select(_inbox.c.id).where(_is_row, _inbox.c.lease == bindparam("mark")).with_for_update()
_FORGET = delete(_inbox).where(_is_row)
_TAKE_BACK = delete(_inbox).where(_is_row, _inbox.c.stored_at == bindparam("at"))
_ANSWERED = update(_inbox).where(_is_row).values(answer=bindparam("said"))
_RELEASE = update(_inbox).where(_is_row, _inbox.c.lease.is_(None)).values(due_at=bindparam("at"))

Conversation = tuple[str, str, str]


@cache
def _store(kind: str) -> Any:
    return insert_if_new(kind, _inbox).values(_VALUES).returning(_inbox.c.id)


class UnitInbox:
    """The inbox of a process; each change that is not part of a handling is a small unit of its own."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self.woken: Callable[[], None] = lambda: None  # called when there is something to be worked off
        self.waiting: Counter[tuple[str, str]] = Counter()  # by workspace, as far as this process knows
        self._behind: dict[Conversation, int] = {}  # when something of a conversation was stored last to be worked off
        self._steps = 0
        self._counted_at = -1.0

    async def store(self, incoming: Incoming, *, within: float, is_under_way: bool, is_urgent: bool = True) -> bool:
        """Whether it is safe in time; it is not where so much waits already that it would never be worked off."""
        if incoming.storing is not None:
            await asyncio.wait({incoming.storing}, timeout=within)
        if incoming.row is not None:
            return is_under_way or await self._change(partial(self._let_go, incoming=incoming))
        workspace = (incoming.platform, incoming.workspace)
        if self.waiting[workspace] >= MOST:
            await self._count_anew()
        if self.waiting[workspace] >= MOST:
            log.error("the inbox is full", platform=incoming.platform, workspace=incoming.workspace, waiting=self.waiting[workspace])
            return False
        self._mark(incoming, is_under_way=is_under_way)
        work = partial(self._insert, incoming=incoming, is_under_way=is_under_way)
        incoming.storing = storing = asyncio.get_running_loop().create_task(self._units.run(work, start_within=within, ahead=is_urgent))
        try:
            async with asyncio.timeout(within):
                await asyncio.shield(storing)
        except Exception as failed:
            log.warning("something was not stored in time", kind=incoming.kind, why=type(failed).__name__)
            incoming.is_given_up = True
            storing.add_done_callback(partial(self._undone, incoming))
            return False
        self.waiting[workspace] += incoming.row is not None
        if incoming.is_given_up:  # it was answered meanwhile
            await self.forget(incoming)
        elif not is_under_way:
            self._mark(incoming, is_under_way=False)
            self.woken()
        return True

    async def forget(self, incoming: Incoming) -> None:
        """It was handled and answered."""
        incoming.is_given_up = True
        if incoming.row is not None and not incoming.is_settled:
            await self._change(partial(forget, incoming=incoming))

    def is_behind(self, incoming: Incoming) -> bool:
        """Whether something of the same conversation waits."""
        return bool(self._behind) and _conversation(incoming) in self._behind

    def mark(self) -> int:
        """How far this process had stored when somebody looked whether anything waits."""
        return self._steps

    def is_empty(self, mark: int) -> None:
        """Nothing waited then: what was stored since may be behind other things, nothing else is."""
        self.waiting.clear()
        self._behind = {conversation: step for conversation, step in self._behind.items() if step > mark}

    def _mark(self, incoming: Incoming, *, is_under_way: bool) -> None:
        if not is_under_way:
            self._steps += 1
            self._behind[_conversation(incoming)] = self._steps

    async def _count_anew(self) -> None:
        """How much waits by now, looked at once a second at most: others work it off as well."""
        if time.monotonic() - self._counted_at >= 1:
            self._counted_at = time.monotonic()
            self.waiting = Counter(await self._units.read(_counted))

    async def _change(self, work: Callable[[Session], None]) -> bool:
        try:
            await self._units.run(work)
        except Exception as failed:  # it stays, and is looked at again once its lease has run out
            log.warning("the inbox was not changed", why=type(failed).__name__)
            return False
        return True

    def _let_go(self, session: Session, incoming: Incoming) -> None:
        scope.enter(session, scope.SYSTEM)
        scope.execute(session, _RELEASE, {"row": incoming.row, "at": datetime.now(UTC)})

    def _undone(self, incoming: Incoming, storing: asyncio.Task[None]) -> None:
        """What was stored too late to be acknowledged comes again, or was refused."""
        if not storing.cancelled() and storing.exception() is None and incoming.row is not None:
            asyncio.get_running_loop().create_task(self._change(partial(_take_back, incoming=incoming)))

    @staticmethod
    def _insert(session: Session, incoming: Incoming, *, is_under_way: bool) -> None:
        incoming.row = None
        if incoming.is_given_up:
            return
        scope.enter(session, scope.SYSTEM)
        row, real, vault, answer = new_id(), datetime.now(UTC), session.info["vault"], None
        if is_under_way and incoming.key is not None and scope.execute(session, _HAS_SEEN, {"key": incoming.key}).first() is not None:
            said = incoming.answer  # its unit was committed meanwhile
            if said is None or isinstance(said.reply, Silence):
                return
            answer = _sealed(vault, row, said.reply, said.language)
        values = {
            "id": row,
            "platform": incoming.platform,
            "workspace": incoming.workspace,
            "conversation": incoming.conversation,
            "account": incoming.account,
            "kind": incoming.kind,
            "key": incoming.key,
            "content": vault.seal(CONTENT, row, json.dumps(incoming.payload)),
            "answer": answer,
            "stored_at": real,
            "due_at": real + LEASE if is_under_way else real,
            "attempts": 0,
        }
        store = _store(scope.connection(session).dialect.name)
        while scope.execute(session, store, values).first() is None:
            # An earlier delivery is stored. It stays, though that was too late to be acknowledged then, because this one will be.
            if incoming.key is None or scope.execute(session, _RELIED_ON, {"of": incoming.key, "at": real}).first() is not None:
                return
        incoming.row, incoming.stored_at = row, real


def _counted(session: Session) -> dict[tuple[str, str], int]:
    scope.enter(session, scope.SYSTEM)
    found = select(_inbox.c.platform, _inbox.c.workspace, func.count()).group_by(_inbox.c.platform, _inbox.c.workspace)
    return {(platform, workspace): count for platform, workspace, count in scope.connection(session).execute(found)}


def is_ours(session: Session, incoming: Incoming) -> bool:
    """Whether what was taken up still stands there, and nobody else took it up since; in the unit that handles it."""
    scope.enter(session, scope.SYSTEM)
    incoming.is_settled = scope.execute(session, _OURS, {"row": incoming.row, "mark": incoming.lease}).first() is None
    return not incoming.is_settled


def settle(session: Session, incoming: Incoming, reply: Reply, language: str) -> None:
    """It is handled, in the unit that handles it: the row goes, or keeps the answer until whoever waits has heard it."""
    incoming.is_settled = isinstance(reply, Silence)
    if incoming.is_settled:
        scope.execute(session, _FORGET, {"row": incoming.row})
        return
    assert incoming.row is not None
    said = _sealed(session.info["vault"], incoming.row, reply, language)
    scope.execute(session, _ANSWERED, {"row": incoming.row, "said": said})


def forget(session: Session, incoming: Incoming) -> None:
    """It was handled and answered."""
    scope.enter(session, scope.SYSTEM)
    scope.execute(session, _FORGET, {"row": incoming.row})


def _take_back(session: Session, incoming: Incoming) -> None:
    """Nobody counts on its being stored, unless it came again meanwhile."""
    scope.enter(session, scope.SYSTEM)
    scope.execute(session, _TAKE_BACK, {"row": incoming.row, "at": incoming.stored_at})


def restored(row: Any, vault: Vault) -> Incoming:
    """What stands in a row; raises CannotOpen or a ValueError where nobody can read it."""
    answer = vault.open(ANSWER, row.id, row.answer) if row.answer is not None else None
    return Incoming(
        platform=row.platform,
        workspace=row.workspace,
        conversation=row.conversation,
        account=row.account,
        kind=row.kind,
        key=row.key,
        payload=json.loads(vault.open(CONTENT, row.id, row.content)),
        row=row.id,
        lease=row.lease,
        age=datetime.now(UTC) - row.stored_at,
        answer=_opened(answer) if answer is not None else None,
    )


def _sealed(vault: Vault, row: int, reply: Reply, language: str) -> bytes:
    """An answer that can be said at any time: people are brought together only at once, and a form is offered by its button."""
    say = resolved(offered(reply) if isinstance(reply, Open) else reply, language)
    assert isinstance(say, Say)
    said = {"language": language, "instead": say.instead, "stays": say.stays, "message": wire.encode(say.message).decode()}
    return vault.seal(ANSWER, row, json.dumps(said))


def _opened(said: bytes) -> Answer:
    found = json.loads(said)
    return Answer(Say(wire.decode(found["message"]), found["instead"], stays=found.get("stays", False)), found["language"])


def _conversation(incoming: Incoming) -> Conversation:
    return incoming.platform, incoming.workspace, incoming.conversation
