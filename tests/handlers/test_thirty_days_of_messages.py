"""Thirty days of eight people who do what they like: whatever they do, what comes to them keeps to its rules."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat.language import _
from bot.chat.message import Button, Buttons, Message, Paragraph
from bot.core.context import Context
from bot.core.doing import RunCommand
from bot.core.outbox import Kind, State
from bot.core.rows import PostRow
from bot.data import scope
from bot.people import store as people
from bot.people.days import day_of
from bot.people.rows import CommunityRow, IdentityRow, PersonRow
from bot.people.values import Community
from bot.playground import PEOPLE, Playground
from handlers import nudges
from handlers.challenges.rows import ChallengeRow
from tests.kit.cast import rows
from tests.kit.people import Person

pytestmark = pytest.mark.thorough

At = Callable[[str], Person]
BEGINS, LAST = date(2026, 3, 23), date(2026, 4, 21)  # Europe's clocks go forward on the seventh day
FLIES_ON, STOPS_ON = 14, 20
QUIET = (20 * 60, 8 * 60)


@dataclass(frozen=True)
class Sent:
    """One message to one person, as it was at their place when it left."""

    person: int
    kind: str
    key: str
    at: datetime
    zone: str

    @property
    def local(self) -> datetime:
        return self.at.astimezone(ZoneInfo(self.zone))

    @property
    def on(self) -> date:
        return day_of(self.at, self.zone)


async def remind_everybody(stage: Playground, day: int) -> None:
    """Some feature reminds everybody of three things a day: more than anybody wants."""

    def unit(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        row = session.query(CommunityRow).one()
        scope.enter(session, row.id)
        here = Community(row.id, row.name, row.zone, row.language)
        ctx = Context(session=session, registry=stage.parts.registry, now=stage.winder.now(), seed=1, community=here)
        for member in people.members(session).values():
            for n in range(3):
                said = _("Thing {number} waits for you", number=f"{day}.{n}")
                body = Message(said, (Paragraph(said), Buttons((Button(_("See it"), RunCommand("challenge")),))))
                begins, ends = ctx.now + timedelta(hours=5 * n), ctx.now + timedelta(days=2)
                nudges.remind(ctx, member, nudges.Reminder(f"thing/{day}/{n}", body, _("You asked to hear of it."), ends, begins))

    await stage.parts.units.run(unit)


def labels_of(member: Person) -> set[str]:
    """Everything that somebody could press now."""
    return {control["label"] for c in member.screen["conversations"] for m in c["messages"] for control in m["controls"]}


async def does_something(member: Person, chance: random.Random) -> None:
    """What somebody feels like today; what is not there to be pressed is left alone."""
    does = chance.choice(("done", "writes", "cheers", "nothing", "nothing", "away", "partner", "pauses"))
    match does:
        case "done" if "Done" in labels_of(member):
            await member.presses("Done")
        case "writes":
            await member.types(f"A line of mine, {chance.randrange(1000)}.")
        case "cheers" if "Cheer" in labels_of(member):
            await member.presses("Cheer")
        case "partner":
            await member.types("/partner")
        case "away" if chance.random() < 0.3:
            await member.types("/convene away")
            await member.presses("Add days away")
            first = member.stage.winder.now().date() + timedelta(days=chance.randint(1, 3))
            await member.fills("Save", first=first.isoformat(), last=(first + timedelta(days=chance.randint(0, 4))).isoformat())
        case "pauses" if chance.random() < 0.3 and "Pause" in labels_of(member):
            await member.presses("Pause")
            until = member.stage.winder.now().date() + timedelta(days=chance.randint(2, 5))
            await member.fills("Pause until then", until=until.isoformat())
        case _:
            return


class Watch:
    """Collects what was sent to people since it looked last, with the zone in which they were then."""

    def __init__(self, stage: Playground) -> None:
        self.stage, self.newest = stage, 0
        self.sent: list[Sent] = []
        self.stopped: set[int] = set()

    async def looks(self) -> None:
        what = (PostRow.id, PostRow.kind, PostRow.key, PostRow.posted_at, PostRow.state, PersonRow.id, PersonRow.zone)
        query = select(*what).join(IdentityRow, IdentityRow.id == PostRow.lane_id).join(PersonRow, PersonRow.id == IdentityRow.person_id)

        def work(session: Session) -> list[Any]:
            scope.enter(session, scope.SYSTEM)
            return list(session.execute(query.where(PostRow.id > self.newest).order_by(PostRow.id)))

        for row in await self.stage.parts.units.read(work):
            self.newest = row[0]
            if row.state == State.SENT:
                assert row.kind != Kind.REMINDER or row[5] not in self.stopped, "a reminder came after stop"
                self.sent.append(Sent(row[5], row.kind, row.key or "", row.posted_at, row.zone))


@pytest.mark.parametrize("seed", [7])
async def test_whatever_eight_people_do_what_comes_to_them_keeps_to_its_rules(stage: Playground, person: At, seed: int) -> None:
    chance = random.Random(seed)
    everybody = [person(each.account) for each in PEOPLE]
    ann, bob = person("ANN"), person("BOB")
    steady = next(each for each in everybody if each.who.name == person("layla").who.name)
    await ann.types("/challenge")
    await ann.fills("Announce it", pack="better_practitioner", starts_on=BEGINS.isoformat())
    for member in everybody:
        await member.presses("Join", on="day")
        await member.presses("Yes, find me a partner", on="You are in")
    watch = Watch(stage)
    ids = dict(await rows(stage, PersonRow.name, PersonRow.id))
    for day in range(1, 33):
        start = datetime(2026, 3, 22, 0, 0, tzinfo=UTC) + timedelta(days=day)
        if day % 2 and day <= 30:
            await remind_everybody(stage, day)
        for hour in (12, 22):
            await stage.winder.advance(start + timedelta(hours=hour, minutes=5))
            await watch.looks()
            for member in chance.sample([each for each in everybody if each is not steady], 1) if day <= 30 else ():
                await does_something(member, chance)
            if hour == 12 and day <= 30:
                await steady.presses("Done", on=f"day {day} of 30")
            await watch.looks()
        if day == FLIES_ON:
            await bob.types("/convene settings")
            await bob.fills("Save", zone="Tokyo")
        if day == STOPS_ON:
            await person("anil").presses("Stop reminders")
            watch.stopped.add(ids[person("anil").who.name])
    await stage.winder.advance(datetime(2026, 5, 30, 12, 0, tzinfo=UTC))  # what stuck is asked after 30 days, and told a week later
    await watch.looks()
    sent = watch.sent
    assert set(await rows(stage, ChallengeRow.state)) <= {"closing", "closed"}
    check(sent)
    check_steady([each for each in sent if each.person == ids[steady.who.name]])
    check_end([each for each in sent if each.person != ids[ann.who.name]])
    assert stage.slack.broadcasts == []
    assert stage.teams.card_problems == []


def check(sent: list[Sent]) -> None:
    """The rules, over everything that was sent."""
    reminders = [each for each in sent if each.kind == Kind.REMINDER]
    assert len(reminders) > 100, "otherwise this proves little"
    a_day = Counter((each.person, each.local.date()) for each in reminders)
    assert max(a_day.values()) <= 2, a_day.most_common(3)
    minutes = [each.local.hour * 60 + each.local.minute for each in reminders]
    assert all(QUIET[1] <= minute < QUIET[0] for minute in minutes)
    assert all(each.local.weekday() < 5 for each in reminders)
    for come in ([each for each in sent if is_line(each)], [each for each in sent if is_activity(each)]):
        assert len(come) > 100
        assert max(Counter((each.person, each.on) for each in come).values()) == 1
        assert all(BEGINS <= each.on <= LAST for each in come)


def is_activity(each: Sent) -> bool:
    return each.key.startswith("challenge/") and "/day/" in each.key


def is_line(each: Sent) -> bool:
    return each.key.startswith("partner/evening/")


def check_steady(sent: list[Sent]) -> None:
    """Whoever is there every day gets exactly one of each on every day, and none on any other."""
    every_day = [BEGINS + timedelta(days=n) for n in range((LAST - BEGINS).days + 1)]
    for kind in (is_activity, is_line):
        assert sorted(each.on for each in sent if kind(each)) == every_day
        assert len({each.key for each in sent if kind(each)}) == len(every_day)


def check_end(sent: list[Sent]) -> None:
    """After the last day, and the two days for which what was asked for before still made sense, only the ending is told."""
    after = [each for each in sent if each.on > LAST + timedelta(days=2)]
    assert after, "what stuck is asked"
    assert [each for each in after if each.kind == Kind.REMINDER or is_activity(each) or is_line(each)] == []
    assert {each.key.split("/")[2] for each in after if each.key} <= {"stuck", "lines", "farewell", "report"}
