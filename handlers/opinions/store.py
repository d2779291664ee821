"""Named queries of requests, their versions and signatures; what is said on seats stands elsewhere."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update

from bot.core.context import Context
from bot.data.ids import new_id
from bot.people.rows import PersonRow
from handlers.opinions.composing import Sentence
from handlers.opinions.requests import RUNNING, Request, Version
from handlers.opinions.rows import InvitedRow, LessonRow, RequestRow, SignatureRow, VersionRow
from handlers.opinions.rules import Audience, Fallback, Phase, Rule, Size

WORDS, MAP, PICTURE = "opinion_requests.words", "opinion_requests.map", "opinion_requests.picture"
TEXT, SIGNED, LESSON = "opinion_versions.text", "opinion_signatures.words", "opinion_lessons.text"
WRITTEN = ("question", "background", "asker", "speaker", "options", "reason", "sent_to", "answer", "will_do", "did")
PROMISED = ("is_anonymous", "is_rapid", "k", "quorum")


# -- requests ------------------------------------------------------------------------------------------------------------


def request(ctx: Context, request_id: int, *, lock: bool = False, shared: bool = False) -> Request | None:
    """A request by its id; contributions come side by side (`shared`), what moves it on is alone (`lock`)."""
    query = select(RequestRow).where(RequestRow.id == request_id)
    if lock or shared:
        query = query.with_for_update(read=not lock).execution_options(populate_existing=True)
    return next(iter(_requests(ctx, query)), None)


def running(ctx: Context) -> Sequence[Request]:
    """The requests to which something can be said, the oldest first."""
    return _in_phases(ctx, RUNNING)


def lasting(ctx: Context) -> Sequence[Request]:
    """Those too that wait for what comes of them."""
    return _in_phases(ctx, (*RUNNING, Phase.OUTCOME))


def _in_phases(ctx: Context, phases: Sequence[Phase]) -> Sequence[Request]:
    query = select(RequestRow).where(RequestRow.community_id == ctx.community.id, RequestRow.phase.in_([phase.value for phase in phases]))
    return _requests(ctx, query.order_by(RequestRow.id))


def newest(ctx: Context, most: int) -> Sequence[Request]:
    """What was asked last, whatever came of it."""
    query = select(RequestRow).where(RequestRow.phase.not_in([Phase.PREPARED.value, Phase.PROPOSED.value]))
    return _requests(ctx, query.order_by(RequestRow.id.desc()).limit(most))


def owned_by(ctx: Context, person: int) -> Sequence[Request]:
    """What is somebody's, the newest first."""
    return _requests(ctx, select(RequestRow).where(RequestRow.owner_id == person).order_by(RequestRow.id.desc()))


def insert(ctx: Context, new: Request) -> Request:
    """A new request of these terms; its id is made here."""
    made = new_id()
    row = RequestRow(id=made, community_id=ctx.community.id, opened_at=ctx.now, round=1)
    row.owner_id = new.owner
    ctx.session.add(row)
    _write(ctx, row, new)
    return again(ctx, made)


def save(ctx: Context, changed: Request) -> Request:
    """Everything of a request as it is now."""
    _write(ctx, ctx.session.get_one(RequestRow, changed.id), changed)
    return again(ctx, changed.id)


def _write(ctx: Context, row: RequestRow, of: Request) -> None:
    row.size, row.phase, row.round, row.decision = of.size.value, of.phase.value, of.round, of.decision
    row.voted = of.voted
    row.owner_id, row.item_id, row.sent_at = of.owner, of.item, of.sent_at
    row.rule, row.fallback = of.rule.value, of.fallback.value
    row.audience, row.invited_group_id, row.group_id = of.audience.value, of.invited_group, of.group
    for name in PROMISED:
        setattr(row, name, getattr(of, name))
    row.opened_at = of.opened_at or ctx.now
    row.ended_at = (row.ended_at or ctx.now) if of.phase in {Phase.ENDED, Phase.CANCELLED} else None
    row.ends = {phase.value: at.isoformat() for phase, at in of.ends.items()}
    words = {name: getattr(of, name) for name in WRITTEN if getattr(of, name)}
    row.words = ctx.vault.seal(WORDS, row.id, json.dumps(words, ensure_ascii=False))
    ctx.session.flush()


def discard(ctx: Context, request_id: int) -> None:
    """Forget what nobody else has seen."""
    ctx.session.execute(delete(RequestRow).where(RequestRow.id == request_id))


def discard_prepared(ctx: Context) -> None:
    """Forget what the actor prepared before: only the newest counts."""
    mine = delete(RequestRow).where(RequestRow.owner_id == ctx.actor.id, RequestRow.phase == Phase.PREPARED.value)
    ctx.session.execute(mine)


def is_card_due(ctx: Context, request_id: int, every: timedelta) -> bool:
    """Whether those who took part are to be counted for the card again; whoever hears yes does it."""
    was_long_ago = or_(RequestRow.card_at.is_(None), RequestRow.card_at <= ctx.now - every)
    taken = ctx.session.execute(update(RequestRow).where(RequestRow.id == request_id, was_long_ago).values(card_at=ctx.now))
    return int(getattr(taken, "rowcount", 0)) == 1


