"""What people see while a charter is endorsed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Fact, Facts, Heading, Items, Message, Paragraph, Quote
from bot.chat.text import Label, Strong, Words, clean_line
from handlers.charters import lead_views, views
from handlers.charters.charter import Charter, Endorsement, SignOff, Standing
from handlers.charters.payloads import AnswerIt, Confirm, GiveSignOff, Manage, Object, See, Support, TakeBack
from handlers.charters.rules import Change, Missing, Stance
from handlers.charters.words import MISSING, STANCES

NOBODY = _("Somebody")
MOST_SHOWN = 8


def said(charter: Charter, stance: Stance, why: str, *, is_new: bool) -> Message:
    """The private receipt of what a member says."""
    lead = _("Noted:") if is_new else _("It stands as it was:")
    heard = (
        _("Whoever leads it hears this and answers.")
        if stance is not Stance.SUPPORT
        else _("You can change or take it back until it ends.")
    )
    return Message(
        _("{lead} {stance}", lead=lead, stance=STANCES[stance]),
        (
            Paragraph(Strong(charter.name)),
            Paragraph((lead, " ", Strong(STANCES[stance]))),
            *((Quote(why),) if why else ()),
            Paragraph(heard),
            Buttons((Button(_("Take back what I said"), TakeBack(charter.id)), Button(_("See all of it"), See(charter.id)))),
        ),
    )


def still_open(charter: Charter) -> Message:
    """Whoever has said nothing yet is reminded."""
    assert charter.until is not None, "it is being endorsed"
    said = _("The community says what it thinks {until}. Your word counts, whatever it is.", until=views.until(charter.until))
    buttons = (
        Button(STANCES[Stance.SUPPORT], Support(charter.id), "primary"),
        *(Button(STANCES[stance], Object(charter.id, stance.value), asks=True) for stance in (Stance.CONDITION, Stance.CONCERN)),
        Button(_("See all of it"), See(charter.id)),
    )
    goal = Quote(clean_line(charter.word("goal"), views.ON_CARD))
    return Message(_("Still open: {name}", name=charter.name), (Paragraph((Strong(charter.name), ": ", said)), goal, Buttons(buttons)))


def taken_back(charter: Charter, *, was_there: bool) -> Message:
    """The receipt of taking it back."""
    words = _("Taken back; nothing of it counts.") if was_there else _("There is nothing of yours to take back.")
    return views.receipt(charter, words)


def your_own(charter: Charter) -> Message:
    """Its lead does not endorse it."""
    return views.receipt(charter, _("You lead this. Your word comes at the end, when you confirm it."))


# -- conditions and concerns ---------------------------------------------------------------------------------------------


def objections(said: Sequence[Endorsement], names: Mapping[int, str], *, may_answer: bool) -> tuple[Block, ...]:
    """The conditions and concerns with their answers, each with a name, for everybody to read."""
    found = [each for each in said if each.why]
    if not found:
        return ()
    blocks: list[Block] = [Heading(_("Conditions and concerns"), 2)]
    for each in found[:MOST_SHOWN]:
        blocks += _objection(each, names.get(each.person, NOBODY), may_answer=may_answer)
    more = len(found) - MOST_SHOWN
    return (*blocks, Paragraph(n_("And {count} more.", "And {count} more.", more))) if more > 0 else tuple(blocks)


def _objection(each: Endorsement, name: Label, *, may_answer: bool) -> list[Block]:
    blocks: list[Block] = [Paragraph(_("{name}: {what}", name=Strong(name), what=STANCES[each.stance])), Quote(each.why)]
    if each.answer:
        blocks += [Paragraph(_("The answer:")), Quote(each.answer)]
    if may_answer and not each.answer:
        blocks.append(Buttons((Button(_("Answer {name}", name=clean_line(_plain(name), views.ON_BUTTON)), AnswerIt(each.id), asks=True),)))
    return blocks


def _plain(name: Label) -> str:
    return name if isinstance(name, str) else "…"


def to_answer(charter: Charter, waiting: Sequence[Endorsement], names: Mapping[int, str]) -> Message:
    """Whoever leads it sees what waits for an answer."""
    if not waiting:
        done = _("Every condition and concern is answered.")
        return views.receipt(charter, done)
    words = n_(
        "{count} member waits for your answer. It passes only if every condition is answered in time.",
        "{count} members wait for your answer. It passes only if every condition is answered in time.",
        len(waiting),
    )
    blocks = [block for each in waiting[:MOST_SHOWN] for block in _objection(each, names.get(each.person, NOBODY), may_answer=True)]
    return Message(_("To answer: {name}", name=charter.name), (Heading(charter.name), Paragraph(words), *blocks))


def answered(charter: Charter, endorsement: Endorsement, by: Label) -> Message:
    """Whoever said it hears the answer, and may say something else."""
    words = _("{name} answers what you said. If that settles it, you can support it now.", name=by)
    buttons = (
        Button(STANCES[Stance.SUPPORT], Support(charter.id), "primary"),
        Button(_("Say it in other words"), Object(charter.id, endorsement.stance.value), asks=True),
    )
    return Message(
        _("An answer: {name}", name=charter.name),
        (
            Paragraph((Strong(charter.name), ": ", words)),
            Quote(endorsement.why),
            Paragraph(_("The answer:")),
            Quote(endorsement.answer),
            Buttons(buttons),
        ),
    )


def answer_given(charter: Charter) -> Message:
    """The receipt of an answer."""
    return views.receipt(charter, _("Answered. Whoever said it hears it, and everybody can read it."))


# -- how it ends ---------------------------------------------------------------------------------------------------------


def asked_again(charter: Charter, found: Collection[Change]) -> Message:
    """What was endorsed has changed, so everybody is asked anew."""
    words = _("What it is about has changed, so the community is asked again.")
    buttons = (Button(STANCES[Stance.SUPPORT], Support(charter.id), "primary"), Button(_("See all of it"), See(charter.id)))
    return Message(
        _("Changed: {name}", name=charter.name),
        (Paragraph((Strong(charter.name), ": ", words)), *lead_views.diff(found), Buttons(buttons)),
    )


def ended(standing: Standing, missing: Collection[Missing]) -> Message:
    """Everybody hears how the endorsement ended, and why."""
    charter = standing.charter
    passed = _("The community endorsed it. Its lead confirms it next.")
    words = _("It is not endorsed, and its lead can work on it.") if missing else passed
    why = (Items(tuple(MISSING[each] for each in Missing if each in missing)),) if missing else ()
    return Message(
        _("The endorsement has ended: {name}", name=charter.name),
        (
            Heading(charter.name),
            Paragraph(words),
            Paragraph(views.counted(standing)),
            *why,
            Buttons((Button(_("See all of it"), See(charter.id)),)),
        ),
    )


def work_on(charter: Charter, missing: Collection[Missing]) -> Message:
    """Whoever leads it hears what it takes."""
    words: Phrase = _("It did not pass this time. It is a draft again: change it, answer what was said, and propose it anew.")
    why = Items(tuple(MISSING[each] for each in Missing if each in missing))
    look = Buttons((Button(_("Look after it"), Manage(charter.id)), Button(_("See all of it"), See(charter.id))))
    return Message(_("To work on: {name}", name=charter.name), (Paragraph((Strong(charter.name), ": ", words)), why, look))


def to_confirm(charter: Charter) -> Message:
    """Whoever leads it confirms that the team does it like this."""
    words = _("The community endorsed it. Do you and your team do it, with the answers you gave?")
    buttons = (Button(_("Confirm it"), Confirm(charter.id), "primary"), Button(_("Look after it"), Manage(charter.id)))
    return Message(_("To confirm: {name}", name=charter.name), (Paragraph((Strong(charter.name), ": ", words)), Buttons(buttons)))


def confirmed(charter: Charter) -> Message:
    """It is chartered."""
    return views.receipt(charter, _("Confirmed. The community has chartered it."), Button(_("Look after it"), Manage(charter.id)))


# -- the sponsor ---------------------------------------------------------------------------------------------------------


def asked_for(charter: Charter) -> Words:
    """What a sponsor is asked to pay."""
    parts = [charter.word("hours"), charter.word("budget")]
    return (charter.name, ": ", " · ".join(part for part in parts if part))


def to_sign_off(charter: Charter) -> Message:
    """The sponsor is asked to confirm what they pay."""
    words = _("You are named as its sponsor. You confirm only what you pay; whether it is chartered is for the community to say.")
    rows = tuple(
        Fact(label, charter.word(field))
        for field, label in (("hours", _("Hours asked")), ("budget", _("Budget asked")))
        if charter.word(field)
    )
    buttons = (
        Button(_("Confirm what I pay"), GiveSignOff(charter.id, confirms=True), "primary", asks=True),
        Button(_("Not like this"), GiveSignOff(charter.id, confirms=False), asks=True),
        Button(_("See all of it"), See(charter.id)),
    )
    return Message(
        _("To confirm as sponsor: {name}", name=charter.name),
        (Heading(charter.name), Quote(clean_line(charter.word("goal"), views.ON_CARD)), Paragraph(words), Facts(rows), Buttons(buttons)),
    )


def signed_off(charter: Charter, by: Label) -> Message:
    """The sponsor has answered."""
    yes = charter.sign_off is SignOff.CONFIRMED
    words = _("{name} confirms what they pay.", name=by) if yes else _("{name} does not confirm it like this.", name=by)
    return views.news(charter, words, charter.word("sign_off"))
