"""The journal: entries dated in the writer's day, private unless the writer says otherwise."""

from bot.chat.language import _
from bot.core.feature import Command, Feature, Keeps, Offer, OnAction, OnForm, Shortcut
from handlers.journal import (
    browse,
    exporting,
    flows,
    partners,
    payloads,
    release_payloads,
    release_store,
    releasing,
)
from handlers.journal.flows import DayEmptied, EntryChanged, EntryWritten, remove, write
from handlers.journal.payloads import Undo, Write
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
