"""What people see of the library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.chat.action import Action, action
from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, File, Footnote, Heading, Items, Message, Option, Paragraph, Picker, Quote
from bot.chat.text import Code, Emphasis, Label, Link, Plain, Span, Strong, Words, clean_line
from bot.papers.document import Bullets, Document, Json, Prose, Quotation, Row, Section, Table, as_json
from handlers.library.rules import MOST_SHOWN
from handlers.library.store import Item, Shelf

ALL = "all"
LONGEST_ON_BUTTON = 24
KINDS: dict[str, Phrase] = {"closing report": _("Closing report")}


@action("library.list")
class Browse(Action):
    """Show the items, of one kind or of all; those before one of them, where given."""

    kind: str = ""
    before: int | None = None


@action("library.kind")
class PickKind(Action):
    """Show the items of the kind that is picked."""


@action("library.open")
class OpenItem(Action):
    """Show one item."""

    item: int


@action("library.take")
class TakeItem(Action):
    """One item as files."""

    item: int


def kind_of(kind: str) -> Label:
    """A kind in words; one that only data knows is called what it is called there."""
    return KINDS.get(kind, kind)


def listed(shelf: Shelf) -> Message:
    """A page of the library."""
    heading = _("Library")
    blocks: list[Block] = [Heading(heading)]
    if not shelf.items:
        nothing = _("Nothing here yet. What we make together is kept here: closing reports are the first.")
        blocks.append(Paragraph(nothing))
    for each in shelf.items:
        day = _("{day} {year}", day=each.kept_on, year=str(each.kept_on.year))
        blocks.append(Paragraph((Strong(each.title), "\n", _("{kind}, {day}", kind=kind_of(each.kind), day=day))))
        blocks.append(Buttons((Button(_("Read {title}", title=clean_line(each.title, LONGEST_ON_BUTTON)), OpenItem(each.id)),)))
    if len(shelf.kinds) > 1:
        options = (Option(ALL, _("Everything")), *(Option(kind, kind_of(kind)) for kind in shelf.kinds))
        blocks.append(Picker(_("Show only"), PickKind(), options, shelf.kind or ALL))
    turning = []
    if shelf.older is not None:
        turning.append(Button(_("Older"), Browse(shelf.kind, shelf.older)))
    if not shelf.is_first:
        turning.append(Button(_("Newest"), Browse(shelf.kind)))
    return Message(heading, (*blocks, *((Buttons(tuple(turning)),) if turning else ())))


def whole(item: Item) -> Message:
    """One item; a very long one to its middle, and whole as files."""
    blocks, is_all = shown(item.paper, MOST_SHOWN)
    rest = () if is_all else (Paragraph(Emphasis(_("There is more. The files have all of it."))),)
    people = (Footnote(_("With words of {names}.", names=", ".join(item.names))),) if item.names else ()
    return Message(
        item.title,
        (
            Heading(item.title),
            *blocks,
            *rest,
            Buttons((Button(_("Take it along"), TakeItem(item.id)), Button(_("Library"), Browse()))),
            *people,
        ),
    )


def files(item: Item, markdown: bytes, pdf: bytes) -> Message:
    """One item as files."""
    said = _("{title}, as two files.", title=item.title)
    name = "-".join(item.kind.split()) or "item"
    return Message(
        said,
        (
            Paragraph(said),
            File(f"{name}.md", "text/markdown", _("To read and change"), markdown),
            File(f"{name}.pdf", "application/pdf", _("To print and read aloud"), pdf),
        ),
    )


def on_their_way() -> Message:
    """The files are being made."""
    said = _("Your files are on their way. They come to you in our own chat in a moment.")
    return Message(said, (Paragraph(said),))


def gone() -> Message:
    """An item that is no longer kept."""
    said = _("This is no longer in the library.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Library"), Browse()),))))


def shown(paper: Json, most: int) -> tuple[tuple[Block, ...], bool]:
    """A document of plain values as blocks, as far as so many characters reach, and whether that is all of it."""
    found: list[Block] = []
    size = 0
    for block, length in _blocks(paper["parts"]):
        size += length
        if found and size > most:
            return tuple(found), False
        found.append(block)
    return tuple(found), True


def _blocks(parts: Sequence[Json]) -> Iterator[tuple[Block, int]]:
    for part in parts:
        match part["is"]:
            case "prose":
                yield Paragraph(_words(part["words"])), _length(part["words"])
            case "quotation":
                yield Quote(_words(part["words"])), _length(part["words"])
                if part["by"]:
                    yield Paragraph(Emphasis(("— ", part["by"]))), len(part["by"])
            case "bullets":
                yield Items(tuple(_words(item) for item in part["items"])), sum(_length(item) for item in part["items"])
            case "table":
                yield Items(tuple(_row(row) for row in part["rows"])), sum(_length(cell) for row in part["rows"] for cell in row)
            case "figure":
                yield Paragraph(Emphasis(part["alt"])), len(part["alt"])
            case "section":
                yield Heading(part["heading"], 2), len(part["heading"])
                yield from _blocks(part["parts"])


def _row(row: Sequence[list[list[str]]]) -> Words:
    first, *others = row
    return (*_words(first), *(span for cell in others for span in (Plain(": "), *_words(cell))))


def _words(runs: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    return tuple(_span(run) for run in runs)


def _span(run: Sequence[str]) -> Span:
    match run[0]:
        case "strong":
            return Strong(run[1])
        case "emphasis":
            return Emphasis(run[1])
        case "code":
            return Code(run[1])
        case "link":
            return Link(run[1], run[2])
        case _:
            return Plain(run[1])


def _length(runs: Sequence[Sequence[str]]) -> int:
    return sum(len(run[1]) for run in runs)


def example_item() -> Item:
    """An example for the gallery."""
    parts = (
        Prose(("We learned ", Strong("side by side"), " for seven days.")),
        Section("In numbers", (Table(("What", "How many"), (Row(("Took part", "12 people")), Row(("Days done", "63")))),)),
        Section("In our words", (Quotation("I asked one question more than usual.", "Ann Berger"), Quotation("It helped."))),
        Section("What we worked on", (Bullets(("Noticing", "Asking")),)),
    )
    paper = as_json(Document("Seven small days", parts), "en")
    return Item(7, "closing report", "Seven small days", date(2026, 3, 31), paper, ("Ann Berger",))


def example_list() -> Message:
    """An example for the gallery."""
    return listed(Shelf((example_item(),), ("closing report", "story"), "", is_first=False, older=7))
