"""What partners see of each other: the introduction, the evening line, cheers and words, and what they agreed on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Literal

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Fact, Facts, Footnote, Heading, Items, Message, Paragraph, Quote
from bot.chat.text import Mention, Strong, clean_line
from bot.core.doing import RunCommand
from bot.lean import dataclass
from handlers.partners.payloads import (
    AskAgreement,
    AskEvening,
    AskHow,
    AskNever,
    Cheer,
    Decline,
    MeetUp,
    ReplyTo,
    ShowMine,
    WantCompany,
    Wish,
)
from handlers.partners.store import Agreement

NAME_ON_BUTTON = 20
State = Literal["done", "not yet", "resting"]
STATES: dict[str, Phrase] = {"done": _("done"), "not yet": _("not yet"), "resting": _("resting today")}
NEVER_THE_JOURNAL = _("This tells only how the day stands, never what a journal says.")
QUESTIONS: tuple[Phrase, ...] = (
    _("What made you say yes to this?"),
    _("What would a good end of this look like for you?"),
    _("On which days will it be hardest, and what would help then?"),
    _("When did somebody last help you to keep going, and how?"),
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A partner as the other one sees them."""

    person: int
    name: str
    state: State = "not yet"
    away_until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A group as one member sees it: how the day stands for all of them."""

    group: int
    challenge: int
    title: str
    mine: State
    others: tuple[Somebody, ...]
    agreement: Agreement
    hours: tuple[tuple[time, time], ...]
    meeting: tuple[Mention, ...] = ()  # who would be in a chat of their own


@dataclass(frozen=True, slots=True)
class Introduction:
    """Partners introduced to one of them."""

    group: int
    title: str
    others: tuple[Somebody, ...]
    words: tuple[str, ...]
    hours: tuple[tuple[time, time], ...]
    question: int
    is_new_third: bool = False
    meeting: tuple[Mention, ...] = ()  # who would be in a chat of their own


def introduction(told: Introduction) -> Message:
    """Who goes along with me, what we share, and how to begin."""
    names = joined_names(told.others)
    said = n_("Your partner is {names}.", "Your partners are {names}.", len(told.others), names=names)
    rows = []
    if told.words:
        rows.append(Fact(_("You share in your goals"), ", ".join(told.words)))
    rows.append(Fact(_("Hours that suit you all"), stretches(told.hours)))
    third = (Paragraph(_("You are three now: somebody joined who had nobody to go along with.")),) if told.is_new_third else ()
    return Message(
        said,
        (
            Heading(_("{title}: your partner", title=told.title)),
            Paragraph((n_("Your partner is", "Your partners are", len(told.others)), " ", Strong(names), ".")),
            *third,
            Facts(tuple(rows)),
            Paragraph((Strong(_("A first question for each of you:")), " ", QUESTIONS[told.question % len(QUESTIONS)])),
            Paragraph(_("Agree once how you talk, when, and in which tone. Each of you can change it.")),
            Buttons(
                (
                    *replies(told.group, told.others),
                    *_meeting(told.group, told.meeting),
                    Button(_("Agree how we do it"), AskAgreement(told.group), asks=True),
                )
            ),
            Footnote(_("Only what you send with these buttons goes to them. Your hours are in your own time zone.")),
        ),
    )


def _meeting(group: int, those: tuple[Mention, ...]) -> tuple[Button, ...]:
    """The button that brings partners together, where they could be."""
    return (Button(_("A chat of our own"), MeetUp(group), people=those),) if those else ()


def joined_names(others: Sequence[Somebody]) -> Phrase:
    """One name, or two."""
    if len(others) == 1:
        return _("{name}", name=others[0].name)
    return _("{one} and {other}", one=", ".join(each.name for each in others[:-1]), other=others[-1].name if others else "")


def stretches(hours: Sequence[tuple[time, time]]) -> Phrase:
    """Stretches of a day."""
    if not hours:
        return _("none today; write, and they answer when they are up")
    if hours == ((time(0), time(0)),):
        return _("any hour")
    first, *rest = (_("{begins} to {ends}", begins=begins, ends=ends) for begins, ends in hours)
    for each in rest:
        first = _("{one}, {other}", one=first, other=each)
    return first


def replies(group: int, others: Sequence[Somebody]) -> tuple[Button, ...]:
    """The button that opens the form to write to one's partner, or to both; nothing where nobody is there."""
    if not others:
        return ()
    name = clean_line(others[0].name, NAME_ON_BUTTON)
    label = _("Reply to {name}", name=name) if len(others) == 1 else _("Reply to both")
    return (Button(label, ReplyTo(group, others[0].person), asks=True),)


