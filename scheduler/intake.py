"""The intake: works off what was acknowledged before it was handled, each conversation in its order, whoever stored it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby, takewhile
from typing import Any

import structlog
from sqlalchemy import and_, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from bot.chat.reply import Silence
from bot.core import leases
from bot.core.inbox import UnitInbox, restored
from bot.core.incoming import Incoming, Inlet
from bot.core.leases import LEASE
from bot.core.ports import Answer
from bot.core.rows import InboxRow
from bot.data import scope
from bot.data.base import Instant, table
from bot.data.units import Units
from bot.data.vault import CannotOpen, Vault
from bot.lean import dataclass

ATTEMPTS = 3
CONVERSATIONS, BATCH = 32, 256
LONGEST = 30.0  # seconds for one
TRIES_AGAIN = timedelta(seconds=5)
TOO_OLD = timedelta(days=1)  # nobody reckons any more with what they asked for then
PARKED_FOR = timedelta(days=7)
TIDIES = 3600.0  # seconds
SOON = datetime(2000, 1, 1, tzinfo=UTC)
NOTHING = Silence()

log = structlog.get_logger()
_inbox = table(InboxRow)
_DUE = select(_inbox.c.due_at).where(_inbox.c.due_at.is_not(None))
_LOOK = select(
    _DUE.order_by(_inbox.c.due_at).limit(1).scalar_subquery().label("soonest"),
    _DUE.order_by(_inbox.c.due_at.desc()).limit(1).scalar_subquery().label("latest"),
)
_is_waiting = (_inbox.c.due_at.is_not(None), _inbox.c.platform.in_(bindparam("platforms", expanding=True)))
_HEADS = select(func.min(_inbox.c.id)).where(*_is_waiting).group_by(_inbox.c.platform, _inbox.c.workspace, _inbox.c.conversation)
_head = table(InboxRow).alias("head")
_CLAIM_HEADS = (
    select(_inbox.c.id)
    .where(_inbox.c.id.in_(_HEADS), leases.is_over(_inbox.c.due_at))
    .order_by(_inbox.c.id)
    .limit(CONVERSATIONS)
    .with_for_update(skip_locked=True)
)
_FOLLOWING = (
    select(_inbox)
    .join(
        _head,
        and_(
            _head.c.platform == _inbox.c.platform,
            _head.c.workspace == _inbox.c.workspace,
            _head.c.conversation == _inbox.c.conversation,
        ),
    )
    .where(_head.c.id.in_(bindparam("heads", expanding=True)), _inbox.c.due_at.is_not(None))
    .order_by(_inbox.c.id)
    .limit(BATCH)
)
_LEASE = update(_inbox).where(_inbox.c.id.in_(bindparam("rows", expanding=True))).values(lease=bindparam("mark"), due_at=bindparam("until"))
_TRY = update(_inbox).where(_inbox.c.id.in_(bindparam("heads", expanding=True))).values(attempts=_inbox.c.attempts + 1)
_GIVE_BACK = (
    update(_inbox)
    .where(_inbox.c.id == bindparam("row"), _inbox.c.lease == bindparam("mark"))
    .values(lease=None, due_at=bindparam("at", type_=Instant()), attempts=bindparam("tried"), why=bindparam("because"))
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this process may work off now; `incoming` is None where nobody can read it."""

    id: int
    conversation: tuple[str, str, str]
    kind: str
    lease: int
    attempt: int
    incoming: Incoming | None


