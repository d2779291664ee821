"""Seats: what somebody says hangs on a seat, which only the request's secret ties to a person.

The seat is an HMAC of the person's id under the secret. When the response is sent, who took part is written anew in shuffled order, and
the secret goes with everything that hung on seats: out of the tables at once, out of the database's files with the scrub that follows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Iterator

from sqlalchemy import delete, func, insert, select, update

from bot.core.context import Context
from handlers.opinions.requests import Request, Said
from handlers.opinions.rows import ContributionRow, ParticipantRow, ParticipationRow, SecretRow, SheetRow

SECRET, CONTENT = "opinion_secrets.secret", "opinion_sheets.content"
SECRET_BYTES, SEAT_LENGTH = 32, 32
_UNSYNCHRONISED = {"synchronize_session": False}


def take(ctx: Context, request: Request) -> str:
    """The actor's seat; from now on they have taken part in this phase. The request is locked."""
    row = _participant(ctx, request.id, ctx.actor.id)
    if row is None:
        row = ParticipantRow(community_id=ctx.community.id, request_id=request.id, person_id=ctx.actor.id, seated_as=ctx.actor.id)
        ctx.session.add(row)
    row.last_in, row.acted_at = request.turn, ctx.now
    ctx.session.flush()
    return made_of(_secret(ctx, request.id) or _new_secret(ctx, request.id), row.seated_as)


def is_seated(ctx: Context, request: int) -> bool:
    """Whether the actor has taken part."""
    return _participant(ctx, request, ctx.actor.id) is not None


def own(ctx: Context, request: int) -> str | None:
    """The actor's seat, where they have one; once the response is sent nobody has."""
    row, secret = _participant(ctx, request, ctx.actor.id), _secret(ctx, request)
    return made_of(secret, row.seated_as) if row is not None and secret is not None else None


def holders(ctx: Context, request: int) -> dict[str, int]:
    """Who sits where, as long as that can be told."""
    secret = _secret(ctx, request)
    if secret is None:
        return {}
    rows = ctx.session.execute(select(ParticipantRow.person_id, ParticipantRow.seated_as).where(ParticipantRow.request_id == request))
    return {made_of(secret, row.seated_as): row.person_id for row in rows}


def took_part(ctx: Context, request: int) -> set[int]:
    """Everybody who took part, whether it runs or is over."""
    found: set[int] = set()
    for row in (ParticipantRow, ParticipationRow):
        found |= set(ctx.session.execute(select(row.person_id).where(row.request_id == request)).scalars())
    return found


def count(ctx: Context, request: int) -> int:
    """How many took part."""
    found = 0
    for row in (ParticipantRow, ParticipationRow):
        found += int(ctx.session.execute(select(func.count()).select_from(row).where(row.request_id == request)).scalar_one())
    return found


def acted(ctx: Context, request: Request, people: Collection[int] | None = None) -> set[int]:
    """Who of these (of all) has taken part in the phase that it is in."""
    query = select(ParticipantRow.person_id).where(ParticipantRow.request_id == request.id, ParticipantRow.last_in == request.turn)
    query = query if people is None else query.where(ParticipantRow.person_id.in_(list(people)))
    return set(ctx.session.execute(query).scalars())


# -- sheets --------------------------------------------------------------------------------------------------------------


def sheet(ctx: Context, request: int, seat: str | None) -> Said:
    """What a seat has answered."""
    row = _sheet(ctx, request, seat) if seat is not None else None
    return _read(ctx, row.seat, row.content) if row is not None else Said()


def write(ctx: Context, request: int, seat: str, content: Said) -> None:
    """Keep what a seat answers."""
    row = _sheet(ctx, request, seat)
    if row is None:
        row = SheetRow(community_id=ctx.community.id, request_id=request, seat=seat)
        ctx.session.add(row)
    row.content = sealed(ctx, CONTENT, number_of(seat), json.dumps(content.written(), ensure_ascii=False))
    ctx.session.flush()


def sheets(ctx: Context, request: int) -> Iterator[tuple[str, Said]]:
    """All sheets of whoever is still there, in no order that tells anything."""
    present = holders(ctx, request)
    query = select(SheetRow.seat, SheetRow.content).where(SheetRow.request_id == request).order_by(SheetRow.seat)
    for row in ctx.session.execute(query):
        if row.seat in present:
            yield row.seat, _read(ctx, row.seat, row.content)


def _sheet(ctx: Context, request: int, seat: str) -> SheetRow | None:
    query = select(SheetRow).where(SheetRow.request_id == request, SheetRow.seat == seat)
    return ctx.session.execute(query.with_for_update()).scalar_one_or_none()


