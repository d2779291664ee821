"""Examples of what a team sees of its own logistics, for the gallery and its tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from bot.chat.form import opened
from bot.chat.message import File, Option
from bot.chat.text import Mention
from bot.core.feature import View
from handlers.charters import asset_views, home_views, lead_views, meeting_views, note_views, seat_views, views, work_views
from handlers.charters.charter import Asset, Meeting, Note, Part, Sort, Standing, Taking
from handlers.charters.examples import ANSWERS, AT, GROUP, LATER, PROJECT, REPORT, RESULTS, SEATS, standing
from handlers.charters.forms import MeetingDraft, NoteDraft, SupporterDraft, TimesDraft
from handlers.charters.note_keeping import CUT
from handlers.charters.note_views import Kept
from handlers.charters.payloads import FindTime, KeepNote, NameSupporter, SetMeeting
from handlers.charters.rules import State
from handlers.charters.views import Mine

NOTE = Note(61, 8, Sort.NOTE, "The night shift has no phone.\nAsk ward 3.", 5, AT)
DECISION = Note(62, 8, Sort.DECISION, "We meet on Tuesdays at four.", None, LATER)
KEPT = Kept((DECISION, NOTE), {5: "Bob Schmidt"}, frozenset({61}), 1, 12)

MEETING = Meeting(65, 8, LATER, 60, 2, "Europe/Berlin", date(2026, 6, 30), "https://example.org/room", 1)
FILE = File("meeting.ics", "text/calendar", meeting_views.title(GROUP), b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
PLACES = ((1, "learning"), (2, "practice"))

ASSETS = (
    Asset(71, 7, "checklist.pdf", 1, 48_000, 5, AT),
    Asset(72, 7, "checklist.pdf", 2, 51_300, 5, LATER),
    Asset(73, 7, "質問 & نتائج (final).xlsx", 1, 2_400_000, 6, LATER),
)
BROUGHT = replace(PROJECT, state=State.RESULTS, item=9)
CALL = replace(PROJECT, state=State.RECRUITING, lead=1, co_lead=None, is_call=True)
CALLED = Standing(CALL, "Ann Keller", seats=SEATS[:2], zone="Europe/Berlin", given_from=LATER)

VIEWS = (
    View("results, with files", lambda: work_views.posted(BROUGHT, RESULTS, (), ASSETS)),
    View("what came, for one of the team", lambda: work_views.what_came(BROUGHT, RESULTS, may_add=True)),
    View("files", lambda: asset_views.listed(BROUGHT, ASSETS, {5: "Bob Schmidt"}, may_add=True)),
    View("files, for others", lambda: asset_views.listed(BROUGHT, ASSETS, {5: "Bob Schmidt"}, may_add=False)),
    View("files, none", lambda: asset_views.listed(BROUGHT, (), {}, may_add=True)),
    View("file asked for", lambda: asset_views.send_it(BROUGHT)),
    View("file added", lambda: asset_views.added(BROUGHT, ASSETS[0])),
    View("file added, next version", lambda: asset_views.added(BROUGHT, ASSETS[1])),
    View("file is there", lambda: asset_views.is_there(BROUGHT, ASSETS[1])),
    View("file, too many", lambda: asset_views.too_many(BROUGHT, "ninth.pdf")),
    View("file, not yours", lambda: asset_views.not_yours(BROUGHT, "theirs.pdf")),
    View("file, not now", lambda: asset_views.not_now(PROJECT)),
    View("file, only words", lambda: asset_views.only_files(BROUGHT, "Thank you all.")),
    View("file given", lambda: asset_views.given(BROUGHT, ASSETS[1], b"%PDF", "application/pdf")),
    View("file on its way", lambda: asset_views.on_its_way(BROUGHT)),
    View("file taken away", lambda: asset_views.taken_away(BROUGHT, ASSETS[1])),
    View("file gone", asset_views.gone),
    View("joined", lambda: home_views.joined(PROJECT, Mention("Bob Schmidt", ()))),
    View("your seat, and where", lambda: seat_views.yours(PROJECT, SEATS[0], "shorter-handovers")),
    View("has left, and stays", lambda: seat_views.has_left(PROJECT, "Bob Schmidt", "shorter-handovers")),
    View("is off, and stays", lambda: seat_views.is_off(PROJECT, "Bob Schmidt", "shorter-handovers")),
    View("call", lambda: views.card(CALLED)),
    View("call, your seat", lambda: seat_views.yours(CALL, SEATS[0])),
    View("call, you are in", lambda: lead_views.you_are_in(CALL, "Ann Keller", "shorter-handovers")),
    View("call, seen by one of the team", lambda: views.seen(CALLED, Mine(Taking(5, Part.TEAM)))),
    View("call, led", lambda: lead_views.is_led(CALL, "Bob Schmidt")),
    View("digest, for one of the team", lambda: work_views.digest(PROJECT, REPORT, ANSWERS, may_manage=False)),
    View("open again", lambda: seat_views.open_again(PROJECT)),
    View("home", lambda: home_views.home(standing(State.ACTIVE))),
    View("home, moved out", lambda: home_views.moved_out(PROJECT)),
    View("linked", lambda: home_views.linked(PROJECT, "learning")),
    View("linked no more", lambda: home_views.linked(PROJECT, "")),
    View("founded", lambda: home_views.founded(PROJECT, "shorter-handovers")),
    View("not founded", lambda: home_views.not_founded(PROJECT, PLACES)),
    View("begun, and where", lambda: home_views.with_places(seat_views.begun(standing(State.ACTIVE)), PROJECT, PLACES)),
    View("time asked for", lambda: meeting_views.asked(GROUP, 71)),
    View("time asked for, receipt", lambda: meeting_views.time_asked(GROUP, 71)),
    View("time asked for everywhere", lambda: meeting_views.time_asked_everywhere(GROUP, 71)),
    View("time chosen", lambda: meeting_views.chosen(GROUP, MEETING, LATER, is_tie=True)),
    View("time chosen by nobody", lambda: meeting_views.chosen(GROUP, MEETING, None, is_tie=False)),
    View("meeting", lambda: meeting_views.card(GROUP, MEETING, LATER, FILE, may_manage=True)),
    View("meeting, none", lambda: meeting_views.card(GROUP, None, None, None, may_manage=True)),
    View("meeting, none, for one of the team", lambda: meeting_views.card(GROUP, None, None, None, may_manage=False)),
    View("meeting set", lambda: meeting_views.told(GROUP, MEETING, LATER, FILE, is_new=True)),
    View("meeting changed", lambda: meeting_views.told(GROUP, MEETING, LATER, FILE, is_new=False)),
    View("meeting called off", lambda: meeting_views.called_off(GROUP, FILE)),
    View("meeting called off already", lambda: meeting_views.called_off_already(GROUP)),
    View("supporter named", lambda: meeting_views.supporter_named("Hanako Sato")),
    View("supporter, nobody", lambda: meeting_views.supporter_named("")),
    View("you support teams", lambda: meeting_views.you_support("Ann Keller")),
    View("times form", partial(opened, TimesDraft, subject=FindTime(8))),
    View("meeting form", partial(opened, MeetingDraft, subject=SetMeeting(8, 1))),
    View(
        "supporter form",
        partial(
            opened, SupporterDraft, subject=NameSupporter(), options={"person": (Option("nobody", "Nobody"), Option("5", "Hanako Sato"))}
        ),
    ),
    View("notes", lambda: note_views.listed(GROUP, KEPT)),
    View("notes, none", lambda: note_views.listed(GROUP, Kept())),
    View("note kept", lambda: note_views.kept(GROUP, DECISION)),
    View("note taken away", lambda: note_views.taken_away(GROUP, NOTE)),
    View("note, no team", note_views.no_team),
    View("note, no words", note_views.no_words),
    View(
        "note form",
        partial(
            opened,
            NoteDraft,
            values={"words": NOTE.words},
            subject=KeepNote(),
            intro=CUT,
            options={"charter": (Option("7", "Shorter handovers"), Option("8", "Retro circle"))},
        ),
    ),
)