class Intake:
    """Any number may run: what waits longest in a conversation is leased with what stands behind it."""

    def __init__(self, units: Units, inbox: UnitInbox, inlets: Mapping[str, Inlet]) -> None:
        self._units, self._inbox, self._inlets = units, inbox, inlets
        self._woken, self._busy = asyncio.Event(), asyncio.Lock()
        self._is_open = True
        self._tidied_at = -TIDIES
        inbox.woken = self.wake

    def wake(self) -> None:
        """Something was stored: look now."""
        self._woken.set()

    @property
    def is_woken(self) -> bool:
        """Whether something was stored since anybody looked."""
        return self._is_open and self._woken.is_set()

    async def run(self) -> None:
        """Work off until closed: at once when woken, and every second for what others left."""
        while self._is_open:
            try:
                await self.drain()
            except Exception:
                log.exception("the inbox failed and is looked at again")
                await asyncio.sleep(1)
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._woken.wait()

    def close(self) -> None:
        """Let `run` end after what is under way."""
        self._is_open = False
        self._woken.set()

    async def drain(self) -> int:
        """Work off all that may be taken up now; how much was."""
        taken = 0
        async with self._busy:
            await self._tidy()
            while self._is_open and await self._is_due() and (claimed := await self._claim()):
                taken += len(claimed)
                by_conversation = groupby(sorted(claimed, key=lambda each: (each.conversation, each.id)), lambda each: each.conversation)
                await asyncio.gather(*(self._work_off(list(rows)) for _conversation, rows in by_conversation))
        return taken

    async def _is_due(self) -> bool:
        """Looking takes no lock."""
        self._woken.clear()
        mark = self._inbox.mark()
        soonest, latest = await self._units.read(_look)
        if soonest is None or latest is None:
            self._inbox.is_empty(mark)
            return False
        return leases.has_ended(soonest) or leases.has_ended(latest)

    async def _claim(self) -> Sequence[Claimed]:
        mark = secrets.randbits(62)
        return await self._units.run(partial(self._lease, mark=mark), start_within=None)

    def _lease(self, session: Session, mark: int) -> Sequence[Claimed]:
        scope.enter(session, scope.SYSTEM)
        connection, real = scope.connection(session), datetime.now(UTC)
        heads = connection.execute(_CLAIM_HEADS, {"platforms": list(self._inlets)} | leases.asked(real)).scalars().all()
        if not heads:
            return ()
        found = connection.execute(_FOLLOWING, {"heads": heads}).all()
        rows = [
            row
            for _conversation, each in groupby(sorted(found, key=_place), lambda r: _place(r)[:3])
            for row in takewhile(lambda r: leases.has_ended(r.due_at, real), each)
        ]
        connection.execute(_LEASE, {"rows": [row.id for row in rows], "mark": mark, "until": real + LEASE})
        connection.execute(_TRY, {"heads": heads})
        vault = session.info["vault"]
        return [_claimed(row, mark, vault) for row in rows]

    async def _work_off(self, rows: Sequence[Claimed]) -> None:
        """One conversation, in its order; what cannot be handled now keeps what is behind it waiting."""
        until, left = time.monotonic() + LEASE.total_seconds() / 2, list(rows)
        while left and self._is_open and time.monotonic() < until:
            if not await self._is_done(left.pop(0)):
                break
        if left:
            await self._units.run(partial(_give_back, rows=left), start_within=None)

    async def _is_done(self, claimed: Claimed) -> bool:
        """Whether what is behind it may follow: it was handled, or is parked."""
        incoming = claimed.incoming
        if incoming is None or claimed.attempt > ATTEMPTS:
            await self._park(claimed, "it cannot be read" if incoming is None else "each process that worked on it died")
            return True
        try:
            async with asyncio.timeout(LONGEST):
                answer = await self._inlets[incoming.platform].take_up(incoming)
        except ValueError as unreadable:
            await self._park(claimed, f"it cannot be read: {type(unreadable).__name__}")
            return True
        except Exception as error:
            log.exception("something stored was not handled", row=claimed.id, kind=claimed.kind, attempt=claimed.attempt)
            answer = Answer(NOTHING, failure=type(error).__name__)
        if answer.is_unrun:
            await self._put_off(claimed, claimed.attempt - 1)
            return False
        if answer.failure is None:
            await self._inbox.forget(incoming)
            return True
        if incoming.is_last:
            await self._park(claimed, answer.failure)
            return True
        await self._put_off(claimed, claimed.attempt, answer.failure)
        return False

    async def _put_off(self, claimed: Claimed, tried: int, why: str | None = None) -> None:
        after = datetime.now(UTC) + TRIES_AGAIN * max(1, tried)
        await self._units.run(partial(_give_back, rows=[claimed], at=after, tried=tried, why=why), start_within=None)

    async def _park(self, claimed: Claimed, why: str) -> None:
        log.error("something stored is parked", row=claimed.id, kind=claimed.kind, why=why)
        await self._units.run(partial(_give_back, rows=[claimed], at=None, tried=claimed.attempt, why=why[:200]), start_within=None)

    async def _tidy(self) -> None:
        """Once an hour: what is too old is parked, what was parked for a week goes."""
        if time.monotonic() - self._tidied_at >= TIDIES:
            self._tidied_at = time.monotonic()
            await self._units.run(tidy, start_within=None)


def tidy(session: Session) -> None:
    """Park what waited so long that it would puzzle people, and let go what was parked for a week."""
    scope.enter(session, scope.SYSTEM)
    real, is_unanswered = datetime.now(UTC), _inbox.c.stored_at < datetime.now(UTC) - TOO_OLD
    late = update(_inbox).where(_inbox.c.due_at <= real, is_unanswered).values(due_at=None, lease=None, why="nobody took it up for a day")
    session.connection().execute(late)
    session.connection().execute(delete(_inbox).where(_inbox.c.due_at.is_(None), _inbox.c.stored_at < real - PARKED_FOR))


def _look(session: Session) -> tuple[datetime | None, datetime | None]:
    """When the next may be taken up, and the last."""
    scope.enter(session, scope.SYSTEM)
    found = scope.execute(session, _LOOK, {}).one()
    return found.soonest, found.latest


def _place(row: Any) -> tuple[str, str, str, int]:
    return row.platform, row.workspace, row.conversation, row.id


def _claimed(row: Any, mark: int, vault: Vault) -> Claimed:
    try:
        incoming = restored(row, vault)
        incoming.lease, incoming.is_last = mark, row.attempts + 1 >= ATTEMPTS
    except (CannotOpen, ValueError, KeyError, TypeError):  # a lost key, a version of the future: it stops nobody else
        incoming = None
    return Claimed(row.id, (row.platform, row.workspace, row.conversation), row.kind, mark, row.attempts + 1, incoming)


def _give_back(
    session: Session, rows: Sequence[Claimed], at: datetime | None = SOON, tried: int | None = None, why: str | None = None
) -> None:
    """Let somebody else take these up, or park them; nothing of what another has taken up meanwhile."""
    scope.enter(session, scope.SYSTEM)
    given = [
        {"row": each.id, "mark": each.lease, "at": at, "because": why, "tried": each.attempt - 1 if tried is None else tried}
        for each in rows
    ]
    session.connection().execute(_GIVE_BACK, given)
