"""Named queries of groups: who is with whom, what they gave each other, who waits and who was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from bot.core.context import Context
from bot.core.feature import Partner
from bot.data import scope
from bot.data.among import among
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.scope import BIND
from bot.lean import dataclass
from bot.people.rows import PersonRow
from bot.people.store import hour_of, members
from handlers.partners.hours import EVENING, awake_hours
from handlers.partners.rows import EveningRow, GroupRow, MemberRow, NeverRow, QuestionRow, SignRow, WaitingRow

MEDIUM, TIME, TONE = "partner_groups.medium", "partner_groups.time", "partner_groups.tone"
_groups, _others, _own, _people = table(GroupRow), table(MemberRow), table(MemberRow).alias("own"), table(PersonRow)
_STANDING = select(_groups).where(_groups.c.ended_at.is_(None), _groups.c.community_id == bindparam(BIND)).order_by(_groups.c.id)
_BY_ID = _STANDING.where(_groups.c.id == bindparam("group"))
_IN_CHALLENGE = _STANDING.where(_groups.c.challenge_id == bindparam("challenge"))
_OF_PEOPLE = _STANDING.where(
    _groups.c.id.in_(
        select(_own.c.group_id).where(among(_own.c.person_id, "people"), _own.c.left_at.is_(None), _own.c.community_id == bindparam(BIND))
    )
)
_MEMBERS = (
    select(_others.c.group_id, _others.c.person_id, _others.c.seen_at, _others.c.away_from)
    .where(among(_others.c.group_id, "groups"), _others.c.left_at.is_(None), _others.c.community_id == bindparam(BIND))
    .order_by(_others.c.id)
)
_HOURS = select(_people.c.id, _people.c.zone, _people.c.quiet_from, _people.c.quiet_to).where(
    among(_people.c.id, "people"), _people.c.community_id == bindparam(BIND)
)
_IS_IN = (  # every day that is done asks
    select(_others.c.group_id)
    .join(_groups, _groups.c.id == _others.c.group_id)
    .where(
        _others.c.person_id == bindparam("person"),
        _others.c.left_at.is_(None),
        _groups.c.ended_at.is_(None),
        *(each.c.community_id == bindparam(BIND) for each in (_groups, _others)),
    )
    .limit(1)
)
_PARTNERS = (  # every journal entry asks for them
    select(_others.c.person_id, _others.c.joined_at.label("theirs"), _own.c.joined_at.label("ours"))
    .join(_own, _own.c.group_id == _others.c.group_id)
    .join(_groups, _groups.c.id == _others.c.group_id)
    .where(
        _own.c.person_id == bindparam("person"),
        _others.c.person_id != bindparam("person"),
        _own.c.left_at.is_(None),
        _others.c.left_at.is_(None),
        _groups.c.ended_at.is_(None),
        *(each.c.community_id == bindparam(BIND) for each in (_groups, _others, _own)),
    )
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a group goes about it, in its own words; empty where they have not said."""

    medium: str = ""
    time: str = ""
    tone: str = ""

    @property
    def is_made(self) -> bool:
        """Whether anything is agreed."""
        return bool(self.medium or self.time or self.tone)


@dataclass(frozen=True, slots=True)
class Together:
    """A pair or trio that stands: its members by id, with when each last gave a sign, and whom the others know to be away, since when."""

    id: int
    challenge: int
    members: Mapping[int, datetime]
    wants_third: bool
    agreement: Agreement
    away: Mapping[int, date] = field(default_factory=dict)

    def others(self, person: int) -> tuple[int, ...]:
        """The members but one."""
        return tuple(each for each in self.members if each != person)


@dataclass(frozen=True, slots=True)
class Signs:
    """What somebody gave a group today."""

    cheers: int = 0
    questions: int = 0
    messages: int = 0


# -- groups --------------------------------------------------------------------------------------------------------------


