"""What the journal's buttons and forms carry."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Choice, Draft, Line, Prose, form
from bot.chat.language import Phrase, _
from bot.chat.message import Option
from handlers.journal.rules import LONGEST, LONGEST_SEARCH, Visibility

ONLY_ME: Phrase = _("Only me")
PARTNER_TOO: Phrase = _("My partner too")
EVERYBODY: Phrase = _("Everybody in the community")
WHO_MAY_READ = (Option(Visibility.PRIVATE, ONLY_ME), Option(Visibility.PARTNER, PARTNER_TOO), Option(Visibility.COMMUNITY, EVERYBODY))


@action("journal.undo")
class Undo(Action):
    """Take an entry back."""

    entry: int


@action("journal.keep")
class KeepAsEntry(Action):
    """Make a kept text today's entry."""

    kept: int


@action("journal.restore")
class Restore(Action):
    """Write an entry that was taken back again, for the day it was for."""

    kept: int
    on: date
    visibility: str


@action("journal.write")
class Write(Action):
    """Open the form, for today or for a day of its own."""

    on: date | None = None


@action("journal.list")
class MyJournal(Action):
    """Show my journal, the newest first."""


@action("journal.turn")
class Turn(Action):
    """Turn a page of a list: what is older, or newer, than one entry; of one day, or with these words, where given."""

    words: str = ""
    day: date | None = None
    on: date | None = None
    entry: int | None = None
    newer: bool = False


@action("journal.open")
class OpenEntry(Action):
    """Show one entry whole."""

    entry: int


@action("journal.leaf")
class Leaf(Action):
    """Show another entry in the place of this one."""

    entry: int


@action("journal.change")
class Change(Action):
    """Open the form to change an entry; what its form is about."""

    entry: int


@action("journal.readers")
class Readers(Action):
    """Who may read an entry; the picked option says who."""

    entry: int


@action("journal.private")
class MakePrivate(Action):
    """Write privately instead."""

    entry: int


@action("journal.search")
class AskWords(Action):
    """Open the form to search."""


@action("journal.export")
class TakeAway(Action):
    """All my entries as files."""


@form("journal.entry", title=_("Journal"), submit=_("Save"))
class EntryDraft(Draft):
    """What a person fills in to write an entry."""

    text: Annotated[str, Prose(_("What happened, and what do you take from it?"), longest=LONGEST)]
    visibility: Annotated[
        str,
        Choice(_("Who may read it?"), options=WHO_MAY_READ),
    ] = Visibility.PRIVATE.value


@form("journal.changed", title=_("Change an entry"), submit=_("Save"))
class ChangeDraft(Draft):
    """What a person fills in to change an entry."""

    text: Annotated[str, Prose(_("What happened, and what do you take from it?"), longest=LONGEST)]
    visibility: Annotated[str, Choice(_("Who may read it?"), options=WHO_MAY_READ)]


@form("journal.words", title=_("Search my journal"), submit=_("Search"))
class SearchDraft(Draft):
    """What a person looks for."""

    words: Annotated[str, Line(_("Which words?"), _("Capitals and accents make no difference."), longest=LONGEST_SEARCH)]
