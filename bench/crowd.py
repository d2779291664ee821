"""A crowd in one community: writers, and participants of a challenge whose first day has come; made through the bot's own doors."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench import teams_requests
from bench.slack_requests import CHANNEL, TEAM, account
from bench.teams_requests import TENANT
from bot.app import Machine
from bot.chat.action import to_wire
from bot.core.ports import Actor, BotAdded, Commanded, Conversation, Did, Interaction, OpenedHome, Pressed, Submitted
from bot.data import scope
from bot.people.rows import PlaceRow
from handlers.challenges.payloads import ChallengeDraft, Join
from handlers.challenges.rows import ChallengeRow, ParticipantRow
from handlers.polls.rows import OptionRow

ZONE = "Europe/Berlin"
AT_ONCE = 16


async def gather_voters(parts: Machine, people: int) -> dict[str, int]:
    """Bring people in and let their lead ask them something; returns the poll and its first option."""
    await gather_writers(parts, people)
    lead = account(0)
    await parts.dispatcher.dispatch(_interaction(lead, Commanded("poll", "Lunch? | Pizza | Sushi"), place=True))
    poll, option = await parts.units.read(_only_poll)
    return {"poll": poll, "option": option}


async def gather_writers(parts: Machine, people: int) -> None:
    """Bring people into a community, each with a chat of their own."""
    await parts.dispatcher.dispatch(_interaction(account(0), BotAdded(), place=True))
    await _in_groups(parts.dispatcher.dispatch(_interaction(account(n), OpenedHome())) for n in range(people))


async def begin_on_teams(parts: Machine, service_url: str) -> None:
    """Let the community begin in a place on Teams; people come in as they write."""
    person, place = teams_requests.account(0), "19:practice@thread.tacv2"
    way = {"service_url": service_url, "tenant": TENANT}
    where = Conversation(place, "place", "practice", {**way, "conversation": place})
    actor = Actor(person, name=f"Person {person}", zone=ZONE, language="en", reference={**way, "account": f"29:{person}"})
    await parts.dispatcher.dispatch(Interaction("teams", TENANT, actor, where, BotAdded()))


async def write_down(parts: Machine, entries: Iterable[tuple[int, str]]) -> None:
    """Let people write entries into their journals, each as a command in their own chat."""
    await _in_groups(
        parts.dispatcher.dispatch(replace(_interaction(account(person), Commanded("journal", text)), key=f"bench:{text}"))
        for person, text in entries
    )


async def gather_crowd(parts: Machine, people: int) -> dict[str, int]:
    """Bring twice as many people in and let the second half join a challenge; returns its id."""
    await gather_writers(parts, 2 * people)
    lead = account(0)
    today = parts.clock.now().date()
    place = await parts.units.read(_only_place)
    values = {"pack": "first_steps", "starts_on": today.isoformat(), "hour": "09:00", "rhythm": "every day", "places": [str(place)]}
    await parts.dispatcher.dispatch(_interaction(lead, Submitted(ChallengeDraft.wire_name, None, "bench", values)))
    challenge = await parts.units.read(_only_challenge)
    join = to_wire(Join(challenge))
    await _in_groups(parts.dispatcher.dispatch(_interaction(account(n), Pressed(join))) for n in range(people, 2 * people))
    assert await parts.units.read(_count_in) == people, "not everybody came into the challenge"
    return {"challenge": challenge}


def _interaction(person: str, did: Did, *, place: bool = False) -> Interaction:
    where = Conversation(CHANNEL, "place", "practice") if place else Conversation(person, "chat")
    actor = Actor(person, name=f"Person {person}", zone=ZONE, language="en")
    return Interaction("slack", TEAM, actor, where, did, workspace_name="Bench")


async def _in_groups(work: Iterable[Awaitable[object]]) -> None:
    group: list[Awaitable[object]] = []
    for each in work:
        group.append(each)
        if len(group) == AT_ONCE:
            await asyncio.gather(*group)
            group.clear()
    await asyncio.gather(*group)


def _only_place(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    return session.execute(select(PlaceRow.id)).scalar_one()


def _only_poll(session: Session) -> tuple[int, int]:
    scope.enter(session, scope.SYSTEM)
    option, poll = session.execute(select(OptionRow.id, OptionRow.poll_id).order_by(OptionRow.position)).first() or (0, 0)
    return poll, option


def _only_challenge(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    return session.execute(select(ChallengeRow.id)).scalar_one()


def _count_in(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    return session.execute(select(func.count()).select_from(ParticipantRow)).scalar_one()