def insert_groups(ctx: Context, challenge: int, round_number: int, groups: Iterable[Sequence[int]]) -> dict[int, Sequence[int]]:
    """New pairs and trios, the last of three being its third; group -> its members."""
    made = {new_id(): persons for persons in groups}
    ours = {"community_id": ctx.community.id}
    ctx.session.add_all(GroupRow(id=each, challenge_id=challenge, round=round_number, made_at=ctx.now, **ours) for each in made)
    ctx.session.flush()
    for each, persons in made.items():
        for place, person in enumerate(persons):
            seen = {"was_third": place > 1, "joined_at": ctx.now, "seen_at": ctx.now}
            ctx.session.add(MemberRow(id=new_id(), group_id=each, person_id=person, **seen, **ours))
    ctx.session.flush()
    return made


def add_member(ctx: Context, group: int, person: int, *, is_third: bool) -> None:
    """Take somebody into a group, or back in."""
    query = select(MemberRow).where(MemberRow.group_id == group, MemberRow.person_id == person)
    row = ctx.session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        row = MemberRow(id=new_id(), community_id=ctx.community.id, group_id=group, person_id=person)
        ctx.session.add(row)
    row.was_third, row.joined_at, row.seen_at, row.left_at = is_third, ctx.now, ctx.now, None
    ctx.session.flush()


def remove_member(ctx: Context, group: int, person: int) -> None:
    """Let somebody leave a group."""
    standing = (MemberRow.group_id == group, MemberRow.person_id == person, MemberRow.left_at.is_(None))
    ctx.session.execute(update(MemberRow).where(*standing).values(left_at=ctx.now))


def end_groups(ctx: Context, groups: Collection[int]) -> None:
    """Let groups end, with all that was asked in them."""
    ctx.session.execute(update(GroupRow).where(GroupRow.id.in_(groups), GroupRow.ended_at.is_(None)).values(ended_at=ctx.now))
    ctx.session.execute(delete(QuestionRow).where(QuestionRow.group_id.in_(groups), QuestionRow.answer.is_(None)))


def groups_of(ctx: Context, people: Collection[int]) -> Sequence[Together]:
    """The groups in which any of these people are, the oldest first."""
    return _together(ctx, scope.execute(ctx.session, _OF_PEOPLE, {"people": people, BIND: ctx.community.id}).all())


def is_in_a_group(ctx: Context, person: int) -> bool:
    """Whether somebody is in a group that stands."""
    return scope.execute(ctx.session, _IS_IN, {"person": person, BIND: ctx.community.id}).first() is not None


def partners_of_actor(ctx: Context) -> Sequence[Partner]:
    """With whom the actor goes along now, and since when both have been in the group."""
    if not ctx.had(MemberRow):
        return []
    since: dict[int, datetime] = {}
    for row in scope.execute(ctx.session, _PARTNERS, {"person": ctx.actor.id, BIND: ctx.community.id}):
        both = max(row.theirs, row.ours)
        since[row.person_id] = min(since.get(row.person_id, both), both)
    present = members(ctx.session, list(since)) if since else {}
    return [Partner(present[person], at) for person, at in since.items() if person in present]


def groups_in(ctx: Context, challenge: int) -> Sequence[Together]:
    """All groups of a challenge, the oldest first."""
    return _together(ctx, scope.execute(ctx.session, _IN_CHALLENGE, {"challenge": challenge, BIND: ctx.community.id}).all())


def group(ctx: Context, group_id: int, *, lock: bool = False) -> Together | None:
    """A group that stands."""
    if lock:
        ctx.session.execute(select(GroupRow.id).where(GroupRow.id == group_id).with_for_update())
    rows = scope.execute(ctx.session, _BY_ID, {"group": group_id, BIND: ctx.community.id}).all()
    return next(iter(_together(ctx, rows)), None)


def _together(ctx: Context, rows: Sequence[Any]) -> Sequence[Together]:
    if not rows:
        return []
    members: dict[int, dict[int, datetime]] = {}
    away: dict[int, dict[int, date]] = {}
    for each in scope.execute(ctx.session, _MEMBERS, {"groups": [row.id for row in rows], BIND: ctx.community.id}):
        members.setdefault(each.group_id, {})[each.person_id] = each.seen_at
        if each.away_from is not None:
            away.setdefault(each.group_id, {})[each.person_id] = each.away_from
    return [
        Together(row.id, row.challenge_id, members.get(row.id, {}), row.wants_third, _agreement(ctx, row), away.get(row.id, {}))
        for row in rows
    ]