def where_replies_go(circle: Sequence[Somebody]) -> Phrase:
    """Who gets what is answered to words that came through us."""
    names = joined_names(circle)
    return _("A reply to this message goes to {names}, and so does what you send with the button. Nothing else does.", names=names)


def signs(group: int, others: Sequence[Somebody]) -> Buttons:
    """What I can give my partner in a press."""
    how = Button(_("How is it going?"), AskHow(group))
    return Buttons((Button(_("Cheer"), Cheer(group), "primary"), how, *replies(group, others)))


def evening(standings: Sequence[Standing]) -> Message:
    """The evening line: how the day stands for my partner and me."""
    others = sum(len(standing.others) for standing in standings)
    said = n_("How the day stands for you and your partner", "How the day stands for you and your partners", others)
    blocks: list[Block] = [Heading(said)]
    for standing in standings:
        blocks += [Paragraph(Strong(standing.title)), Facts(_states(standing)), signs(standing.group, standing.others)]
    more = (Button(_("My partner"), ShowMine()), Button(_("Another hour"), AskEvening(), asks=True))
    return Message(said, (*blocks, Buttons(more), Footnote(NEVER_THE_JOURNAL)))


def _states(standing: Standing) -> tuple[Fact, ...]:
    return (Fact(_("You"), STATES[standing.mine]), *(Fact(each.name, _state(each)) for each in standing.others))


def _state(somebody: Somebody) -> Phrase:
    if somebody.away_until is not None:
        return _("is away until {day}", day=somebody.away_until)
    return STATES[somebody.state]


def mine(standings: Sequence[Standing], evening_at: time) -> Message:
    """My partner and all that I can do."""
    said = n_("Your partner", "Your partners", sum(len(standing.others) for standing in standings))
    blocks: list[Block] = [Heading(said)]
    for standing in standings:
        agreed = standing.agreement
        rows = [*_states(standing), Fact(_("Hours that suit you all"), stretches(standing.hours))]
        told = ((_("You talk"), agreed.medium), (_("When"), agreed.time), (_("Tone"), agreed.tone))
        rows += [Fact(label, words) for label, words in told if words]
        agree = Button(_("Change what we agreed"), AskAgreement(standing.group), asks=True)
        if not agreed.is_made:
            agree = Button(_("Agree how we do it"), AskAgreement(standing.group), asks=True)
        away = (Button(_("Company meanwhile"), WantCompany(standing.challenge)),) if _is_alone_today(standing) else ()
        confirm = _("Really? Your partner hears only that the pair has ended.")
        another = Button(_("Another partner"), Decline(standing.group), confirm=confirm)
        blocks += [Paragraph(Strong(standing.title)), Facts(tuple(rows)), signs(standing.group, standing.others)]
        blocks.append(Buttons((*_meeting(standing.group, standing.meeting), agree, *away, another)))
    evening_line = _("Your evening line comes at {hour}, where you are.", hour=evening_at)
    return Message(said, (*blocks, Paragraph(evening_line), settings(), Footnote(NEVER_THE_JOURNAL)))


def _is_alone_today(standing: Standing) -> bool:
    return bool(standing.others) and all(each.away_until is not None for each in standing.others)


def settings() -> Buttons:
    """What I set for myself."""
    return Buttons((Button(_("Another hour"), AskEvening(), asks=True), Button(_("Never pair me with"), AskNever(), asks=True)))


def no_challenge() -> Message:
    """Somebody asks for their partner who takes part in nothing."""
    said = _("Partners go through a challenge side by side. You take part in none just now.")
    return Message(said, (Paragraph(said), Buttons((Button(_("See what is open"), RunCommand("challenge"), "primary"),))))


def asked_whether(title: str, challenge: int) -> Message:
    """Somebody who takes part and has not said whether they want a partner."""
    said = _("Would you like a partner in {title}?", title=title)
    wanted = _("A partner sees whether your day is done, and cheers. Never what you write in your journal.")
    return Message(said, (Paragraph(said), Paragraph(wanted), wish_buttons(challenge)))


def wish_buttons(challenge: int) -> Buttons:
    """Yes or no to a partner."""
    return Buttons(
        (
            Button(_("Yes, find me a partner"), Wish(challenge, wants=True), "primary"),
            Button(_("No, thank you"), Wish(challenge, wants=False)),
        )
    )


# -- cheers and words ------------------------------------------------------------------------------------------------------


