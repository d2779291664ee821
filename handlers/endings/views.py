"""What people see at the end of a challenge: the closing report, their own days, and what stuck."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, File, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Emphasis, Strong
from handlers.challenges import MEETUP, Challenge, MeetUp, again
from handlers.endings.composing import HELD, QUOTES_ON_A_CARD, FollowUp, Line, Quotable, ReportOf, Said, as_blocks, card, stuck
from handlers.endings.payloads import (
    AddLine,
    ChooseLine,
    ChooseQuote,
    EditReport,
    PostReport,
    SayStuck,
    ShowLines,
    ShowQuotes,
    TakeMyDays,
    TakeReport,
)
from handlers.endings.rules import Stuck, told_on
from handlers.journal import Write
from handlers.library import OpenItem

CHOOSE = _("Choose quotes")
NOT_TOLD = Footnote(_("The words are their writers' and stay as they are. Nobody is told what you leave out."))

# -- the closing report --------------------------------------------------------------------------------------------------


def draft(report: ReportOf) -> Message:
    """The draft, for a lead alone."""
    return Message(
        _("The closing report of {title} is yours to post", title=report.challenge.title),
        (
            *card(report),
            *_left_out(report),
            _to_post(report.challenge, has_quotes=bool(report.quotes or report.left_out)),
            Footnote(_("Only leads see this draft. Post it within seven days, as it is or in your words.")),
        ),
    )


def _left_out(report: ReportOf) -> tuple[Block, ...]:
    """How many quotes the report leaves out, for leads."""
    said = n_("You leave {count} released quote out.", "You leave {count} released quotes out.", report.left_out)
    return (Paragraph(Emphasis(said)),) if report.left_out else ()


def _to_post(challenge: Challenge, *, has_quotes: bool = False) -> Buttons:
    return Buttons(
        (
            Button(_("Post it"), PostReport(challenge.id), "primary"),
            Button(_("Edit"), EditReport(challenge.id), asks=True),
            *((Button(CHOOSE, ShowQuotes(challenge.id)),) if has_quotes else ()),
            Button(_("Get it as files"), TakeReport(challenge.id)),
            Button(MEETUP, MeetUp(challenge.id), asks=True),
        )
    )


def posted(report: ReportOf, item: int) -> Message:
    """The report as the places get it."""
    return Message(
        _("What came of {title}", title=report.challenge.title),
        (*card(report), Buttons((Button(_("Read it in the library"), OpenItem(item)),))),
    )


def posted_by(report: ReportOf, lead: str | None) -> Message:
    """The lead's card once it was posted."""
    return _settled(report, _("{name} has posted this report.", name=lead) if lead is not None else _("This report was posted."))


def kept(report: ReportOf) -> Message:
    """The lead's card once the week is over."""
    return _settled(report, _("This challenge is closed. The report stayed with the leads."))


def _settled(report: ReportOf, said: Phrase) -> Message:
    of = report.challenge
    choose = (Button(CHOOSE, ShowQuotes(of.id)),) if report.quotes or report.left_out else ()
    buttons = (Button(_("Get it as files"), TakeReport(of.id)), *choose, Button(MEETUP, MeetUp(of.id), asks=True), *again(of))
    blocks = (*card(report), *_left_out(report), Buttons(buttons), Footnote(said))
    return Message(_("{title}: {said}", title=report.challenge.title, said=said), blocks)


def quotes(challenge: Challenge, released: Sequence[Quotable], page: int) -> Message:
    """What was released, a page of it: each quote can be left out and put back, and no word of it changed."""
    last = max(len(released) - 1, 0) // QUOTES_ON_A_CARD
    page = min(max(page, 0), last)
    heading = _("Quotes of {title}", title=challenge.title)
    blocks: list[Block] = [Heading(heading)]
    if not released:
        blocks.append(Paragraph(_("Nobody has released a quote, or they were taken back.")))
    for each in released[page * QUOTES_ON_A_CARD : (page + 1) * QUOTES_ON_A_CARD]:
        blocks += _chosen(each.said, ChooseQuote(challenge.id, each.entry, not each.is_left_out, page), is_left_out=each.is_left_out)
    turning = [Button(_("Previous page"), ShowQuotes(challenge.id, page - 1))] if page else []
    turning += [Button(_("Next page"), ShowQuotes(challenge.id, page + 1))] if page < last else []
    return Message(heading, (*blocks, *((Buttons(tuple(turning)),) if turning else ()), NOT_TOLD))


