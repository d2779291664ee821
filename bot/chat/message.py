"""Messages: a summary and a closed union of blocks, rich enough that no feature needs a platform."""

from __future__ import annotations

from dataclasses import field
from typing import Literal, TypeAlias

from bot.chat.action import Action, Followed
from bot.chat.language import Phrase
from bot.chat.text import Label, Mention, Words, spans
from bot.lean import dataclass

Payload: TypeAlias = Action | str  # the typed payload; its wire form once the message is resolved for a reader


@dataclass(frozen=True, slots=True)
class Heading:
    """A title line; level 1 is the card's own title, level 2 stands inside it."""

    label: Label
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    words: Words


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person wrote, set off from what we say."""

    words: Words


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a short table: what, and how it stands."""

    label: Label
    words: Words


@dataclass(frozen=True, slots=True)
class Facts:
    """A short table of label and value."""

    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in one column of a table; numbers are set at its end."""

    label: Label
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: a cell for each column."""

    cells: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their columns' labels; where a platform draws no table, each row is a line that names its columns."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("each row of a table needs a cell for each column")


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered where the order matters."""

    items: tuple[Words, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """One line of a tally."""

    label: Label
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts drawn as bars, always with the numbers as text; `whole` is what a full bar stands for."""

    counts: tuple[Count, ...]
    whole: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart where the platform has one; the same numbers always stand beside it as text."""

    title: Label
    shape: Literal["bar", "line"]
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (PNG, best under 16 KB) shown where it stands, with the words that stand for it when it is not seen."""

    content: bytes = field(repr=False)
    alt: Label


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin line between two parts."""


@dataclass(frozen=True, slots=True)
class Button:
    """One press; `asks=True` says that the press opens a form, `url` that it opens an address and does nothing else.

    It brings `people` together: where their platform knows an address for that, the button opens it, elsewhere the press asks us to.
    """

    label: Label
    action: Payload = Followed()
    style: Literal["plain", "primary", "danger"] = "plain"
    asks: bool = False
    confirm: Phrase | str | None = None
    url: str | None = None
    people: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons, the likeliest first."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a picker or a form; `value` is what comes back."""

    value: str
    label: Label


@dataclass(frozen=True, slots=True)
class Picker:
    """A drop-down that acts at once; the picked option's value arrives beside the payload."""

    label: Label
    action: Payload
    options: tuple[Option, ...]
    chosen: str | None = None


@dataclass(frozen=True, slots=True)
class Footnote:
    """Small print: why this came, who sees what."""

    words: Words


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over; `content` never leaves the database in clear except to its reader."""

    name: str
    media_type: str
    alt: Label
    content: bytes = field(repr=False)


Block: TypeAlias = (
    Heading | Paragraph | Quote | Facts | Table | Items | Tally | Chart | Picture | Divider | Buttons | Picker | Footnote | File
)
BLOCKS: tuple[type[Block], ...] = (
    Heading,
    Paragraph,
    Quote,
    Facts,
    Table,
    Items,
    Tally,
    Chart,
    Picture,
    Divider,
    Buttons,
    Picker,
    Footnote,
    File,
)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said at once: `summary` is the notification and what a screen reader gets first, so it is mandatory.

    `language` is its reader's, and known once the message is resolved for them. With `personal`, a message that many read says something
    of its own to some of them: where the platform lets each reader's client ask, that payload is looked at in their name.
    """

    summary: Label
    blocks: tuple[Block, ...] = ()
    language: str | None = None
    personal: Payload | None = None

    def __post_init__(self) -> None:
        if isinstance(self.summary, str) and not self.summary.strip():
            raise ValueError("a message needs a summary")


def mentioned(message: Message) -> tuple[Mention, ...]:
    """Everybody whom the running text of a resolved message mentions."""
    said = (span for block in message.blocks if isinstance(block, Paragraph) for span in spans(block.words))
    return tuple(span for span in said if isinstance(span, Mention))