def keep_map(ctx: Context, request_id: int, found: dict[str, Any] | None) -> None:
    """Keep the map of a request, whose picture is none of this map yet; None forgets it."""
    row = ctx.session.get_one(RequestRow, request_id)
    row.map = ctx.vault.seal(MAP, request_id, json.dumps(found, ensure_ascii=False)) if found is not None else None
    row.picture = None
    ctx.session.flush()


def keep_picture(ctx: Context, request_id: int, png: bytes | None) -> None:
    """Keep the picture of a map; None forgets it."""
    content = ctx.vault.seal(PICTURE, request_id, base64.b64encode(png).decode()) if png is not None else None
    ctx.session.execute(update(RequestRow).where(RequestRow.id == request_id).values(picture=content))


def picture_of(ctx: Context, request_id: int) -> bytes | None:
    """The picture of a map, once it is painted."""
    content = ctx.session.execute(select(RequestRow.picture).where(RequestRow.id == request_id)).scalar_one_or_none()
    return base64.b64decode(ctx.vault.open_text(PICTURE, request_id, content)) if content is not None else None


def map_of(ctx: Context, request_id: int) -> dict[str, Any] | None:
    """The map of a request, where there is one."""
    content = ctx.session.execute(select(RequestRow.map).where(RequestRow.id == request_id)).scalar_one_or_none()
    return json.loads(ctx.vault.open_text(MAP, request_id, content)) if content is not None else None


def again(ctx: Context, request_id: int) -> Request:
    """A request as it was just written."""
    found = request(ctx, request_id)
    assert found is not None, "it was just written"
    return found


def _requests(ctx: Context, query: Select[RequestRow]) -> Sequence[Request]:
    return [_request(ctx, row) for row in ctx.session.execute(query).scalars()]


def _request(ctx: Context, row: RequestRow) -> Request:
    words = json.loads(ctx.vault.open_text(WORDS, row.id, row.words))
    words["options"] = tuple(words.get("options", ()))
    return Request(
        row.id,
        size=Size(row.size),
        rule=Rule(row.rule),
        fallback=Fallback(row.fallback),
        phase=Phase(row.phase),
        ends={Phase(phase): datetime.fromisoformat(at) for phase, at in row.ends.items()},
        round=row.round,
        voted=row.voted,
        decision=row.decision,
        owner=row.owner_id,
        audience=Audience(row.audience),
        invited_group=row.invited_group_id,
        named=_named(ctx, row.id) if row.audience == Audience.NAMED.value else frozenset(),
        group=row.group_id,
        item=row.item_id,
        opened_at=row.opened_at,
        sent_at=row.sent_at,
        **{name: getattr(row, name) for name in PROMISED},
        **words,
    )


# -- who is invited ------------------------------------------------------------------------------------------------------


def invite(ctx: Context, request_id: int, named: Collection[int]) -> None:
    """Let these be the people who are invited by name."""
    ctx.session.execute(delete(InvitedRow).where(InvitedRow.request_id == request_id))
    ctx.session.add_all(InvitedRow(community_id=ctx.community.id, request_id=request_id, person_id=person) for person in sorted(named))
    ctx.session.flush()


def _named(ctx: Context, request_id: int) -> frozenset[int]:
    return frozenset(ctx.session.execute(select(InvitedRow.person_id).where(InvitedRow.request_id == request_id)).scalars())


def invited_by_name(ctx: Context) -> list[int]:
    """The requests to which the actor is invited by name."""
    query = select(InvitedRow.request_id).where(InvitedRow.person_id == ctx.actor.id).order_by(InvitedRow.request_id)
    return list(ctx.session.execute(query).scalars())


def here(ctx: Context) -> int:
    """How many people the community has."""
    query = select(func.count()).select_from(PersonRow).where(PersonRow.community_id == ctx.community.id, PersonRow.left_at.is_(None))
    return int(ctx.session.execute(query).scalar_one())


# -- versions ------------------------------------------------------------------------------------------------------------


def versions(ctx: Context, request_id: int) -> Sequence[Version]:
    """All versions, the first first."""
    query = select(VersionRow).where(VersionRow.request_id == request_id).order_by(VersionRow.number)
    return [_version(ctx, row) for row in ctx.session.execute(query).scalars()]


def response(ctx: Context, of: Request) -> Version | None:
    """The version that goes out: the one that was put to the vote, before a vote the newest."""
    if of.voted is None:
        return newest_version(ctx, of.id)
    return next((each for each in versions(ctx, of.id) if each.number == of.voted), None)


def newest_version(ctx: Context, request_id: int) -> Version | None:
    """The version that stands."""
    query = select(VersionRow).where(VersionRow.request_id == request_id).order_by(VersionRow.number.desc()).limit(1)
    row = ctx.session.execute(query).scalar_one_or_none()
    return _version(ctx, row) if row is not None else None