def _chosen(said: Said, choose: ChooseQuote | ChooseLine, *, is_left_out: bool) -> tuple[Block, ...]:
    by = said.name if said.name is not None else _("Without a name")
    standing = _("Left out of the report.") if is_left_out else _("In the report.")
    label = _("Put it back") if is_left_out else _("Leave it out")
    return Quote(said.text), Paragraph(Emphasis((by, ". ", standing))), Buttons((Button(label, choose),))


def waits(challenge: Challenge) -> Message:
    """What reminds a lead of a draft."""
    said = _("The closing report of {title} still waits for you.", title=Strong(challenge.title))
    buttons = (Button(_("Post it"), PostReport(challenge.id), "primary"), Button(_("Edit"), EditReport(challenge.id), asks=True))
    return Message(said, (Paragraph(said), Buttons(buttons)))


def waits_no_more(challenge: Challenge, lead: str) -> Message:
    """The same once it was posted."""
    return note(_("{name} has posted the closing report of {title}.", name=lead, title=Strong(challenge.title)))


def receipt(challenge: Challenge, places: Sequence[str], item: int | None) -> Message:
    """The receipt of posting; where I am in no place, it says so."""
    if not places or item is None:
        return note(
            _("I am in no place that could get the report of {title}. Add me to a channel, and press again.", title=Strong(challenge.title))
        )
    said = _(
        "The report of {title} is in: {places}. It is kept in the library too.", title=Strong(challenge.title), places=", ".join(places)
    )
    buttons = (Button(_("Read it in the library"), OpenItem(item)), Button(_("Get it as files"), TakeReport(challenge.id)))
    return Message(said, (Paragraph(said), Buttons(buttons)))


def settled(challenge: Challenge) -> Message:
    """The report was posted, or its week is over."""
    return note(_("The report of {title} is settled already.", title=Strong(challenge.title)))


def saved(challenge: Challenge) -> Message:
    """The receipt of editing; the draft itself follows."""
    said = _("Saved. Your draft of the report of {title} shows it.", title=Strong(challenge.title))
    return Message(said, (Paragraph(said), _to_post(challenge)))


def report_files(title: str, markdown: bytes, pdf: bytes) -> Message:
    """The report as files."""
    said = _("The report of {title} as it stands now, as two files.", title=title)
    return Message(
        said,
        (
            Paragraph(said),
            File("closing-report.md", "text/markdown", _("To read and change"), markdown),
            File("closing-report.pdf", "application/pdf", _("To print and read aloud"), pdf),
        ),
    )


# -- my own days ---------------------------------------------------------------------------------------------------------


def farewell(challenge: Challenge, done: int) -> Message:
    """What it came to for one participant, told to them alone; nobody is told a zero."""
    is_open = challenge.state.is_open
    if done:
        said = n_("You did {count} day of {days}.", "You did {count} days of {days}.", done, days=challenge.plan.days)
        outlook = _("What you wrote stays in your journal. Which one thing will you go on doing?")
    else:
        said = _("Thank you for coming along.")
        outlook = _("The activities stay in this chat, for whenever one of them suits you.")
    buttons = (Button(_("Write journal"), Write(), asks=True), Button(_("My days as files"), TakeMyDays(challenge.id)))
    late = _("Earlier days can still be done for 48 hours, and the files show what stands when you ask for them.")
    return Message(
        _("The last day of {title}. {said}", title=challenge.title, said=said)
        if is_open
        else _("{title} is over. {said}", title=challenge.title, said=said),
        (
            Heading(challenge.title),
            Paragraph((_("This is the last day.") if is_open else _("This challenge is over."), " ", said)),
            Paragraph(outlook),
            *((Paragraph(late),) if is_open else ()),
            Buttons(buttons),
            Footnote(_("The files have your goal, your first and last entry side by side, and all your own words. Only you can get them.")),
        ),
    )


def goes_on(challenge: Challenge) -> Message:
    """What stands in the place of a farewell when the challenge has become longer."""
    return note(_("{title} goes on: its last day is {day} now.", title=Strong(challenge.title), day=challenge.plan.last_on))


