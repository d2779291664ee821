"""Named queries of polls; ballots have theirs elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, delete, or_, select, update

from bot.core.context import Context
from bot.data import scope
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.scope import BIND
from bot.lean import dataclass
from handlers.polls.kinds import SCALES, Choice, Kind, State, Terms
from handlers.polls.rows import OptionRow, PollPlaceRow, PollRow, SeriesRow
from handlers.polls.rules import Every, Promise, Typed, is_as_strict

QUESTION, REASON, OUTCOME = "polls.question", "polls.reason", "polls.outcome"
LABEL, DESCRIPTION = "poll_options.label", "poll_options.description"
DRAFT = "poll_series.draft"


_polls, _options_table, _places_table = table(PollRow), table(OptionRow), table(PollPlaceRow)
_POLL = select(_polls).where(_polls.c.id == bindparam("poll"), _polls.c.community_id == bindparam(BIND))
_POLL_ALONE = _POLL.with_for_update()
_POLL_SIDE_BY_SIDE = _POLL.where(_polls.c.closes_when_all_voted.is_(False)).with_for_update(read=True, key_share=True)
_OPTIONS_OF = (
    select(_options_table)
    .where(_options_table.c.poll_id == bindparam("poll"), _options_table.c.community_id == bindparam(BIND))
    .order_by(_options_table.c.position)
)
_PLACES_OF = (
    select(_places_table.c.place_id)
    .where(_places_table.c.poll_id == bindparam("poll"), _places_table.c.community_id == bindparam(BIND))
    .order_by(_places_table.c.id)
)


@dataclass(frozen=True, slots=True)
class Series:
    """A template: what is asked as plain JSON, how often, whose it is, since when."""

    id: int
    template: dict[str, Any]
    every: Every
    poser: int | None
    begun_at: datetime

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which its days are meant, wherever its poser is now."""
        return ZoneInfo(self.template["zone"])

    @property
    def begun_on(self) -> date:
        """The day of its first round."""
        return self.begun_at.astimezone(self.tz).date()


# -- polls ---------------------------------------------------------------------------------------------------------------


def poll(ctx: Context, poll_id: int, *, lock: bool = False) -> Terms | None:
    """A poll by its id."""
    return _whole(ctx, _locked(ctx, poll_id) if lock else _row(ctx, _POLL, poll_id))


def poll_to_vote(ctx: Context, poll_id: int) -> Terms | None:
    """A poll whose words stay as they are until this vote is counted."""
    return _whole(ctx, lock_to_vote(ctx, poll_id))


def lock_to_vote(ctx: Context, poll_id: int) -> Any | None:
    """Votes come side by side, and whoever closes or changes the poll waits for them; where the last vote closes it, each is alone."""
    return _row(ctx, _POLL_SIDE_BY_SIDE, poll_id) or _locked(ctx, poll_id)


def _locked(ctx: Context, poll_id: int) -> Any | None:
    ctx.session.flush()
    found = _row(ctx, _POLL_ALONE, poll_id)
    ctx.session.expire_all()  # what the session had read before it waited may be out of date
    return found


def _row(ctx: Context, query: Select[Any], poll_id: int) -> Any | None:
    return scope.execute(ctx.session, query, {"poll": poll_id, BIND: ctx.community.id}).one_or_none()


def _whole(ctx: Context, row: Any | None) -> Terms | None:
    if row is None:
        return None
    values = {"poll": row.id, BIND: ctx.community.id}
    options = [_choice(ctx, each) for each in scope.execute(ctx.session, _OPTIONS_OF, values)]
    places = scope.execute(ctx.session, _PLACES_OF, values).scalars()
    return _poll(ctx, row, tuple(options), tuple(places))


def open_polls(ctx: Context) -> Sequence[Terms]:
    """The polls that take votes, the oldest first."""
    query = select(PollRow).where(PollRow.community_id == ctx.community.id, PollRow.state == State.OPEN.value)
    return _terms(ctx, query.order_by(PollRow.id))


