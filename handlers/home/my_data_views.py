"""What people see of what is stored about them: who reads it, taking it along, and letting it go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.errors import UserError
from bot.chat.form import Draft, Form, Line, form, opened
from bot.chat.language import _
from bot.chat.message import Button, Buttons, File, Footnote, Heading, Items, Message, Paragraph
from bot.chat.text import Strong
from bot.core.feature import Keeps
from handlers.home.settings_views import OpenSettings

MEDIA_TYPE = "application/json"
WORD = _("erase")


@action("home.privacy")
class SeePrivacy(Action):
    """What is stored about me and who sees it."""


@action("home.export")
class Export(Action):
    """Everything about me as one file."""


@action("home.erase")
class Erase(Action):
    """Open the form that asks whether everything about me shall go."""


@form("home.erase_form", title=_("Erase what is about me"), submit=_("Erase everything"))
class EraseDraft(Draft):
    """The second step of an erasure."""

    word: Annotated[str, Line(_("To go on, type the word {word}", word=WORD), _("This cannot be undone."), longest=40)]


class OnlyLead(UserError):
    """The only lead of a community wants to go, and others stay."""

    def __init__(self) -> None:
        super().__init__(
            _("You are the only lead here. Please let somebody else become a lead first; then I erase everything that is about you.")
        )


def privacy(keeps: Sequence[Keeps]) -> Message:
    """What is stored, who sees it, and the ways to take it along or let it go."""
    rows = tuple((Strong(each.what), " ", each.who_sees) for each in keeps)
    return Message(
        _("What I know about you"),
        (
            Heading(_("What I know about you")),
            Paragraph(_("This is all that I keep about you, and who sees it.")),
            Items(rows),
            Buttons(
                (
                    Button(_("Give me all of it"), Export(), "primary"),
                    Button(_("My settings"), OpenSettings(), asks=True),
                    Button(_("Erase it all"), Erase(), "danger", asks=True),
                )
            ),
            Footnote(_("What you write is stored encrypted. Nobody gets a list of who wrote how much, your leads neither.")),
        ),
    )


def exported(file: File) -> Message:
    """The file with everything, for oneself."""
    said = _("Here is everything that I keep about you. Only you get this.")
    return Message(said, (Paragraph(said), file))


def file_of(name: str, content: bytes) -> File:
    """An export as a file."""
    return File(name, MEDIA_TYPE, _("All that I keep about you, in a form that programs read"), content)


ERASE_INTRO = _(
    "Your name, your accounts here, your settings, everything that you wrote and everything that you did will be deleted. "
    "Challenges that you began go on for the others. What you posted in places yourself stays there until you delete it."
)


def erased() -> Message:
    """The last words."""
    said = _("Everything that was about you is erased.")
    return Message(said, (Paragraph((said, " ", _("Thank you for the time together. If you write to me again, we begin anew."))),))


def example_privacy() -> Message:
    """An example."""
    from handlers import features

    return privacy([keeps for feature in features() for keeps in feature.keeps.values()])


def example_form() -> Form:
    """An example."""
    return opened(EraseDraft, intro=ERASE_INTRO)


def example_exported() -> Message:
    """An example."""
    return exported(file_of("my-data-2026-03-20.json", b'{"profile": [{"name": "Ann Keller"}]}'))
