"""What people see of a meetup."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Fact, Facts, File, Footnote, Heading, Items, Message, Paragraph, Quote
from bot.chat.text import Link, Moment, Strong, Words
from bot.core.doing import RunCommand
from handlers import challenges
from handlers.meetups.payloads import AboutMeetup, Cancel, Rsvp, SendFile
from handlers.meetups.rules import Answer, lines_of
from handlers.meetups.store import Counts, Meetup

TITLE = _("Closing meetup")
ANSWERS: dict[Answer, Phrase] = {Answer.COMING: _("I'll come"), Answer.MAYBE: _("Maybe"), Answer.NOT: _("Can't")}
SAID: dict[Answer, Phrase] = {
    Answer.COMING: _("You said that you will come."),
    Answer.MAYBE: _("You said that you may come."),
    Answer.NOT: _("You said that you cannot come."),
}
SEND_FILE = _("Send me the calendar file")


def intro(zone: str, suits: int, of: int) -> Words:
    """What a lead should know before choosing an hour."""
    here = _("Times are in your time zone, {zone}.", zone=zone)
    if not of:
        return here
    return (here, " ", _("The hour that stands here lies within the working day of {suits} of {of} who take part.", suits=suits, of=of))


def title_of(meetup: Meetup) -> Phrase:
    """Its name in calendars."""
    return _("Closing meetup: {title}", title=meetup.title)


def when(meetup: Meetup) -> Moment:
    """When it begins, for each reader in their zone."""
    return Moment(meetup.starts_at)


# -- its card ------------------------------------------------------------------------------------------------------------


def in_place(meetup: Meetup, counts: Counts) -> Message:
    """The living card in a place: counts, and nobody's name."""
    buttons = (*_answer_buttons(meetup), Button(SEND_FILE, SendFile(meetup.id)))
    return Message(title_of(meetup), (*_about(meetup, counts), Buttons(buttons), Footnote(_("Whoever learns with us is welcome."))))


def invitation(meetup: Meetup, answer: Answer | None) -> Message:
    """The same in one's own chat, with one's own answer."""
    said = (Paragraph(SAID[answer]),) if answer is not None else ()
    note = (
        _("You got this because you take part in {title}. Only counts are shown, never who said what.", title=meetup.title)
        if answer is None
        else _("You can change your answer until it begins.")
    )
    buttons = _answer_buttons(meetup, answer)
    if answer is not None and answer.wants_news:
        buttons = (*buttons, Button(SEND_FILE, SendFile(meetup.id)))
    return Message(_("You are invited: {title}", title=title_of(meetup)), (*_about(meetup), *said, Buttons(buttons), Footnote(note)))


def unanswered(meetup: Meetup) -> Message:
    """What reminds of an invitation that nobody has answered."""
    said = _("Can you come to the closing meetup of {title}?", title=meetup.title)
    return Message(said, (Paragraph((Strong(said), " ", when(meetup))), Buttons(_answer_buttons(meetup))))


def over(meetup: Meetup, counts: Counts) -> Message:
    """The card of a meetup that has taken place: nothing on it can be pressed any more."""
    return Message(
        _("{title} has taken place.", title=title_of(meetup)),
        (*_about(meetup, counts), Paragraph(_("This meetup has taken place. Thank you for learning side by side."))),
    )


def cancelled_card(meetup: Meetup) -> Message:
    """The card of a meetup that was called off."""
    why = (Quote(meetup.reason),) if meetup.reason else ()
    return Message(
        _("{title} was cancelled.", title=title_of(meetup)),
        (Heading(TITLE), Paragraph(_said_cancelled(meetup)), *why),
    )


def _about(meetup: Meetup, counts: Counts | None = None) -> tuple[Block, ...]:
    rows = [
        Fact(_("When"), when(meetup)),
        Fact(_("How long"), n_("{count} minute", "{count} minutes", meetup.minutes)),
        Fact(_("Where"), Link(meetup.link, meetup.link)) if meetup.link else Fact(_("Where"), _("A lead will tell")),
    ]
    if counts is not None and counts.coming:
        rows.append(Fact(_("Coming"), people_of(counts.coming)))
    if counts is not None and counts.maybe:
        rows.append(Fact(_("Perhaps"), people_of(counts.maybe)))
    return (
        Heading(TITLE),
        Paragraph(_("We look back on what we did in {title}.", title=Strong(meetup.title))),
        Facts(tuple(rows)),
        *_agenda(meetup),
    )


def _agenda(meetup: Meetup) -> tuple[Block, ...]:
    agenda = lines_of(meetup.agenda)
    points: tuple[Block, ...] = (Heading(_("Agenda"), 2), Items(tuple(agenda), ordered=True)) if agenda else ()
    return points


