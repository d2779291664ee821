"""What people see of the end of a challenge: the closing report as a draft, and as it is posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Fact, Facts, Footnote, Heading, Items, Message, Paragraph
from bot.chat.text import Strong
from handlers.challenges.leading_payloads import EditReport, MeetUp, PostReport
from handlers.challenges.leading_views import MEETUP, again
from handlers.challenges.rules import Summary
from handlers.challenges.store import Challenge
from handlers.challenges.views import people_of


@dataclass(frozen=True, slots=True)
class ReportOf:
    """Everything that a closing report says; the words of a lead are empty where there are none."""

    challenge: Challenge
    summary: Summary
    comebacks: int
    themes: Sequence[str]
    opening: str = ""
    change: str = ""


def draft(report: ReportOf) -> Message:
    """The draft, for a lead alone."""
    challenge = report.challenge
    return Message(
        _("The closing report of {title} is yours to post", title=challenge.title),
        (
            *_report(report),
            Buttons(
                (
                    Button(_("Post it"), PostReport(challenge.id), "primary"),
                    Button(_("Edit"), EditReport(challenge.id), asks=True),
                    Button(MEETUP, MeetUp(challenge.id), asks=True),
                )
            ),
            Footnote(_("Only leads see this draft. Post it within seven days, as it is or in your words.")),
        ),
    )


def posted(report: ReportOf) -> Message:
    """The report as the places get it."""
    return Message(_("What came of {title}", title=report.challenge.title), _report(report))


def posted_by(report: ReportOf, lead: str) -> Message:
    """The lead's card once it was posted."""
    return _settled(report, _("{name} has posted this report.", name=lead))


def kept(report: ReportOf) -> Message:
    """The lead's card once the week is over."""
    return _settled(report, _("This challenge is closed. The report stayed with the leads."))


def waits(challenge: Challenge) -> Message:
    """What reminds a lead of a draft."""
    said = _("The closing report of {title} still waits for you.", title=Strong(challenge.title))
    buttons = (Button(_("Post it"), PostReport(challenge.id), "primary"), Button(_("Edit"), EditReport(challenge.id), asks=True))
    return Message(said, (Paragraph(said), Buttons(buttons)))


def waits_no_more(challenge: Challenge, lead: str) -> Message:
    """The same once it was posted."""
    return note(_("{name} has posted the closing report of {title}.", name=lead, title=Strong(challenge.title)))


def receipt(challenge: Challenge, places: Sequence[str]) -> Message:
    """The receipt of posting; where I am in no place, it says so."""
    said = (
        _("The report of {title} is in: {places}.", title=Strong(challenge.title), places=", ".join(places))
        if places
        else _(
            "I am in no place that could get the report of {title}. Add me to a channel, and press again.", title=Strong(challenge.title)
        )
    )
    return note(said)


def settled(challenge: Challenge) -> Message:
    """The report was posted, or its week is over."""
    return note(_("The report of {title} is settled already.", title=Strong(challenge.title)))


def saved(challenge: Challenge) -> Message:
    """The receipt of editing; the draft itself follows."""
    said = _("Saved. Your draft of the report of {title} shows it.", title=Strong(challenge.title))
    buttons = (Button(_("Post it"), PostReport(challenge.id), "primary"), Button(_("Edit"), EditReport(challenge.id), asks=True))
    return Message(said, (Paragraph(said), Buttons(buttons)))


def note(said: Phrase) -> Message:
    """One sentence."""
    return Message(said, (Paragraph(said),))


def _settled(report: ReportOf, said: Phrase) -> Message:
    buttons = Buttons((Button(MEETUP, MeetUp(report.challenge.id), asks=True), *again(report.challenge)))
    return Message(_("{title}: {said}", title=report.challenge.title, said=said), (*_report(report), buttons, Footnote(said)))


def _report(report: ReportOf) -> tuple[Block, ...]:
    challenge, summary = report.challenge, report.summary
    counts = (
        (_("Took part"), summary.joined),
        (_("Did at least one day"), summary.active),
        (_("Did every day"), summary.finished),
        (_("Came back after some days away"), report.comebacks),
    )
    facts = tuple(Fact(label, people_of(count)) for label, count in counts if count)
    done = n_("{count} day was done together.", "{count} days were done together.", summary.days_done)
    opening = report.opening or _("This challenge is over. Thank you for learning side by side.")
    blocks: list[Block] = [
        Heading(challenge.title),
        Paragraph(_("From {first} to {last}", first=challenge.plan.starts_on, last=challenge.plan.last_on)),
        Paragraph(opening),
    ]
    blocks += [Facts(facts)] if facts else []
    blocks += [Paragraph(Strong(done))] if summary.days_done else []
    if report.themes:
        blocks += [Heading(_("What we worked on"), 2), Items(tuple(report.themes))]
    if report.change:
        blocks += [Heading(_("What we change next time"), 2), Paragraph(report.change)]
    return tuple(blocks)
