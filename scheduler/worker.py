"""The worker: takes up what was asked for later, lets it be computed off the event loop, and carries it out in a unit of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import secrets
import signal
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import bindparam, false, or_, select, update
from sqlalchemy.orm import Session

from bot.chat.errors import UserError
from bot.chat.language import Phrase
from bot.chat.message import Message, Paragraph
from bot.core import leases
from bot.core.clock import Clock
from bot.core.context import Context
from bot.core.feature import Later
from bot.core.handling import as_admin
from bot.core.later import could_not_be_done, given_to
from bot.core.leases import LEASE
from bot.core.outbox import Kind, has_queued
from bot.core.registry import Registry
from bot.core.rows import LaterRow
from bot.data import scope
from bot.data.base import table
from bot.data.units import Units
from bot.data.vault import CannotOpen
from bot.lean import dataclass
from bot.people import store
from bot.people.rows import CommunityRow
from bot.people.values import Community

RENEWED = 20.0  # seconds, after which a worker that is alive renews its lease
LONGEST = 600.0  # seconds
ATTEMPTS = 3

log = structlog.get_logger()
_laters = table(LaterRow)
_RENEW = update(_laters).where(_laters.c.id == bindparam("later"), _laters.c.lease == bindparam("mark")).values(due_at=bindparam("until"))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A computation that this worker may run now."""

    id: int
    name: str
    lease: int
    attempt: int
    given: dict[str, Any] = field(repr=False)


