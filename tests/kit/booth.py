"""A voting booth: a community of any size without platforms, polls in it, and whoever votes in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.core.context import Context
from bot.core.registry import Registry
from bot.data import scope
from bot.data.ids import new_id
from bot.data.units import Units
from bot.people.rows import CommunityRow, PersonRow
from bot.people.values import Community, Member, Role
from handlers.polls import ballots
from handlers.polls.kinds import Answer, Choice, Kind, State, Terms
from handlers.polls.rows import PollRow
from scheduler.scrub import scrub

T = TypeVar("T")
OPENED = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)
COMMUNITY = Community(1, "Learning Engineers", "Europe/Berlin", "en")
PIZZA, SUSHI, SALAD = 101, 102, 103


@dataclass
class Booth:
    """People vote one minute after the other."""

    units: Units
    people: list[int] = field(default_factory=list)
    now: datetime = OPENED

    async def gather(self, count: int) -> None:
        """Let so many people arrive."""
        self.people = [1000 + n for n in range(count)]

        def work(session: Session) -> None:
            scope.enter(session, scope.SYSTEM)
            session.add(CommunityRow(id=1, name=COMMUNITY.name, zone=COMMUNITY.zone, language="en", created_at=OPENED))
            session.flush()
            for each in self.people:
                about = {"zone": "Europe/Berlin", "language": "en", "role": "member", "joined_at": OPENED}
                session.add(PersonRow(id=each, community_id=1, name=f"Person {each}", **about))

        await self.units.run(work)

    async def opens(self, kind: Kind = Kind.SINGLE, *, is_anonymous: bool = True, closes_when_all_voted: bool = False) -> Terms:
        """A poll with three options."""
        poll = new_id()
        labels = {PIZZA: "Pizza", SUSHI: "Sushi", SALAD: "Salad"}

        def work(ctx: Context) -> None:
            ctx.session.add(
                PollRow(
                    id=poll,
                    community_id=1,
                    kind=kind.value,
                    question=ctx.vault.seal("polls.question", poll, "Lunch?"),
                    most=0,
                    points=0,
                    is_anonymous=is_anonymous,
                    is_hidden=False,
                    may_add_options=False,
                    closes_at=OPENED + timedelta(days=7),
                    closes_when_all_voted=closes_when_all_voted,
                    quorum=0,
                    is_decision=False,
                    k=5,
                    state=State.OPEN.value,
                    opened_at=OPENED,
                )
            )

        await self.run(None, work)
        options = tuple(Choice(number, label) for number, label in labels.items())
        return Terms(poll, kind, "Lunch?", options, is_anonymous=is_anonymous, closes_when_all_voted=closes_when_all_voted)

    async def votes(self, terms: Terms, who: int, answer: Answer) -> str:
        """Somebody votes."""
        self.now += timedelta(minutes=1)
        return await self.run(who, lambda ctx: ballots.cast(ctx, terms, answer))

    async def closes(self, terms: Terms) -> Terms:
        """Close the poll and seal it off; the scrub comes later."""

        def work(ctx: Context) -> None:
            ctx.session.get_one(PollRow, terms.id, with_for_update=True).state = State.CLOSED.value
            ballots.seal_off(ctx, terms)

        await self.run(None, work)
        return replace(terms, state=State.CLOSED)

    async def scrubs(self) -> bool:
        """What the tick does after each commit."""
        return await scrub(self.units)

    async def run(self, who: int | None, work: Callable[[Context], T]) -> T:
        """A unit in the community, as somebody or as nobody."""

        def unit(session: Session) -> T:
            scope.enter(session, COMMUNITY.id)
            actor = Member(who, f"Person {who}", "Europe/Berlin", "en", Role.MEMBER) if who is not None else None
            found = work(Context(session=session, registry=Registry([]), now=self.now, seed=1, community=COMMUNITY, actor=actor))
            session.flush()
            return found

        return await self.units.run(unit)
