"""Reminders as some feature would ask for them, and how people answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot.chat.language import _
from bot.chat.message import Button, Buttons, Message, Paragraph
from bot.core.context import Context
from bot.core.doing import RunCommand
from bot.data import scope
from bot.people import store as people
from bot.people.rows import CommunityRow
from bot.people.values import Community
from bot.playground import Playground
from handlers import nudges
from handlers.nudges.rows import ReminderRow
from tests.kit.cast import Cast
from tests.kit.people import Person

At = Callable[[str], Person]


def at(day: str, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00+00:00").astimezone(UTC)


async def run(stage: Playground, work: Callable[[Context], object], actor: str | None = None) -> None:
    """Let a feature of the community do something, as a job would, or as somebody."""

    def unit(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        row = session.query(CommunityRow).one()
        scope.enter(session, row.id)
        who = next((m for m in people.members(session).values() if m.name == actor), None)
        community = Community(row.id, row.name, row.zone, row.language)
        now = stage.winder.now()
        work(Context(session=session, registry=stage.parts.registry, now=now, seed=1, community=community, actor=who))

    await stage.parts.units.run(unit)
    await stage.winder.settle()


def reminder(key: str, *, hours: int, stage: Playground) -> nudges.Reminder:
    said = _("The {key} waits for you", key=key)
    blocks = (Paragraph(said), Buttons((Button(_("See the {key}", key=key), RunCommand("challenge"), "primary"),)))
    why = _("You asked to hear of the {key}.", key=key)
    return nudges.Reminder(key, Message(said, blocks), why, stage.winder.now() + timedelta(hours=hours))


async def remind(cast: Cast, who: Person, *keys: str, hours: int = 24 * 20) -> None:
    def work(ctx: Context) -> None:
        member = next(m for m in people.members(ctx.session).values() if m.name == who.who.name)
        for key in keys:
            nudges.remind(ctx, member, reminder(key, hours=hours, stage=cast.stage))

    await run(cast.stage, work)


async def settle(cast: Cast, who: Person, key: str) -> None:
    def work(ctx: Context) -> None:
        member = next(m for m in people.members(ctx.session).values() if m.name == who.who.name)
        said = _("The {key} is done", key=key)
        nudges.settle(ctx, member, key, Message(said, (Paragraph(said),)))

    await run(cast.stage, work)


async def lives_in_berlin(cast: Cast, who: Person, **settings: str) -> None:
    await who.types("/convene settings")
    await who.fills("Save", zone="Berlin", **settings)


async def picks(cast: Cast, who: Person, until: str) -> None:
    """Put the tree off."""
    if cast.is_slack:
        await who.presses("Remind me later", on="The tree waits", picking=until)
        return
    message, control = who._control("Choose", "The tree waits")
    name = next(c["name"] for c in message["controls"] if c["options"])
    await who._done(await who.driver.presses(who.who.account, message["id"], control["id"], {name: until}))


def states(found: list[ReminderRow]) -> dict[str, str]:
    return {row.key: row.state for row in found}


def own(member: Person, text: str) -> list[str]:
    """On which days messages of the bot with this text came into a member's own chat."""
    chat = next(c for c in member.screen["conversations"] if c["kind"] == "chat")
    return [m["at"][:10] for m in chat["messages"] if text in m["plain"] and m["author"]["is_bot"]]
