"""What the packs' buttons and forms carry."""

from __future__ import annotations

from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Choice, Draft, Line, Number, Prose, form
from bot.chat.language import _
from handlers.packs.library import MODEL
from handlers.packs.rules import LONGEST, LONGEST_PURPOSE, LONGEST_THEME, LONGEST_TITLE, MOST_DAYS

LONGEST_PASTED = 20_000


@action("pack.list")
class Packs(Action):
    """See all packs."""


@action("pack.pick")
class Pick(Action):
    """Look at the pack that was picked."""


@action("pack.see")
class See(Action):
    """Look at a pack."""

    pack: str


@action("pack.make")
class Make(Action):
    """Open the form that makes a pack."""


@action("pack.day")
class SeeDay(Action):
    """Look at one day of a pack."""

    pack: str
    number: int


@action("pack.edit")
class EditDay(Action):
    """Open the form with a day's lines; the day after the last one is a new one."""

    pack: str
    number: int


@action("pack.more")
class PasteMore(Action):
    """Open the form that pastes days into a pack."""

    pack: str


@action("pack.export")
class Export(Action):
    """Hand a pack over as a file."""

    pack: str


@action("pack.text")
class AsText(Action):
    """Show a pack as text, a few days at a time."""

    pack: str
    first: int


@action("pack.delete")
class Delete(Action):
    """Delete one of the community's own packs."""

    pack: str


@action("pack.undo")
class Undo(Action):
    """Take a version back."""

    pack: str
    version: int


@action("pack.restore")
class Restore(Action):
    """Save a kept pack again."""

    kept: int


@form("pack.draft", title=_("Make a pack"), submit=_("Save"))
class PackDraft(Draft):
    """What a lead fills in to make a pack."""

    called: Annotated[str, Line(_("What is it called?"), longest=LONGEST_TITLE)] = ""
    purpose: Annotated[str, Prose(_("What is it for?"), _("One sentence, shown when it begins."), longest=LONGEST_PURPOSE)] = ""
    text: Annotated[
        str,
        Prose(
            _("Paste the activities"),
            _("A line for each day, a table from a spreadsheet, or the text of a pack's file."),
            longest=LONGEST_PASTED,
        ),
    ] = ""
    model: Annotated[str, Choice(_("Where do missing days come from?"))] = MODEL
    days: Annotated[int, Number(_("How many days?"), _("0 means as many as you paste."), least=0, most=MOST_DAYS)] = 0


@form("pack.more_days", title=_("Paste more days"), submit=_("Save"))
class MoreDraft(Draft):
    """Days that are pasted into a pack that exists."""

    text: Annotated[
        str,
        Prose(
            _("Paste the activities"),
            _("Numbers say which day each one is; without numbers they come after the last day."),
            longest=LONGEST_PASTED,
        ),
    ]


@form("pack.one_day", title=_("One day"), submit=_("Save"))
class DayDraft(Draft):
    """The lines of one day."""

    called: Annotated[str, Line(_("Title"), longest=LONGEST["title"])]
    practice: Annotated[str, Prose(_("What to do in 5 to 20 minutes"), longest=LONGEST["practice"])]
    short: Annotated[str, Prose(_("In two minutes"), longest=LONGEST["short"])] = ""
    first_time: Annotated[str, Prose(_("First time?"), longest=LONGEST["first_time"])] = ""
    go_further: Annotated[str, Prose(_("Go further"), longest=LONGEST["go_further"])] = ""
    reflect: Annotated[str, Prose(_("One question to reflect on"), longest=LONGEST["reflect"])] = ""
    point: Annotated[str, Prose(_("The day's point, in a line"), longest=LONGEST["point"])] = ""
    share: Annotated[str, Prose(_("What to share, if one likes"), longest=LONGEST["share"])] = ""
    theme: Annotated[str, Line(_("The week's theme"), longest=LONGEST_THEME)] = ""