def people_of(count: int) -> Phrase:
    """How many people."""
    return n_("{count} person", "{count} people", count)


def _answer_buttons(meetup: Meetup, answer: Answer | None = None) -> tuple[Button, ...]:
    return tuple(
        Button(words, Rsvp(meetup.id, each.value), "primary" if each is Answer.COMING else "plain")
        for each, words in ANSWERS.items()
        if each is not answer
    )


# -- receipts of an answer -----------------------------------------------------------------------------------------------


def answered(meetup: Meetup, answer: Answer, before: Answer | None, file: File | None) -> Message:
    """The receipt of an answer; the calendar file comes with the first yes or maybe."""
    if answer is before:
        said: Phrase = SAID[answer]
        lead = _("It stands as it was.")
    else:
        said = {
            Answer.COMING: _("Good that you come."),
            Answer.MAYBE: _("Noted as perhaps."),
            Answer.NOT: _("Thank you for telling."),
        }[answer]
        lead = {
            Answer.COMING: _("I remind you the day before, and once more shortly before it begins."),
            Answer.MAYBE: _("You hear of it if something changes."),
            Answer.NOT: _("You can still change your mind.")
            if before is None
            else _("You can take it out of your calendar; I send nothing more about it."),
        }[answer]
    blocks: list[Block] = [Paragraph((said, " ", lead)), Paragraph((Strong(title_of(meetup)), ", ", when(meetup)))]
    blocks += [file] if file is not None else []
    buttons = _answer_buttons(meetup, answer)
    if answer.wants_news:
        buttons = (*buttons, Button(SEND_FILE, SendFile(meetup.id)))
    return Message(_("{said} {title}", said=said, title=title_of(meetup)), (*blocks, Buttons(buttons)))


def file_sent(meetup: Meetup, file: File) -> Message:
    """The calendar file on its own."""
    said = _("Here is the meetup for your calendar. Opened again after a change, it takes the place of the one before.")
    return Message(title_of(meetup), (Paragraph(said), file))


def gone(meetup: Meetup) -> Message:
    """A button of a meetup that is cancelled or over."""
    if meetup.is_cancelled:
        return cancelled_card(meetup)
    said = _("The closing meetup of {title} has taken place.", title=Strong(meetup.title))
    return Message(said, (Paragraph(said),))


# -- what those who come are told ----------------------------------------------------------------------------------------


def changed(meetup: Meetup, *, has_moved: bool, file: File) -> Message:
    """News for those who come or may come, with the new calendar file."""
    said = _("{title} is at another time now.", title=title_of(meetup)) if has_moved else _("{title} has changed.", title=title_of(meetup))
    buttons = (*_answer_buttons(meetup), Button(SEND_FILE, SendFile(meetup.id)))
    when_and_where = [block for block in _about(meetup) if isinstance(block, Facts)]
    note = Footnote(_("The agenda stands on your invitation."))  # only there can a line of it be taken back
    return Message(said, (Heading(TITLE), Paragraph(said), *when_and_where, file, Buttons(buttons), *((note,) if meetup.agenda else ())))


def told_cancelled(meetup: Meetup, file: File) -> Message:
    """The same when it is called off."""
    said = _said_cancelled(meetup)
    why = (Quote(meetup.reason),) if meetup.reason else ()
    again = Buttons((Button(SEND_FILE, SendFile(meetup.id)),))
    return Message(said, (Paragraph(said), *why, file, again, Footnote(_("Opened, the file takes the meetup out of your calendar."))))


def place_told_changed(meetup: Meetup) -> Message:
    """One line for the places: it is at another time."""
    said = _("The closing meetup of {title} is at another time now: {moment}.", title=Strong(meetup.title), moment=when(meetup))
    return Message(_("{title} is at another time now.", title=title_of(meetup)), (Paragraph(said),))


def place_told_cancelled(meetup: Meetup) -> Message:
    """One line for the places."""
    said = _said_cancelled(meetup)
    return Message(said, (Paragraph(said),))


def tomorrow(meetup: Meetup) -> Message:
    """The reminder of the day before."""
    return _reminder(meetup, _("You said that you will come to the closing meetup of {title}.", title=Strong(meetup.title)))


def soon(meetup: Meetup) -> Message:
    """The reminder shortly before it begins."""
    return _reminder(meetup, _("The closing meetup of {title} begins in a few minutes.", title=Strong(meetup.title)))


def settled(meetup: Meetup) -> Message:
    """What stands in the place of a reminder that is true no more."""
    said = _("This reminder is out of date.")
    return Message(said, (Paragraph((said, " ", title_of(meetup))),))


