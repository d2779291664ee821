"""The journal: entries dated in the writer's day, private unless the writer says otherwise."""

from dataclasses import replace

from bot.chat.language import _
from bot.core.feature import Command, Feature, Keeps, Offer, OnAction, OnForm, Shortcut, View
from handlers.journal import (
    browse,
    browse_views,
    exporting,
    flows,
    partners,
    payloads,
    release_payloads,
    release_store,
    release_views,
    releasing,
    views,
)
from handlers.journal.flows import DayEmptied, EntryChanged, EntryWritten, remove, write
from handlers.journal.payloads import Turn, Undo, Write
from handlers.journal.reading import Page
from handlers.journal.release_store import Highlight, highlights, own_between
from handlers.journal.releasing import HighlightsChanged, offer
from handlers.journal.rows import EntryRow, HighlightRow
from handlers.journal.rules import Visibility
from handlers.journal.store import Shared, days_shared, shared_between, shared_with_partner

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
            words=("list", "today", "yesterday", "export"),
            asks=True,
            is_anywhere=True,
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
        OnAction(payloads.Share, browse.share),
        OnAction(payloads.FromPartner, partners.show),
        OnAction(payloads.AskWords, browse.open_search),
        OnAction(payloads.TakeAway, browse.take_away),
        OnAction(release_payloads.AskRelease, releasing.ask),
        OnAction(release_payloads.Release, releasing.release),
        OnAction(release_payloads.TakeBack, releasing.take_back),
        OnAction(release_payloads.NotThisTime, releasing.not_this_time),
    ),
    forms=(
        OnForm(payloads.EntryDraft, flows.write_form, flows.entry_options),
        OnForm(payloads.ChangeDraft, browse.change, browse.change_options),
        OnForm(payloads.SearchDraft, browse.search),
    ),
    shortcuts=(
        Shortcut(
            "journal.keep_message",
            _("Save as journal entry"),
            _("Begin an entry of your journal with the words of this message. Only you read it unless you say otherwise."),
            flows.pick_up,
        ),
    ),
    offers=(Offer(_("Save as journal entry"), payloads.KeepAsEntry),),
    on_edit=flows.follow_edit,
    on_delete=flows.follow_deletion,
    keeps={
        "journal": Keeps(
            _("Your journal entries: the day, the text, and who may read it. The texts are encrypted."),
            _("Only you, unless you chose your partner or the community for an entry."),
            exporting.exported,
            (EntryRow,),
        ),
        "highlights": Keeps(
            _("Which of your entries a closing report may quote, and whether by name."),
            _("The community reads what you released, and nothing else of the entry."),
            release_store.own_highlights,
            (HighlightRow,),
        ),
    },
    views=(
        View("receipt", views.example_receipt),
        View("receipt with a partner", lambda: views.receipt(views.SAMPLE, has_partner=True)),
        View("shared with a partner", lambda: views.shared(replace(views.SAMPLE, visibility=Visibility.PARTNER))),
        View("no partner", views.no_partner),
        View("from a partner", browse_views.example_from_partner),
        View("from a partner, nothing", lambda: browse_views.from_partner((), None, 2026)),
        View("receipt in a place", views.example_place_receipt),
        View("taken back", lambda: views.taken_back(views.SAMPLE, 9)),
        View("updated", lambda: views.updated(views.SAMPLE)),
        View("removed", lambda: views.removed(views.SAMPLE.on)),
        View("already there", views.already_there),
        View("too long", lambda: views.too_long("A long day. " * 260)),
        View("edit too long", lambda: views.edit_too_long("A long day. " * 260, views.SAMPLE.on)),
        View("form", views.example_form),
        View("message without words", views.no_words),
        View("list", browse_views.example_list),
        View("list, empty", lambda: browse_views.listed(Page((), Turn(), 2026))),
        View("day, empty", lambda: browse_views.listed(Page((), Turn(day=views.SAMPLE.on), 2026))),
        View("search, nothing found", lambda: browse_views.listed(Page((), Turn(words="patience"), 2026))),
        View("entry", browse_views.example_entry),
        View("entry in a place", browse_views.example_place_entry),
        View("entry parted from its message", browse_views.example_parted),
        View("private instead", lambda: browse_views.made_private(views.SAMPLE, stood_in_place=True)),
        View("entry gone", browse_views.gone),
        View("change form", browse_views.example_change),
        View("search form", browse_views.example_search),
        View("highlight, asked", lambda: release_views.asked(views.SAMPLE, views.SAMPLE.text, "Ann Berger")),
        View("highlight, by name", lambda: release_views.released(views.SAMPLE, views.SAMPLE.text, by_name=True)),
        View("highlight, without", lambda: release_views.released(views.SAMPLE, views.SAMPLE.text, by_name=False)),
        View("highlight, taken back", lambda: release_views.taken_back(views.SAMPLE)),
        View("highlight, was none", lambda: release_views.was_none(views.SAMPLE)),
        View("highlight, gone with its words", lambda: release_views.with_words(views.updated(views.SAMPLE), release_views.WITHDRAWN)),
        View("highlights, offered", release_views.example),
        View("highlights, not this time", release_views.not_this_time),
        View("entry as a highlight", lambda: browse_views.whole(views.SAMPLE, 2026, 8, 6, None, True)),
        View("files", exporting.example),
        View("no files", exporting.nothing),
    ),
)

__all__ = [
    "DayEmptied",
    "EntryChanged",
    "EntryWritten",
    "Highlight",
    "HighlightsChanged",
    "Shared",
    "Undo",
    "Visibility",
    "Write",
    "days_shared",
    "feature",
    "highlights",
    "offer",
    "own_between",
    "remove",
    "shared_between",
    "shared_with_partner",
    "write",
]
