"""One's own journal as files: Markdown to read, JSON for programs; private entries included, and only to oneself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.chat.language import _, n_
from bot.chat.message import Button, Buttons, File, Footnote, Message, Paragraph
from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from handlers.journal import reading
from handlers.journal.payloads import MyJournal, Write
from handlers.journal.store import Entry
from handlers.journal.views import SAMPLE, WHO_READS

MARKDOWN, JSON = "text/markdown", "application/json"


def hand_over(ctx: Context) -> Reply:
    """All of one's own entries as two files."""
    entries = list(reading.everything(ctx))
    if not entries:
        return Say(nothing())
    return Say(files(entries, as_markdown(entries, ctx.actor.language), as_json(_plain(entries))))


def exported(ctx: Context) -> list[dict[str, Any]]:
    """All of one's own entries as plain values, the oldest first."""
    return _plain(reading.everything(ctx))


def _plain(entries: Iterable[tuple[Entry, datetime]]) -> list[dict[str, Any]]:
    return [
        {"day": entry.on.isoformat(), "written_at": written_at.isoformat(), "visibility": entry.visibility.value, "text": entry.text}
        for entry, written_at in entries
    ]


def as_json(entries: Sequence[dict[str, Any]]) -> bytes:
    """The entries as JSON that people can read too."""
    return (json.dumps(list(entries), ensure_ascii=False, indent=2) + "\n").encode()


def as_markdown(entries: Iterable[tuple[Entry, datetime]], language: str) -> bytes:
    """The entries as one document, a heading for each day, in the writer's language; the texts are as they were written."""
    readers = {visibility: say_label(words, language) for visibility, words in WHO_READS.items()}
    lines = [f"# {say_label(_('My journal'), language)}"]
    day = None
    for entry, _written_at in entries:
        if entry.on != day:
            day = entry.on
            lines.append(f"## {day.isoformat()}")
        lines += [f"*{readers[entry.visibility]}*", entry.text]
    return ("\n\n".join(lines) + "\n").encode()


def files(entries: Sequence[object], markdown: bytes, plain: bytes) -> Message:
    """The two files."""
    said = n_("Your journal as files: {count} entry.", "Your journal as files: {count} entries.", len(entries))
    return Message(
        said,
        (
            Paragraph(said),
            File("journal.md", MARKDOWN, _("Your journal to read and print"), markdown),
            File("journal.json", JSON, _("Your journal for other programs"), plain),
            Footnote(_("Your private entries are in these files too. Nobody else gets them from me.")),
        ),
    )


def nothing() -> Message:
    """There is nothing to take along yet."""
    said = _("Your journal is empty so far, so there is nothing to take with you yet.")
    buttons = (Button(_("Write in my journal"), Write(), "primary", asks=True), Button(_("My journal"), MyJournal()))
    return Message(said, (Paragraph(said), Buttons(buttons)))


def example() -> Message:
    """An example for the gallery."""
    return files([SAMPLE], b"# My journal\n", b"[]\n")
