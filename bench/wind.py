"""Thirty days of the whole playground: both platforms over HTTP, eight people, a challenge of thirty days, everybody does every day.

Every post is compared with a plain computation that knows the bot's promise and none of its code.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.playground.slack.faults import Call as SlackCall
from bench.report import Report
from bench.serving import KEY
from bot.app import tune_garbage_collection
from bot.core.clock import WoundClock
from bot.data.engine import units_for
from bot.data.vault import Vault
from bot.logs import configure
from bot.play import load_at_leisure
from bot.playground import PEOPLE, Playground, Somebody, playground
from handlers import packs
from tests.kit.databases import databases
from tests.kit.people import Person

AIM = 5.0  # seconds
DAYS = 30
START = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)
FIRST = date(2026, 3, 21)  # summer time begins in Europe on the ninth day
HOUR, LATER = clock_time(9), clock_time(10)
COMMUNITY_ZONE = "Europe/Berlin"
PACK = "thirty_days"

Sight = tuple[datetime, str, str]  # when, where, which day


def measure() -> Report:
    """Live the thirty days once."""
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        seconds, cpu, posts, requests, acts = asyncio.run(_live(made.sqlite(Path(folder))))
    rows: list[Sequence[object]] = [
        ("thirty days", f"{seconds:.2f} s"),
        ("of that on the processor", f"{cpu:.2f} s"),
        ("a day", f"{seconds / DAYS * 1000:.0f} ms"),
        ("posts checked", posts),
        ("acts", acts),
    ]
    figures = {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "days": DAYS,
        "people": len(PEOPLE),
        "posts": posts,
        "acts": acts,
        "requests": requests,
    }
    notes = [f"{requests} requests of the bot to both platforms and {acts} of the people to the bot, over HTTP; aim {AIM:.0f} s."]
    return Report("wind", AIM / seconds, 1.0, seconds <= AIM, ("", ""), rows, figures, notes)


async def _live(database: str) -> tuple[float, float, int, int, int]:
    configure(quiet=True)  # a line for each interaction, drawn for a terminal, is what nobody has who serves or plays
    _add_pack()
    units = units_for(database, Vault([KEY]), outlasts_power=False)  # as `play` has it
    clock = WoundClock(START)
    async with playground(units, clock, pace=timedelta(0)) as stage:
        await stage.populate()
        crowd = [Person(stage, somebody) for somebody in PEOPLE]
        await crowd[0].types("/challenge")
        await crowd[0].fills("Announce it", pack=PACK, starts_on=FIRST.isoformat())
        for person in crowd:
            await person.presses("Join", on="Thirty small days")
        load_at_leisure()  # as `play` does, and the next as well
        tune_garbage_collection()
        before = len(stage.slack.calls) + len(stage.teams.calls)
        began, cpu_began = time.perf_counter(), time.process_time()
        acts = await _days(stage, crowd)
        await stage.winder.advance(datetime.combine(FIRST + timedelta(days=DAYS + 1), clock_time(20), UTC))
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
        posts = _check_posts(stage, crowd)
        requests = len(stage.slack.calls) + len(stage.teams.calls) - before
    await units.close()
    return seconds, cpu, posts, requests, acts


async def _days(stage: Playground, crowd: Sequence[Person]) -> int:
    """An hour after their activity came, each person presses *Done* or writes what happened."""
    agenda = sorted(
        (_at(FIRST + timedelta(days=n), LATER, person.who.zone), number, n, person)
        for n in range(DAYS)
        for number, person in enumerate(crowd)
    )
    habits = {person.who.account: Habit(person) for person in crowd}
    for at, number, n, person in agenda:
        await stage.winder.advance(at)
        if (number + n) % 2:
            await habits[person.who.account].presses_done(_title(n + 1))
        else:
            await habits[person.who.account].writes(f"What I noticed on day {n + 1}")
    return len(agenda)


class Habit:
    """A person who knows where to press: their screen is drawn once and not before every act, which would be most of the bench."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._chat = person.chat
        self._control = ""

    async def presses_done(self, title: str) -> None:
        """Press *Done* on the card with this title."""
        if not self._control:
            message = self._person.message(title, self._chat)
            self._control = next(control["id"] for control in message["controls"] if control["label"] == "Done")
        outcome = await self._person.driver.presses(self._person.who.account, self._card(title), self._control)
        assert outcome.status == 200, outcome
        await self._over()

    async def writes(self, text: str) -> None:
        """Write what happened."""
        outcome = await self._person.driver.types(self._person.who.account, self._chat, text)
        assert outcome.status == 200, outcome
        await self._over()

    def _card(self, title: str) -> str:
        """The newest message with this title in their chat, as the platform's own ledger of calls has it."""
        for call in reversed(self._person.driver.calls):
            if isinstance(call, SlackCall):
                if call.method == "chat.postMessage" and call.answer.get("channel") == self._chat and title in str(call.arguments):
                    return str(call.answer["ts"])
            elif call.operation == "post" and call.conversation == self._chat and title in str(call.body):
                return str(call.answer["id"])
        raise AssertionError(f"{self._person.who.name} has no card {title!r}")

    async def _over(self) -> None:
        await self._person.stage.settle()
        await self._person.stage.winder.settle()


def _add_pack() -> None:
    shipped = packs.shipped()
    model = next(iter(shipped.values()))
    activities = tuple(replace(model.activities[n % len(model.activities)], title=_title(n + 1)) for n in range(DAYS))
    shipped[PACK] = replace(model, name=PACK, title="Thirty days", purpose="Thirty small days.", activities=activities)


def _title(number: int) -> str:
    return f"Practice number {number:02d}."


def _at(day: date, hour: clock_time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def _promised(person: Somebody) -> list[Sight]:
    """What was promised to one person: each day once in their place at the community's hour, and once to themselves at their own."""
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    in_place = [(_at(day, HOUR, COMMUNITY_ZONE), "place", _title(n)) for n, day in enumerate(days, 1)]
    in_chat = [(_at(day, HOUR, person.zone), "chat", _title(n)) for n, day in enumerate(days, 1)]
    return in_place + in_chat


def _check_posts(stage: Playground, crowd: Sequence[Person]) -> int:
    posts: set[tuple[str, Sight]] = set()
    for person in crowd:
        seen = sorted(_seen(person), key=lambda sight: sight[1] == "chat")  # stable: within a conversation as it stands there
        assert seen == _promised(person.who), f"{person.who.name} does not see what was promised"
        person.sees(f"You did {DAYS} days of {DAYS}.")
        posts |= {(person.who.platform if sight[1] == "place" else person.who.account, sight) for sight in seen}
    assert len(posts) == DAYS * (2 + len(PEOPLE))
    assert stage.slack.broadcasts == []
    assert stage.teams.card_problems == []
    return len(posts)


def _seen(person: Person) -> list[Sight]:
    sights = []
    for conversation in person.screen["conversations"]:
        for message in conversation["messages"]:
            title = re.search(r"Practice number \d\d\.", message["plain"])
            if title and message["author"]["is_bot"]:
                at = datetime.fromisoformat(message["at"]).replace(microsecond=0)  # Slack counts messages in the microseconds
                sights.append((at, str(conversation["kind"]), title[0]))
    return sights
