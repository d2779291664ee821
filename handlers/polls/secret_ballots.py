"""Ballots of anonymous polls: confidential until close, anonymous after.

Until close a ballot can be changed, so something must find it: its key is an HMAC of the person's id under the poll's secret. At close
one transaction puts what counts into tables that know no person, no time and no order, and who took part into another; then the secret
goes, out of the tables at once and out of the database's files with the scrub that follows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select

from bot.core.context import Context
from handlers.polls.ballot_rows import BallotRow, ParticipationRow, PollSecretRow, SecretBallotRow, SecretVoterRow

SECRET, HELD, COUNTED = "poll_secrets.secret", "secret_ballots.answer", "ballots.answer"
SECRET_BYTES = 32
_UNSYNCHRONISED = {"synchronize_session": False}


def cast(ctx: Context, poll: int, answer: str) -> str | None:
    """Keep the actor's answer; returns the one before, None where there was none. The poll is locked."""
    secret = _secret(ctx, poll) or _new_secret(ctx, poll)
    voter = _voter(ctx, poll)
    key = _key(secret, ctx.actor.id)
    before = None
    if voter is not None:
        before = _held(ctx, poll, _key(secret, voter.voted_as))
        if before == answer:
            return before
        _take_out(ctx, poll, {key, _key(secret, voter.voted_as)})
    row = SecretBallotRow(community_id=ctx.community.id, poll_id=poll, voter=key, answer=_sealed(ctx, HELD, _number(key), answer.encode()))
    ctx.session.add(row)
    if voter is None:
        voter = SecretVoterRow(community_id=ctx.community.id, poll_id=poll, person_id=ctx.actor.id)
        ctx.session.add(voter)
    voter.voted_as, voter.voted_at = ctx.actor.id, ctx.now
    ctx.session.flush()
    return before


def own(ctx: Context, poll: int) -> str | None:
    """The actor's answer as it stands; after close nobody finds it any more."""
    secret, voter = _secret(ctx, poll), _voter(ctx, poll)
    return _held(ctx, poll, _key(secret, voter.voted_as)) if secret is not None and voter is not None else None


def withdraw(ctx: Context, poll: int) -> bool:
    """Take the actor's ballot back; whether there was one. The poll is locked."""
    secret, voter = _secret(ctx, poll), _voter(ctx, poll)
    if secret is None or voter is None:
        return False
    _take_out(ctx, poll, {_key(secret, voter.voted_as)})
    ctx.session.delete(voter)
    ctx.session.flush()
    return True


def voters(ctx: Context, poll: int) -> int:
    """How many ballots count: those that can be changed, or those that were counted at close."""
    held = select(func.count()).select_from(SecretVoterRow).where(SecretVoterRow.poll_id == poll)
    counted = select(func.count()).select_from(BallotRow).where(BallotRow.poll_id == poll)
    return int(ctx.session.execute(held).scalar_one()) + int(ctx.session.execute(counted).scalar_one())


def took_part(ctx: Context, poll: int, people: Sequence[int] | None = None) -> set[int]:
    """Who of these (of all) took part."""
    found: set[int] = set()
    for row in (SecretVoterRow, ParticipationRow):
        query = select(row.person_id).where(row.poll_id == poll)
        found |= set(ctx.session.execute(query if people is None else query.where(row.person_id.in_(people))).scalars())
    return found


def counted(ctx: Context, poll: int) -> list[str]:
    """What was said, in no order; a poll that is not sealed off tells nothing."""
    if _secret(ctx, poll) is not None:
        raise LookupError("an anonymous poll is counted only when it is sealed off")
    rows = ctx.session.execute(select(BallotRow.id, BallotRow.answer).where(BallotRow.poll_id == poll))
    return sorted(ctx.vault.open_text(COUNTED, row.id, row.answer) for row in rows)


