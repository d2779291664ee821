"""The bodies with which presses and dialogs are answered."""

from __future__ import annotations

from adapters.teams.limits import LIMITS, Json, shortened
from adapters.teams.text import neutral
from bot.chat.message import Message, Paragraph
from bot.chat.text import label_of, plain

STOPS = tuple(".!?…。！？؟")


def says_more(message: Message) -> bool:
    """Whether there is more in it than its summary."""
    match message.blocks:
        case () | (Paragraph(words=()),):
            return False
        case (Paragraph(words),):
            return plain(words).strip() != label_of(message.summary).strip()
    return True


def ended(words: str) -> str:
    """Words as a sentence of their own, where another one follows."""
    return words if words.endswith(STOPS) else f"{words}."


def toast(words: str) -> Json:
    """A short notice for whoever pressed; an empty one shows nothing and leaves the card as it is."""
    value = shortened(neutral(words), LIMITS["toast"])
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": value}


def card_body(content: Json) -> Json:
    """A card that stands in the place of the one that was pressed, for this person's client alone."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": content}


def task_message(words: str) -> Json:
    """Words in the place of a dialog."""
    return {"task": {"type": "message", "value": neutral(words)}}


def task_continue(opened: Json) -> Json:
    """The dialog that comes next."""
    return {"task": {"type": "continue", "value": opened}}