def know_away(ctx: Context, told: Mapping[tuple[int, int], date | None]) -> None:
    """(Group, person) -> since when the others know of an absence; None: that they are back."""
    if told:
        query = select(MemberRow).where(MemberRow.group_id.in_({group for group, _person in told}))
        for row in ctx.session.execute(query).scalars():
            if (row.group_id, row.person_id) in told:
                row.away_from = told[row.group_id, row.person_id]
        ctx.session.flush()


def _agreement(ctx: Context, row: Any) -> Agreement:
    sealed = ((MEDIUM, row.medium), (TIME, row.time), (TONE, row.tone))
    return Agreement(*(ctx.vault.open_text(column, row.id, value) if value is not None else "" for column, value in sealed))


def agree(ctx: Context, group_id: int, agreement: Agreement) -> None:
    """Keep what a group agreed on, sealed."""
    words = {"medium": (MEDIUM, agreement.medium), "time": (TIME, agreement.time), "tone": (TONE, agreement.tone)}
    values = {name: ctx.vault.seal(column, group_id, text) if text else None for name, (column, text) in words.items()}
    ctx.session.execute(update(GroupRow).where(GroupRow.id == group_id).values(**values))


def want_third(ctx: Context, group_id: int, *, wants: bool) -> None:
    """A group would like a third, or has one now."""
    ctx.session.execute(update(GroupRow).where(GroupRow.id == group_id).values(wants_third=wants))


def ever_with(ctx: Context, person: int, challenge: int | None = None) -> set[int]:
    """Everybody who was in a group with somebody, in one challenge or ever."""
    query = select(MemberRow.group_id).where(MemberRow.person_id == person)
    if challenge is not None:
        query = query.join(GroupRow, GroupRow.id == MemberRow.group_id).where(GroupRow.challenge_id == challenge)
    others = select(MemberRow.person_id).where(MemberRow.group_id.in_(query), MemberRow.person_id != person)
    return set(ctx.session.execute(others).scalars())


# -- signs ---------------------------------------------------------------------------------------------------------------


def signs(ctx: Context, group_id: int, on: date) -> Signs:
    """What the actor has given a group on a date."""
    row = _sign_row(ctx, group_id, on)
    return Signs(row.cheers, row.questions, row.messages) if row is not None else Signs()


def give(ctx: Context, group_id: int, on: date, what: str) -> None:
    """Count what the actor gives a group: `cheers`, `questions` or `messages`; it is a sign, too."""
    row = _sign_row(ctx, group_id, on)
    if row is None:
        row = SignRow(id=new_id(), community_id=ctx.community.id, group_id=group_id, person_id=ctx.actor.id, on_date=on)
        row.cheers = row.questions = row.messages = 0
        ctx.session.add(row)
    setattr(row, what, getattr(row, what) + 1)
    ctx.session.flush()
    seen(ctx, group_id)


def _sign_row(ctx: Context, group_id: int, on: date) -> SignRow | None:
    query = select(SignRow).where(SignRow.group_id == group_id, SignRow.person_id == ctx.actor.id, SignRow.on_date == on)
    return ctx.session.execute(query.with_for_update()).scalar_one_or_none()


def seen(ctx: Context, group_id: int) -> None:
    """The actor gave a sign in a group."""
    mine = (MemberRow.group_id == group_id, MemberRow.person_id == ctx.actor.id)
    ctx.session.execute(update(MemberRow).where(*mine).values(seen_at=ctx.now))


def cheers_given(ctx: Context, challenge: int, person: int) -> tuple[int, int]:
    """How many cheers somebody gave, and how many they got, in one challenge."""
    mine = select(MemberRow.group_id).join(GroupRow, GroupRow.id == MemberRow.group_id)
    mine = mine.where(MemberRow.person_id == person, GroupRow.challenge_id == challenge)
    query = select(SignRow.person_id == person, func.sum(SignRow.cheers)).where(SignRow.group_id.in_(mine))
    counts = {bool(row[0]): int(row[1]) for row in ctx.session.execute(query.group_by(SignRow.person_id == person))}
    return counts.get(True, 0), counts.get(False, 0)