def seal_off(ctx: Context, poll: int) -> None:
    """Close for good: what counts and who took part are written anew in shuffled order, and what linked them goes. The poll is locked."""
    secret = _secret(ctx, poll)
    if secret is None:
        return
    people = ctx.session.execute(
        select(SecretVoterRow.person_id, SecretVoterRow.voted_as).where(SecretVoterRow.poll_id == poll).with_for_update()
    ).all()
    held = ctx.session.execute(select(SecretBallotRow.voter, SecretBallotRow.answer).where(SecretBallotRow.poll_id == poll))
    sealed = {row.voter: row.answer for row in held}
    keys = [key for each in people if (key := _key(secret, each.voted_as)) in sealed]
    said = [_opened(ctx, HELD, _number(key), sealed[key]).decode() for key in keys]
    chance = secrets.SystemRandom()
    whose = {"community_id": ctx.community.id, "poll_id": poll}
    if said:
        drawn = [(secrets.randbits(62), answer) for answer in chance.sample(said, len(said))]
        ballots = [{**whose, "id": number, "answer": ctx.vault.seal(COUNTED, number, answer)} for number, answer in drawn]
        ctx.session.execute(insert(BallotRow), ballots)
        shuffled = chance.sample(people, len(people))
        ctx.session.execute(insert(ParticipationRow), [{**whose, "person_id": each.person_id} for each in shuffled])
    forget(ctx, poll)


def forget(ctx: Context, poll: int) -> None:
    """Let everything that could still be linked go: ballots that can be changed, whose they are, and the secret between them."""
    for row in (PollSecretRow, SecretBallotRow, SecretVoterRow):
        ctx.session.execute(delete(row).where(row.poll_id == poll), execution_options=_UNSYNCHRONISED)
    ctx.session.expire_all()
    ctx.scrub()


def _secret(ctx: Context, poll: int) -> bytes | None:
    sealed = ctx.session.execute(select(PollSecretRow.secret).where(PollSecretRow.poll_id == poll)).scalar_one_or_none()
    return _opened(ctx, SECRET, poll, sealed) if sealed is not None else None


def _new_secret(ctx: Context, poll: int) -> bytes:
    secret = secrets.token_bytes(SECRET_BYTES)
    ctx.session.add(PollSecretRow(community_id=ctx.community.id, poll_id=poll, secret=_sealed(ctx, SECRET, poll, secret)))
    ctx.session.flush()
    return secret


def _key(secret: bytes, person: int) -> bytes:
    return hmac.new(secret, str(person).encode(), hashlib.sha256).digest()


def _number(key: bytes) -> int:
    """A ballot that can be changed has no id; its answer is bound to its key."""
    return int.from_bytes(key, "big")


def _sealed(ctx: Context, column: str, row: int, content: bytes) -> str:
    return base64.b64encode(ctx.vault.seal(column, row, content)).decode()


def _opened(ctx: Context, column: str, row: int, sealed: str) -> bytes:
    return ctx.vault.open(column, row, base64.b64decode(sealed))


def _voter(ctx: Context, poll: int) -> SecretVoterRow | None:
    mine = select(SecretVoterRow).where(SecretVoterRow.poll_id == poll, SecretVoterRow.person_id == ctx.actor.id)
    return ctx.session.execute(mine).scalar_one_or_none()


def _held(ctx: Context, poll: int, key: bytes) -> str | None:
    query = select(SecretBallotRow.answer).where(SecretBallotRow.poll_id == poll, SecretBallotRow.voter == key)
    sealed = ctx.session.execute(query).scalar_one_or_none()
    return _opened(ctx, HELD, _number(key), sealed).decode() if sealed is not None else None


def _take_out(ctx: Context, poll: int, keys: set[bytes]) -> None:
    gone = delete(SecretBallotRow).where(SecretBallotRow.poll_id == poll, SecretBallotRow.voter.in_(keys))
    ctx.session.execute(gone, execution_options=_UNSYNCHRONISED)
