"""Votes: what somebody said in a poll, whether it is open or anonymous."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Literal

from sqlalchemy import bindparam, delete, func, insert, select, update

from bot.chat.errors import UserError
from bot.chat.language import _
from bot.core.context import Context
from bot.data import scope
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.scope import BIND
from bot.people.store import names
from handlers.polls import secret_ballots, store
from handlers.polls.ballot_rows import VoteRow
from handlers.polls.kinds import Answer, State, Terms, said_again

ANSWER = "poll_votes.answer"
_votes = table(VoteRow)
_in_poll = (_votes.c.poll_id == bindparam("poll"), _votes.c.community_id == bindparam(BIND))
_ANSWERS = select(_votes.c.id, _votes.c.answer).where(*_in_poll)
_MINE = _ANSWERS.where(_votes.c.person_id == bindparam("person"))
_COUNT = select(func.count()).select_from(_votes).where(*_in_poll)
_INSERT = insert(_votes)
_CHANGE = (
    update(_votes)
    .where(_votes.c.id == bindparam("vote"), _votes.c.community_id == bindparam(BIND))
    .values(answer=bindparam("new_answer"), answered_at=bindparam("new_answered_at"))
)


class PollIsOver(UserError):
    """A vote that came too late."""

    def __init__(self) -> None:
        super().__init__(_("This poll is over, so nothing was changed. What was counted until then stands."))


class NamesAreSecret(UserError):
    """Somebody asked who said what in an anonymous poll."""

    def __init__(self) -> None:
        super().__init__(_("This poll is anonymous: nobody can see who said what, and I cannot either."))


def cast(ctx: Context, terms: Terms, answer: Answer, *, is_locked: bool = False) -> Literal["new", "changed", "same"]:
    """Count the actor's answer, in place of an earlier one; the poll is locked, and refuses what comes after its close."""
    _take_votes(ctx, terms, is_locked=is_locked)
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
        said = _opened(ctx, row) if row is not None else None
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
    return int(scope.execute(ctx.session, _COUNT, {"poll": terms.id, BIND: ctx.community.id}).scalar_one())


def answers(ctx: Context, terms: Terms) -> list[Answer]:
    """What was said, sorted by what it says, which tells nothing of when; of an anonymous poll only after it is sealed off."""
    if terms.is_anonymous:
        said = secret_ballots.counted(ctx, terms.id)
    else:
        rows = scope.execute(ctx.session, _ANSWERS, {"poll": terms.id, BIND: ctx.community.id})
        said = sorted(_opened(ctx, row) for row in rows)
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
        store.poll(ctx, terms.id, lock=True)
        secret_ballots.seal_off(ctx, terms.id)


def discard(ctx: Context, terms: Terms) -> None:
    """When a poll is cancelled: nothing was counted, and what was said in confidence goes."""
    if terms.is_anonymous:
        store.poll(ctx, terms.id, lock=True)
        secret_ballots.forget(ctx, terms.id)


def _take_votes(ctx: Context, terms: Terms, *, is_locked: bool = False) -> None:
    found = terms if is_locked else store.lock_to_vote(ctx, terms.id)
    if found is None or found.state != State.OPEN.value or (found.closes_at is not None and found.closes_at <= ctx.now):
        raise PollIsOver


def _vote(ctx: Context, poll: int, said: str) -> str | None:
    row = _mine(ctx, poll)
    before = _opened(ctx, row) if row is not None else None
    if before == said:
        return before
    vote = row.id if row is not None else new_id()
    sealed = ctx.vault.seal(ANSWER, vote, said)
    if row is not None:
        scope.execute(ctx.session, _CHANGE, {"vote": vote, BIND: ctx.community.id, "new_answer": sealed, "new_answered_at": ctx.now})
    else:
        whose = {"id": vote, "community_id": ctx.community.id, "poll_id": poll, "person_id": ctx.actor.id}
        scope.execute(ctx.session, _INSERT, {**whose, "answer": sealed, "answered_at": ctx.now})
    return before


def _mine(ctx: Context, poll: int) -> Any | None:
    return scope.execute(ctx.session, _MINE, {"poll": poll, "person": ctx.actor.id, BIND: ctx.community.id}).one_or_none()


def _opened(ctx: Context, row: Any) -> str:
    return ctx.vault.open_text(ANSWER, row.id, row.answer)


def _written(answer: Answer) -> str:
    return json.dumps(said_again(answer), ensure_ascii=False)


def _read(said: str) -> Answer:
    found = json.loads(said)
    return tuple(tuple(each) if isinstance(each, list) else each for each in found) if isinstance(found, list) else found
