"""When a team meets: a time found by a poll, set once or again and again, and a calendar file that follows every change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.chat.errors import FieldErrors
from bot.chat.language import _
from bot.chat.message import File, Message
from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import calendar
from bot.people import store as people
from bot.people.days import instant_of
from handlers import polls
from handlers.charters import cards, flows, meeting_views, meetings, moves, note_keeping, store, views
from handlers.charters.charter import Charter, Meeting
from handlers.charters.forms import MeetingDraft, TimesDraft
from handlers.charters.payloads import CancelMeeting, FindTime, SeeMeeting, SetMeeting
from handlers.charters.rules import FARTHEST, next_meeting

OVER = _("This has moved on meanwhile, so nothing was changed.")
ALREADY_OVER = _("This is over already. Please choose a later time.")


# -- finding a time ------------------------------------------------------------------------------------------------------


def ask_times(ctx: Context, payload: FindTime) -> Reply:
    """Ask which times there are to choose from."""
    charter = moves.managed(ctx, payload.charter)
    if not charter.state.is_at_work:
        return Say(views.past_it(charter))
    return ctx.open(TimesDraft, subject=payload, intro=_("Times are in your time zone, {zone}.", zone=ctx.actor.zone))


def ask_team(ctx: Context, draft: TimesDraft, subject: FindTime) -> Reply:
    """A poll asks the team, where it works and each in their own chat."""
    charter = moves.managed(ctx, subject.charter)
    if not charter.state.is_at_work:
        raise FieldErrors({"": OVER})
    asked = _times(ctx, draft)
    closes_at = ctx.now + timedelta(days=draft.days)
    language = ctx.community.language
    labels = [say_label(_("{day}, {time} ({zone})", day=at.date(), time=at.time(), zone=ctx.actor.zone), language) for at in asked]
    home = people.place(ctx.session, charter.place) if charter.place is not None else None
    question = say_label(_("{name}: when do we meet?", name=charter.name), language)
    poll = polls.pose(ctx, question, labels, closes_at=closes_at, places=(home.id,) if home is not None else ())
    standing = meetings.of(ctx, charter.id, lock=True) or Meeting(0, charter.id, zone=ctx.actor.zone)
    meetings.save(ctx, replace(standing, poll=poll, asked=tuple(asked)))
    told = meeting_views.asked(charter, poll)
    cards.tell(ctx, flows.team_of(ctx, charter) - {ctx.actor.id}, told, key=f"{cards.key(charter)}/time/{poll}", kind=Kind.ASKED_FOR)
    return Say(meeting_views.time_asked(charter, poll) if home is not None else meeting_views.time_asked_everywhere(charter, poll))


def _times(ctx: Context, draft: TimesDraft) -> list[datetime]:
    """The times, in the actor's zone, in their order; each once, and none that is over."""
    typed = [("first_on", draft.first_on, draft.first_at), ("second_on", draft.second_on, draft.second_at)]
    typed += [("third_on", draft.third_on, draft.third_at)] if draft.third_on is not None else []
    found: dict[datetime, str] = {}
    errors = {}
    for field, on, at in typed:
        instant = _instant(ctx, on, at)
        if instant is None:
            errors[field] = ALREADY_OVER
        elif instant in found:
            errors[field] = _("This time is there already. Please choose another.")
        else:
            found[instant] = field
    if errors:
        raise FieldErrors(errors)
    return [each.astimezone(ctx.actor.tz) for each in sorted(found)]


def _instant(ctx: Context, on: date, at: time) -> datetime | None:
    """The instant of a time in the actor's zone; None where it is over, or too far away."""
    found = instant_of(on, at, ctx.actor.zone)
    return found if ctx.now < found <= ctx.now + FARTHEST else None


def follow_poll(ctx: Context, fact: polls.PollClosed) -> None:
    """The team has chosen; whoever leads it sets the meeting."""
    meeting = meetings.of_poll(ctx, fact.poll)
    charter = store.charter(ctx, meeting.charter) if meeting is not None else None
    if meeting is None or charter is None or not charter.state.is_at_work:
        return
    first = polls.leading(ctx, fact.poll)
    best = meeting.asked[first[0]] if first and first[0] < len(meeting.asked) else None
    cards.tell_heads(ctx, charter, meeting_views.chosen(charter, meeting, best, is_tie=len(first) > 1), f"chosen/{fact.poll}")


# -- the meeting ---------------------------------------------------------------------------------------------------------


def open_form(ctx: Context, payload: SetMeeting) -> Reply:
    """Open the form with what is set, or with the time that suits most."""
    charter = moves.managed(ctx, payload.charter)
    if not charter.state.is_at_work:
        return Say(views.past_it(charter))
    meeting = meetings.of(ctx, charter.id)
    subject = SetMeeting(charter.id, meeting.sequence if meeting is not None else 0)
    return ctx.open(MeetingDraft, values=_values(ctx, meeting), subject=subject, intro=charter.name)