def _read(ctx: Context, seat: str, content: str) -> Said:
    return Said.read(json.loads(unsealed(ctx, CONTENT, number_of(seat), content)))


def leave(ctx: Context, request: int, seat: str) -> None:
    """The answers of a seat go."""
    gone = delete(SheetRow).where(SheetRow.request_id == request, SheetRow.seat == seat)
    ctx.session.execute(gone, execution_options=_UNSYNCHRONISED)
    ctx.session.expire_all()
    ctx.scrub()


def join(ctx: Context, request: int, person: int, gone: int) -> tuple[str, Said, Said] | None:
    """One who was two sits on their own seat: it, and what they said on the later seat and on the earlier one; None where they did not."""
    row, secret = _participant(ctx, request, person), _secret(ctx, request)
    if row is None or secret is None:
        return None
    own_seat, other = made_of(secret, person), made_of(secret, gone)
    later = made_of(secret, row.seated_as)
    said, said_earlier = (sheet(ctx, request, each) for each in ((own_seat, other) if later == own_seat else (other, own_seat)))
    written = update(ContributionRow).where(ContributionRow.request_id == request, ContributionRow.seat == other)
    ctx.session.execute(written.values(seat=own_seat), execution_options=_UNSYNCHRONISED)
    ctx.session.execute(delete(SheetRow).where(SheetRow.request_id == request, SheetRow.seat.in_([own_seat, other])))
    row.seated_as = person
    ctx.session.flush()
    ctx.session.expire_all()
    return own_seat, said, said_earlier


# -- the end -------------------------------------------------------------------------------------------------------------


def seal_off(ctx: Context, request: int) -> None:
    """The response is sent: who took part stays, and everything that hung on seats goes. The request is locked."""
    people = ctx.session.execute(select(ParticipantRow.person_id).where(ParticipantRow.request_id == request).with_for_update())
    shuffled = list(people.scalars())
    secrets.SystemRandom().shuffle(shuffled)
    whose = {"community_id": ctx.community.id, "request_id": request}
    if shuffled:
        ctx.session.execute(insert(ParticipationRow), [{**whose, "person_id": person} for person in shuffled])
    forget(ctx, request)


def forget(ctx: Context, request: int) -> None:
    """Let everything that hung on seats go."""
    for row in (SecretRow, ParticipantRow, ContributionRow, SheetRow):
        ctx.session.execute(delete(row).where(row.request_id == request), execution_options=_UNSYNCHRONISED)
    ctx.session.expire_all()
    ctx.scrub()


# -- keys ----------------------------------------------------------------------------------------------------------------


def seat_of(ctx: Context, request: int, person: int) -> str | None:
    """The seat that somebody's id makes, whether they have one or not; None where no secret is left."""
    secret = _secret(ctx, request)
    return made_of(secret, person) if secret is not None else None


def made_of(secret: bytes, person: int) -> str:
    """The seat that a person's id makes."""
    return hmac.new(secret, str(person).encode(), hashlib.sha256).hexdigest()[:SEAT_LENGTH]


def number_of(seat: str) -> int:
    """What a sheet's content is bound to, since a sheet has no id."""
    return int(seat, 16)


def sealed(ctx: Context, column: str, row: int, text: str) -> str:
    """A sealed text for a column that must really go."""
    return base64.b64encode(ctx.vault.seal(column, row, text)).decode()


def unsealed(ctx: Context, column: str, row: int, content: str) -> str:
    """The text of such a column."""
    return ctx.vault.open_text(column, row, base64.b64decode(content))


def _secret(ctx: Context, request: int) -> bytes | None:
    content = ctx.session.execute(select(SecretRow.secret).where(SecretRow.request_id == request)).scalar_one_or_none()
    return ctx.vault.open(SECRET, request, base64.b64decode(content)) if content is not None else None


def _new_secret(ctx: Context, request: int) -> bytes:
    secret = secrets.token_bytes(SECRET_BYTES)
    row = SecretRow(community_id=ctx.community.id, request_id=request)
    row.secret = base64.b64encode(ctx.vault.seal(SECRET, request, secret)).decode()
    ctx.session.add(row)
    ctx.session.flush()
    return secret


def _participant(ctx: Context, request: int, person: int) -> ParticipantRow | None:
    query = select(ParticipantRow).where(ParticipantRow.request_id == request, ParticipantRow.person_id == person)
    return ctx.session.execute(query).scalar_one_or_none()
