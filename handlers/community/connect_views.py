"""What people see while places and identities are connected."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Button, Buttons, Footnote, Heading, Items, Message, Paragraph
from bot.chat.text import Code as CodeSpan
from bot.chat.text import Moment, Strong
from bot.people.joining import Somewhere
from bot.people.values import Community
from handlers.community.payloads import Agree, CancelCode, GetCode, JoinPlaces, Link, NotNow, Refuse
from handlers.community.rules import written
from handlers.community.store import Code
from handlers.community.views import note

AT = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
BOB = Somewhere(
    7, "Bob O'Brien", True, True, Community(2, "The Weavers", "Europe/Berlin", "en"), frozenset((3,)), 1, ("Weavers Ltd",), 4, 1
)


def code_card(code: Code, *, is_lead: bool) -> Message:
    """A new code, how to use it and until when."""
    said = _("Here is a code that connects.")
    mine = _("To link your other account, type {line} in our chat over there.", line=CodeSpan(f"/convene connect {written(code.letters)}"))
    ours = _("To bring in another place, let its lead type the same there. I ask you before anything happens.")
    return Message(
        said,
        (
            Heading(written(code.letters)),
            Items((mine, ours) if is_lead else (mine,)),
            Paragraph(_("It works once, until {until}.", until=Moment(code.until))),
            Buttons((Button(_("Cancel the code"), CancelCode(code.id)),)),
            Footnote(_("Only you see this. A code that I gave you earlier opens nothing any more.")),
        ),
    )


def cancelled() -> Message:
    """The receipt of cancelling."""
    said = _("The code opens nothing any more.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Get a new code"), GetCode()),))))


def used_already() -> Message:
    """The code cannot be cancelled any more, because it was used."""
    return note(_("This code was used already."))


def wrong(left: int) -> Message:
    """A code that is none."""
    said = _("I do not know this code. Please look at it again: it has eight letters and digits.")
    return note(said, n_("You can try {count} more time within the hour.", "You can try {count} more times within the hour.", left))


def no_longer_good(left: int) -> Message:
    """A code that was good once."""
    said = _("This code is not open any more: each works once and for one hour. Get a new one with {door}.", door="/convene connect")
    return note(said, n_("You can try {count} more time within the hour.", "You can try {count} more times within the hour.", left))


def too_many() -> Message:
    """Five wrong codes in an hour."""
    return note(_("That was the fifth code that I do not know. Please wait an hour, then try again."))


def own_code() -> Message:
    """Somebody types the code that they got right here."""
    return note(_("This is your own code. Type it on the other side: where your other account is, or in the place that shall join."))


def offer(code: int, there: Somewhere, here: Somewhere, *, links: bool, joins: bool) -> Message:
    """What connecting would mean, before anything is asked of the other side."""
    said = _("This code is from {name} of {community}.", name=there.name, community=there.community.name)
    means: list[Phrase] = []
    buttons: list[Button] = []
    brings = there.community.id != here.community.id
    if links:
        means.append(
            _("If you are {name}: all that you did and wrote here is yours there as well, as one person.", name=Strong(there.name))
        )
        buttons.append(Button(_("Link them"), Link(code), "primary"))
    if joins:
        means.append(_("If you lead here: your places become places of {community}.", community=Strong(there.community.name)))
        buttons.append(Button(_("Join our places"), JoinPlaces(code), "plain" if links else "primary"))
    if brings:
        means.append(
            _(
                "All of {mine} moves there: {places} and {people}. This cannot be taken back.",
                mine=Strong(here.community.name),
                places=n_("{count} place", "{count} places", here.place_count),
                people=n_("{count} person", "{count} people", here.member_count),
            )
        )
        if here.workspace_count > 1:
            means.append(_("All its workspaces come along: {workspaces}.", workspaces=", ".join(here.workspace_names)))
    buttons.append(Button(_("No"), NotNow(code)))
    return Message(
        said,
        (
            Paragraph(said),
            Items(tuple(means)),
            Buttons(tuple(buttons)),
            Footnote(_("{name} is asked as well before anything happens.", name=there.name)),
        ),
    )


def waiting(name: str) -> Message:
    """The other side is asked."""
    return note(_("I asked {name} and tell you the answer.", name=name))


def nothing_connected() -> Message:
    """The typer does not want it."""
    return note(_("Fine, nothing is connected. All stays as it is."))


def asked_to_link(code: int, here: Somewhere) -> Message:
    """Whoever made the code is asked whether the other account is theirs."""
    said = _("{name} of {workspace} typed your code. Is that you?", name=here.name, workspace=_workspace(here))
    more = _("Say yes only if this account is your own: it then reads and writes all that you do, your journal included.")
    buttons = Buttons((Button(_("Yes, that is me"), Agree(code), "primary"), Button(_("No"), Refuse(code))))
    return Message(said, (Paragraph((Strong((said,)), " ", more)), buttons))


def asked_to_join(code: int, here: Somewhere) -> Message:
    """The lead who made the code is asked whether the other places may come."""
    said = _("{name} wants to bring {community} into yours.", name=here.name, community=here.community.name)
    more = _(
        "That is {places} with {people}. Its leads will be leads here too.",
        places=n_("{count} place", "{count} places", here.place_count),
        people=n_("{count} person", "{count} people", here.member_count),
    )
    where = _("It lives in: {workspaces}.", workspaces=", ".join(here.workspace_names))
    buttons = Buttons((Button(_("Agree"), Agree(code), "primary"), Button(_("No"), Refuse(code))))
    return Message(said, (Paragraph((said, " ", more)), *((Paragraph(where),) if here.workspace_count > 1 else ()), buttons))


def linked() -> Message:
    """The receipt of linking, in both chats."""
    said = _("Linked. You are one person to me now, wherever you write.")
    return note(said, _("What I send you comes where you were last."))


def joined(community: str, places: int) -> Message:
    """The receipt of joining, for the lead who agreed."""
    return note(
        n_(
            "{community} is with us now, with {count} place.",
            "{community} is with us now, with {count} places.",
            places,
            community=community,
        )
    )


def you_joined(name: str, community: str) -> Message:
    """What the lead hears whose places joined."""
    return note(_("{name} agreed. Your places belong to {community} now, and you lead there too.", name=name, community=community))


def brought_along(name: str, was: str, community: str) -> Message:
    """What the other leads hear of a community that joined another."""
    said = _("{name} brought {was} into {community}, with all its places and people.", name=name, was=was, community=community)
    return note(said, _("You lead there too."))


def refused() -> Message:
    """The receipt of saying no."""
    return note(_("Nothing is connected. The code opens nothing any more."))


def they_refused(name: str) -> Message:
    """What the other side hears of a no."""
    return note(_("{name} said no, so nothing is connected. All stays as it is.", name=name))


def answered_already() -> Message:
    """A second press."""
    return note(_("You answered this already."))


def too_long_ago() -> Message:
    """The question was asked more than a day ago."""
    return note(_("This was asked more than a day ago and is closed. A new code opens it again."))


def same_workspace() -> Phrase:
    """An identity in the same workspace cannot be one's own other one."""
    return _("This code was made right here. It links an account elsewhere, so type it where your other account is.")


def one_community_already(community: str) -> Phrase:
    """There is nothing to join."""
    return _("This place belongs to {community} already.", community=community)


def lead_needed(community: str) -> Phrase:
    """Joining takes a lead on this side."""
    return _("Only a lead of {community} can let its places join another community.", community=community)


def lead_needed_there(name: str, community: str) -> Phrase:
    """Joining takes a lead on the other side."""
    return _("{name} does not lead {community}. Ask one of its leads for a code.", name=name, community=community)


def others_here(community: str, name: str) -> Phrase:
    """A workspace with others in it does not move because one person links their identities."""
    return _(
        "A workspace belongs to one community, and others are in {community} here. Once its leads and {name} joined both, you can link.",
        community=community,
        name=name,
    )


def _workspace(here: Somewhere) -> str:
    return here.workspace_names[0] if len(here.workspace_names) == 1 else here.community.name