def my_days_files(title: str, markdown: bytes, pdf: bytes) -> Message:
    """My own days as files."""
    said = _("Your days of {title}, as two files.", title=title)
    return Message(
        said,
        (
            Paragraph(said),
            File("my-days.md", "text/markdown", _("Your days to read and change"), markdown),
            File("my-days.pdf", "application/pdf", _("Your days to print and read aloud"), pdf),
            Footnote(_("Your private entries are in these files too. Nobody else gets them from me.")),
        ),
    )


def not_yours() -> Message:
    """Somebody who did not take part has no days of it."""
    return note(_("You did not take part in this challenge to its end, so there are no days of yours to hand over."))


# -- what stuck ----------------------------------------------------------------------------------------------------------


def ask_stuck(challenge: Challenge, after: int, said: Stuck | None = None) -> Message:
    """One question with three buttons."""
    asked = _("{days} days after {title}: what stuck?", days=after, title=challenge.title)
    buttons = tuple(Button(HELD[each], SayStuck(challenge.id, after, each.value)) for each in Stuck if each is not said)
    return Message(
        asked,
        (
            Heading(asked),
            Paragraph(_("You tried something new with us. Do you still do it? Every answer is a good one.")),
            Buttons(buttons),
            Footnote(_("The report gets counts without names. You are asked after 30 and after 90 days, and not again.")),
        ),
    )


def said_stuck(challenge: Challenge, after: int, said: Stuck, line: str, *, by_name: bool) -> Message:
    """The receipt: what counts, what is quoted, and how to change either."""
    thanks = _("Thank you. It counts as: {answer}.", answer=Strong(HELD[said]))
    how = _("The report quotes you with your name:") if by_name else _("The report quotes you without your name:")
    quoted = (Paragraph(how), Quote(line)) if line else (Paragraph(_("If you like, add a line for the report.")),)
    add = Button(_("Change the line") if line else _("Add a line"), AddLine(challenge.id, after), asks=True)
    others = tuple(Button(HELD[each], SayStuck(challenge.id, after, each.value)) for each in Stuck if each is not said)
    return Message(thanks, (Paragraph(thanks), *quoted, Buttons((add,)), Paragraph(_("Or let it count as:")), Buttons(others)))


def told(challenge: Challenge, follow_up: FollowUp, item: int | None) -> Message:
    """What came of the question, for the lead and for everybody who was asked."""
    said = _("What stuck of {title} after {days} days", title=challenge.title, days=follow_up.after)
    read = (Buttons((Button(_("Read the report"), OpenItem(item)),)),) if item is not None else ()
    return Message(said, (Heading(challenge.title), *as_blocks(tuple(stuck(follow_up))), *read))


def lines(challenge: Challenge, after: int, given: Sequence[Line], page: int = 0) -> Message:
    """What people gave the report about what stuck, for leads, a page of it: each line can be left out and put back."""
    last = max(len(given) - 1, 0) // QUOTES_ON_A_CARD
    page = min(max(page, 0), last)
    heading = _("Lines for the report of {title}", title=challenge.title)
    told = told_on(challenge.plan.last_on, after)
    blocks: list[Block] = [Heading(heading), Paragraph(_("What stuck after {days} days. They go in on {day}.", days=after, day=told))]
    if not given:
        blocks.append(Paragraph(_("Nobody has given a line, or they were taken back.")))
    for each in given[page * QUOTES_ON_A_CARD : (page + 1) * QUOTES_ON_A_CARD]:
        choose = ChooseLine(challenge.id, after, each.answer, not each.is_left_out, page)
        blocks += _chosen(each.said, choose, is_left_out=each.is_left_out)
    turning = [Button(_("Previous page"), ShowLines(challenge.id, after, page - 1))] if page else []
    turning += [Button(_("Next page"), ShowLines(challenge.id, after, page + 1))] if page < last else []
    return Message(heading, (*blocks, *((Buttons(tuple(turning)),) if turning else ()), NOT_TOLD))


def nobody_answered(challenge: Challenge, after: int) -> Message:
    """The lead is told that there is nothing to tell."""
    return note(_("{days} days after {title} nobody answered what stuck. The report stays as it is.", days=after, title=challenge.title))


def not_asked() -> Message:
    """The question is for somebody else."""
    return note(_("This question is for those who took part in the challenge to its end."))


def on_their_way() -> Message:
    """Files are being made."""
    return note(_("Your files are on their way. They come to you in our own chat in a moment."))


def note(said: Phrase) -> Message:
    """One sentence."""
    return Message(said, (Paragraph(said),))