def rounds(ctx: Context, series: int, most: int) -> Sequence[Terms]:
    """The last rounds of a template that are closed, the oldest first."""
    query = select(PollRow).where(PollRow.series_id == series, PollRow.state == State.CLOSED.value)
    return list(reversed(_terms(ctx, query.order_by(PollRow.id.desc()).limit(most))))


def posed_by(ctx: Context, person: int) -> Sequence[Terms]:
    """What somebody asked, the newest first, previews left out."""
    query = select(PollRow).where(PollRow.poser_id == person, PollRow.state != State.DRAFT.value)
    return _terms(ctx, query.order_by(PollRow.id.desc()))


def without_outcome(ctx: Context, poser: int) -> Sequence[Terms]:
    """Somebody's decisions of which nobody has heard what comes of them."""
    query = select(PollRow).where(PollRow.poser_id == poser, PollRow.state == State.CLOSED.value)
    return _terms(ctx, query.where(PollRow.is_decision, PollRow.outcome.is_(None)).order_by(PollRow.id))


def insert(ctx: Context, terms: Terms, options: Sequence[Typed]) -> Terms:
    """A new poll of these terms; its id and those of its options are made here."""
    poll_id = new_id()
    row = PollRow(id=poll_id, community_id=ctx.community.id, question=ctx.vault.seal(QUESTION, poll_id, terms.question))
    row.opened_at = ctx.now
    row.series_id = terms.series
    _write(row, terms)
    row.poser_id, row.state = terms.poser, terms.state.value
    ctx.session.add(row)
    ctx.session.flush()
    _add_options(ctx, poll_id, options, 0)
    for place in terms.places:
        ctx.session.add(PollPlaceRow(id=new_id(), community_id=ctx.community.id, poll_id=poll_id, place_id=place))
    ctx.session.flush()
    return _again(ctx, poll_id)


def _write(row: PollRow, terms: Terms) -> None:
    row.kind, row.most, row.points = terms.kind.value, terms.most, terms.points
    row.is_anonymous, row.is_hidden, row.may_add_options = terms.is_anonymous, terms.is_hidden, terms.may_add_options
    row.closes_at, row.closes_when_all_voted = terms.closes_at, terms.closes_when_all_voted
    row.quorum, row.is_decision, row.k = terms.quorum, terms.is_decision, terms.k


def post(ctx: Context, poll_id: int) -> Terms:
    """A preview becomes an open poll."""
    row = ctx.session.get_one(PollRow, poll_id)
    row.state, row.opened_at = State.OPEN.value, ctx.now
    ctx.session.flush()
    return _again(ctx, poll_id)


def discard_previews(ctx: Context) -> None:
    """Forget the actor's previews, of which only the newest counts, and the templates that were made for them."""
    drafts = select(PollRow.id, PollRow.series_id).where(PollRow.poser_id == ctx.actor.id, PollRow.state == State.DRAFT.value)
    found = ctx.session.execute(drafts).all()
    ctx.session.execute(delete(PollRow).where(PollRow.id.in_([row.id for row in found])))
    ctx.session.execute(delete(SeriesRow).where(SeriesRow.id.in_([row.series_id for row in found if row.series_id is not None])))


def extend(ctx: Context, poll_id: int, closes_at: datetime | None) -> Terms:
    """Another end."""
    ctx.session.get_one(PollRow, poll_id).closes_at = closes_at
    ctx.session.flush()
    return _again(ctx, poll_id)


def be_stricter(ctx: Context, terms: Terms, after: Promise) -> Terms:
    """Promise more than before; what would take something back is refused."""
    if not is_as_strict(Promise(terms.is_anonymous, terms.is_hidden, terms.k), after):
        raise ValueError("a promise to voters only becomes stricter")
    row = ctx.session.get_one(PollRow, terms.id)
    row.is_anonymous, row.is_hidden, row.k = after.is_anonymous, after.is_hidden, after.k
    ctx.session.flush()
    return _again(ctx, terms.id)


