"""Delivery: drains the outbox lane by lane; an unclear outcome is never sent again before it is settled."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import takewhile

import structlog
from sqlalchemy.orm import Session

from bot.chat.errors import Barrier, DeliveryFailed, Malformed, MessageGone, RetryLater, Unclear, Unfinished, Unreachable
from bot.chat.message import mentioned
from bot.core import reach
from bot.core.clock import Clock
from bot.core.outbox import MAY_REPEAT
from bot.core.ports import Look, Platform, Stands
from bot.core.registry import Registry
from bot.data import scope
from bot.data.calls import call
from bot.data.units import Units
from bot.lean import dataclass
from scheduler import lanes, setback
from scheduler.ledger import Claim, Ledger, Settled
from scheduler.outcomes import ATTEMPTS, Claimed, Result
from scheduler.refusals import publish, publish_barriers
from scheduler.standing import count

BATCH = 256
SEND_SECONDS = 20.0
AGAIN_SECONDS = 1.0  # between two attempts of what the database refused
PACE = timedelta(seconds=1)
SOON = 6  # attempts after each of which what the platform asks for is waited and no more
LONGEST_PAUSE = 300.0  # seconds; a platform that is away for an hour finds everything still waiting

CALL_EVERY = timedelta(seconds=0.2)  # other processes look by themselves each second

log = structlog.get_logger()


@dataclass(slots=True)
class Flight:
    """A post on its way, and the hand that says it."""

    post: Claimed
    until: float
    hand: asyncio.Task[None] | None = None


class Delivery:
    """Claims at most what can be in flight; one unit settles what came back, lets its lanes go on, and claims anew."""

    def __init__(
        self, units: Units, platforms: Mapping[str, Platform], clock: Clock, *, registry: Registry | None = None, pace: timedelta = PACE
    ) -> None:
        self._units = units
        self._registry = registry
        self._platforms = platforms
        self._clock = clock
        self._pace = pace
        self._ledger = Ledger(platforms)
        self._mark = secrets.randbits(62)  # by which our leases are known
        self._news = asyncio.Event()  # something was posted, or came back
        self._flying: dict[int, Flight] = {}  # by their posts, the oldest first
        self._unsaid: deque[Flight] = deque()  # those of them that no hand has taken up
        self._coming: asyncio.Task[None] | None = None  # a hand that has not begun
        self._back: list[Result] = []
        self._busy = asyncio.Lock()
        self._is_open = True
        self._called_at = datetime.min.replace(tzinfo=UTC)
        self._seen_at: datetime | None = None  # the latest that the clock has shown

    def wake(self) -> None:
        """Something was posted: look now."""
        self._news.set()

    async def begin(self) -> None:
        """Let everything be tried that a missing token or permission held: a new process may have been given another."""
        await self._units.run(lambda session: reach.go_on_everywhere(session, self._clock.now()), start_within=None)
        self._seen_at = await self._units.read(setback.newest)

    async def run(self) -> None:
        """Deliver until closed: at once when woken, and every second for what waits for its time or was left by others."""
        has_begun = False
        while self._is_open:
            try:
                if not has_begun:  # in here, because the database may not be there yet
                    await self.begin()
                    has_begun = True
                await self.drain()
            except Exception:
                log.exception("delivery failed and is tried again")
                await asyncio.sleep(AGAIN_SECONDS)
            await self._something_happens()

    def close(self) -> None:
        """Let `run` end after what is in flight."""
        self._is_open = False
        self._news.set()

    async def drain(self) -> int:
        """Deliver all that may leave now; returns how many posts were settled."""
        settled = 0
        async with self._busy:
            try:
                while True:
                    is_woken = self._news.is_set()
                    self._news.clear()
                    count, is_more = await self._step(is_woken=is_woken)
                    settled += count
                    if self._flying:
                        await self._something_happens()
                    elif not is_more and not self._back:
                        return settled
            except asyncio.CancelledError:
                self._unsaid.clear()
                for flight in self._flying.values():
                    if flight.hand is not None:
                        flight.hand.cancel()
                raise

    async def _mind_the_clock(self) -> None:
        """Whoever finds the clock set back lets nothing wait until it is there again."""
        now = self._clock.now()
        if self._seen_at is not None and now < self._seen_at - setback.WAITS:
            log.warning("the clock was set back", seconds=round((self._seen_at - now).total_seconds()))
            await self._units.run(lambda session: setback.bring_nearer(session, now), start_within=None)
            self._seen_at = now
        self._seen_at = max(self._seen_at or now, now)

    async def _step(self, *, is_woken: bool) -> tuple[int, bool]:
        """A round, where there is reason for one; what came back is known, and would be in doubt if it were not written down in the end."""
        until = time.monotonic() + lanes.LEASE.total_seconds()
        while True:
            try:
                await self._mind_the_clock()
                has_reason = self._back or (self._is_open and (is_woken or await self._is_due()))
                return await self._round() if has_reason else (0, False)
            except Exception:
                if not self._back or time.monotonic() > until:
                    raise
                log.exception("what was sent is not written down yet", posts=len(self._back))
                await asyncio.sleep(AGAIN_SECONDS)

    async def _something_happens(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._news.wait()
        self._give_up_late()

    async def _is_due(self) -> bool:
        """Looking takes no lock; taking would, most of the time for nothing."""
        at = await self.next_at()
        return at is not None and at <= self._clock.now()

    async def next_at(self) -> datetime | None:
        """When the next lane has something to say."""
        return await self._units.read(self.look)

    def look(self, session: Session) -> datetime | None:
        """When the next lane has something to say."""
        scope.enter(session, scope.SYSTEM)
        return lanes.look(scope.connection(session), tuple(sorted(self._platforms)))

    async def _round(self) -> tuple[int, bool]:
        """One unit: how many posts it settled, and whether it found any that may leave; what came back stays until it is written down."""
        results, now = tuple(self._back), self._clock.now()
        try:
            claim = await self._units.run(partial(self._unit, results=results, now=now), start_within=None)
        except Exception:
            if not any(result.is_for_good or result.barrier for result in results):
                raise
            log.exception("nobody was told of what was refused", posts=[result.post.id for result in results if result.barrier])
            claim = await self._units.run(partial(self._unit, results=results, now=now, publishes=False), start_within=None)
        del self._back[: len(results)]
        count(results)
        until = asyncio.get_running_loop().time() + SEND_SECONDS
        for post in claim.posts:
            self._flying[post.id] = flight = Flight(post, until)
            self._unsaid.append(flight)
        self._call_a_hand()
        return claim.passed + len(results), bool(claim.posts or claim.passed)

    def _unit(self, session: Session, results: Sequence[Result], now: datetime, *, publishes: bool = True) -> Claim:
        """Write down what became of posts, and what follows from it; a fault in what follows keeps nothing from being written down."""
        settled = Settled()
        if results:
            settled = self._ledger.settle(session, results, self._mark, now, self._pace, is_last=not self._is_open)
        if publishes and self._registry is not None:
            publish(session, self._registry, [result.post.id for result in results if result.is_for_good], now)
            barriers = {result.post.lane: result.barrier for result in results if result.barrier is not None}
            publish_barriers(session, self._registry, {lane: barriers[lane] for lane in settled.stopped}, now)
        edits = {name: each.edits for name, each in self._platforms.items() if each.edits is not None}
        shares = {name: each.posts for name, each in self._platforms.items() if each.posts is not None}
        room = BATCH - len(self._flying) - len(settled.going_on) if self._is_open else 0
        claim = self._ledger.claim(session, now, self._mark, room, edits, shares, settled.going_on)
        if room and 2 * (len(claim.posts) - len(settled.going_on)) > room and now - self._called_at >= CALL_EVERY:
            self._called_at = now
            call(session)  # there may be more than fits into our hands
        return claim

    def _call_a_hand(self) -> None:
        """Where something is to be said, and nobody is on the way to do so."""
        if self._unsaid and self._coming is None:
            self._coming = asyncio.get_running_loop().create_task(self._say_all())

    async def _say_all(self) -> None:
        """One hand of many: each calls another before it waits for a platform, so that one is enough where no platform lets it wait."""
        self._coming, hand = None, asyncio.current_task()
        while self._unsaid:
            flight = self._unsaid.popleft()
            if not self._flies(flight):  # it was given up
                continue
            self._call_a_hand()
            flight.hand = hand
            result = await self._send(flight.post)
            if self._flies(flight):
                del self._flying[flight.post.id]
                self._back.append(result)
                self._news.set()

    def _flies(self, flight: Flight) -> bool:
        return self._flying.get(flight.post.id) is flight

    def _give_up_late(self) -> None:
        """What has not come back in time may have arrived; those that left together share one clock."""
        now = asyncio.get_running_loop().time()
        for flight in list(takewhile(lambda flight: flight.until < now, self._flying.values())):
            del self._flying[flight.post.id]
            if flight.hand is not None:
                flight.hand.cancel()
            self._back.append(Result(flight.post, is_unclear=True, why="TimeoutError"))

    async def _send(self, post: Claimed) -> Result:
        platform = self._platforms[post.platform]
        if not post.held.may_speak():
            return Result(post, retry_after=timedelta(0), why="the lease is over before it could be said")
        try:
            return await self._say(platform, post)
        except RetryLater as later:
            return Result(post, retry_after=_pause(later.after, post.attempts), why=str(later))
        except Unfinished as rest:
            later_on = timedelta(seconds=rest.after)
            return Result(post, message_id=rest.message_id, reference=rest.reference, retry_after=later_on, why=str(rest))
        except (Unreachable, Malformed) as refused:
            log.warning("post refused", post=post.id, platform=post.platform, why=str(refused)[:200])
            barrier = refused.barrier if isinstance(refused, Unreachable) else Barrier.MALFORMED
            return Result(post, barrier=barrier, why=f"{type(refused).__name__}: {refused}"[:500])
        except (Unclear, TimeoutError) as unclear:
            after = unclear.after if isinstance(unclear, Unclear) else None
            again = _pause(after, post.attempts) if after is not None else None
            return Result(post, is_unclear=True, retry_after=again, why=str(unclear)[:500] or type(unclear).__name__)
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


def _pause(asked: float, attempts: int) -> timedelta:
    """As long as the platform asks for, and longer each time when it goes on refusing."""
    return timedelta(seconds=max(asked, min(2.0 ** (attempts - SOON), LONGEST_PAUSE) if attempts > SOON else 0.0))
