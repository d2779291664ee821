"""The journal: entries dated in the writer's day, private unless the writer says otherwise."""

from bot.chat.language import _
from bot.core.feature import Command, Feature, Offer, OnAction, OnForm, View
from handlers.journal import flows, views
from handlers.journal.flows import DayEmptied, EntryChanged, EntryWritten, remove, write
from handlers.journal.rules import Visibility
from handlers.journal.store import Shared, shared_between
from handlers.journal.views import Undo, Write

feature = Feature(
    name="journal",
    commands=(
        Command(
            "journal",
            _("Write in your journal; only you read it unless you say otherwise"),
            flows.write_line,
            button=_("Write in my journal"),
            hint=_("[what happened]"),
            example=_("I asked one question more than usual"),
            asks=True,
        ),
    ),
    actions=(
        OnAction(views.Undo, flows.undo),
        OnAction(views.KeepAsEntry, flows.keep_as_entry),
        OnAction(views.Write, flows.open_form),
    ),
    forms=(OnForm(views.EntryDraft, flows.write_form),),
    offers=(Offer(_("Save as journal entry"), views.KeepAsEntry),),
    on_edit=flows.follow_edit,
    on_delete=flows.follow_deletion,
    views=(
        View("receipt", views.example_receipt),
        View("receipt in a place", views.example_place_receipt),
        View("taken back", lambda: views.taken_back(views.SAMPLE.text, 9)),
        View("updated", lambda: views.updated(views.SAMPLE)),
        View("removed", lambda: views.removed(views.SAMPLE.on)),
        View("already there", views.already_there),
        View("too long", lambda: views.too_long("A long day. " * 260)),
        View("form", views.example_form),
    ),
)

__all__ = [
    "DayEmptied",
    "EntryChanged",
    "EntryWritten",
    "Shared",
    "Undo",
    "Visibility",
    "Write",
    "feature",
    "remove",
    "shared_between",
    "write",
]
