"""The bot between two platforms, with a community of any size and its challenge of thirty days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.app import Machine, machine
from bot.chat.action import Action, to_wire
from bot.core.clock import WoundClock
from bot.core.ports import Actor, BotAdded, Conversation, Did, Interaction, OpenedHome, Pressed, ProfileChanged, Submitted
from bot.core.registry import Registry
from bot.data import scope
from bot.data.units import Units
from bot.people import store
from bot.people.rows import IdentityRow, PersonRow, PlaceRow
from handlers import features
from handlers.challenges.payloads import ChallengeDraft, Done, Join, Leave
from handlers.challenges.rows import ChallengeRow
from handlers.challenges.taking_part_payloads import AboutMeDraft, AskAboutMe, AskPause, PauseDraft
from scheduler.winding import Winder
from tests.chaos.drawn import FIRST_ON, HOME_ZONE, PLACE_HOUR, STARTS, Act, Member
from tests.chaos.record import ASKED, BLIND, Line, Mood, Platform

WORKSPACES = {ASKED: "T1", BLIND: "tenant"}


@dataclass
class Stamped:
    """A record whose lines say when."""

    clock: WoundClock
    lines: list[Line] = field(default_factory=list)

    def write(self, line: Line) -> int:
        """Add a line."""
        if line["did"] in ("posted", "edited"):
            self.lines.append({"at": self.clock.now(), **line})
        return len(self.lines)

    def read(self) -> list[Line]:
        """All of them."""
        return self.lines


@dataclass
class Community:
    """The bot, both platforms, and everybody."""

    units: Units
    clock: WoundClock
    record: Stamped
    parts: Machine
    mood: Mood
    challenge: int = 0
    nonces: count[int] = field(default_factory=count)

    @classmethod
    def of(cls, units: Units, mood: Mood) -> Community:
        """A bot that just began."""
        clock = WoundClock(STARTS)
        record = Stamped(clock)
        made = cls(units, clock, record, machine(units, clock, Registry(features()), pace=timedelta(0)), mood)
        made.restarts()
        return made

    @property
    def winder(self) -> Winder:
        """Winds the clock of whichever process is there now."""
        parts = self.parts
        return Winder(self.units, self.clock, parts.ticker, parts.worker, parts.delivery, parts.dispatcher.settle)

    def restarts(self) -> None:
        """Another process goes on with what stands in the database."""
        self.parts = machine(self.units, self.clock, Registry(features()), pace=timedelta(0))
        self.parts.attach({name: Platform(name, self.record, self.mood) for name in WORKSPACES})

    async def moves_in(self, members: Sequence[Member]) -> None:
        """Everybody arrives, and the first of them, a lead, announces the challenge."""
        await self.units.run(_found)
        lead = members[0]
        for platform in WORKSPACES:
            first = next(each for each in members if each.platform == platform)
            await self.does(first, BotAdded(), place=True)
        for each in members:
            await self.does(each, OpenedHome())
        await self.units.run(lambda session: _settle_in(session, members))
        places = [str(place) for place in await self.units.read(_places)]
        values = {"pack": "better_practitioner", "starts_on": FIRST_ON.isoformat(), "hour": f"{PLACE_HOUR:%H:%M}", "rhythm": "every day"}
        await self.does(lead, Submitted(ChallengeDraft.wire_name, None, "announce", {**values, "places": places}))
        self.challenge = await self.units.read(_challenge)

    async def does(self, member: Member, did: Did, *, place: bool = False, zone: str | None = None) -> None:
        """One interaction."""
        where = Conversation("practice", "place", "practice") if place else Conversation(member.account, "chat")
        actor = Actor(member.account, f"Member {member.account}", zone or member.zone, "en")
        key = f"soak:{next(self.nonces)}"
        await self.parts.dispatcher.dispatch(Interaction(member.platform, WORKSPACES[member.platform], actor, where, did, key=key))

    async def acts(self, member: Member, act: Act, zone: str) -> None:
        """Let somebody do what they do, in the zone in which they are by then."""
        match act.what:
            case "joins":
                await self.does(member, _pressed(Join(self.challenge)), zone=zone)
            case "leaves":
                await self.does(member, _pressed(Leave(self.challenge)), zone=zone)
            case "flies":
                await self.does(member, ProfileChanged(), zone=act.zone)
            case "does":
                number = (act.at.date() - FIRST_ON).days + 1
                await self.does(member, _pressed(Done(self.challenge, number)), zone=zone)
            case "pauses":
                about = to_wire(AskPause(self.challenge))
                values = {"until": act.on.isoformat()}
                await self.does(member, Submitted(PauseDraft.wire_name, about, str(next(self.nonces)), values), zone=zone)
            case "moves":
                about = to_wire(AskAboutMe(self.challenge))
                told: dict[str, str | bool] = {"goal": "", "unit": "", "partner": False, "hour": f"{act.hour:%H:%M}"}
                await self.does(member, Submitted(AboutMeDraft.wire_name, about, str(next(self.nonces)), told), zone=zone)


def _pressed(action: Action) -> Pressed:
    return Pressed(to_wire(action))


def _found(session: Session) -> None:
    scope.enter(session, scope.SYSTEM)
    community = store.found_community(session, name="Practice", zone=HOME_ZONE, language="en", now=STARTS)
    for platform, workspace in WORKSPACES.items():
        store.add_workspace(session, community, platform=platform, external_id=workspace, name="Practice")


def _settle_in(session: Session, members: Sequence[Member]) -> None:
    scope.enter(session, scope.SYSTEM)
    people = {row.account: row.person_id for row in session.execute(select(IdentityRow.account, IdentityRow.person_id))}
    session.execute(update(PersonRow).where(PersonRow.id == people[members[0].account]).values(role="lead"))
    for member in members:
        minute = member.hour.hour * 60 + member.hour.minute
        session.execute(update(PersonRow).where(PersonRow.id == people[member.account]).values(minute=minute))


def _places(session: Session) -> Sequence[int]:
    scope.enter(session, scope.SYSTEM)
    return session.execute(select(PlaceRow.id).order_by(PlaceRow.id)).scalars().all()


def _challenge(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    return session.execute(select(ChallengeRow.id)).scalar_one()
