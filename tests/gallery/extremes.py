"""Texts and amounts that no designer thinks of, for every block and every field of the vocabulary."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from adapters.playground.gallery import Exhibit, seen
from bot.chat.form import Choice, Choices, Day, Field, Form, Hour, Line, Number, Prose, Toggle
from bot.chat.message import (
    Block,
    Button,
    Buttons,
    Chart,
    Column,
    Count,
    Divider,
    Fact,
    Facts,
    File,
    Footnote,
    Heading,
    Items,
    Option,
    Paragraph,
    Picker,
    Picture,
    Quote,
    Row,
    Table,
    Tally,
)
from bot.chat.text import INVISIBLE, JOINERS, Emphasis, Strong

PAYLOAD = '["poll.vote",{"option":"17"}]'

TEXTS: dict[str, str] = {
    "a name of 200 Chinese characters": "王小明学习工程师社区" * 20,
    "apostrophes": "Bob O'Brien's “d’Arc” isn't `quoted'",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 done :tada: 🎉",
    "right to left": "ليلى حداد (שלום) \u202etfel ot thgir\u202c",
    "invisible characters": "in\u200bvis\u2060ible\ufeff words",
    "a broadcast": "<!channel> <!here> <@U0ANN> <#C1|x> @here @channel",
    "a mention": "<at>x</at> </at> <at id='1'>y",
    "entities": "&lt;b&gt; &amp;amp; &copy; <b>bold</b><br>",
    "marks": "*bold* _it_ **strong** ~gone~ `code` [x](http://evil.example) ![y](z)",
    "a heading": "# not a heading",
    "a list": "- not a list",
    "a number": "1. not a number",
    "a table": "| not | a table |",
    "functions": "{{DATE(2026-03-29T09:00:00Z,SHORT)}} ${x} {{TIME(x)}}",
    "a path": "C:\\dir\\*file*",
}
LONG_TEXTS: dict[str, str] = {
    "a paragraph of 3,000 characters": " ".join(f"Word{n} ends here." if n % 9 == 0 else f"word{n}" for n in range(1, 380))[:3000],
    "3,000 characters without a blank": "学" * 3000,
    "lines": "\n".join(f"line {n}\n" if n % 5 == 0 else f"line {n}" for n in range(120)),
    "markup over several lines": "> quote\n\n    code\n---\n```\nfence\n```\n+ plus\n2) two",
}

OF_WORDS: dict[type[Block], Callable[[str], Block]] = {
    Paragraph: lambda text: Paragraph((text, " ", Strong(text[:50]))),
    Quote: Quote,
    Facts: lambda text: Facts((Fact("Short", "yes"), Fact(text[:200], text), Fact("Other", Emphasis(text)))),
    Table: lambda text: Table((Column(text[:200]), Column("Count", is_number=True)), (Row((text, "1")), Row((Emphasis(text), ())))),
    Items: lambda text: Items((text, "second", text), ordered=True),
    Footnote: Footnote,
}
OF_LABELS: dict[type[Block], Callable[[str], Block]] = {
    Heading: Heading,
    Tally: lambda text: Tally(tuple(Count(f"{n} {text}", n) for n in range(12)), 11),
    Chart: lambda text: Chart(text, "bar", tuple(Count(f"{n} {text}", n) for n in range(12))),
    Picture: lambda text: Picture(b"\x89PNG", text),
    Divider: lambda _text: Divider(),
    Buttons: lambda text: Buttons(tuple(Button(f"{n} {text}", PAYLOAD, confirm=text if n == 3 else None) for n in range(50))),
    Picker: lambda text: Picker(text, PAYLOAD, tuple(Option(str(n), f"{n} {text}") for n in range(100)), chosen="99"),
    File: lambda text: File(text, "text/plain", f"About {text}", b""),
}


def messages() -> Iterator[tuple[str, tuple[Block, ...], list[str]]]:
    """What is tried, the blocks, and the texts that have to be readable in them."""
    for called, text in (TEXTS | LONG_TEXTS).items():
        for kind, made in OF_WORDS.items():
            yield f"{kind.__name__}: {called}", (Heading("Before"), made(text), Paragraph("After")), ["Before", text, "After"]
    for called, text in TEXTS.items():
        for kind, made in OF_LABELS.items():
            yield f"{kind.__name__}: {called}", (Paragraph("Before"), made(text), Paragraph("After")), _expected(kind, text)


def _expected(kind: type[Block], text: str) -> list[str]:
    amounts = {Tally: 12, Chart: 12, Buttons: 50, Picker: 100}
    if kind is Divider:
        return ["Before", "After"]
    return ["Before", text, *(f"{n} {text}" for n in range(amounts.get(kind, 0))), "After"]


def a_form(text: str) -> Form:
    """A form in which every label, hint, value and error is this text."""
    options = tuple(Option(str(n), f"{n} {text}") for n in range(100))
    return Form(
        "gallery.extreme",
        text,
        text,
        (
            Field("line", Line(text, text), False, text, text),
            Field("prose", Prose(text, text), True, text),
            Field("choice", Choice(text, text, options), False, "99", text),
            Field("choices", Choices(text, "", options[:12]), True, ["1", "2"]),
            Field("few", Choices(text, "", options[:3]), True, ["1"]),
            Field("day", Day(text), False, "2026-03-29"),
            Field("hour", Hour(text), False, "09:00"),
            Field("number", Number(text, text, 1, 9), False, "5", text),
            Field("toggle", Toggle(text), True, True),
        ),
        intro=text,
        error=text,
    )


def legible(exhibit: Exhibit) -> str:
    """All that can be read in an exhibit, with what stands on buttons and in drop-downs."""
    shown = seen(exhibit)
    labels = [control["label"] for control in shown.controls]
    labels += [option["label"] for control in shown.controls for option in control["options"]]
    return squeezed("\n".join([shown.plain, *labels]))


def squeezed(text: str) -> str:
    """A text without blanks, line ends and characters that nobody sees, to be compared however it was broken."""
    kept = (c for c in text if c in JOINERS or unicodedata.category(c) not in INVISIBLE)
    return "".join("".join(kept).replace("‹", "<").split())
