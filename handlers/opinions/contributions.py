"""Named queries of what people write into a request: statements, suggestions, questions."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from bot.core.context import Context
from bot.lean import dataclass
from handlers.opinions.requests import About, Contribution, Request, State
from handlers.opinions.rows import ContributionRow
from handlers.opinions.rules import Stance
from handlers.opinions.seats import holders, sealed, unsealed
from handlers.opinions.voices import Voices

WORDS = "opinion_contributions.words"
COUNTED = {Stance.AGREE: "agreed", Stance.DISAGREE: "disagreed", Stance.PASS: "passed", Stance.UNCLEAR: "unclear"}


def contribution(ctx: Context, contribution_id: int, *, lock: bool = False) -> Contribution | None:
    """What somebody wrote, by its id."""
    row = _row(ctx, contribution_id, lock=lock)
    return _read(ctx, row) if row is not None else None


def of_request(ctx: Context, request: int, about: About, *states: State) -> list[Contribution]:
    """All of a kind, in these states or in any, in no order that tells anything."""
    query = select(ContributionRow).where(ContributionRow.request_id == request, ContributionRow.kind == about.value)
    if states:
        query = query.where(ContributionRow.state.in_([state.value for state in states]))
    else:
        query = query.where(ContributionRow.state != State.GONE.value)
    return [_read(ctx, row) for row in ctx.session.execute(query.order_by(ContributionRow.id)).scalars()]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an open statement stands, without its words."""

    id: int
    number: int
    seat: str
    voices: Voices


def open_statements(ctx: Context, request: int) -> list[Standing]:
    """The open statements as they stand; what they say stays closed."""
    row = ContributionRow
    columns = (row.id, row.number, row.seat, row.agreed, row.disagreed, row.passed, row.unclear)
    query = select(*columns).where(row.request_id == request, row.kind == About.STATEMENT.value, row.state == State.OPEN.value)
    return [
        Standing(each.id, each.number, each.seat, Voices(each.agreed, each.disagreed, each.passed + each.unclear))
        for each in ctx.session.execute(query.order_by(row.id))
    ]


def of_seat(ctx: Context, request: int, seat: str | None) -> list[Contribution]:
    """What one seat wrote."""
    if seat is None:
        return []
    query = select(ContributionRow).where(ContributionRow.request_id == request, ContributionRow.seat == seat)
    return [_read(ctx, row) for row in ctx.session.execute(query.order_by(ContributionRow.id)).scalars()]


def add(
    ctx: Context, request: Request, seat: str, about: About, words: Mapping[str, str], state: State, *, writer: int | None = None
) -> Contribution:
    """Something new of the actor's, or of another writer; of an anonymous request without them."""
    made = secrets.randbits(62)
    row = ContributionRow(id=made, community_id=ctx.community.id, request_id=request.id, kind=about.value, state=state.value, seat=seat)
    row.person_id = None if request.is_anonymous else writer or ctx.actor.id
    row.words, row.about = _sealed(ctx, made, words), None
    row.number = _unused_number(ctx, request.id) if about is About.STATEMENT else 0
    row.agreed = row.disagreed = row.passed = row.unclear = 0
    ctx.session.add(row)
    ctx.session.flush()
    return _read(ctx, row)


def change(ctx: Context, contribution: Contribution, state: State, *, refers_to: int | None = None, **more: str) -> Contribution:
    """It stands elsewhere now; `more` is added to its words."""
    row = _row(ctx, contribution.id, lock=True)
    assert row is not None, "it was locked with its request"
    row.state = state.value
    row.about = refers_to if refers_to is not None else row.about
    if more:
        row.words = _sealed(ctx, row.id, {"text": contribution.text, **contribution.more, **more})
    ctx.session.flush()
    return _read(ctx, row)


def forget_writers(ctx: Context, request: int) -> None:
    """A request has become anonymous: what was written with a name loses it."""
    ctx.session.execute(update(ContributionRow).where(ContributionRow.request_id == request).values(person_id=None))
    ctx.scrub()


def leave(ctx: Context, request: int, seat: str) -> None:
    """What a seat wrote goes; a statement leaves its number behind, so that answers to it never count for another."""
    theirs = (ContributionRow.request_id == request, ContributionRow.seat == seat)
    ctx.session.execute(delete(ContributionRow).where(*theirs, ContributionRow.kind != About.STATEMENT.value))
    for row in ctx.session.execute(select(ContributionRow).where(*theirs)).scalars():
        row.words, row.state, row.seat, row.person_id = _sealed(ctx, row.id, {}), State.GONE.value, "", None
    ctx.session.flush()
    ctx.scrub()


def drop(ctx: Context, contribution_id: int) -> None:
    """Forget what nobody else has seen."""
    ctx.session.execute(delete(ContributionRow).where(ContributionRow.id == contribution_id))


def count(ctx: Context, request: int, number: int, before: str | None, after: str | None) -> None:
    """Count a stance in place of an earlier one."""
    changes: dict[str, ColumnElement[int]] = {}
    for said, step in ((before, -1), (after, 1)):
        if said is not None:
            name = COUNTED[Stance(said)]
            changes[name] = changes.get(name, getattr(ContributionRow, name)) + step
    if changes and before != after:
        which = (ContributionRow.request_id == request, ContributionRow.kind == About.STATEMENT.value, ContributionRow.number == number)
        ctx.session.execute(update(ContributionRow).where(*which).values(changes))


def writer_of(ctx: Context, contribution: Contribution) -> int | None:
    """Who wrote it, so that they can be told; of an anonymous request nobody sees that."""
    if contribution.writer is not None:
        return contribution.writer
    row = _row(ctx, contribution.id)
    return holders(ctx, contribution.request).get(row.seat) if row is not None else None


def _unused_number(ctx: Context, request: int) -> int:
    """A number that no other statement has, and that tells nothing of their order."""
    used = set(ctx.session.execute(select(ContributionRow.number).where(ContributionRow.request_id == request)).scalars())
    return secrets.choice([number for number in range(1, 2 * len(used) + 10) if number not in used])


def _row(ctx: Context, contribution_id: int, *, lock: bool = False) -> ContributionRow | None:
    query = select(ContributionRow).where(ContributionRow.id == contribution_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return ctx.session.execute(query).scalar_one_or_none()


def _sealed(ctx: Context, row: int, words: Mapping[str, Any]) -> str:
    return sealed(ctx, WORDS, row, json.dumps({name: text for name, text in words.items() if text}, ensure_ascii=False))


def _read(ctx: Context, row: ContributionRow) -> Contribution:
    words = json.loads(unsealed(ctx, WORDS, row.id, row.words))
    text = words.pop("text", "")
    counts = {name: getattr(row, name) for name in COUNTED.values()}
    return Contribution(
        row.id, row.request_id, About(row.kind), State(row.state), text, row.number, words, row.person_id, row.about, **counts
    )
