"""What people hear when a pair changes: ends, waits, takes a third, or has been silent for some days."""

from __future__ import annotations

from datetime import date

from bot.chat.language import Phrase, _
from bot.chat.message import Button, Buttons, Footnote, Message, Paragraph
from bot.chat.text import Code, Strong
from handlers.partners.payloads import Answer, ShowMine, WantCompany, Wish
from handlers.partners.views import note

PRIVATE = _("Only you see this question, and nobody is told what you choose.")
REASONS: dict[str, Phrase] = {
    "alone": _("There is nobody else yet who looks for a partner."),
    "asked": _("I have asked a pair whether you may join them. If they would rather stay two, I ask the next one."),
    "unmatched": _("Everybody else has a partner already, and no pair could take a third just now."),
}
SOON = _("The next person who joins becomes your partner, and you hear of it at once.")


def parted(title: str, name: str, challenge: int, *, is_seeking: bool) -> Message:
    """What the other hears when somebody would rather have another partner, or is matched anew: kind, and no reason."""
    said = _("Your pair with {name} in {title} has ended.", name=name, title=title)
    kind = _("That happens, it says nothing about you, and no reasons are asked.")
    return Message(said, (Paragraph(said), Paragraph(kind), *_what_next(challenge, is_seeking=is_seeking)))


def left(title: str, name: str, challenge: int, *, is_seeking: bool) -> Message:
    """A partner takes part no more."""
    said = _("{name} has left {title}.", name=name, title=title)
    return Message(said, (Paragraph(said), *_what_next(challenge, is_seeking=is_seeking)))


def _what_next(challenge: int, *, is_seeking: bool) -> tuple[Paragraph | Buttons, ...]:
    if is_seeking:
        alone = Button(_("Carry on alone"), Wish(challenge, wants=False))
        return Paragraph(_("I look for company for you now.")), Buttons((alone,))
    return (Buttons((Button(_("My partner"), ShowMine()), Button(_("Find me company"), WantCompany(challenge)))),)


def declined(*, is_seeking: bool) -> Message:
    """The receipt of declining a partner."""
    said = _("Done. Your partner hears only that the pair has ended.")
    more = (Paragraph(_("I look for somebody else for you, and you hear of it here.")),) if is_seeking else ()
    return Message(said, (Paragraph(said), *more))


def away(title: str, name: str, until: date, challenge: int) -> Message:
    """A partner is away; that is all that is told."""
    said = _("{name} is away until {day}.", name=name, day=until)
    return Message(
        said,
        (
            Paragraph((Strong(title), ": ", said)),
            Paragraph(_("You stay partners. Would you like company meanwhile?")),
            Buttons((Button(_("Company meanwhile"), WantCompany(challenge)),)),
        ),
    )


def back(title: str, name: str) -> Message:
    """A partner is back."""
    return note(_("{name} is back in {title}.", name=name, title=title))


def waiting(title: str, why: str, challenge: int) -> Message:
    """Somebody waits for company: why, and until when."""
    said = _("You have no partner in {title} just now.", title=title)
    alone = Button(_("Carry on alone"), Wish(challenge, wants=False))
    return Message(said, (Paragraph((said, " ", REASONS[why])), Paragraph(SOON), Buttons((alone,))))


def ask_third(title: str, name: str, question: int) -> Message:
    """A member of a pair is asked whether a third may come."""
    said = _("May {name} join the two of you in {title}?", name=name, title=title)
    yes = Button(_("Yes, gladly"), Answer(question, "yes"), "primary")
    return Message(
        said,
        (
            Paragraph(_("{name} has nobody to go along with in {title}. May they join the two of you?", name=Strong(name), title=title)),
            Buttons((yes, Button(_("We stay two"), Answer(question, "no")))),
            Footnote(_("I ask each of you privately. One no is enough, and nobody hears whose it was.")),
        ),
    )


def third_settled() -> Message:
    """A question that needs no answer any more."""
    return note(_("This has settled itself. You stay as you are."))


def third_answered(*, is_yes: bool, joins: bool) -> Message:
    """The receipt of an answer."""
    if not is_yes:
        return note(_("All right, you stay two. Nobody hears who said so."))
    return note(_("Thank you. You are three now.") if joins else _("Thank you. I wait for the other answer."))


def silent(title: str, name: str, question: int) -> Message:
    """An offer to somebody whose partner has been silent for some days."""
    said = _("It has been quiet from {name} for three days.", name=name)
    outlook = _("Life gets full at times. In {title}, what would you like?", title=title)
    return Message(said, (Paragraph((said, " ", outlook)), _choices(question), Footnote(PRIVATE)))


def silent_self(title: str, question: int) -> Message:
    """An offer to somebody who has been silent for some days."""
    said = _("It has been quiet for three days, and that is all right.")
    outlook = _("You can go on with {title} at any time. Would something else suit you better?", title=title)
    return Message(said, (Paragraph((said, " ", outlook)), _choices(question), Footnote(PRIVATE)))


def _choices(question: int) -> Buttons:
    return Buttons(
        (
            Button(_("It is fine as it is"), Answer(question, "stay"), "primary"),
            Button(_("Another partner"), Answer(question, "rematch")),
            Button(_("A third for us"), Answer(question, "third")),
            Button(_("Carry on alone"), Answer(question, "alone")),
            Button(_("Tell the lead"), Answer(question, "lead")),
        )
    )


def very_silent(title: str, name: str, question: int) -> Message:
    """After seven days the other is asked whether they want somebody else."""
    said = _("It has been quiet from {name} for a week.", name=name)
    ask = _("Shall I find somebody else for you in {title}? {name} can come back at any time.", title=title, name=name)
    yes = Button(_("Yes, somebody else"), Answer(question, "rematch"), "primary")
    return Message(
        said, (Paragraph((said, " ", ask)), Buttons((yes, Button(_("No, I wait"), Answer(question, "stay")))), Footnote(PRIVATE))
    )


def chosen(choice: str) -> Message:
    """The receipt of what was chosen."""
    said = {
        "stay": _("Then it stays as it is."),
        "third": _("I look for a third for you. Your partner is asked, too, when somebody comes."),
        "alone": _("You carry on alone from here. Your days and your journal stay as they are."),
        "lead": _("The lead knows that you would like a hand, and nothing else."),
    }
    return note(said[choice])


def settled() -> Message:
    """A question whose time is over."""
    return note(_("This question has settled itself meanwhile."))


def tell_lead(name: str, title: str) -> Message:
    """A lead hears that a pair would like a hand: from whom, never about whom."""
    said = _("{name} would like a hand with their pair in {title}.", name=name, title=title)
    return Message(said, (Paragraph(said), Paragraph(_("Perhaps ask them how you can help."))))


def wished(title: str, *, wants: bool, on: date | None) -> Message:
    """The receipt of saying yes or no to a partner."""
    if not wants:
        return note(_("Noted: no partner in {title}. {command} changes it.", title=title, command=Code("/partner")))
    if on is not None:
        return note(_("Noted. You hear who your partner in {title} is once it has begun, on {day}.", title=title, day=on))
    return note(_("Noted: you would like a partner in {title}.", title=title))


def seeking(title: str) -> Message:
    """The receipt of asking for company."""
    return note(_("I look for company for you in {title}, and you hear of it here.", title=title))