def _reminder(meetup: Meetup, said: Phrase) -> Message:
    where = (Paragraph(Link(meetup.link, meetup.link)),) if meetup.link else ()
    out = Button(ANSWERS[Answer.NOT], Rsvp(meetup.id, Answer.NOT.value))
    why = Footnote(_("This came because you said that you will come."))
    return Message(title_of(meetup), (Paragraph((said, " ", when(meetup))), *where, Buttons((out,)), why))


def _said_cancelled(meetup: Meetup) -> Phrase:
    return _("The closing meetup of {title} was cancelled.", title=Strong(meetup.title))


# -- for leads -----------------------------------------------------------------------------------------------------------


def managed(meetup: Meetup, counts: Counts) -> Message:
    """How it stands for a lead, and what they can do."""
    rows = ((_("Coming"), counts.coming), (_("Perhaps"), counts.maybe), (_("Cannot come"), counts.declined))
    facts = tuple(Fact(label, people_of(count)) for label, count in rows if count)
    blocks = (*_about(meetup), *((Facts(facts),) if facts else ()))
    return Message(
        title_of(meetup),
        (*blocks, Buttons(_lead_buttons(meetup)), Footnote(_("Leads see how many come, never who."))),
    )


def is_set(meetup: Meetup, places: Sequence[str], invited: int) -> Message:
    """The receipt of setting it."""
    said = _("The closing meetup of {title} is set: {moment}.", title=Strong(meetup.title), moment=when(meetup))
    told: list[Words] = []
    if places:
        told.append(_("Its card is in: {places}.", places=", ".join(places)))
    if invited:
        told.append(n_("{count} person has an invitation.", "{count} people have an invitation.", invited))
    if not told:
        told.append(_("I am in no place of this community yet: add me to a channel, and the card comes there."))
    more = tuple(part for each in told for part in (" ", each))[1:]
    buttons = (*_answer_buttons(meetup)[:1], *_lead_buttons(meetup))
    return Message(_("{title} is set.", title=title_of(meetup)), (Paragraph(said), Paragraph(more), Buttons(buttons)))


def is_changed(meetup: Meetup, *, is_new: bool = True) -> Message:
    """The receipt of a change."""
    said = (
        _("Changed. Whoever comes, or may come, gets the new calendar file.")
        if is_new
        else _("Nothing was changed, so nobody is told anything.")
    )
    return Message(said, (Paragraph(said), Paragraph((Strong(title_of(meetup)), ", ", when(meetup))), Buttons(_lead_buttons(meetup))))


def is_cancelled(meetup: Meetup) -> Message:
    """The receipt of calling it off, also for a second time."""
    said = _said_cancelled(meetup)
    again = Button(_("Set another meetup"), challenges.MeetUp(meetup.challenge), asks=True)
    return Message(said, (Paragraph((said, " ", _("Everybody whom it concerns is told, once."))), Buttons((again,))))


def nothing_to_close() -> Message:
    """There is no challenge that a meetup could be about."""
    said = _("A closing meetup belongs to a challenge that runs or has ended lately. There is none just now.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Challenge"), RunCommand("challenge")),))))


def not_to_meet_about(title: str) -> Message:
    """A challenge that is cancelled, or not announced."""
    said = _("{title} is not running, so there is nothing to meet about.", title=Strong(title))
    return Message(said, (Paragraph(said),))


def line_gone(meetup: Meetup) -> Message:
    """A line of the agenda is gone, and whoever leads hears why."""
    said = _("A line is gone from the agenda of {title}: its words were taken back.", title=title_of(meetup))
    return Message(said, (Paragraph(said), Buttons(_lead_buttons(meetup)[:1])))


def choose(titles: Sequence[tuple[int, str]]) -> Message:
    """Several challenges could have one."""
    said = _("Which challenge do we look back on?")
    rows: list[Block] = []
    for challenge, title in titles:
        rows += [Paragraph(Strong(title)), Buttons((Button(_("Set the meetup"), challenges.MeetUp(challenge), asks=True),))]
    return Message(said, (Heading(TITLE), Paragraph(said), *rows))


def _lead_buttons(meetup: Meetup) -> tuple[Button, ...]:
    return (
        Button(_("Change it"), AboutMeetup(meetup.challenge, meetup.id, meetup.sequence), asks=True),
        Button(SEND_FILE, SendFile(meetup.id)),
        Button(_("Cancel the meetup"), Cancel(meetup.id), "danger", asks=True),
    )


# -- the front door ------------------------------------------------------------------------------------------------------


def my_thing(meetup: Meetup, answer: Answer | None) -> tuple[Block, ...]:
    """One meetup at the top of the front door."""
    said: tuple[Words, ...] = (" ", SAID[answer]) if answer is not None else ()
    return (
        Paragraph((Strong(title_of(meetup)), ", ", when(meetup), ".", *said)),
        Buttons(_answer_buttons(meetup, answer)),
    )