def reword(ctx: Context, terms: Terms, question: str, options: Sequence[Typed]) -> Terms:
    """Other words, while nobody has voted; options keep their positions."""
    row = ctx.session.get_one(PollRow, terms.id)
    row.question = ctx.vault.seal(QUESTION, row.id, question)
    if terms.kind.has_own_options:
        ctx.session.execute(delete(OptionRow).where(OptionRow.poll_id == terms.id))
        _add_options(ctx, terms.id, options, 0)
    ctx.session.flush()
    return _again(ctx, terms.id)


def is_card_due(ctx: Context, poll_id: int, every: timedelta) -> bool:
    """Whether the votes are to be counted for the card again; whoever hears yes does it."""
    was_long_ago = or_(PollRow.card_at.is_(None), PollRow.card_at <= ctx.now - every)
    taken = ctx.session.execute(update(PollRow).where(PollRow.id == poll_id, was_long_ago).values(card_at=ctx.now))
    return int(getattr(taken, "rowcount", 0)) == 1


def finish(ctx: Context, poll_id: int, state: State, reason: str = "") -> Terms:
    """Close or cancel it."""
    row = ctx.session.get_one(PollRow, poll_id)
    row.state, row.closed_at = state.value, ctx.now
    row.reason = ctx.vault.seal(REASON, row.id, reason) if reason else None
    ctx.session.flush()
    return _again(ctx, poll_id)


def tell_outcome(ctx: Context, poll_id: int, outcome: str) -> Terms:
    """Keep what comes of a decision."""
    row = ctx.session.get_one(PollRow, poll_id)
    row.outcome = ctx.vault.seal(OUTCOME, row.id, outcome)
    ctx.session.flush()
    return _again(ctx, poll_id)


# -- options -------------------------------------------------------------------------------------------------------------


def add_option(ctx: Context, terms: Terms, option: Typed) -> Terms:
    """A member's option, behind those that are there."""
    _add_options(ctx, terms.id, [option], len(terms.options), ctx.actor.id)
    return _again(ctx, terms.id)


def _add_options(ctx: Context, poll_id: int, options: Sequence[Typed], first: int, added_by: int | None = None) -> None:
    for position, option in enumerate(options, start=first):
        row = OptionRow(id=new_id(), community_id=ctx.community.id, poll_id=poll_id, position=position, added_by=added_by)
        row.label = ctx.vault.seal(LABEL, row.id, option.label)
        row.description = ctx.vault.seal(DESCRIPTION, row.id, option.description) if option.description else None
        ctx.session.add(row)
    ctx.session.flush()


def added_by_me(ctx: Context) -> list[dict[str, Any]]:
    """The options that the actor added to others' polls, as plain values."""
    rows = ctx.session.execute(select(OptionRow).where(OptionRow.added_by == ctx.actor.id).order_by(OptionRow.id)).scalars()
    return [{"option": ctx.vault.open_text(LABEL, row.id, row.label)} for row in rows]


# -- templates -----------------------------------------------------------------------------------------------------------


def insert_series(ctx: Context, draft: dict[str, Any], every: Every) -> int:
    """A new template."""
    series = new_id()
    row = SeriesRow(id=series, community_id=ctx.community.id, every=every.value, poser_id=ctx.actor.id, begun_at=ctx.now)
    row.draft = ctx.vault.seal(DRAFT, series, json.dumps(draft, ensure_ascii=False))
    ctx.session.add(row)
    ctx.session.flush()
    return series


def series(ctx: Context, series_id: int) -> Series | None:
    """A template by its id."""
    row = ctx.session.execute(select(SeriesRow).where(SeriesRow.id == series_id)).scalar_one_or_none()
    if row is None:
        return None
    template = json.loads(ctx.vault.open_text(DRAFT, row.id, row.draft))
    return Series(row.id, template, Every(row.every), row.poser_id, row.begun_at)


