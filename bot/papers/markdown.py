"""A document as Markdown that any reader of it understands; what looks like markup in somebody's words is only characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.papers.document import Document, Json, as_json

DEEPEST = 6
MARKS = re.compile(r"[\\`*_\[\]<>|~#&$]")
OPENERS = re.compile(r"^(\d{1,9})([.)])|^([-+=:])")  # what begins a list, a rule or a heading at the beginning of a line only
ADDRESSES = re.compile(r"(?i)\b(https?|ftp)(:)(?=//)|\b(www)(\.)")  # what some readers make a link of by themselves


def markdown(document: Document, language: str) -> str:
    """The document in the reader's language."""
    return written(as_json(document, language))


def written(paper: Json) -> str:
    """A document of plain values as Markdown."""
    return "\n\n".join((f"# {_escaped(paper['title'])}", *_parts(paper["parts"], 2))) + "\n"


def _parts(parts: Sequence[Json], level: int) -> Iterator[str]:
    for part in parts:
        match part["is"]:
            case "prose":
                yield _prose(part["words"])
            case "quotation":
                by = f"\n\n— {_escaped(part['by'])}" if part["by"] else ""
                yield "\n".join(f"> {line}".rstrip() for line in f"{_prose(part['words'])}{by}".split("\n"))
            case "bullets":
                yield "\n".join("- " + _prose(item).replace("\n", "\n  ") for item in part["items"])
            case "table":
                yield _table(part["headings"], part["rows"])
            case "figure":  # a text has no picture, so its words stand for it
                yield f"*{_escaped(part['alt'])}*"
            case "section":
                yield f"{'#' * min(level, DEEPEST)} {_escaped(part['heading'])}"
                yield from _parts(part["parts"], level + 1)


def _table(headings: Sequence[str], rows: Sequence[Sequence[list[list[str]]]]) -> str:
    lines = [[_escaped(heading) for heading in headings], ["---"] * len(headings)]
    lines += [[_prose(cell).replace("\\\n", "<br>").replace("\n", "<br>") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _prose(words: Sequence[Sequence[str]]) -> str:
    """Paragraphs; a line that ends inside one ends in Markdown too."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", "".join(_run(run) for run in words).strip())
    return "\n\n".join("\\\n".join(_unopened(line.strip()) for line in paragraph.split("\n")) for paragraph in paragraphs)


def _run(run: Sequence[str]) -> str:
    text = run[1]
    match run[0]:
        case "strong" if text.strip():
            return f"**{_escaped(text.strip())}**"
        case "emphasis" if text.strip():
            return f"*{_escaped(text.strip())}*"
        case "link":
            return f"[{_escaped(text)}](<{run[2].replace('>', '%3E').replace('<', '%3C')}>)"
        case _:
            return _escaped(text)


def _escaped(text: str) -> str:
    marked = MARKS.sub(lambda mark: f"\\{mark.group()}", text)
    return ADDRESSES.sub(lambda found: f"{found.group(1) or found.group(3)}\\{found.group(2) or found.group(4)}", marked)


def _unopened(line: str) -> str:
    return OPENERS.sub(lambda found: f"{found.group(1)}\\{found.group(2)}" if found.group(1) else f"\\{found.group(3)}", line)
