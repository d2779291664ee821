"""What people see of the work: reports and their answers, results and the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Label, Strong, Words, clean_line
from bot.papers.document import Document, Part, Prose, Quotation, Section
from handlers import library
from handlers.charters import asset_views, views
from handlers.charters.asset_payloads import AddAsset
from handlers.charters.charter import About, Answer, Answered, Asset, Charter, Report
from handlers.charters.payloads import AnswerReport, BringResults, Close, Manage, See, SeeAnswers, TellChanged, WriteReport
from handlers.charters.words import ANSWERS

PARTS: Mapping[str, Phrase] = {
    "done": _("Done"),
    "learned": _("Learned"),
    "stuck": _("Stuck"),
    "ask": _("Our ask of you"),
    "found": _("What we found"),
    "asset": _("What stays for everybody"),
    "links": _("Where it is"),
    "adopted": _("Where it was adopted"),
    "changed": _("What changed through your answers"),
}
IN_WORDS = (Answer.SUGGESTION, Answer.CRITIQUE, Answer.QUESTION, Answer.HELP)
MOST_SHOWN = 10


def told(report: Report) -> tuple[Block, ...]:
    """What a report says, part by part."""
    blocks: list[Block] = []
    for name, label in PARTS.items():
        if report.word(name):
            blocks += [Paragraph(Strong(label)), Quote(report.word(name))]
    if report.word("presents"):
        blocks.append(Paragraph(_("The team offers to present it.")))
    return tuple(blocks)


def newest(report: Report, by: str) -> tuple[Block, ...]:
    """What was told last, within all of a charter."""
    heading = _("Results") if report.about is About.RESULTS else _("The last report")
    wrote = (Paragraph(_("Written by {name}.", name=by)),) if by else ()
    return (Heading(heading, 2), *told(report), *wrote)


def posted(charter: Charter, report: Report, answers: Sequence[Answered], assets: Sequence[Asset] = ()) -> Message:
    """A report or results in every place, with ways to answer."""
    is_results = report.about is About.RESULTS
    heading = _("Results: {name}", name=charter.name) if is_results else _("Report: {name}", name=charter.name)
    counts = Counter(each.answer for each in answers)
    counted: list[Words] = []
    for answer in (Answer.ENDORSE, Answer.KUDOS):
        if counts[answer]:
            counted += [", " if counted else "", ANSWERS[answer], f": {counts[answer]}"]
    if in_words := sum(counts[answer] for answer in IN_WORDS):
        counted += [", " if counted else "", n_("{count} answer in words", "{count} answers in words", in_words)]
    buttons = tuple(Button(label, AnswerReport(report.id, answer.value), asks=answer in IN_WORDS) for answer, label in ANSWERS.items())
    item = (Button(_("Read it in the library"), library.OpenItem(charter.item)),) if is_results and charter.item is not None else ()
    return Message(
        heading,
        (
            Heading(heading),
            *told(report),
            *asset_views.named(assets),
            *((Paragraph(tuple(counted)),) if counted else ()),
            Buttons(buttons),
            Buttons((*asset_views.see(charter, assets), *item, Button(_("See all of it"), See(charter.id)))),
        ),
    )


def new_report(charter: Charter, report: Report) -> Message:
    """The team and those who follow hear of a report."""
    return views.news(charter, _("There is a new report."), clean_line(report.word("done"), views.ON_CARD))


def reported(charter: Charter, places: Sequence[str]) -> Message:
    """The receipt of a report."""
    return views.receipt(
        charter, _("Your report stands in: {places}.", places=", ".join(places)), Button(_("Look after it"), Manage(charter.id))
    )


def answered(charter: Charter, answer: Answer, words: str, *, is_new: bool) -> Message:
    """The private receipt of an answer."""
    said = _("The team hears it.") if is_new else _("It stands as it was.") if not words else _("Changed. The team sees it.")
    quote = (Quote(words),) if words else ()
    return Message(said, (Paragraph((Strong(charter.name), ": ", Strong(ANSWERS[answer]), ". ", said)), *quote))


def digest(charter: Charter, report: Report, answers: Sequence[tuple[str, Answered]], *, may_manage: bool = True) -> Message:
    """The team sees all that was answered, in one message that stays current."""
    heading = _("Answers: {name}", name=charter.name)
    if not answers:
        return Message(heading, (Heading(heading), Paragraph(_("Nobody has answered yet."))))
    counts = Counter(each.answer for _name, each in answers)
    blocks: list[Block] = []
    for answer in (Answer.ENDORSE, Answer.KUDOS):
        if counts[answer]:
            blocks.append(Paragraph((Strong(ANSWERS[answer]), f": {counts[answer]}")))
    in_words = [(name, each) for name, each in answers if each.words]
    for name, each in in_words[:MOST_SHOWN]:
        blocks += [Paragraph(_("{name}: {what}", name=Strong(name), what=ANSWERS[each.answer])), Quote(each.words)]
    more = len(in_words) - MOST_SHOWN
    blocks += [Paragraph(n_("And {count} more.", "And {count} more.", more))] if more > 0 else []
    change = (Button(_("Say what you change"), TellChanged(report.id), "primary", asks=True),) if may_manage else ()
    buttons = (*change, Button(_("See them now"), SeeAnswers(report.id)))
    return Message(heading, (Heading(heading), *blocks, Buttons(buttons), Footnote(_("Only the team reads these words."))))


def changed(charter: Charter, report: Report) -> Message:
    """Everybody who answered hears what it changed."""
    said = _("The team read the answers to its report, yours too.")
    see = Buttons((Button(_("See all of it"), See(charter.id)),))
    return Message(
        _("What changed: {name}", name=charter.name),
        (Paragraph((Strong(charter.name), ": ", said)), Quote(report.word("changed")), see),
    )


def change_told(charter: Charter, count: int) -> Message:
    """The receipt of saying so."""
    said = n_("{count} person who answered hears of it.", "{count} people who answered hear of it.", count)
    return views.receipt(charter, said if count else _("Kept with the report."))


def to_report(charter: Charter) -> Message:
    """A report is due."""
    said = _("It is time to tell the community how it goes. The form has what you wrote last.")
    buttons = (Button(_("Report"), WriteReport(charter.id), "primary", asks=True), Button(_("Look after it"), Manage(charter.id)))
    return Message(_("Time for a report: {name}", name=charter.name), (Paragraph((Strong(charter.name), ": ", said)), Buttons(buttons)))


# -- results and the end -------------------------------------------------------------------------------------------------


def paper(charter: Charter, report: Report, team: Sequence[Label]) -> Document:
    """What the library keeps: the question, what was found, who did it."""
    parts: list[Part] = [
        Prose(_("What came of a group or project that the community called together.")),
        Section(_("The question"), (Quotation(charter.word("goal")),)),
    ]
    for name in ("found", "asset", "links", "adopted", "lessons"):
        if report.word(name):
            label = PARTS.get(name, _("What we learned about working like this"))
            parts.append(Section(label, (Quotation(report.word(name)),)))
    if team:
        parts.append(Section(_("Who did it"), tuple(Prose(name) for name in team)))
    return Document(charter.name, tuple(parts))


def what_came(charter: Charter, report: Report, *, may_add: bool = False) -> Message:
    """Everybody who had a hand in it hears what came of it; the team can add files."""
    said = _("You had a hand in it. This is what came of it:")
    item = (Button(_("Read it in the library"), library.OpenItem(charter.item)),) if charter.item is not None else ()
    add = (Button(_("Add a file"), AddAsset(charter.id)),) if may_add else ()
    return Message(
        _("What came of it: {name}", name=charter.name),
        (
            Paragraph((Strong(charter.name), ": ", said)),
            Quote(clean_line(report.word("found"), 1000)),
            Buttons((*item, *add, Button(_("See all of it"), See(charter.id)))),
            *((Footnote(_("A reply with a file adds it to the results.")),) if may_add else ()),
        ),
    )


def brought(charter: Charter, count: int) -> Message:
    """The receipt of bringing back results."""
    heard = n_("The places see it, and {count} person hears of it.", "The places see it, and {count} people hear of it.", count)
    said = heard if count else _("The places see it.")
    buttons = (
        Button(_("Close it with thanks"), Close(charter.id), "primary", asks=True),
        Button(_("Add a file"), AddAsset(charter.id)),
        Button(_("Change it"), BringResults(charter.id), asks=True),
    )
    return views.receipt(charter, said, *buttons)


def thanks(charter: Charter, team: Sequence[str], lessons: str) -> Message:
    """The end, in every place: thanks by name, and what was learned."""
    said = _("This is complete. Thank you.")
    names = ((" ", _("Thanks to {names}.", names=", ".join(team))),) if team else ()
    return Message(
        _("Closed with thanks: {name}", name=charter.name),
        (
            Heading(_("Closed with thanks: {name}", name=charter.name)),
            Paragraph((said, *(names[0] if names else ()))),
            Paragraph(Strong(_("What we learned about working like this"))),
            Quote(lessons),
            Buttons((Button(_("See all of it"), See(charter.id)),)),
        ),
    )


def closed(charter: Charter) -> Message:
    """The receipt of closing."""
    return views.receipt(charter, _("Closed. The team is thanked by name in all places."))


def ended(charter: Charter, why: str) -> Message:
    """It was called off, or set down."""
    set_down = charter.state.value == "sunset"
    said = _("It is set down at its review. What it brought stays.") if set_down else _("It is called off.")
    return views.news(charter, said, why)


def rests(charter: Charter, *, rests: bool) -> Message:
    """It rests, or goes on."""
    said = _("It rests from now on. Nobody is reminded of anything.") if rests else _("It goes on.")
    return views.receipt(charter, said, Button(_("Look after it"), Manage(charter.id)))