def add_version(ctx: Context, request_id: int, sentences: Sequence[Sentence], made_by: int | None) -> Version:
    """The next version."""
    highest = ctx.session.execute(select(func.max(VersionRow.number)).where(VersionRow.request_id == request_id)).scalar()
    row = VersionRow(id=new_id(), community_id=ctx.community.id, request_id=request_id, number=(highest or 0) + 1)
    said = [[each.text, list(each.rests_on), each.paragraph] for each in sentences]
    row.text = ctx.vault.seal(TEXT, row.id, json.dumps(said, ensure_ascii=False))
    row.made_by, row.made_at, row.is_tested = made_by, ctx.now, False
    ctx.session.add(row)
    ctx.session.flush()
    return _version(ctx, row)


def drop_versions(ctx: Context, request_id: int) -> None:
    """The response is written anew."""
    ctx.session.execute(delete(VersionRow).where(VersionRow.request_id == request_id))


def mark_tested(ctx: Context, version: Version, levels: Sequence[int] | None) -> None:
    """A version is tested by gradients, or was: then how many chose each level."""
    row = ctx.session.get_one(VersionRow, version.id)
    row.is_tested, row.levels = levels is None, list(levels) if levels is not None else None
    ctx.session.flush()


def _version(ctx: Context, row: VersionRow) -> Version:
    said = json.loads(ctx.vault.open_text(TEXT, row.id, row.text))
    sentences = tuple(Sentence(text, tuple(rests_on), paragraph) for text, rests_on, paragraph in said)
    return Version(row.id, row.number, sentences, row.is_tested, tuple(row.levels) if row.levels is not None else None, row.made_by)


# -- signatures and lessons ----------------------------------------------------------------------------------------------


def sign(ctx: Context, request_id: int, words: dict[str, Any] | None) -> None:
    """The actor signs in these words, in place of earlier ones; None takes the signature away."""
    mine = (SignatureRow.request_id == request_id, SignatureRow.person_id == ctx.actor.id)
    row = ctx.session.execute(select(SignatureRow).where(*mine)).scalar_one_or_none()
    if words is None:
        ctx.session.execute(delete(SignatureRow).where(*mine))
        return
    if row is None:
        row = SignatureRow(id=new_id(), community_id=ctx.community.id, request_id=request_id, person_id=ctx.actor.id)
        ctx.session.add(row)
    row.words, row.signed_at = ctx.vault.seal(SIGNED, row.id, json.dumps(words, ensure_ascii=False)), ctx.now
    ctx.session.flush()


def signatures(ctx: Context, request_id: int) -> dict[int, dict[str, Any]]:
    """Who signs, and in which words."""
    query = select(SignatureRow).where(SignatureRow.request_id == request_id).order_by(SignatureRow.id)
    rows = ctx.session.execute(query).scalars()
    return {row.person_id: json.loads(ctx.vault.open_text(SIGNED, row.id, row.words)) for row in rows}


def keep_lesson(ctx: Context, of: Request, text: str) -> None:
    """What the actor sees differently now, in place of what they said before; of an anonymous request without them."""
    person = None if of.is_anonymous else ctx.actor.id
    row = None
    if person is not None:
        query = select(LessonRow).where(LessonRow.request_id == of.id, LessonRow.person_id == person)
        row = ctx.session.execute(query).scalar_one_or_none()
    if row is None:
        row = LessonRow(id=secrets.randbits(62), community_id=ctx.community.id, request_id=of.id, person_id=person)
        ctx.session.add(row)
    row.text = ctx.vault.seal(LESSON, row.id, text)
    ctx.session.flush()


def lessons(ctx: Context, request_id: int) -> list[str]:
    """What people see differently now, in no order."""
    rows = ctx.session.execute(select(LessonRow).where(LessonRow.request_id == request_id)).scalars()
    return sorted(ctx.vault.open_text(LESSON, row.id, row.text) for row in rows)


# -- what is kept of a person --------------------------------------------------------------------------------------------


def own_signatures(ctx: Context) -> list[dict[str, Any]]:
    """The signatures of the actor as plain values."""
    rows = ctx.session.execute(select(SignatureRow).where(SignatureRow.person_id == ctx.actor.id).order_by(SignatureRow.id)).scalars()
    return [{"signature": json.loads(ctx.vault.open_text(SIGNED, row.id, row.words)), "at": row.signed_at.isoformat()} for row in rows]


def own_lessons(ctx: Context) -> list[dict[str, Any]]:
    """What the actor sees differently now, as plain values."""
    rows = ctx.session.execute(select(LessonRow).where(LessonRow.person_id == ctx.actor.id).order_by(LessonRow.id)).scalars()
    return [{"sees_differently": ctx.vault.open_text(LESSON, row.id, row.text)} for row in rows]


def own_versions(ctx: Context) -> list[dict[str, Any]]:
    """The versions that the actor wrote, as plain values."""
    rows = ctx.session.execute(select(VersionRow).where(VersionRow.made_by == ctx.actor.id).order_by(VersionRow.id)).scalars()
    return [{"response": [each.text for each in _version(ctx, row).sentences], "at": row.made_at.isoformat()} for row in rows]
