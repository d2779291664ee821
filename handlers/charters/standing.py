"""How charters stand for one person, what is kept of them, and what follows from what happens elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from bot.chat.language import _
from bot.chat.message import Block, Button, Buttons, Paragraph
from bot.chat.text import Strong, clean_line
from bot.core.context import Context
from bot.core.facts import CommunityChanged, ErasureBegun, PeopleLinked, PersonLeft, PlaceGone, PlaceJoined
from bot.core.feature import Keeps, Upcoming
from bot.core.outbox import Kind as PostKind
from bot.people.days import instant_of
from handlers import agenda
from handlers.charters import (
    asset_keeping,
    assets,
    cards,
    ending,
    endorsements,
    lead_views,
    meetings,
    moves,
    notes,
    reports,
    seat_views,
    store,
    views,
    volunteering,
)
from handlers.charters.charter import Charter, Part
from handlers.charters.endorsing import WHY_ENDORSE
from handlers.charters.payloads import Manage, See, Start
from handlers.charters.rows import (
    AssetRow,
    AwaitedAssetRow,
    CharterPersonRow,
    CharterRow,
    CharterVersionRow,
    EndorsementRow,
    MeetingRow,
    NoteRow,
    ReportAnswerRow,
    ReportRow,
    SeatRow,
    SupporterRow,
)
from handlers.charters.rules import State, reminded_at

MOST = 3  # on the front door
LASTING = tuple(state for state in State if state.is_known and not state.is_over)
_DRAFT, _LED = _("Your draft is kept."), _("You lead this.")
WHY_REPORT = _("You lead this, and it tells the community how it goes.")
WHY_REVIEW = _("You lead this, and this is the day to look at it again.")


def my_things(ctx: Context) -> Sequence[Block]:
    """What the actor leads, is on the team of, and may endorse."""
    mine = [each for each in store.looked_after(ctx, ctx.actor.id) if each.is_run_by(ctx.actor.id) and not each.state.is_over]
    joined = [each for each, taking in store.taken_part(ctx, ctx.actor.id) if taking.part is Part.TEAM and each.state in LASTING]
    joined = [each for each in joined if each not in mine]
    asked = _asked(ctx)
    found = [
        *(
            _line(each, _DRAFT if each.state is State.DRAFT else _("You lead this."), Button(_("Look after it"), Manage(each.id)))
            for each in mine[:MOST]
        ),
        *(_line(each, _("You are on the team."), Button(_("See it"), See(each.id))) for each in joined[:MOST]),
        *(_line(each, _("The community says what it thinks."), Button(_("See it"), See(each.id))) for each in asked[:MOST]),
    ]
    return [block for blocks in found for block in blocks]


def _line(charter: Charter, said: Any, button: Button) -> tuple[Block, ...]:
    return (Paragraph((Strong(charter.name), ": ", said)), Buttons((button,)))


def _asked(ctx: Context) -> list[Charter]:
    """What is endorsed now, and the actor has said nothing to."""
    asking = [each for each in store.in_states(ctx, (State.ENDORSING,)) if not each.is_run_by(ctx.actor.id)]
    return [each for each in asking if endorsements.own(ctx, each) is None]


def upcoming(ctx: Context) -> Sequence[Upcoming]:
    """The reminders of reports and reviews of what the actor leads, and of what they can endorse."""
    led = [each for charter in store.looked_after(ctx, ctx.actor.id) if charter.lead == ctx.actor.id for each in _coming(ctx, charter)]
    asked = [(charter, reminded_at(charter.until)) for charter in _asked(ctx) if charter.until is not None]
    return [*led, *(Upcoming(at, _("Still open: {name}", name=each.name), WHY_ENDORSE) for each, at in asked if at > ctx.now)]


def _coming(ctx: Context, charter: Charter) -> Iterator[Upcoming]:
    if charter.state not in {State.RECRUITING, State.ACTIVE, State.DORMANT}:
        return
    days: tuple[tuple[date | None, Any, Any], ...] = (
        (moves.due_on(ctx, charter), _("Reminder to report: {name}", name=charter.name), WHY_REPORT),
        (charter.review_on or charter.ends_on, _("To look at again: {name}", name=charter.name), WHY_REVIEW),
    )
    for on, what, why in days:
        if on is not None and (at := instant_of(on, moves.AT, ctx.community.zone)) > ctx.now:
            yield Upcoming(at, what, why)


# -- what happens elsewhere ----------------------------------------------------------------------------------------------


def show_to_place(ctx: Context, fact: PlaceJoined) -> None:
    """A place that joins late gets the groups and projects that last."""
    for charter in store.in_states(ctx, LASTING):
        cards.show_in(ctx, charter, fact.place)


def follow_link(ctx: Context, fact: PeopleLinked) -> None:
    """Two who became one are named once, and nobody stands in for themselves."""
    for charter in store.looked_after(ctx, fact.member.id):
        if charter.lead == charter.co_lead:
            store.save(ctx, replace(charter, co_lead=None))
    _show_all(ctx)


def follow_community(ctx: Context, _fact: CommunityChanged) -> None:
    """Two communities that became one have all places of both."""
    _show_all(ctx)


def _show_all(ctx: Context) -> None:
    for charter in store.in_states(ctx, LASTING):
        cards.show(ctx, charter)


def follow_place(ctx: Context, fact: PlaceGone) -> None:
    """The place of a team is gone; whoever leads it hears."""
    for charter in store.in_states(ctx, LASTING):
        if charter.place == fact.place:
            loose = moves.changed_to(ctx, replace(charter, place=None))
            cards.tell_heads(ctx, loose, seat_views.place_gone(loose), "place")


def release_person(ctx: Context, fact: PersonLeft) -> None:
    """Whoever stands in leads from now on, or the leads are asked; seats of somebody who has left are open again."""
    for charter in store.looked_after(ctx, fact.person):
        if not charter.state.is_over:
            _release(ctx, charter, fact.person)
    for charter, taking in store.taken_part(ctx, fact.person):
        if not charter.state.is_over and taking.part in {Part.TEAM, Part.ASKS}:
            volunteering.leave(ctx, charter, fact.person)


def _release(ctx: Context, charter: Charter, person: int) -> None:
    if charter.is_run_by(person):
        lead = None if charter.lead == person else charter.lead
        co_lead = None if charter.co_lead == person else charter.co_lead
        _pass_on(ctx, store.save(ctx, replace(charter, lead=lead, co_lead=co_lead)))


def _pass_on(ctx: Context, charter: Charter) -> None:
    """Where nobody leads it, whoever stands in does, or the community's leads are asked; a draft of nobody's goes."""
    if charter.lead is None and charter.co_lead is None and charter.state is State.DRAFT and not charter.is_public:
        store.discard(ctx, charter.id)
        return
    is_call = charter.is_call and charter.lead is not None
    passed = replace(charter, lead=charter.lead or charter.co_lead, co_lead=charter.co_lead if charter.lead else None, is_call=is_call)
    left = moves.changed_to(ctx, passed)
    if charter.lead is None:
        message = lead_views.stands_in(left) if left.lead is not None else lead_views.orphaned(left)
        for member in cards.heads(ctx, left):
            ctx.post(member, message, kind=PostKind.PERSONAL, key=f"{cards.key(left)}/lead")


def let_go(ctx: Context, fact: ErasureBegun) -> None:
    """Somebody is erased: once their rows are gone, whatever names them says what stands without them."""
    theirs = {charter.id for charter, _taking in store.taken_part(ctx, fact.person)}
    theirs |= {charter.id for charter in store.looked_after(ctx, fact.person)}
    theirs |= endorsements.endorsed_by(ctx, fact.person) | assets.sent_to(ctx, fact.person)
    fact.afterwards.extend(partial(_without_them, ctx, charter) for charter in sorted(theirs))


def _without_them(ctx: Context, charter_id: int) -> None:
    charter = store.charter(ctx, charter_id, lock=True)
    if charter is None:
        return
    if charter.state.is_over:
        cards.show(ctx, charter)
    else:
        _pass_on(ctx, charter)
    asset_keeping.show(ctx, charter)
    volunteering.show_begun(ctx, charter)
    if charter.state is State.CLOSED:
        ending.show_thanks(ctx, charter)


def offer(ctx: Context, fact: agenda.QuestionShown) -> None:
    """A question of the learning agenda can grow into a group or a project, and shows those that grew from it."""
    ctx.buttons.append(Button(_("Start something for it"), Start(fact.question)))
    for charter in store.grown_from(ctx, fact.question)[:MOST]:
        if charter.is_public:
            ctx.buttons.append(Button(_("See {name}", name=clean_line(charter.name, views.ON_BUTTON)), See(charter.id)))


# -- what is kept --------------------------------------------------------------------------------------------------------


def _export_led(ctx: Context) -> list[dict[str, Any]]:
    led = [{"charter": dict(each.words), "state": each.state.value} for each in store.looked_after(ctx, ctx.actor.id)]
    return [*led, *store.versions_by(ctx, ctx.actor.id), *reports.export_made(ctx)]


def _export_parts(ctx: Context) -> list[dict[str, Any]]:
    taken = store.taken_part(ctx, ctx.actor.id)
    seats = {seat.id: seat.role for found in store.seats(ctx, [charter.id for charter, _part in taken]).values() for seat in found}
    return [
        {"charter": charter.name, "part": each.part.value, "line": each.line, "seat": seats.get(each.seat or 0, "")}
        for charter, each in taken
    ]


def _export_said(ctx: Context) -> list[dict[str, Any]]:
    return [*endorsements.export(ctx), *reports.export_answers(ctx)]


def _export_logistics(ctx: Context) -> list[dict[str, Any]]:
    return [*meetings.export(ctx), *meetings.export_support(ctx)]


KEEPS = {
    "charters": Keeps(
        _("The groups and projects that you lead or sponsor, and what you wrote and reported for them. The words are encrypted."),
        _("Seen by everybody in the community once it is published; a proposal by the leads, a draft by you alone."),
        _export_led,
        (CharterRow, CharterVersionRow, ReportRow),
    ),
    "charter_parts": Keeps(
        _("In which groups and projects you are on the team, ask for a seat, or follow."),
        _("The team is seen by everybody. That you ask, and your line, by those who lead it; that you follow, by nobody."),
        _export_parts,
        (CharterPersonRow, SeatRow),
    ),
    "charter_assets": Keeps(
        _("The files that you sent for the results of a team, and that you were asked for one. Names and contents are encrypted."),
        _("Everybody in the community can get the files. When you erase your data, they go with it."),
        assets.export,
        (AssetRow, AwaitedAssetRow),
    ),
    "charter_notes": Keeps(
        _("The notes and decisions that you kept for a team. The words are encrypted."),
        _("Read by the team and those who lead it."),
        notes.export,
        (NoteRow,),
    ),
    "charter_meetings": Keeps(
        _("When the teams meet that you set a meeting for, and whether you are named as who supports teams."),
        _("The meetings: the team. Who supports teams: everybody."),
        _export_logistics,
        (MeetingRow, SupporterRow),
    ),
    "charter_endorsements": Keeps(
        _("What you said to charters and to reports. The words are encrypted."),
        _("Conditions and concerns: everybody, with your name. Answers to reports: the team."),
        _export_said,
        (EndorsementRow, ReportAnswerRow),
    ),
}
