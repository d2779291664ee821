"""Examples of the meetup's views, for the gallery and its tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.chat.form import Form, opened
from bot.chat.message import File, Message
from bot.core.feature import View
from handlers.meetups import views
from handlers.meetups.payloads import AboutMeetup, Cancel, CancelDraft, MeetupDraft
from handlers.meetups.rules import Answer
from handlers.meetups.store import Counts, Meetup

STARTS_AT = datetime(2026, 4, 2, 14, 0, tzinfo=UTC)
AGENDA = """Welcome: who is here, and what each of us takes along
Ann: I ask one question before I give an answer
“The two-minute version saved my week.”
What we do next, and who begins"""
MEETUP = Meetup(
    21, 17, "First steps in learning together", STARTS_AT, STARTS_AT + timedelta(hours=1), "https://meet.example/together", AGENDA
)
OFF = replace(MEETUP, is_cancelled=True, sequence=1, reason="Half of us are on the road that week.")
BARE = replace(MEETUP, link="", agenda="")
COUNTS = Counts(7, 2, 1)
FILE = File("meetup.ics", "text/calendar", views.title_of(MEETUP), b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


def form() -> Form:
    """The form of a new meetup."""
    values: dict[str, object] = {"on": STARTS_AT.date(), "at": time(16), "agenda": AGENDA}
    return opened(MeetupDraft, values=values, subject=AboutMeetup(17, None, 0), intro=views.intro("Europe/Berlin", 9, 12))


def front_door() -> Message:
    """How a meetup stands at the top of the front door."""
    blocks = (*views.my_thing(MEETUP, None), *views.my_thing(MEETUP, Answer.MAYBE))
    return Message(views.title_of(MEETUP), blocks)


VIEWS = (
    View("form", form),
    View("in a place", lambda: views.in_place(MEETUP, COUNTS)),
    View("in a place, nobody yet", lambda: views.in_place(BARE, Counts())),
    View("invitation", lambda: views.invitation(MEETUP, None)),
    View("invitation, answered", lambda: views.invitation(MEETUP, Answer.COMING)),
    View("not answered yet", lambda: views.unanswered(MEETUP)),
    View("coming", lambda: views.answered(MEETUP, Answer.COMING, None, FILE)),
    View("maybe", lambda: views.answered(MEETUP, Answer.MAYBE, None, FILE)),
    View("not coming", lambda: views.answered(MEETUP, Answer.NOT, None, None)),
    View("not coming after all", lambda: views.answered(MEETUP, Answer.NOT, Answer.COMING, None)),
    View("answered already", lambda: views.answered(MEETUP, Answer.COMING, Answer.COMING, None)),
    View("file", lambda: views.file_sent(MEETUP, FILE)),
    View("moved", lambda: views.changed(MEETUP, has_moved=True, file=FILE)),
    View("changed", lambda: views.changed(MEETUP, has_moved=False, file=FILE)),
    View("moved, for places", lambda: views.place_told_changed(MEETUP)),
    View("cancelled", lambda: views.told_cancelled(OFF, FILE)),
    View("cancelled, for places", lambda: views.place_told_cancelled(OFF)),
    View("cancelled, the card", lambda: views.cancelled_card(OFF)),
    View("day before", lambda: views.tomorrow(MEETUP)),
    View("soon", lambda: views.soon(MEETUP)),
    View("reminder out of date", lambda: views.settled(MEETUP)),
    View("over", lambda: views.over(MEETUP, COUNTS)),
    View("over, a button pressed", lambda: views.gone(MEETUP)),
    View("managed", lambda: views.managed(MEETUP, COUNTS)),
    View("set", lambda: views.is_set(MEETUP, ["practice", "Praxis"], 12)),
    View("set nowhere", lambda: views.is_set(BARE, [], 0)),
    View("changed, for the lead", lambda: views.is_changed(MEETUP)),
    View("unchanged", lambda: views.is_changed(MEETUP, is_new=False)),
    View("cancelled, for the lead", lambda: views.is_cancelled(OFF)),
    View("cancel form", lambda: opened(CancelDraft, subject=Cancel(21))),
    View("a line is gone", lambda: views.line_gone(MEETUP)),
    View("nothing to close", views.nothing_to_close),
    View("not running", lambda: views.not_to_meet_about(MEETUP.title)),
    View("which challenge", lambda: views.choose([(17, MEETUP.title), (18, "Public speaking")])),
    View("my things", front_door),
)