def begin_series(ctx: Context, series_id: int) -> None:
    """Its first round is posted: its days are counted from now."""
    ctx.session.get_one(SeriesRow, series_id).begun_at = ctx.now
    ctx.session.flush()


def put_into_series(ctx: Context, poll_id: int, series: int) -> Terms:
    """A poll is a round of a template."""
    ctx.session.get_one(PollRow, poll_id).series_id = series
    ctx.session.flush()
    return _again(ctx, poll_id)


def stop_series(ctx: Context, series_id: int) -> None:
    """It comes no more by itself; its trend stays."""
    ctx.session.get_one(SeriesRow, series_id).every = Every.ONCE.value
    ctx.session.flush()


def my_series(ctx: Context) -> list[dict[str, Any]]:
    """The templates of the actor as plain values."""
    rows = ctx.session.execute(select(SeriesRow).where(SeriesRow.poser_id == ctx.actor.id).order_by(SeriesRow.id)).scalars()
    return [{"template": json.loads(ctx.vault.open_text(DRAFT, row.id, row.draft)), "every": row.every} for row in rows]


# -- reading -------------------------------------------------------------------------------------------------------------


def _again(ctx: Context, poll_id: int) -> Terms:
    found = poll(ctx, poll_id)
    assert found is not None, "it was just written"
    return found


def _terms(ctx: Context, query: Select[PollRow]) -> Sequence[Terms]:
    rows = ctx.session.execute(query).scalars().all()
    ids = [row.id for row in rows]
    options, places = (_options(ctx, ids), _places(ctx, ids)) if ids else ({}, {})
    return [_poll(ctx, row, tuple(options.get(row.id, ())), tuple(places.get(row.id, ()))) for row in rows]


def _options(ctx: Context, ids: Iterable[int]) -> dict[int, list[Choice]]:
    query = select(OptionRow).where(OptionRow.poll_id.in_(list(ids))).order_by(OptionRow.poll_id, OptionRow.position)
    found: dict[int, list[Choice]] = {}
    for row in ctx.session.execute(query).scalars():
        found.setdefault(row.poll_id, []).append(_choice(ctx, row))
    return found


def _choice(ctx: Context, row: Any) -> Choice:
    description = ctx.vault.open_text(DESCRIPTION, row.id, row.description) if row.description is not None else ""
    return Choice(row.id, ctx.vault.open_text(LABEL, row.id, row.label), description)


def _places(ctx: Context, ids: Iterable[int]) -> dict[int, list[int]]:
    query = select(PollPlaceRow).where(PollPlaceRow.poll_id.in_(list(ids))).order_by(PollPlaceRow.id)
    found: dict[int, list[int]] = {}
    for row in ctx.session.execute(query).scalars():
        found.setdefault(row.poll_id, []).append(row.place_id)
    return found


def _poll(ctx: Context, row: Any, options: tuple[Choice, ...], places: tuple[int, ...]) -> Terms:
    kind = Kind(row.kind)

    def opened(column: str, sealed: bytes | None) -> str:
        return ctx.vault.open_text(column, row.id, sealed) if sealed is not None else ""

    return Terms(
        row.id,
        kind,
        opened(QUESTION, row.question),
        SCALES.get(kind, options),
        most=row.most,
        points=row.points,
        is_anonymous=row.is_anonymous,
        is_hidden=row.is_hidden,
        may_add_options=row.may_add_options,
        closes_at=row.closes_at,
        closes_when_all_voted=row.closes_when_all_voted,
        quorum=row.quorum,
        is_decision=row.is_decision,
        k=row.k,
        poser=row.poser_id,
        series=row.series_id,
        places=places,
        state=State(row.state),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        reason=opened(REASON, row.reason),
        outcome=opened(OUTCOME, row.outcome),
        counted_at=row.card_at,
    )
