"""What people see of their community."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.errors import Barrier
from bot.chat.form import Form, opened
from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Fact, Facts, Footnote, Heading, Items, Message, Option, Paragraph
from bot.chat.text import Code, Moment, Strong, Words
from bot.core.doing import RunCommand
from bot.core.reach import Missed
from bot.people.values import Community
from handlers.charters import NameSupporter
from handlers.community.payloads import CommunityDraft, GetCode, LeadDraft, LeaveSo, NameLead, SeeOutOfReach, SetUp, StepDown
from handlers.community.rules import LANGUAGES, language_of

MOST_MISSED = 20
WHY = {
    (Barrier.NOT_ADDED, False): _("They have not added me for themselves. They do it by opening our own chat once."),
    (Barrier.BLOCKED, False): _("They let no messages of mine through. They can change that in our own chat."),
    (Barrier.NOT_HERE, False): _("I am not in their chat any more. They can add me again."),
    (Barrier.READ_ONLY, False): _("Their chat takes no messages now."),
    (Barrier.GONE, False): _("Their account is not found any more."),
    (Barrier.UNKNOWN, False): _("My messages are refused, and I am not told why."),
    (Barrier.NOT_ADDED, True): _("I am not in this place. Somebody there can add me."),
    (Barrier.BLOCKED, True): _("This place lets no messages of mine through."),
    (Barrier.NOT_HERE, True): _("I am not in this place, or it lets no bots in. Somebody there can add me, or take another place."),
    (Barrier.READ_ONLY, True): _("This place is archived, or only some may write there."),
    (Barrier.GONE, True): _("This place is not found any more."),
    (Barrier.UNKNOWN, True): _("My messages are refused, and I am not told why."),
}
SAMPLE = Community(1, "Learning Engineers", "Europe/Berlin", "en")


def setup_card(community: Community) -> Message:
    """What whoever added the bot is asked, privately and once."""
    said = _("I am here for {community}. Is that right?", community=Strong(community.name))
    return Message(
        _("I am here for {community}. Is that right?", community=community.name),
        (
            Paragraph((said, " ", _("You are its lead now, and you may name others."))),
            Buttons((Button(_("Set it up"), SetUp(), "primary", asks=True), Button(_("Leave it so"), LeaveSo()))),
            Footnote(
                _(
                    "Do you have a community elsewhere already? Get a code there with {door}, then type the same here with the code.",
                    door=Code("/convene connect"),
                )
            ),
        ),
    )


def welcome(community: Community) -> Message:
    """What the bot does and who sees what, in one message, once the community has its name."""
    said = _("I am the companion of {community} from now on.", community=community.name)
    return Message(
        said,
        (
            Paragraph(said),
            *what_it_does(),
            Buttons(
                (
                    Button(_("Start a challenge"), RunCommand("challenge"), "primary"),
                    Button(_("See what I can do"), RunCommand("convene")),
                    Button(_("Name a lead"), NameLead(), asks=True),
                )
            ),
            Footnote(_("{door} shows all this again, and lets you change it.", door=Code("/convene community"))),
        ),
    )


def what_it_does() -> tuple[Block, ...]:
    """What the bot does, and who sees what."""
    return (
        Items(
            (
                _("Each day of a challenge I bring a small activity, to the places and to everybody who takes part."),
                _("Whoever likes keeps a journal with me."),
                _("One place and two people are enough to begin."),
            )
        ),
        Facts(
            (
                Fact(_("In our own chat"), _("What you write to me stays between us, unless you share it.")),
                Fact(_("In a place"), _("What you write there is seen by that place. I read only what mentions me or answers me.")),
                Fact(_("Buttons"), _("What you press is answered to you alone.")),
            )
        ),
    )


def card(
    community: Community,
    places: Sequence[str],
    leads: Sequence[str],
    *,
    may_step_down: bool,
    supporter: str = "",
    out_of_reach: int = 0,
) -> Message:
    """How the community stands, for its leads."""
    buttons = [
        Button(_("Change"), SetUp(), "primary", asks=True),
        Button(_("Name a lead"), NameLead(), asks=True),
        Button(_("Connect"), GetCode()),
        Button(_("Name who supports teams"), NameSupporter(), asks=True),
    ]
    if out_of_reach:
        buttons.append(Button(n_("{count} out of reach", "{count} out of reach", out_of_reach), SeeOutOfReach()))
    if may_step_down:
        buttons.append(Button(_("Step down"), StepDown()))
    return Message(
        community.name,
        (
            Heading(community.name),
            Facts(
                (
                    Fact(_("Language"), LANGUAGES[language_of(community.language)]),
                    Fact(_("Time zone"), community.zone),
                    Fact(_("Places"), ", ".join(places) or _("None yet. Add me to a channel or group chat.")),
                    Fact(_("Leads"), ", ".join(leads)),
                    Fact(_("Supports teams"), supporter or _("Nobody in particular: the leads")),
                )
            ),
            Buttons(tuple(buttons)),
        ),
    )


def out_of_reach(those: Sequence[Missed]) -> Message:
    """Whom and what no message of ours reaches, with the reason, for leads."""
    if not those:
        return note(_("Everybody and every place can be reached."))
    said = n_("{count} person or place does not get my messages.", "{count} people and places do not get my messages.", len(those))
    shown, more = those[:MOST_MISSED], len(those) - MOST_MISSED
    lines = tuple(Fact(one.name, _why(one)) for one in shown)
    rest = (Paragraph(n_("And {count} more.", "And {count} more.", more)),) if more > 0 else ()
    again = _("As soon as they can be reached again, I bring what still makes sense. There is nothing else that you need to do here.")
    return Message(said, (Heading(_("Out of reach")), Paragraph(said), Facts(lines), *rest, Footnote(again)))


def _why(one: Missed) -> Phrase:
    return _("{why} Since {day}.", why=WHY[one.barrier, one.is_place], day=Moment(one.since, "day"))


def changed(community: Community) -> Message:
    """The receipt of the form, once the community was settled before."""
    said = _("Saved. The places hear me speak for {community} now.", community=community.name)
    zone = _("Its time zone is {zone}.", zone=community.zone)
    return Message(said, (Paragraph((said, " ", zone)), Buttons((Button(_("Change"), SetUp(), asks=True),))))


def settled_already(community: Community) -> Message:
    """A second press on a card that was answered."""
    said = _("I am here for {community}, as you said.", community=community.name)
    return Message(said, (Paragraph(said), Buttons((Button(_("Change"), SetUp(), asks=True),))))


def nobody_to_name() -> Message:
    """There is nobody who could be named."""
    return note(_("I know nobody else here yet. Whoever presses a button of mine or writes to me can be named."))


def named(name: str) -> Message:
    """The receipt of naming a lead."""
    return note(_("{name} is a lead now and hears it from me.", name=name))


def lead_already(name: str) -> Message:
    """Somebody who was named is a lead already."""
    return note(_("{name} is a lead already.", name=name))


def you_lead(by: str, community: Community) -> Message:
    """What a new lead hears."""
    said = _("{name} named you a lead of {community}.", name=by, community=community.name)
    more = _("You can start challenges, name other leads, and look after {door}.", door=Code("/convene community"))
    return Message(said, (Paragraph((said, " ", more)), Buttons((Button(_("Step down"), StepDown()),))))


def stepped_down() -> Message:
    """The receipt of stepping down."""
    return note(_("You are a member like the others now. Thank you for having led."))


def last_lead() -> Message:
    """The last lead stays until there is another."""
    said = _("You are the only lead. Name another one first, then you can step down.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Name a lead"), NameLead(), asks=True),))))


def no_lead_anyway() -> Message:
    """Somebody steps down who leads no more."""
    return note(_("You are a member like the others already."))


def note(said: Phrase, *more: Words) -> Message:
    """One or a few sentences."""
    return Message(said, (Paragraph(said), *(Paragraph(words) for words in more)))


def example_form() -> Form:
    """An example for the gallery."""
    return opened(CommunityDraft, values={"name": SAMPLE.name, "language": "en", "zone": SAMPLE.zone})


def example_lead_form() -> Form:
    """An example for the gallery."""
    return opened(LeadDraft, options={"who": (Option("7", "Bob O'Brien"),)})
