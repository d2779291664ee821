"""Partners read what was shared with them. Who they are is told by a feature above, which the journal does not know."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.feature import Partner
from handlers.journal import browse_views as views
from handlers.journal import store
from handlers.journal.payloads import FromPartner
from handlers.journal.rows import EntryRow
from handlers.journal.rules import Visibility
from handlers.journal.store import FromThem

PAGE = 3  # entries at once, each whole


def of_actor(ctx: Context) -> Sequence[Partner]:
    """The actor's partners now; nobody where no feature tells of any."""
    return [partner for feature in ctx.registry.features if feature.partners is not None for partner in feature.partners(ctx)]


def shared(ctx: Context, asked: FromPartner) -> tuple[list[FromThem], FromPartner | None]:
    """What the actor's partners share with them, the newest first, and where it goes on.

    Only what was written since they are partners: what was meant for another partner stays between those two.
    """
    with_them = of_actor(ctx)
    theirs = [and_(EntryRow.person_id == each.member.id, EntryRow.written_at >= each.since) for each in with_them]
    if not theirs:
        return [], None
    query = select(EntryRow).where(or_(*theirs), EntryRow.visibility == Visibility.PARTNER.value, EntryRow.deleted_at.is_(None))
    if asked.on is not None and asked.entry is not None:
        older = and_(EntryRow.on_date == asked.on, EntryRow.id < asked.entry)
        query = query.where(or_(EntryRow.on_date < asked.on, older))
    rows = ctx.session.execute(query.order_by(EntryRow.on_date.desc(), EntryRow.id.desc()).limit(PAGE + 1)).scalars().all()
    names = {each.member.id: each.member.name for each in with_them}
    page = [FromThem(names[row.person_id], row.on_date, store.text_of(ctx, row)) for row in rows[:PAGE]]
    return page, FromPartner(rows[PAGE - 1].on_date, rows[PAGE - 1].id) if len(rows) > PAGE else None


def show(ctx: Context, payload: FromPartner) -> Reply:
    """What my partner shares with me."""
    entries, older = shared(ctx, payload)
    return Say(views.from_partner(entries, older, ctx.today().year), instead=payload.on is not None)
