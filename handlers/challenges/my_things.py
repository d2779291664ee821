"""How a person's challenges stand today: for the top of the front door."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.language import _
from bot.chat.message import Block, Button, Buttons, Message, Paragraph
from bot.chat.text import Strong
from bot.core.context import Context
from bot.lean import dataclass
from handlers.challenges import store
from handlers.challenges.payloads import Done, Join, Progress
from handlers.challenges.store import Challenge

MOST = 3  # a home tab has room for so many, and nobody does more at once


@dataclass(frozen=True, slots=True)
class Today:
    """How one challenge stands for a person today; no number on a day without an activity."""

    challenge: Challenge
    number: int | None
    activity: str | None
    is_done: bool
    has_begun: bool
    is_through: bool = False  # its last day is over, and it has not closed yet


def my_things(ctx: Context) -> Sequence[Block]:
    """Running challenges of the actor, the newest first; where there are none, the one that they could join."""
    parts = store.own_parts(ctx, ctx.actor.id)[:MOST]
    blocks: list[Block] = []
    for part in parts:
        number = part.challenge.plan.number_of(ctx.today())
        activity = store.activity(ctx, part.challenge.id, number) if number is not None else None
        is_done = number is not None and store.is_done(ctx, part.id, number)
        has_begun = part.challenge.plan.starts_on <= ctx.today()
        plan = part.challenge.plan
        is_through = not plan.is_paused and ctx.today() > plan.last_on
        blocks += shown(Today(part.challenge, number, activity.title if activity else None, is_done, has_begun, is_through))
    if not parts:
        blocks += [block for challenge in store.open_challenges(ctx)[:1] for block in to_join(challenge)]
    return blocks


def shown(today: Today) -> tuple[Block, ...]:
    """One challenge: the day, whether it is done, and what can be done about it."""
    challenge = today.challenge
    title = Strong(challenge.title)
    progress = Button(_("My progress"), Progress(challenge.id))
    if today.is_through:
        through = _("{title} had its last day. A day that you missed can still be done for two days after it.", title=title)
        return (Paragraph(through), Buttons((progress,)))
    if not today.has_begun:
        return (Paragraph(_("{title} begins on {day}.", title=title, day=challenge.plan.starts_on)), Buttons((progress,)))
    if today.number is None:
        return (Paragraph(_("{title} has no activity today.", title=title)), Buttons((progress,)))
    day = _("day {number} of {days}:", number=today.number, days=challenge.plan.days)
    said = (title, ", ", day, " ", today.activity or "")
    if today.is_done:
        return (Paragraph((*said, ". ", _("Done. It counts."))), Buttons((progress,)))
    return (Paragraph(said), Buttons((Button(_("Done"), Done(challenge.id, today.number), "primary"), progress)))


def to_join(challenge: Challenge) -> tuple[Block, ...]:
    """A challenge that is open to somebody who is in none."""
    return (
        Paragraph(_("{title} is open to you.", title=Strong(challenge.title))),
        Buttons((Button(_("Join"), Join(challenge.id), "primary"),)),
    )


def example() -> Message:
    """An example of each state."""
    from handlers.challenges.examples import CHALLENGE

    said = _("How your challenges stand today")
    states = (
        Today(CHALLENGE, 3, "One question about today", is_done=False, has_begun=True),
        Today(CHALLENGE, 3, "One question about today", is_done=True, has_begun=True),
        Today(CHALLENGE, None, None, is_done=False, has_begun=True),
        Today(CHALLENGE, None, None, is_done=False, has_begun=False),
    )
    return Message(said, (*(block for state in states for block in shown(state)), *to_join(CHALLENGE)))
