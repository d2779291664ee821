"""What people see of starting and proposing challenges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Code, Mention, Strong, Words
from handlers.challenges import views
from handlers.challenges.leading_payloads import AnnounceProposal, Manage, NotNow, Prepared, Propose, Remix, StartAgain, TryDay
from handlers.challenges.payloads import Join, Progress, Start
from handlers.challenges.rules import State
from handlers.challenges.store import Challenge
from handlers.packs import Activity

NOWHERE = _("I am in no place of this community yet: add me to a channel, and the card comes there.")
TRY = _("Send day 1 to me now")
MEETUP = _("Closing meetup")


def invitation(places: Sequence[str], closed: Sequence[str]) -> Words:
    """What a lead should know of the places before announcing: where I cannot post, and how I come there."""
    if not places and not closed:
        return NOWHERE
    if closed:
        away = _("I can no longer post in {places}. Add me there again, and the card comes there.", places=", ".join(closed))
        return away if places else (NOWHERE, " ", away)
    return ""


AGAIN = _("Start it again")
REMIX = _("Start again with these days")


def again(challenge: Challenge) -> tuple[Button, Button]:
    """The two ways to start a challenge once more: with its pack as that stands now, and with its days as they were left."""
    return Button(AGAIN, StartAgain(challenge.id), asks=True), Button(REMIX, Remix(challenge.id), asks=True)


def directory(challenges: Sequence[Challenge], past: Sequence[Challenge] = (), *, is_lead: bool) -> Message:
    """What is announced, running or paused; leads manage it, start another or one of the past, members propose one."""
    style: Literal["plain", "primary"] = "plain" if challenges else "primary"
    start = Button(_("Start a challenge"), Start(), style, asks=True)
    propose = Button(_("Propose a challenge"), Propose(), style, asks=True)
    more: list[Block] = [Buttons((start if is_lead else propose,))]
    for was in past:
        when = _("From {first} to {last}", first=was.plan.starts_on, last=was.plan.last_on)
        more += [Paragraph((Strong(was.title), "\n", when)), Buttons(again(was))]
    if past:
        more.insert(1, Heading(_("Earlier challenges"), 2))
    if not challenges:
        none = _("There is no challenge now. A lead can start one, and anybody can propose one.")
        return Message(none, (Heading(_("Challenges")), Paragraph(none), *more))
    blocks: list[Block] = [Heading(_("Challenges"))]
    for challenge in challenges:
        day, length = challenge.plan.starts_on, views.length_of(challenge)
        begins = _("Begins on {day}, {length}.", day=day, length=length)
        if challenge.state is not State.ANNOUNCED:
            begins = _("Began on {day}, {length}.", day=day, length=length)
        pauses = (" ", _("It pauses now.")) if challenge.state is State.PAUSED else ()
        buttons = [Button(_("Join"), Join(challenge.id), "primary"), Button(_("My progress"), Progress(challenge.id))]
        if is_lead:
            buttons.append(Button(_("Manage"), Manage(challenge.id)))
        blocks += [Paragraph((Strong(challenge.title), ". ", begins, *pauses)), Buttons(tuple(buttons))]
    return Message(_("Challenges"), (*blocks, *more))


def not_understood(word: str, known: str, shown: Message) -> Message:
    """A word behind the command that means nothing there: what does, and all that the buttons do."""
    if known:
        said = _("I do not know {word} here. I understand {known}, and the buttons do the rest.", word=Code(word), known=Code(known))
    else:
        said = _("I do not know {word} here. The buttons do all that there is.", word=Code(word))
    return Message(said, (Paragraph(said), *shown.blocks))


def announced(challenge: Challenge, places: Sequence[str]) -> Message:
    """The receipt for the lead who started it."""
    said = _("{title} is announced and begins on {day}.", title=Strong(challenge.title), day=challenge.plan.starts_on)
    where: Words = (
        _("Its card, with the button to join, is in: {places}.", places=", ".join(places))
        if places
        else _("I am in no place of this community yet: add me to a channel, and the card comes there.")
    )
    buttons = (
        Button(_("Join"), Join(challenge.id), "primary"),
        Button(TRY, TryDay(challenge.id)),
        Button(_("Manage"), Manage(challenge.id)),
    )
    return Message(said, (Paragraph(said), Paragraph(where), Buttons(buttons)))


def preview(challenge: Challenge, activity: Activity, prepared: Prepared | None) -> Message:
    """Day 1, shown to a lead alone; what is not announced yet can be announced from here."""
    buttons: tuple[Block, ...] = ()
    if prepared is not None:
        announce = Button(_("Announce it"), prepared, "primary")
        buttons = (Buttons((announce, Button(_("Change it"), replace(prepared, changes=True), asks=True))),)
    note = (
        _("This is how day 1 looks. Only you see it.") if prepared is None else _("This is how day 1 looks. Nobody else knows of it yet.")
    )
    return Message(_("Day 1: {activity}", activity=activity.title), (*views.day_blocks(challenge, 1, activity), *buttons, Footnote(note)))


def proposed(title: str, *, has_leads: bool = True) -> Message:
    """The receipt of a proposal; where nobody leads, it says how a lead comes to be."""
    if not has_leads:
        kept = _("Thank you. Nobody leads here now, so I keep your proposal of {title}. The next lead gets it.", title=Strong(title))
        how = _(
            "Whoever runs me can make somebody a lead, with the setting {setting}. A lead names others with {door}.",
            setting=Code("CONVENE_ADMINS"),
            door=Code("/convene community"),
        )
        return Message(kept, (Paragraph(kept), Paragraph(how)))
    return _note(_("Thank you. The leads have your proposal of {title}, and you hear what comes of it.", title=Strong(title)))


def proposal(proposal_id: int, title: str, why: str, by: Mention) -> Message:
    """A proposal as the leads get it."""
    said = _("{name} proposes a challenge: {title}.", name=by, title=Strong(title))
    return Message(
        _("A challenge is proposed: {title}", title=title),
        (
            Paragraph(said),
            Quote(why),
            Buttons(
                (
                    Button(_("Announce"), AnnounceProposal(proposal_id), "primary", asks=True),
                    Button(_("Not now"), NotNow(proposal_id)),
                )
            ),
            Footnote(_("Every lead has this card. Whoever proposed it hears what comes of it.")),
        ),
    )


def proposal_waits(proposal_id: int, title: str) -> Message:
    """What reminds a lead of a proposal."""
    said = _("A proposal waits for an answer: {title}.", title=Strong(title))
    announce = Button(_("Announce"), AnnounceProposal(proposal_id), "primary", asks=True)
    return Message(said, (Paragraph(said), Buttons((announce, Button(_("Not now"), NotNow(proposal_id))))))


def decided(title: str, why: str, lead: str, *, is_announced: bool) -> Message:
    """The same card once a lead has decided."""
    came = _("{name} has announced it.", name=lead) if is_announced else _("Not now, said {name}.", name=lead)
    return Message(
        _("{title}: {came}", title=title, came=came),
        (Paragraph((_("A challenge was proposed:"), " ", Strong(title))), Quote(why), Paragraph(came)),
    )


def decided_already(title: str, lead: str | Phrase, *, is_announced: bool) -> Message:
    """A second lead pressed."""
    return _note(
        _("{name} has announced {title} already.", name=lead, title=Strong(title))
        if is_announced
        else _("{name} has said already that {title} is not for now.", name=lead, title=Strong(title))
    )


def not_now(title: str) -> Message:
    """The receipt of "not now"."""
    return _note(_("All right. I thank whoever proposed {title} and say that it is not for now.", title=Strong(title)))


def proposal_announced(challenge: Challenge) -> Message:
    """What whoever proposed it hears."""
    said = _("Your proposal is announced: {title} begins on {day}.", title=Strong(challenge.title), day=challenge.plan.starts_on)
    return Message(said, (Paragraph(said), Buttons((Button(_("Join"), Join(challenge.id), "primary"),))))


def proposal_not_now(title: str) -> Message:
    """The same, when it is not for now."""
    said = _("Thank you for proposing {title}. The leads have read it; it will not begin for now.", title=Strong(title))
    return Message(said, (Paragraph(said), Buttons((Button(_("Propose another"), Propose(), asks=True),))))


def _note(said: Phrase) -> Message:
    return Message(said, (Paragraph(said),))