def _values(ctx: Context, meeting: Meeting | None) -> dict[str, object]:
    if meeting is None:
        return {}
    first = polls.leading(ctx, meeting.poll) if meeting.poll is not None else ()
    chosen = meeting.asked[first[0]] if first and first[0] < len(meeting.asked) else None
    at = chosen if chosen is not None and chosen > ctx.now else meeting.starts_at
    when: dict[str, object] = {"on": at.astimezone(ctx.actor.tz).date(), "at": at.astimezone(ctx.actor.tz).time()} if at is not None else {}
    if not meeting.sequence:
        return when
    return {
        **when,
        "minutes": str(meeting.minutes),
        "weeks": str(meeting.weeks),
        "last_on": meeting.last_on,
        "link": meeting.link,
    }


def set_meeting(ctx: Context, draft: MeetingDraft, subject: SetMeeting) -> Reply:
    """The team meets then; everybody on it gets the calendar file, after a change the newer one."""
    charter = moves.managed(ctx, subject.charter)
    if not charter.state.is_at_work:
        raise FieldErrors({"": OVER})
    before = meetings.of(ctx, charter.id, lock=True) or Meeting(0, charter.id)
    if before.sequence != subject.sequence:
        raise FieldErrors({"": _("Somebody has changed this meanwhile. Close the form to see it, or send it again.")})
    starts_at = _instant(ctx, draft.on, draft.at)
    if starts_at is None:
        raise FieldErrors({"on": ALREADY_OVER})
    weeks = int(draft.weeks)
    if weeks and draft.last_on is not None and draft.last_on < draft.on:
        raise FieldErrors({"last_on": _("This is before the first one.")})
    changed = replace(
        before,
        starts_at=starts_at,
        minutes=int(draft.minutes),
        weeks=weeks,
        zone=ctx.actor.zone,
        last_on=draft.last_on if weeks else None,
        link=draft.link,
        is_cancelled=False,
        sequence=before.sequence + 1,
    )
    return _tell(ctx, charter, meetings.save(ctx, changed), is_new=not before.is_set)


def _tell(ctx: Context, charter: Charter, meeting: Meeting, *, is_new: bool) -> Reply:
    assert meeting.starts_at is not None, "it was just set"
    for member in people.members(ctx.session, flows.team_of(ctx, charter) - {ctx.actor.id}).values():
        told = meeting_views.told(charter, meeting, meeting.starts_at, file_for(ctx, charter, meeting, member.language), is_new=is_new)
        ctx.post(member, told, kind=Kind.ASKED_FOR)
    return Say(_card(ctx, charter, meeting))


def see(ctx: Context, payload: SeeMeeting) -> Reply:
    """When the team meets, for those on it."""
    charter = moves.known(ctx, payload.charter)
    if not note_keeping.is_on_the_team(ctx, charter):
        raise moves.NotYours
    return Say(_card(ctx, charter, meetings.of(ctx, charter.id)))


def _card(ctx: Context, charter: Charter, meeting: Meeting | None) -> Message:
    may_manage = moves.may_manage(ctx, charter) and charter.state.is_at_work
    at = next_of(ctx, meeting) if meeting is not None else None
    file = file_for(ctx, charter, meeting, ctx.actor.language) if meeting is not None and at is not None else None
    return meeting_views.card(charter, meeting, at, file, may_manage=may_manage)


def next_of(ctx: Context, meeting: Meeting) -> datetime | None:
    """When the team meets next; None where it does not."""
    if meeting.starts_at is None or meeting.is_cancelled:
        return None
    return next_meeting(meeting.starts_at, meeting.weeks, meeting.zone, meeting.last_on, ctx.now)


def cancel(ctx: Context, payload: CancelMeeting) -> Reply:
    """The team does not meet then; everybody on it gets the file that takes it out."""
    charter = moves.managed(ctx, payload.charter)
    file = call_off(ctx, charter, but={ctx.actor.id})
    return Say(meeting_views.called_off(charter, file) if file is not None else meeting_views.called_off_already(charter))


def call_off(ctx: Context, charter: Charter, *, but: Collection[int] = ()) -> File | None:
    """Where a meeting is still to come, the team hears that it is off; the file for the actor."""
    meeting = meetings.of(ctx, charter.id, lock=True)
    if meeting is None or next_of(ctx, meeting) is None:
        return None
    off = meetings.save(ctx, replace(meeting, is_cancelled=True, sequence=meeting.sequence + 1))
    for member in people.members(ctx.session, flows.team_of(ctx, charter) - set(but)).values():
        ctx.post(member, meeting_views.called_off(charter, file_for(ctx, charter, off, member.language)), kind=Kind.ASKED_FOR)
    return file_for(ctx, charter, off, ctx.actor.language)


def file_for(ctx: Context, charter: Charter, meeting: Meeting, language: str) -> File:
    """The calendar file as it stands now, in the reader's language."""
    assert meeting.starts_at is not None, "a meeting without a time has no file"
    write = calendar.cancellation if meeting.is_cancelled else calendar.invite
    content = write(
        f"charter-{charter.id}@convene",
        meeting.sequence,
        meeting.starts_at,
        meeting.starts_at + timedelta(minutes=meeting.minutes),
        say_label(meeting_views.title(charter), language),
        charter.word("goal"),
        meeting.link,
        organiser=ctx.community.name,
        now=ctx.now,
        repeats=calendar.Repeats(meeting.weeks, meeting.zone, meeting.last_on) if meeting.weeks else None,
    )
    name = "meeting-cancelled.ics" if meeting.is_cancelled else "meeting.ics"
    return File(name, calendar.MEDIA_TYPE, meeting_views.title(charter), content)
