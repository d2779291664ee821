"""Bodies of the answers to invokes, as the platform wants them."""

from __future__ import annotations

from adapters.teams.limits import LIMITS, Json, shortened
from adapters.teams.text import neutral
from bot.chat.message import Message, Paragraph
from bot.chat.text import label_of, plain


def says_more(message: Message) -> bool:
    """Whether there is more in it than its summary."""
    match message.blocks:
        case () | (Paragraph(words=()),):
            return False
        case (Paragraph(words),):
            return plain(words).strip() != label_of(message.summary).strip()
    return True


def toast(words: str) -> Json:
    """A short line that passes by."""
    value = shortened(neutral(words), LIMITS["toast"])
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": value}


def card_body(content: Json) -> Json:
    """A card in the place of the one that was acted on."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": content}


def task_message(words: str) -> Json:
    """A sentence in place of a dialog."""
    return {"task": {"type": "message", "value": neutral(words)}}


def continue_with(opened: Json) -> Json:
    """A dialog."""
    return {"task": {"type": "continue", "value": opened}}
