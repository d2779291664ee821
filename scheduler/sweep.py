"""The sweep: what is kept for a while only goes when its time is over; the table of it is what PRIVACY.md says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from bot.core import reach
from bot.core.feature import Goes
from bot.core.handed import LASTS
from bot.core.installations import STATE_LASTS
from bot.core.kept import KEPT_FOR
from bot.core.outbox import State
from bot.core.registry import Registry
from bot.core.rows import HandedFileRow, InboxRow, InstallationRow, InstallStateRow, KeptTextRow, LaterRow, OccurrenceRow, PostRow, SeenRow
from bot.data import scope
from bot.data.base import Instant, table

EVERY = timedelta(hours=1)
AT_ONCE = 1000  # rows of a kind in one unit, so that nobody has to wait long for it
PARKED_FOR = timedelta(days=7)
_SETTLED = (State.SENT.value, State.DROPPED.value, State.PARKED.value)
_now, _before, _limit = bindparam("now", type_=Instant()), bindparam("before", type_=Instant()), bindparam("limit", type_=BigInteger())


def _is_done_with(before: Any) -> ColumnElement[bool]:
    return and_(PostRow.key.is_(None), PostRow.posted_at < before, or_(*(PostRow.state == state for state in _SETTLED)))


MACHINE = (
    Goes(
        "keys of deliveries that were handled, without content",
        timedelta(days=3),
        "no platform delivers anything again after that",
        SeenRow,
        lambda before: SeenRow.at < before,
    ),
    Goes(
        "requests that were stored before they were handled, sealed; they go when they are",
        PARKED_FOR,
        "what could not be handled can be looked at, or tried again",
        InboxRow,
        None,
    ),
    Goes(
        "texts that nothing took, and edits that came before their message",
        KEPT_FOR,
        "time to say what is to be done with them",
        KeptTextRow,
        lambda _before: KeptTextRow.expires_at <= _now,
    ),
    Goes(
        "files that are handed over by a link",
        LASTS,
        "time to fetch them; the end of the day on which it runs out",
        HandedFileRow,
        lambda _before: HandedFileRow.expires_at <= _now,
    ),
    Goes(
        "messages that reach nobody",
        reach.KEPT_FOR,
        "time for somebody to let them be said; their words go then",
        PostRow,
        None,
    ),
    Goes(
        "that a message was sent, where nothing can follow from it any more; its words go when it is sent",
        timedelta(days=90),
        "whoever runs the bot can look up what was delivered, and how late",
        PostRow,
        lambda before: _is_done_with(before) & PostRow.on_reply.is_(None),
    ),
    Goes(
        "that a message was sent to which one can reply; a card that may still change is known for as long as its place or person",
        timedelta(days=400),
        "a reply to it is understood for a year and some weeks",
        PostRow,
        _is_done_with,
    ),
    Goes(
        "computations that failed, their input sealed",
        PARKED_FOR,
        "time enough to look at what could not be computed",
        LaterRow,
        lambda before: and_(LaterRow.due_at.is_(None), LaterRow.asked_at < before),
    ),
    Goes(
        "that something that comes round did so on a day",
        timedelta(days=400),
        "longer than anything can be moved back, so that nothing comes twice",
        OccurrenceRow,
        lambda before: OccurrenceRow.fired_at < before,
    ),
    Goes(
        "everything of a workspace that the app was taken out of; its tokens go at once",
        timedelta(days=30),
        "put back by then, everything is as it was; whoever runs the bot may choose another time (`CONVENE_KEEP_DAYS`)",
        InstallationRow,
        None,
    ),
    Goes(
        "that somebody began to install the app in a workspace, as a digest",
        STATE_LASTS,
        "time to come back from the platform",
        InstallStateRow,
        lambda _before: InstallStateRow.expires_at <= _now,
    ),
)


def what_goes(registry: Registry) -> Sequence[Goes]:
    """The table: the machine's rows and those of every feature."""
    return (*MACHINE, *(goes for feature in registry.features for goes in feature.goes))


def sweep(session: Session, goes: Iterable[Goes], now: datetime) -> bool:
    """Take away what is past its time, and the words of what nobody could be told; whether more of it is left."""
    scope.enter(session, scope.SYSTEM)
    is_more = False
    for each in goes:
        if each.over is not None:
            gone = scope.execute(session, _removal(each), {"now": now, "before": now - each.kept, "limit": AT_ONCE})
            is_more |= len(gone.all()) == AT_ONCE
    reach.forget(session, now)
    return is_more


@cache
def _removal(goes: Goes) -> Any:
    assert goes.over is not None
    (key,) = table(goes.row).primary_key
    some = select(key).where(goes.over(_before)).limit(_limit)
    return delete(table(goes.row)).where(key.in_(some.scalar_subquery())).returning(key)