class Worker:
    """Any number may run; each computes one thing at a time, where `make_executor` says; `wake` is called after what posts."""

    def __init__(
        self,
        units: Units,
        registry: Registry,
        clock: Clock,
        wake: Callable[[], None] = lambda: None,
        make_executor: Callable[[], Executor] | None = None,
    ) -> None:
        self._units = units
        self._registry = registry
        self._clock = clock
        self._wake = wake
        self._make_executor = make_executor or own_thread
        self._executor: Executor | None = None
        # Names that this version does not know are left to the one that asked for them.
        is_ours = or_(false(), *(_laters.c.name == name for name in registry.laters))
        self._due = select(_laters.c.id).where(leases.is_over(_laters.c.due_at), is_ours).limit(1)
        self._busy = asyncio.Lock()
        self._closed = asyncio.Event()

    async def run(self) -> None:
        """Work until closed, looking every second."""
        try:
            while not self._closed.is_set():
                try:
                    await self.drain()
                except Exception:
                    log.exception("laters failed and are tried again")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closed.wait(), 1)
        finally:
            self._let_go(at_once=True)

    def close(self) -> None:
        """Let `run` end after what is under way."""
        self._closed.set()

    @property
    def is_busy(self) -> bool:
        """Whether something is being computed here."""
        return self._busy.locked()

    def look(self, session: Session) -> bool:
        """Whether something waits to be taken up."""
        if not self._registry.laters:
            return False
        scope.enter(session, scope.SYSTEM)
        return scope.execute(session, self._due, leases.asked()).first() is not None

    async def drain(self) -> int:
        """Compute all that waits; returns how many were taken up."""
        taken = 0
        async with self._busy:
            while not self._closed.is_set() and await self._units.read(self.look) and (claimed := await self._claim()):
                taken += len(claimed)
                for each in claimed:
                    await self._do(each)
            if taken:
                self._let_go()
        return taken

    async def _claim(self) -> Sequence[Claimed]:
        mark = secrets.randbits(62)
        return await self._units.run(partial(self._claim_one, mark=mark), start_within=None)

    def _claim_one(self, session: Session, mark: int) -> Sequence[Claimed]:
        """The one that waits longest, leased; none where another worker was faster."""
        scope.enter(session, scope.SYSTEM)
        real = datetime.now(UTC)
        waiting = select(LaterRow).where(leases.is_over(LaterRow.due_at), LaterRow.name.in_(list(self._registry.laters)))
        waiting = waiting.order_by(LaterRow.due_at, LaterRow.id).limit(1).with_for_update(skip_locked=True)
        row = session.execute(waiting, leases.asked(real)).scalar_one_or_none()
        if row is None:
            return ()
        row.lease, row.due_at, row.attempts = mark, real + LEASE, row.attempts + 1
        try:
            given = given_to(row, session.info["vault"])
        except (CannotOpen, ValueError):  # a lost key: nobody can ever compute it
            row.attempts, given = ATTEMPTS + 1, {}
        return (Claimed(row.id, row.name, mark, row.attempts, given),)

    async def _do(self, claimed: Claimed) -> None:
        declared = self._registry.laters[claimed.name]
        why = "its input cannot be read, or each process that computed it died"
        if claimed.attempt <= ATTEMPTS:
            try:
                result = await self._computed(declared, claimed)
                await self._finish(declared, claimed, result)
            except UserError as fact:
                await self._unit(partial(self._tell, claimed=claimed, phrase=fact.phrase))
                return
            except asyncio.CancelledError:  # the bot is stopping: another one may begin at once
                await asyncio.shield(self._unit(partial(_give_back, claimed=claimed, was_tried=False)))
                raise
            except Exception as error:
                log.exception("a later failed", name=claimed.name, attempt=claimed.attempt)
                why = type(error).__name__
            else:
                return
        if claimed.attempt < ATTEMPTS:
            await self._unit(partial(_give_back, claimed=claimed))
        else:
            reference = secrets.token_hex(3).upper()
            log.error("a later is parked", name=claimed.name, later=claimed.id, reference=reference, why=why)
            await self._unit(partial(self._park, claimed=claimed, reference=reference))

    async def _unit(self, work: Callable[[Session], None]) -> None:
        def run(session: Session) -> bool:
            work(session)
            return has_queued(session)

        if await self._units.run(run, start_within=None):
            self._wake()

    async def _computed(self, declared: Later, claimed: Claimed) -> dict[str, Any]:
        """Let it be computed, and keep the lease meanwhile."""
        self._executor = self._executor or self._make_executor()
        running = asyncio.get_running_loop().run_in_executor(self._executor, declared.compute, claimed.given)
        until = time.monotonic() + LONGEST
        try:
            while not (await asyncio.wait({running}, timeout=RENEWED))[0]:
                if time.monotonic() > until:
                    raise TimeoutError
                lease = {"later": claimed.id, "mark": claimed.lease, "until": datetime.now(UTC) + LEASE}
                await self._units.run(partial(_renew, lease=lease), start_within=None)
            return running.result()
        except BaseException:
            self._let_go(at_once=True)
            raise

    async def _finish(self, declared: Later, claimed: Claimed, result: dict[str, Any]) -> None:
        now = self._clock.now()

        def work(session: Session) -> None:
            row = _still_ours(session, claimed)
            ctx = self._context(session, row, now) if row is not None else None
            if row is None or ctx is None:
                return
            declared.then(ctx, given_to(row, ctx.vault), result)
            session.delete(row)

        await self._unit(work)

    def _context(self, session: Session, row: LaterRow, now: datetime) -> Context | None:
        """The second unit's context, within the community; None where whoever asked has left, and what they asked for goes."""
        found = session.get_one(CommunityRow, row.community_id)
        scope.enter(session, row.community_id)
        actor = store.members(session, [row.person_id]).get(row.person_id) if row.person_id is not None else None
        if row.person_id is not None and actor is None:
            session.delete(row)
            return None
        return Context(
            session=session,
            registry=self._registry,
            now=now,
            seed=zlib.crc32(f"{row.name} {row.id}".encode()),
            community=Community(found.id, found.name, found.zone, found.language),
            actor=as_admin(actor, self._registry) if actor is not None else None,
        )

    def _park(self, session: Session, claimed: Claimed, reference: str) -> None:
        row = _still_ours(session, claimed)
        if row is not None:
            row.due_at = row.lease = None
            self._say(session, row, could_not_be_done(reference))

    def _tell(self, session: Session, claimed: Claimed, phrase: Phrase) -> None:
        """What stands in the way is a fact: whoever asked hears it, and trying again would not help."""
        row = _still_ours(session, claimed)
        if row is not None:
            session.delete(row)
            self._say(session, row, phrase)

    def _say(self, session: Session, row: LaterRow, phrase: Phrase) -> None:
        if row.person_id is not None and (ctx := self._context(session, row, self._clock.now())) is not None:
            ctx.post(ctx.actor, Message(phrase, (Paragraph(phrase),)), kind=Kind.ANSWER)

    def _let_go(self, *, at_once: bool = False) -> None:
        """End the thread or process that computed; at once, a process is not asked first."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)
            for child in multiprocessing.active_children() if at_once and isinstance(executor, ProcessPoolExecutor) else ():
                child.kill()


def own_thread() -> Executor:
    """A thread: enough where little is computed."""
    return ThreadPoolExecutor(1, thread_name_prefix="later")


def own_process() -> Executor:
    """A process of its own: a matching of a thousand people would hold the interpreter's lock, and with it the event loop, for seconds."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_follow_parent)


def _follow_parent() -> None:
    """A bot that is killed leaves no process behind, and a Ctrl+C is its own affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _still_ours(session: Session, claimed: Claimed) -> LaterRow | None:
    """The row, locked; None where it is gone, or another worker took it up after our lease had run out."""
    scope.enter(session, scope.SYSTEM)
    query = select(LaterRow).where(LaterRow.id == claimed.id, LaterRow.lease == claimed.lease).with_for_update()
    return session.execute(query).scalar_one_or_none()


def _give_back(session: Session, claimed: Claimed, *, was_tried: bool = True) -> None:
    row = _still_ours(session, claimed)
    if row is not None:
        row.due_at, row.lease = datetime.now(UTC), None
        row.attempts -= not was_tried


def _renew(session: Session, lease: dict[str, Any]) -> None:
    scope.enter(session, scope.SYSTEM)
    scope.connection(session).execute(_RENEW, lease)
