"""Votes: what somebody said in a poll, whether it is open or anonymous."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Literal

from sqlalchemy import delete, func, select

from bot.chat.errors import UserError
from bot.chat.language import _
from bot.core.context import Context
from bot.data.ids import new_id
from bot.people.store import names
from handlers.polls import secret_ballots
from handlers.polls.ballot_rows import VoteRow
from handlers.polls.kinds import Answer, State, Terms, said_again
from handlers.polls.rows import PollRow

ANSWER = "poll_votes.answer"


class PollIsOver(UserError):
    """A vote that came too late."""

    def __init__(self) -> None:
        super().__init__(_("This poll is over, so nothing was changed. What was counted until then stands."))


class NamesAreSecret(UserError):
    """Somebody asked who said what in an anonymous poll."""

    def __init__(self) -> None:
        super().__init__(_("This poll is anonymous: nobody can see who said what, and I cannot either."))


def cast(ctx: Context, terms: Terms, answer: Answer) -> Literal["new", "changed", "same"]:
    """Count the actor's answer, in place of an earlier one; the poll is locked, and refuses what comes after its close."""
    _take_votes(ctx, terms)
    said = _written(answer)
    before = secret_ballots.cast(ctx, terms.id, said) if terms.is_anonymous else _vote(ctx, terms.id, said)
    return "new" if before is None else "same" if before == said else "changed"


def withdraw(ctx: Context, terms: Terms) -> bool:
    """Take the actor's vote back; whether there was one."""
    _take_votes(ctx, terms)
    if terms.is_anonymous:
        return secret_ballots.withdraw(ctx, terms.id)
    gone = ctx.session.execute(delete(VoteRow).where(VoteRow.poll_id == terms.id, VoteRow.person_id == ctx.actor.id))
    return int(getattr(gone, "rowcount", 0)) > 0


def own(ctx: Context, terms: Terms) -> Answer | None:
    """The actor's answer as it counts now; once an anonymous poll is over nobody can tell it, not even to them."""
    if terms.is_anonymous:
        said = secret_ballots.own(ctx, terms.id)
    else:
        row = _mine(ctx, terms.id)
        said = ctx.vault.open_text(ANSWER, row.id, row.answer) if row is not None else None
    return _read(said) if said is not None else None


def has_voted(ctx: Context, terms: Terms, person_ids: Collection[int]) -> set[int]:
    """Who of these has voted."""
    if terms.is_anonymous:
        return secret_ballots.took_part(ctx, terms.id, list(person_ids))
    query = select(VoteRow.person_id).where(VoteRow.poll_id == terms.id, VoteRow.person_id.in_(list(person_ids)))
    return set(ctx.session.execute(query).scalars())


def took_part(ctx: Context, terms: Terms) -> set[int]:
    """Everybody who has voted."""
    if terms.is_anonymous:
        return secret_ballots.took_part(ctx, terms.id)
    return set(ctx.session.execute(select(VoteRow.person_id).where(VoteRow.poll_id == terms.id)).scalars())


def voters(ctx: Context, terms: Terms) -> int:
    """How many votes count."""
    if terms.is_anonymous:
        return secret_ballots.voters(ctx, terms.id)
    query = select(func.count()).select_from(VoteRow).where(VoteRow.poll_id == terms.id)
    return int(ctx.session.execute(query).scalar_one())


def answers(ctx: Context, terms: Terms) -> list[Answer]:
    """What was said, sorted by what it says, which tells nothing of when; of an anonymous poll only after it is sealed off."""
    if terms.is_anonymous:
        said = secret_ballots.counted(ctx, terms.id)
    else:
        rows = ctx.session.execute(select(VoteRow.id, VoteRow.answer).where(VoteRow.poll_id == terms.id))
        said = sorted(ctx.vault.open_text(ANSWER, row.id, row.answer) for row in rows)
    return [_read(each) for each in said]


def with_names(ctx: Context, terms: Terms) -> list[tuple[int, str, Answer]]:
    """Who said what in an open poll, by name, whoever left included: (person, name, answer)."""
    if terms.is_anonymous:
        raise NamesAreSecret
    rows = ctx.session.execute(select(VoteRow).where(VoteRow.poll_id == terms.id)).scalars().all()
    known = names(ctx.session, [row.person_id for row in rows])
    found = [(row.person_id, known[row.person_id], _read(ctx.vault.open_text(ANSWER, row.id, row.answer))) for row in rows]
    return sorted(found, key=lambda each: (each[1].casefold(), each[0]))


def seal_off(ctx: Context, terms: Terms) -> None:
    """At close, before anything is counted: what could link a ballot to a person goes. Open polls have nothing to seal off."""
    if terms.is_anonymous:
        _lock(ctx, terms.id, alone=True)
        secret_ballots.seal_off(ctx, terms.id)


def discard(ctx: Context, terms: Terms) -> None:
    """When a poll is cancelled: nothing was counted, and what was said in confidence goes."""
    if terms.is_anonymous:
        _lock(ctx, terms.id, alone=True)
        secret_ballots.forget(ctx, terms.id)


def _take_votes(ctx: Context, terms: Terms) -> None:
    """Votes come side by side, a close waits for them; the last vote of all is alone where it closes the poll."""
    row = _lock(ctx, terms.id, alone=terms.closes_when_all_voted)
    if row is None or row.state != State.OPEN.value or (row.closes_at is not None and row.closes_at <= ctx.now):
        raise PollIsOver


def _lock(ctx: Context, poll: int, *, alone: bool) -> PollRow | None:
    query = select(PollRow).where(PollRow.id == poll).with_for_update(read=not alone)
    return ctx.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def _vote(ctx: Context, poll: int, said: str) -> str | None:
    row = _mine(ctx, poll)
    before = ctx.vault.open_text(ANSWER, row.id, row.answer) if row is not None else None
    if before == said:
        return before
    if row is None:
        row = VoteRow(id=new_id(), community_id=ctx.community.id, poll_id=poll, person_id=ctx.actor.id)
        ctx.session.add(row)
    row.answer, row.answered_at = ctx.vault.seal(ANSWER, row.id, said), ctx.now
    ctx.session.flush()
    return before


def _mine(ctx: Context, poll: int) -> VoteRow | None:
    query = select(VoteRow).where(VoteRow.poll_id == poll, VoteRow.person_id == ctx.actor.id)
    return ctx.session.execute(query).scalar_one_or_none()


def _written(answer: Answer) -> str:
    return json.dumps(said_again(answer), ensure_ascii=False)


def _read(said: str) -> Answer:
    found = json.loads(said)
    return tuple(tuple(each) if isinstance(each, list) else each for each in found) if isinstance(found, list) else found
