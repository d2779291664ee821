"""Days away: holidays and the like, by dates or from a calendar file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from bot.chat.errors import FieldErrors
from bot.chat.language import _
from bot.chat.message import Block
from bot.chat.reply import Open, Reply, Say
from bot.core.context import Context
from bot.core.facts import Fact
from bot.core.ports import SentFile
from bot.lean import dataclass
from bot.people import calendar
from handlers.nudges import away_store as store
from handlers.nudges import away_views as views
from handlers.nudges.payloads import AddAway, AwayDraft, CancelAway, SeeAway
from handlers.nudges.rules import LONGEST_AWAY, joined
from handlers.nudges.waking import look_at

MOST_FROM_A_FILE = 20
Ranges = tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class AwayChanged(Fact):
    """Somebody's days away are others."""

    person: int


def see(ctx: Context, _asked: str | SeeAway) -> Reply:
    """`/convene away`: my days away."""
    return Say(views.listed(store.own(ctx, ctx.today())))


def open_add(ctx: Context, _payload: AddAway) -> Open:
    """Open the form for days away."""
    tomorrow = ctx.today() + timedelta(days=1)
    return ctx.open(AwayDraft, values={"first": tomorrow, "last": tomorrow + timedelta(days=6)}, intro=views.INTRO)


def add(ctx: Context, draft: AwayDraft, _subject: object) -> Reply:
    """Keep days away."""
    if draft.last < draft.first:
        raise FieldErrors({"last": _("The last day comes before the first one.")})
    if draft.last < ctx.today():
        raise FieldErrors({"last": _("These days are over. Today is {today}.", today=ctx.today())})
    if draft.last > ctx.today() + timedelta(days=LONGEST_AWAY):
        raise FieldErrors({"last": _("Please choose a day within a year.")})
    return _add(ctx, [(draft.first, draft.last)])


def take_calendar(ctx: Context, file: SentFile) -> Reply:
    """Take the whole days of a calendar file as days away; one that cannot be read says why itself."""
    today, latest = ctx.today(), ctx.today() + timedelta(days=LONGEST_AWAY)
    found = calendar.busy_days(file.content, ctx.actor.zone, today)
    ahead = joined((first, last) for first, last in found if first <= last and today <= last <= latest)
    return _add(ctx, ahead[:MOST_FROM_A_FILE]) if ahead else Say(views.nothing_found())


def _add(ctx: Context, new: Sequence[tuple[date, date]]) -> Reply:
    if store.add(ctx, new):
        ctx.publish(AwayChanged(ctx.actor.id))
    return Say(views.added(store.own(ctx, ctx.today())))


def cancel(ctx: Context, payload: CancelAway) -> Reply:
    """Here after all, from today on; a second press finds it so."""
    was = store.cancel(ctx, payload.away, ctx.today())
    if was is not None:
        ctx.publish(AwayChanged(ctx.actor.id))
        look_at(ctx, ctx.actor.id, ctx.now)
    return Say(views.cancelled(was, store.own(ctx, ctx.today())))


def away_until(ctx: Context, members: Collection[int], on: date) -> dict[int, date]:
    """Who of these is away on a date -> the last day of it."""
    return {person: last for person, found in store.ranges(ctx, members).items() for first, last in found if first <= on <= last}


def days_away(ctx: Context, person: int) -> Ranges:
    """All days on which a person was, is or will be away, as ranges with both ends included."""
    return store.ranges(ctx, [person]).get(person, ())


def days_away_of(ctx: Context, people: Collection[int]) -> Mapping[int, Ranges]:
    """The same of several people, as far as there are any."""
    return store.ranges(ctx, people)


def my_things(ctx: Context) -> Sequence[Block]:
    """That the actor is away today, with the way back."""
    today = ctx.today()
    return tuple(block for each in store.own(ctx, today) if each.first <= today for block in views.is_away(each))
