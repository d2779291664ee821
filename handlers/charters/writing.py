"""Writing a charter: a first version in three minutes, the rest later in short forms; what was seen changes in versions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.form import Draft, Form, corrected, raw
from bot.chat.language import Phrase, _
from bot.chat.message import Option
from bot.chat.reading import say_label
from bot.chat.reply import Open, Reply, Say
from bot.chat.text import clean_line
from bot.core.context import Context
from bot.core.feature import Options
from bot.core.outbox import Kind as PostKind
from bot.people import store as people
from handlers.charters import cards, endorsing, homes, lead_views, moves, proposing, seat_views, store, views, volunteering
from handlers.charters.charter import LONGEST_LINE, LONGEST_NAME, Charter, Part, Taking, Variant
from handlers.charters.forms import (
    MOST_SEATS,
    NOBODY,
    GroupDraft,
    OutcomeDraft,
    ProjectDraft,
    ResourcesDraft,
    RhythmDraft,
    ScopeDraft,
    TeamDraft,
)
from handlers.charters.payloads import Complete, SeeVersions, Write
from handlers.charters.rules import FARTHEST, Kind, Move, Rhythm, State, asks_again, changes
from handlers.charters.words import Chapter

FORMS: dict[Chapter, type[Draft]] = {
    Chapter.SCOPE: ScopeDraft,
    Chapter.OUTCOME: OutcomeDraft,
    Chapter.TEAM: TeamDraft,
    Chapter.RESOURCES: ResourcesDraft,
    Chapter.RHYTHM: RhythmDraft,
}
SETTLED = (State.DORMANT, State.RESULTS)
ONLY_FOR = {Variant.EXISTING: ("link",), Variant.FOR_SOMEONE: ("served", "gets")}


# -- the first version ---------------------------------------------------------------------------------------------------


def write(ctx: Context, payload: Write) -> Reply:
    """Open the form of a group or of a project."""
    if not people.places(ctx.session):
        return Say(views.no_place())
    return ctx.open(GroupDraft if payload.kind == Kind.GROUP.value else ProjectDraft, subject=payload)


def others(ctx: Context, _subject: Any) -> Options:
    """Everybody else, by name."""
    found = [member for member in people.members(ctx.session).values() if member.id != ctx.actor.id]
    found.sort(key=lambda member: member.name.casefold())
    return {"people": tuple(Option(str(member.id), member.name) for member in found)}


def group(ctx: Context, draft: GroupDraft, subject: Write) -> Reply:
    """A light group is announced at once; one that asks for hours or money goes to the leads first."""
    _check_day(ctx, "ends_on", draft.ends_on)
    is_call = _calls(ctx, draft.calls, has_seats=bool(draft.seats))
    words = {"name": draft.name, "goal": draft.goal, "hours": draft.hours, "budget": draft.budget, "pledged": _number(draft.pledged)}
    new = Charter(0, Kind.GROUP, draft.reason, words, lead=ctx.actor.id, ends_on=draft.ends_on, question=subject.question)
    made = store.insert(ctx, replace(new, rhythm=Rhythm.NEVER, is_call=is_call))
    store.set_seats(ctx, made.id, [(say_label(_("Member"), ctx.community.language), "")] * draft.seats)
    _join(ctx, made, [int(person) for person in draft.people])
    if made.is_endorsed:
        return proposing.propose_it(ctx, made)
    return announce(ctx, made)


def announce(ctx: Context, charter: Charter) -> Reply:
    """All places hear of it; where no seat is open the work begins."""
    store.keep_version(ctx, charter)
    volunteering.assemble(ctx, moves.moved(ctx, charter, Move.ANNOUNCE, heard_at=ctx.now))
    return Say(views.announced(charter, [place.name for place in people.places(ctx.session)]))


def project(ctx: Context, draft: ProjectDraft, subject: Write) -> Reply:
    """A project begins as a draft that nobody else sees."""
    _check_day(ctx, "ends_on", draft.ends_on)
    seats = _seats_in(draft.seats)
    words = {"name": draft.name, "goal": draft.goal}
    new = Charter(0, Kind.PROJECT, draft.work, words, variant=Variant(draft.variant), lead=ctx.actor.id, question=subject.question)
    is_call = _calls(ctx, draft.calls, has_seats=bool(seats))
    made = store.insert(ctx, replace(new, ends_on=draft.ends_on, is_call=is_call))
    store.set_seats(ctx, made.id, seats)
    return Say(lead_views.drafted(cards.standing(ctx, made), is_lead=ctx.actor.is_lead))


def draw_first(ctx: Context, _subject: Any, form: Form) -> Form:
    """Only leads of the community open one with no team yet."""
    return form if ctx.actor.is_lead else replace(form, fields=tuple(field for field in form.fields if field.name != "calls"))


def _calls(ctx: Context, calls: bool, *, has_seats: bool) -> bool:
    """Whether it is a call for volunteers, which needs seats for which they can ask."""
    if calls and ctx.actor.is_lead and not has_seats:
        raise FieldErrors({"seats": _("A call for volunteers needs at least one open seat.")})
    return calls and ctx.actor.is_lead


def _number(count: int) -> str:
    return str(count) if count else ""


def _join(ctx: Context, charter: Charter, persons: Sequence[int]) -> None:
    """These are on the team from now on; they hear of it, and can leave with one press."""
    store.put_all(ctx, charter.id, persons, Part.TEAM)
    found = (people.members(ctx.session, persons) if persons else {}).values()
    place = homes.name_of(ctx, charter)
    homes.welcome(ctx, charter, found)
    for member in found:
        if member.id != ctx.actor.id:
            ctx.post(member, lead_views.you_are_in(charter, ctx.actor.name, place), kind=PostKind.PERSONAL, about=ctx.actor)


def _check_day(ctx: Context, field: str, on: date | None) -> None:
    today = ctx.community_today()
    if on is not None and not today < on <= today + FARTHEST:
        raise FieldErrors({field: _("Please choose a day after today, within three years.")})


def _seats_in(typed: str) -> list[tuple[str, str]]:
    """Roles, one a line, with what each takes behind a bar."""
    parts = [line.partition("|") for line in typed.splitlines() if line.strip(" |")]
    found = [(clean_line(role, LONGEST_NAME + 1), clean_line(takes, LONGEST_LINE)) for role, _bar, takes in parts]
    if any(not 0 < len(role) <= LONGEST_NAME for role, _takes in found):
        raise FieldErrors({"seats": _("Please name each role in at most {most} characters.", most=LONGEST_NAME)})
    if len(found) > MOST_SEATS:
        raise FieldErrors({"seats": _("Please give at most {most} roles, one a line.", most=MOST_SEATS)})
    return found


# -- completing and amending ---------------------------------------------------------------------------------------------


def complete(ctx: Context, payload: Complete) -> Reply:
    """Open one short form with what is there."""
    charter = moves.managed(ctx, payload.charter)
    if charter.state.is_over or payload.chapter not in set(Chapter):
        return Say(views.past_it(charter))
    return _form(ctx, charter, Chapter(payload.chapter))


def _form(ctx: Context, charter: Charter, chapter: Chapter) -> Open:
    subject = Complete(charter.id, chapter.value, charter.version)
    return ctx.open(FORMS[chapter], values=_values(ctx, charter, chapter), subject=subject, intro=_hint(charter, chapter))


def _hint(charter: Charter, chapter: Chapter) -> Phrase | str:
    if charter.state.is_known and charter.is_endorsed and chapter in {Chapter.SCOPE, Chapter.RESOURCES}:
        return _("Other words for the goal, the scope, hours or budget ask for endorsement again.")
    return charter.name


def _values(ctx: Context, charter: Charter, chapter: Chapter) -> dict[str, object]:
    if chapter is Chapter.TEAM:
        seats = store.seats(ctx, [charter.id]).get(charter.id, ())
        lines = [f"{each.role} | {each.takes}".strip(" |") for each in seats if each.person is None]
        team = [str(each.person) for each in store.people_of(ctx, [charter.id]).get(charter.id, ()) if each.part is Part.TEAM]
        return {"seats": "\n".join(lines), "people": tuple(team), "co_lead": str(charter.co_lead or NOBODY)}
    if chapter is Chapter.RHYTHM:
        dates = {"ends_on": charter.ends_on, "review_on": charter.review_on}
        return {"rhythm": charter.rhythm.value, "interaction": charter.word("interaction"), **dates}
    sponsor = {"sponsor": str(charter.sponsor or NOBODY)} if chapter is Chapter.RESOURCES else {}
    numbers = {"pledged": charter.pledged} if chapter is Chapter.RESOURCES else {}
    return {**{name: charter.word(name) for name in _names(FORMS[chapter])}, **sponsor, **numbers}


def _names(draft: type[Draft]) -> list[str]:
    return [name for name in draft.__annotations__ if name not in {"sponsor", "rhythm", "ends_on", "review_on"}]


def chapter_options(ctx: Context, subject: Any) -> Options:
    """Who may be on the team, stand in, or pay for it."""
    charter = store.charter(ctx, subject.charter) if isinstance(subject, Complete) else None
    everybody = sorted(people.members(ctx.session).values(), key=lambda member: member.name.casefold())
    options = tuple(Option(str(member.id), member.name) for member in everybody if charter is not None and member.id != charter.lead)
    with_nobody = (Option(NOBODY, _("Nobody")), *options)
    return {"people": options, "co_lead": with_nobody, "sponsor": with_nobody}


def draw(ctx: Context, subject: Any, form: Form) -> Form:
    """A form asks for what its kind of charter needs only."""
    charter = store.charter(ctx, subject.charter) if isinstance(subject, Complete) else None
    left_out = {name for variant, names in ONLY_FOR.items() if charter is None or charter.variant is not variant for name in names}
    return replace(form, fields=tuple(field for field in form.fields if field.name not in left_out))


def save(ctx: Context, draft: Draft, subject: Complete) -> Reply:
    """Keep it; what another lead wrote meanwhile is shown, not overwritten, and what the community saw changes for all to see."""
    charter = moves.managed(ctx, subject.charter)
    chapter = Chapter(subject.chapter) if subject.chapter in set(Chapter) else None
    if chapter is None or not isinstance(draft, FORMS[chapter]):
        raise CardOutOfDate
    if charter.state.is_over:
        raise FieldErrors({"": _("This is over, so nothing was changed.")})
    if subject.version != charter.version and (told := _told_what_stands(ctx, charter, chapter, draft)) is not None:
        return told
    wanted = _wanted(ctx, charter, draft)
    if wanted.is_endorsed and charter.state in SETTLED and asks_again(changes(charter.words, wanted.words)):
        raise FieldErrors({"": _("What the community endorsed stays as it is while this rests, and once results are there.")})
    has_new_seats = isinstance(draft, TeamDraft) and _set_team(ctx, wanted, draft)
    return _saved(ctx, charter, wanted, has_new_seats=has_new_seats)


def _told_what_stands(ctx: Context, charter: Charter, chapter: Chapter, draft: Draft) -> Open | None:
    """The form again with everything typed, and what stands now where it differs; sent again, it is no surprise."""
    now = {name: raw(value) for name, value in _values(ctx, charter, chapter).items()}
    typed = {name: raw(getattr(draft, name)) for name in now}
    differing = [name for name in now if (now[name] or "") != (typed[name] or "")]
    if not differing:
        return None
    errors: dict[str, Phrase] = {name: _now(now[name]) for name in differing if isinstance(now[name], str | None)}
    changed = _("Somebody has changed this meanwhile. Nothing is saved yet. Send it again to let yours stand.")
    return Open(corrected(_form(ctx, charter, chapter).form, typed, {**errors, "": changed}))


def _now(text: object) -> Phrase:
    return _("It says now: {text}", text=clean_line(str(text), 300)) if text else _("It is empty now.")


def _wanted(ctx: Context, charter: Charter, draft: Draft) -> Charter:
    typed = {name: getattr(draft, name) for name in _names(type(draft)) if name not in {"seats", "people", "co_lead"}}
    words = {name: _number(value) if isinstance(value, int) else value for name, value in typed.items()}
    wanted = replace(charter, words={**charter.words, **words}, version=charter.version + 1)
    match draft:
        case TeamDraft(co_lead=co_lead):
            return replace(wanted, co_lead=int(co_lead) if co_lead != NOBODY else None)
        case ResourcesDraft(sponsor=given):
            sponsor = int(given) if given != NOBODY else None
            is_same = sponsor == charter.sponsor and not changes(_resources(charter), _resources(wanted))
            return replace(wanted, sponsor=sponsor, sign_off=charter.sign_off if is_same else None)
        case RhythmDraft(rhythm=rhythm, ends_on=ends_on, review_on=review_on):
            for field, on in (("ends_on", ends_on), ("review_on", review_on)):
                if on != getattr(charter, field):
                    _check_day(ctx, field, on)
            return replace(wanted, rhythm=Rhythm(rhythm), ends_on=ends_on or charter.ends_on, review_on=review_on)
    return wanted


def _resources(charter: Charter) -> dict[str, str]:
    return {name: charter.word(name) for name in ("hours", "pledged", "budget")}


def _set_team(ctx: Context, charter: Charter, draft: TeamDraft) -> bool:
    """The team and its open seats are these; whoever is new hears of it. Whether seats are open that were not."""
    has_new = store.set_seats(ctx, charter.id, _seats_in(draft.seats))
    wanted = {int(person) for person in draft.people}
    standing = {each.person: each for each in store.people_of(ctx, [charter.id]).get(charter.id, ()) if each.part is Part.TEAM}
    _join(ctx, charter, [person for person in wanted if person not in standing])
    for person in standing.keys() - wanted:
        store.put(ctx, charter.id, Taking(person, Part.LEFT))
        volunteering.free_seats(ctx, charter, person)
    _say_who_stays(ctx, charter, standing.keys() - wanted)
    return has_new


def _say_who_stays(ctx: Context, charter: Charter, persons: Collection[int]) -> None:
    """Whoever is taken off the team is not thrown out of where it works; its leads hear so once."""
    place = homes.own(ctx, charter) if persons else None
    for member in people.members(ctx.session, persons).values() if place is not None else ():
        for head in cards.heads(ctx, charter):
            told = seat_views.is_off(charter, member.name, place.name if place is not None else "")
            ctx.post(head, told, kind=PostKind.ASKED_FOR, about=member)


def _saved(ctx: Context, before: Charter, wanted: Charter, *, has_new_seats: bool) -> Reply:
    if before.state in {State.DRAFT, State.PROPOSED}:
        saved = store.save(ctx, wanted)
        cards.show(ctx, saved)
        return Say(lead_views.drafted(cards.standing(ctx, saved), is_lead=ctx.actor.is_lead))
    found = changes(before.words, wanted.words)
    if has_new_seats:
        wanted = replace(wanted, shown_at=ctx.now)
    saved = moves.changed_to(ctx, wanted)
    if found:
        store.keep_version(ctx, saved)
    if saved.is_endorsed and asks_again(found) and moves.may(saved, Move.ASK_AGAIN):
        saved = endorsing.ask_again(ctx, saved, found)
    elif found:
        cards.tell(ctx, cards.everybody(ctx, saved) - {ctx.actor.id}, lead_views.amended(saved, found))
    if saved.sponsor is not None and saved.sign_off is None and saved.asks_resources:
        saved = endorsing.ask_sponsor(ctx, saved)
    return Say(lead_views.saved(saved, found))


def see_versions(ctx: Context, payload: SeeVersions) -> Reply:
    """What changed from version to version."""
    charter = moves.known(ctx, payload.charter)
    kept = store.versions(ctx, charter.id)
    diffs = [(number, changes(before, after)) for (_n, before), (number, after) in pairwise(kept)]
    return Say(lead_views.versions(charter, [each for each in diffs if each[1]][-5:]))