# -- who waits -----------------------------------------------------------------------------------------------------------


def wait(ctx: Context, challenge: int, person: int) -> None:
    """Somebody waits for company."""
    if person not in waiting(ctx, challenge):
        row = WaitingRow(id=new_id(), community_id=ctx.community.id, challenge_id=challenge, person_id=person, waited_at=ctx.now)
        ctx.session.add(row)
        ctx.session.flush()


def waiting(ctx: Context, challenge: int) -> Sequence[int]:
    """Who waits for company in a challenge, the longest first."""
    query = select(WaitingRow.person_id).where(WaitingRow.challenge_id == challenge).order_by(WaitingRow.id)
    return ctx.session.execute(query).scalars().all()


def wait_no_more(ctx: Context, challenge: int, people: Collection[int]) -> None:
    """These people have company now, or want none."""
    ctx.session.execute(delete(WaitingRow).where(WaitingRow.challenge_id == challenge, WaitingRow.person_id.in_(people)))


# -- what people set for themselves --------------------------------------------------------------------------------------


def nevers(ctx: Context, people: Collection[int]) -> set[tuple[int, int]]:
    """The pairs among these people, and of one of them with anybody, that are never made."""
    either = NeverRow.person_id.in_(people) | NeverRow.other_id.in_(people)
    return {(row.person_id, row.other_id) for row in ctx.session.execute(select(NeverRow.person_id, NeverRow.other_id).where(either))}


def said_never(ctx: Context) -> set[int]:
    """With whom the actor said they are never to be paired."""
    return set(ctx.session.execute(select(NeverRow.other_id).where(NeverRow.person_id == ctx.actor.id)).scalars())


def say_never(ctx: Context, others: Iterable[int]) -> None:
    """Let these be the ones with whom the actor is never paired."""
    ctx.session.execute(delete(NeverRow).where(NeverRow.person_id == ctx.actor.id))
    for other in others:
        ctx.session.add(NeverRow(id=new_id(), community_id=ctx.community.id, person_id=ctx.actor.id, other_id=other))
    ctx.session.flush()


def forget_oneself(ctx: Context, person: int) -> None:
    """Two who became one person are no pair, and nobody is never paired with themselves."""
    ctx.session.execute(delete(NeverRow).where(NeverRow.person_id == person, NeverRow.other_id == person))
    ctx.session.execute(
        delete(QuestionRow).where(QuestionRow.asked_id == person, QuestionRow.about_id == person, QuestionRow.kind == "third")
    )


def evenings(ctx: Context, people: Collection[int]) -> dict[int, time]:
    """At which hour the evening line comes to each of these people."""
    query = select(EveningRow.person_id, EveningRow.minute).where(EveningRow.person_id.in_(people))
    own = {row.person_id: hour_of(row.minute) for row in ctx.session.execute(query)}
    return {person: own.get(person, EVENING) for person in people}


def set_evening(ctx: Context, at: time) -> None:
    """Let the actor's evening line come at an hour."""
    row = ctx.session.execute(select(EveningRow).where(EveningRow.person_id == ctx.actor.id).with_for_update()).scalar_one_or_none()
    if row is None:
        row = EveningRow(id=new_id(), community_id=ctx.community.id, person_id=ctx.actor.id)
        ctx.session.add(row)
    row.minute, row.changed_at = at.hour * 60 + at.minute, ctx.now
    ctx.session.flush()


def awake(ctx: Context, people: Collection[int]) -> dict[int, frozenset[int]]:
    """The hours of UTC in which each of these people can be reached."""
    if not people:
        return {}
    rows = scope.execute(ctx.session, _HOURS, {"people": people, BIND: ctx.community.id})
    return {row.id: awake_hours(row.zone, row.quiet_from, row.quiet_to, ctx.now) for row in rows}