def cheered(group: int, circle: Sequence[Somebody]) -> Message:
    """What a partner hears of a cheer; its giver stands first among the others."""
    name = circle[0].name
    said = _("{name} cheers for you.", name=name)
    return Message(
        said,
        (
            Paragraph(_("{name} cheers for you.", name=Strong(name))),
            Buttons((*replies(group, circle), Button(_("Cheer back"), Cheer(group)))),
        ),
    )


def asked_how(group: int, circle: Sequence[Somebody]) -> Message:
    """A partner asks how it is going; they stand first among the others."""
    name = circle[0].name
    said = _("{name} asks: how is it going?", name=name)
    return Message(
        said,
        (
            Paragraph(_("{name} asks: how is it going?", name=Strong(name))),
            Buttons((*replies(group, circle), Button(_("Cheer"), Cheer(group)))),
            Footnote(where_replies_go(circle)),
        ),
    )


def given(others: Sequence[Somebody], what: str) -> Message:
    """The receipt of what I gave."""
    names = joined_names(others)
    said = {
        "cheers": _("{names} hears your cheer.", names=names) if len(others) == 1 else _("{names} hear your cheer.", names=names),
        "questions": _("I have asked {names}.", names=names),
    }
    return note(said[what])


def enough(what: str, text: str = "") -> Message:
    """A day's limit is reached; what was written stays with its writer."""
    said = {
        "cheers": _("Your cheers for today have all arrived. Tomorrow there are new ones."),
        "questions": _("You have asked enough for today. Leave a little quiet for the answer."),
        "messages": _("That was a lot for one day, and this one has not left. A call may be quicker now. Here is what you wrote:"),
    }[what]
    return Message(said, (Paragraph(said), *((Quote(text),) if text else ())))


def agreed(agreement: Agreement, group: int, by: str | None = None) -> Message:
    """What partners agreed on: the receipt, or what the others are told."""
    said = _("{name} wrote down how you go about it.", name=by) if by else _("Saved. Your partner sees it too.")
    rows = ((_("You talk"), agreement.medium), (_("When"), agreement.time), (_("Tone"), agreement.tone))
    facts = tuple(Fact(label, words) for label, words in rows if words)
    block: Block = Facts(facts) if facts else Paragraph(_("Nothing is agreed now."))
    return Message(said, (Paragraph(said), block, Buttons((Button(_("Change what we agreed"), AskAgreement(group), asks=True),))))


def evening_saved(at: time) -> Message:
    """The receipt of the hour."""
    return note(_("Saved. Your evening line comes at {hour}, where you are.", hour=at))


def never_saved(names: Sequence[str]) -> Message:
    """The receipt of the private list."""
    if not names:
        said = _("Saved. There is nobody on your list.")
        return Message(said, (Paragraph(said), Footnote(_("Only you see this."))))
    said = _("Saved. I never pair you with these people:")
    return Message(
        said, (Paragraph(said), Items(tuple(names)), Footnote(_("Only you see this. They are not told, and neither are the leads.")))
    )


# -- entries that are shared -----------------------------------------------------------------------------------------------


def entry(on: date, text: str, group: int, circle: Sequence[Somebody]) -> Message:
    """A journal entry that somebody shares with their partner; they stand first among the others."""
    name = circle[0].name
    return Message(
        _("{name} shares a journal entry with you", name=name),
        (
            Paragraph(_("{name} shares their journal entry of {day} with you:", name=Strong(name), day=on)),
            Quote(text),
            Buttons((*replies(group, circle), Button(_("Cheer"), Cheer(group)))),
        ),
    )


def entry_gone(name: str) -> Message:
    """An entry that its writer shows to a partner no more."""
    return note(_("{name} has taken a journal entry back that stood here.", name=name))


def entry_of_before(name: str, on: date, text: str) -> Message:
    """An entry that stands with somebody who is no partner any more, as its writer has it now."""
    said = _("{name} shares a journal entry with you", name=name)
    return Message(said, (Paragraph(_("{name} shared their journal entry of {day} with you:", name=Strong(name), day=on)), Quote(text)))


def nobody_yet() -> Message:
    """A private list needs people to put on it."""
    return note(_("Nobody else takes part where you do yet, so there is nobody to put on the list."))


def with_settings(message: Message) -> Message:
    """A card with what I set for myself."""
    return Message(message.summary, (*message.blocks, settings()))


def note(said: Phrase) -> Message:
    """A sentence."""
    return Message(said, (Paragraph(said),))
