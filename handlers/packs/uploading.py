"""Packs as files that a lead sends: YAML, a list, or a table out of a spreadsheet; read exactly as what is pasted."""

from __future__ import annotations

import codecs
from pathlib import PurePath

from bot.chat.language import _
from bot.chat.reply import Reply, Say
from bot.chat.text import clean_line
from bot.core.context import Context
from bot.core.ports import SentFile
from handlers.packs import views
from handlers.packs.flows import made_of, saved
from handlers.packs.pasting import delimiter_of, read_paste
from handlers.packs.reading import LARGEST, Problem, looks_like_yaml, read_file, read_yaml, too_large
from handlers.packs.rules import LONGEST_TITLE, Pack

WHOLE_PACKS = (".yaml", ".yml")
LISTS = (".txt", ".csv", ".tsv")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what spreadsheets call "Unicode text"


def take_pack(ctx: Context, file: SentFile) -> Reply:
    """Save a pack that came as YAML."""
    read = read_file(file.content)
    return saved(ctx, read) if isinstance(read, Pack) else Say(views.not_read(read, file.name))


def take_list(ctx: Context, file: SentFile) -> Reply:
    """Make a pack of a list or a table; it is called as its file is."""
    text = _text(file.content)
    if isinstance(text, Problem):
        return Say(views.not_read([text], file.name))
    if looks_like_yaml(text):
        read = read_yaml(text)
        return saved(ctx, read) if isinstance(read, Pack) else Say(views.not_read(read, file.name))
    suffix = PurePath(file.name).suffix.casefold()
    pasted = read_paste(text, delimiter=delimiter_of(text) if suffix == ".csv" else "\t")
    if not pasted.days:
        pasted.problems = pasted.problems or [Problem(1, _("There is no activity here."))]
    if pasted.problems:
        return Say(views.not_read(pasted.problems, file.name))
    return made_of(ctx, title_of(file.name), pasted)


def title_of(name: str) -> str:
    """A title from a file's name."""
    stem = PurePath(name).stem.replace("_", " ").replace("-", " ")
    title = clean_line(stem, LONGEST_TITLE)
    return title[:1].upper() + title[1:]


def _text(content: bytes) -> str | Problem:
    if len(content) > 2 * LARGEST:  # UTF-16 takes twice the room; the rest is for whoever reads the text
        return too_large()
    try:
        return content.decode("utf-16" if content.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as wrong:
        return Problem(content.count(b"\n", 0, wrong.start) + 1, _("This is no text in UTF-8."))
