"""What the ending's buttons and forms carry; those of the report kept the names that they had in the challenge."""

from __future__ import annotations

from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Draft, Prose, Toggle, form
from bot.chat.language import _

LONGEST = 3000  # characters of a field on every platform; a report has three of them


@action("challenge.report_edit")
class EditReport(Action):
    """Open the form of the closing report."""

    challenge: int


@action("challenge.report_of")
class AboutReport(Action):
    """What that form is about, and which state of it the lead saw."""

    challenge: int
    revision: int


@action("challenge.report_post")
class PostReport(Action):
    """Post the closing report to the places."""

    challenge: int


@action("ending.quotes")
class ShowQuotes(Action):
    """The quotes of a report, a page of them."""

    challenge: int
    page: int = 0


@action("ending.quote")
class ChooseQuote(Action):
    """Leave one quote out of a report, or put it back; and which page shows it."""

    challenge: int
    entry: int
    leave_out: bool
    page: int = 0


@action("ending.lines")
class ShowLines(Action):
    """The lines about what stuck, a page of them."""

    challenge: int
    after: int
    page: int = 0


@action("ending.line_chosen")
class ChooseLine(Action):
    """Leave one line about what stuck out of the report, or put it back; and which page shows it."""

    challenge: int
    after: int
    line: int
    leave_out: bool
    page: int = 0


@action("challenge.report_files")
class TakeReport(Action):
    """The closing report as files, as it stands now."""

    challenge: int


@action("ending.my_days")
class TakeMyDays(Action):
    """My own days of a challenge as files."""

    challenge: int


@action("ending.stuck")
class SayStuck(Action):
    """What stuck, so many days after a challenge."""

    challenge: int
    after: int
    answer: str


@action("ending.stuck_line")
class AddLine(Action):
    """Open the form for a line about what stuck; also what that form is about."""

    challenge: int
    after: int


@form("challenge.report_draft", title=_("Closing report"), submit=_("Save"))
class ReportDraft(Draft):
    """A lead's own words in the closing report."""

    opening: Annotated[str, Prose(_("Your words to begin with"), _("The counts, themes and quotes come after them."), longest=LONGEST)] = ""
    change: Annotated[str, Prose(_("What shall we change next time?"), longest=LONGEST)] = ""
    thanks: Annotated[str, Prose(_("Whom do you want to thank, and for what?"), longest=LONGEST)] = ""


@form("ending.line", title=_("What stuck?"), submit=_("Save"))
class LineDraft(Draft):
    """A line for the report."""

    line: Annotated[
        str, Prose(_("In a line or two: what do you still do?"), _("The report quotes it. Empty, it quotes nothing."), longest=600)
    ] = ""
    by_name: Annotated[bool, Toggle(_("With my name"))] = False
