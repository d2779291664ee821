"""Examples of what a team sees of its own logistics, for the gallery and its tests."""

from __future__ import annotations

from functools import partial

from bot.chat.form import opened
from bot.chat.message import Option
from bot.core.feature import View
from handlers.charters import note_views
from handlers.charters.charter import Note, Sort
from handlers.charters.examples import AT, GROUP, LATER
from handlers.charters.forms import NoteDraft
from handlers.charters.note_keeping import CUT
from handlers.charters.note_views import Kept
from handlers.charters.payloads import KeepNote

NOTE = Note(61, 8, Sort.NOTE, "The night shift has no phone.\nAsk ward 3.", 5, AT)
DECISION = Note(62, 8, Sort.DECISION, "We meet on Tuesdays at four.", None, LATER)
KEPT = Kept((DECISION, NOTE), {5: "Bob Schmidt"}, frozenset({61}), 1, 12)

VIEWS = (
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
