"""Delivery: drains the outbox lane by lane; an unclear outcome is never sent again before it is settled."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from bot.chat.errors import Barrier, DeliveryFailed, Malformed, MessageGone, RetryLater, Unclear, Unfinished, Unreachable
from bot.chat.message import mentioned
from bot.core import reach
from bot.core.clock import Clock
from bot.core.outbox import MAY_REPEAT
from bot.core.ports import Look, Platform, Stands
from bot.core.registry import Registry
from bot.data.units import Units
from scheduler.ledger import ATTEMPTS, Claimed, Ledger, Result
from scheduler.refusals import publish, publish_barriers
from scheduler.standing import count

BATCH = 32
SEND_SECONDS = 20.0
PACE = timedelta(seconds=1)

log = structlog.get_logger()


class Delivery:
    """Claims at most what can be in flight, sends it at the same time, settles it together."""

    def __init__(
        self, units: Units, platforms: Mapping[str, Platform], clock: Clock, *, registry: Registry | None = None, pace: timedelta = PACE
    ) -> None:
        self._units = units
        self._registry = registry
        self._platforms = platforms
        self._clock = clock
        self._pace = pace
        self._ledger = Ledger()
        self._woken = asyncio.Event()
        self._busy = asyncio.Lock()
        self._is_open = True

    def wake(self) -> None:
        """Something was posted: look now."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until closed: at once when woken, and every second for what waits for its time or was left by others."""
        await self._units.run(lambda session: reach.go_on_everywhere(session, self._clock.now()), start_within=None)
        while self._is_open:
            self._woken.clear()
            try:
                await self.drain()
            except Exception:
                log.exception("delivery failed and is tried again")
                await asyncio.sleep(1)
            try:
                async with asyncio.timeout(1):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def close(self) -> None:
        """Let `run` end after what is in flight."""
        self._is_open = False
        self._woken.set()

    async def drain(self) -> int:
        """Deliver all that may leave now; returns how many posts were settled."""
        settled = 0
        async with self._busy:
            while await self._is_due() and (count := await self._round()):
                settled += count
        return settled

    async def _is_due(self) -> bool:
        """Looking takes no lock; taking would, most of the time for nothing."""
        at = await self.next_at()
        return at is not None and at <= self._clock.now()

    async def next_at(self) -> datetime | None:
        """When the next lane has something to say."""
        return await self._units.read(self.look)

    def look(self, session: Session) -> datetime | None:
        """When the next lane has something to say."""
        return self._ledger.next_at(session)

    async def _round(self) -> int:
        now, lease = self._clock.now(), secrets.randbits(62)
        edits = {name: each.edits for name, each in self._platforms.items() if each.edits is not None}
        shares = {name: each.posts for name, each in self._platforms.items() if each.posts is not None}
        claimed = await self._units.run(lambda session: self._ledger.claim(session, now, lease, BATCH, edits, shares), start_within=None)
        if not claimed.posts:
            return claimed.passed
        results = await asyncio.gather(*(self._send(post) for post in claimed.posts))
        settled_at = self._clock.now()
        await self._settle(results, lease, settled_at)
        count(results)
        return claimed.passed + len(results)

    async def _settle(self, results: Sequence[Result], lease: int, now: datetime) -> None:
        """Write down what became of posts, and what follows from it; a fault in what follows keeps nothing from being written down."""

        def settle(session: Session, *, publishes: bool = True) -> None:
            new = self._ledger.settle(session, results, lease, now, self._pace)
            if publishes and self._registry is not None:
                publish(session, self._registry, refused, now)
                publish_barriers(session, self._registry, {lane: barriers[lane] for lane in new}, now)

        refused = [result.post.id for result in results if result.is_for_good]
        barriers = {result.post.lane: result.barrier for result in results if result.barrier is not None}
        try:
            await self._units.run(settle, start_within=None)
        except Exception:
            if not refused and not barriers:
                raise
            log.exception("nobody was told of what was refused", posts=refused, lanes=sorted(barriers))
            await self._units.run(partial(settle, publishes=False), start_within=None)

    async def _send(self, post: Claimed) -> Result:
        platform = self._platforms.get(post.platform)
        if platform is None:
            return Result(post, retry_after=timedelta(minutes=5), why=f"{post.platform} is not served here")
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await self._say(platform, post)
        except RetryLater as later:
            return Result(post, retry_after=timedelta(seconds=later.after), why=str(later))
        except Unfinished as rest:
            later_on = timedelta(seconds=rest.after)
            return Result(post, message_id=rest.message_id, reference=rest.reference, retry_after=later_on, why=str(rest))
        except (Unreachable, Malformed) as refused:
            log.warning("post refused", post=post.id, platform=post.platform, why=str(refused)[:200])
            barrier = refused.barrier if isinstance(refused, Unreachable) else Barrier.MALFORMED
            return Result(post, barrier=barrier, why=f"{type(refused).__name__}: {refused}"[:500])
        except (Unclear, TimeoutError) as unclear:
            return Result(post, is_unclear=True, why=str(unclear)[:500] or type(unclear).__name__)
        except Exception as error:
            log.exception("post failed", post=post.id, platform=post.platform)
            return Result(post, is_unclear=True, why=type(error).__name__)

    async def _pin(self, platform: Platform, post: Claimed, message_id: str) -> None:
        """The message stands already, so a pin that is refused is logged and nothing else."""
        try:
            await platform.pin(post.address, message_id)
        except Exception as refused:
            log.info("a message was not pinned", post=post.id, platform=post.platform, why=f"{type(refused).__name__}: {refused}"[:200])

    async def _invite(self, platform: Platform, post: Claimed) -> None:
        """Whoever cannot be invited was told where it is: a refusal is logged and nothing else."""
        try:
            await platform.invite(post.address, mentioned(post.message))
        except Exception as refused:
            log.info("nobody was invited", post=post.id, platform=post.platform, why=f"{type(refused).__name__}: {refused}"[:200])

    async def _say(self, platform: Platform, post: Claimed) -> Result:
        if post.is_unknown and post.message_id is None and (settled := await self._reconciled(platform, post)) is not None:
            return settled
        if post.message_id is None:
            if post.is_inviting:
                await self._invite(platform, post)
            posted = await platform.post(post.address, post.message, post.token)
            if post.is_pinned:
                await self._pin(platform, post, posted.message_id)
            return Result(post, message_id=posted.message_id, reference=dict(posted.reference))
        try:
            await platform.edit(post.address, post.message_id, post.message)
        except MessageGone:
            log.info("message is gone and posted anew", post=post.id)
            return Result(post, retry_after=timedelta(0), is_gone=True)
        except Unclear as unclear:  # an edit may be repeated without harm
            raise RetryLater(5, str(unclear)) from unclear
        return Result(post, message_id=post.message_id)

    async def _reconciled(self, platform: Platform, post: Claimed) -> Result | None:
        """What became of a post of which nobody knows, found by a look or by its kind's policy; None where it is to be said (again)."""
        try:
            found = await platform.find(post.address, post.message, post.token, post.tried_at or self._clock.now())
        except RetryLater as later:
            if post.attempts < ATTEMPTS:
                return Result(post, is_unclear=True, retry_after=timedelta(seconds=later.after), why=str(later))
            found = Look.CANNOT_TELL
        except DeliveryFailed as refused:
            log.info("a post cannot be looked for", post=post.id, why=str(refused)[:200])
            found = Look.CANNOT_TELL
        if isinstance(found, Stands):
            if post.is_pinned:
                await self._pin(platform, post, found.posted.message_id)
            is_newest = found.token == post.token
            again = None if is_newest else timedelta(0)  # an earlier revision stands there, and is edited
            return Result(post, message_id=found.posted.message_id, reference=dict(found.posted.reference), retry_after=again)
        if found is Look.CANNOT_TELL and post.kind not in MAY_REPEAT:
            return Result(post, is_dropped=True, why="may have arrived")
        if post.expires_at is not None and post.expires_at < self._clock.now():
            return Result(post, is_dropped=True, why="too late")
        return None
