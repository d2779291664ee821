"""The journal: entries dated in the writer's day, private unless the writer says otherwise."""

from bot.chat.language import _
from bot.core.feature import Command, Feature, Keeps, Offer, OnAction, OnForm, View
from handlers.journal import browse, browse_views, exporting, flows, payloads, views
from handlers.journal.flows import DayEmptied, EntryChanged, EntryWritten, remove, write
from handlers.journal.payloads import Turn, Undo, Write
from handlers.journal.reading import Page
from handlers.journal.rules import Visibility
from handlers.journal.store import Shared, shared_between, shared_with_partner

feature = Feature(
    name="journal",
    commands=(
        Command(
            "journal",
            _("Write in your journal; only you read it unless you say otherwise"),
            browse.command,
            button=_("Write in my journal"),
            hint=_("[what happened] or list, search [words], yesterday, export"),
            example=_("I asked one question more than usual"),
            asks=True,
        ),
    ),
    actions=(
        OnAction(payloads.Undo, flows.undo),
        OnAction(payloads.KeepAsEntry, flows.keep_as_entry),
        OnAction(payloads.Restore, flows.restore),
        OnAction(payloads.Write, flows.open_form),
        OnAction(payloads.MyJournal, browse.show_list),
        OnAction(payloads.Turn, browse.turn),
        OnAction(payloads.OpenEntry, browse.open_entry),
        OnAction(payloads.Leaf, browse.leaf),
        OnAction(payloads.Change, browse.open_change),
        OnAction(payloads.Readers, browse.pick_readers),
        OnAction(payloads.MakePrivate, browse.make_private),
        OnAction(payloads.AskWords, browse.open_search),
        OnAction(payloads.TakeAway, browse.take_away),
    ),
    forms=(
        OnForm(payloads.EntryDraft, flows.write_form),
        OnForm(payloads.ChangeDraft, browse.change),
        OnForm(payloads.SearchDraft, browse.search),
    ),
    offers=(Offer(_("Save as journal entry"), payloads.KeepAsEntry),),
    on_edit=flows.follow_edit,
    on_delete=flows.follow_deletion,
    keeps={
        "journal": Keeps(
            _("Your journal entries: the day, the text, and who may read it. The texts are encrypted."),
            _("Only you, unless you chose your partner or the community for an entry."),
            exporting.exported,
        )
    },
    views=(
        View("receipt", views.example_receipt),
        View("receipt in a place", views.example_place_receipt),
        View("taken back", lambda: views.taken_back(views.SAMPLE, 9)),
        View("updated", lambda: views.updated(views.SAMPLE)),
        View("removed", lambda: views.removed(views.SAMPLE.on)),
        View("already there", views.already_there),
        View("too long", lambda: views.too_long("A long day. " * 260)),
        View("edit too long", lambda: views.edit_too_long("A long day. " * 260, views.SAMPLE.on)),
        View("form", views.example_form),
        View("list", browse_views.example_list),
        View("list, empty", lambda: browse_views.listed(Page((), Turn(), 2026))),
        View("day, empty", lambda: browse_views.listed(Page((), Turn(day=views.SAMPLE.on), 2026))),
        View("search, nothing found", lambda: browse_views.listed(Page((), Turn(words="patience"), 2026))),
        View("entry", browse_views.example_entry),
        View("entry in a place", browse_views.example_place_entry),
        View("entry parted from its message", browse_views.example_parted),
        View("private instead", lambda: browse_views.made_private(views.SAMPLE)),
        View("entry gone", browse_views.gone),
        View("change form", browse_views.example_change),
        View("search form", browse_views.example_search),
        View("files", exporting.example),
        View("no files", exporting.nothing),
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
    "shared_with_partner",
    "write",
]
