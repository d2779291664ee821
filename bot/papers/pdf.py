"""A document as PDF, tagged so that it can be read aloud; call it off the event loop, since long texts take their time.

The fonts that come with the typesetter know Latin, Greek, Cyrillic and Arabic letters. Chinese, Japanese, Korean or Indic scripts and
emoji need fonts of the system (on Debian `fonts-noto-cjk fonts-noto-core fonts-noto-color-emoji`); without them the text is in the PDF
as boxes, which is no PDF/UA, and the paper says so at its end.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from bot.chat.language import _
from bot.chat.reading import say_label
from bot.papers.document import Document, Json, as_json

PIXELS_PER_INCH, PIXELS_OF_PICTURES = 96.0, 144.0
LONGEST_WORD = 40  # a longer one may break anywhere, so that no line runs off the page
LETTERS_MISSING = _("Some letters of this paper need a font that was not there. All of them are in the Markdown file.")
_PICTURE, _TEMPLATE = (Path(__file__).with_name(name) for name in ("picture.typ", "paper.typ"))
_LONG_WORDS = re.compile(rf"\S{{{LONGEST_WORD},}}")


def pdf(document: Document, language: str) -> bytes:
    """The document in the reader's language."""
    return typeset(as_json(document, language))


def typeset(paper: Json, *, with_system_fonts: bool = True) -> bytes:
    """A document of plain values as PDF/UA-1, or as a tagged PDF where no font has some of its letters."""
    import typst

    ready = {**paper, "title": paper["title"] or "—", "parts": _prepared(paper["parts"])}
    try:
        return _compiled(ready, with_system_fonts, accessible=True)
    except typst.TypstError as error:
        is_undisplayed, is_unread = (said in str(error) for said in ("could not be displayed", "missing codepoints"))
        if not (is_undisplayed or is_unread):
            raise
        if is_unread and (parts := _painted(paper["parts"])) != paper["parts"]:  # an emoji in a picture, say, whose words stand for it
            return typeset({**paper, "parts": parts}, with_system_fonts=with_system_fonts)
    note = {"is": "prose", "words": [[["emphasis", say_label(LETTERS_MISSING, paper["language"])]]]}
    return _compiled({**ready, "parts": [*ready["parts"], note]}, with_system_fonts, accessible=False)


def painted(svg: str, pixels: float = PIXELS_OF_PICTURES) -> bytes:
    """An SVG picture as PNG, with so many pixels to the inch of its 72 points; call it apart from any unit."""
    import typst

    template = b"#set page(width: auto, height: auto, margin: 0pt)\n#picture(json(bytes(sys.inputs.picture)))"
    inputs = {"picture": json.dumps(_parted(svg), ensure_ascii=False)}
    made = typst.Compiler(_PICTURE.read_bytes() + template, font_paths=_fonts(True), sys_inputs=inputs).compile(format="png", ppi=pixels)
    assert isinstance(made, bytes)
    return made


def _parted(svg: str) -> Json:
    """A picture's shapes without its words, and the words with where and how they stand."""
    whole = ET.fromstring(svg)  # noqa: S314  (drawn by ourselves; what people wrote is escaped in it)
    texts = [each for each in whole if each.tag.endswith("}text")]
    for each in texts:
        whole.remove(each)
    words = [
        {
            "text": each.text or "",
            "x": float(each.get("x", 0)),
            "y": float(each.get("y", 0)),
            "size": float(each.get("font-size", 16)),
            "colour": each.get("fill", "#000000"),
            "anchor": each.get("text-anchor", "start"),
            "weight": each.get("font-weight", "regular"),
        }
        for each in texts
    ]
    return {
        "width": float(whole.attrib["width"]),
        "height": float(whole.attrib["height"]),
        "fonts": whole.get("font-family", "Libertinus Serif").split(", "),
        "shapes": ET.tostring(whole, encoding="unicode"),
        "words": words,
    }


def _painted(parts: list[Json]) -> list[Json]:
    """The parts with their pictures as paint."""
    return [
        {**part, "png": list(painted(part["svg"]))}
        if part["is"] == "figure" and "png" not in part
        else {**part, "parts": _painted(part["parts"])}
        if part["is"] == "section"
        else part
        for part in parts
    ]


def pages(paper: Json) -> list[bytes]:
    """A document of plain values as a PNG picture of each of its pages."""
    made = _compiler({**paper, "parts": _prepared(paper["parts"])}, with_system_fonts=True).compile(format="png", ppi=PIXELS_PER_INCH)
    return [made] if isinstance(made, bytes) else made


def _compiled(paper: Json, with_system_fonts: bool, *, accessible: bool) -> bytes:
    made = _compiler(paper, with_system_fonts).compile(format="pdf", pdf_standards=["ua-1"] if accessible else [])
    assert isinstance(made, bytes)
    return made


def _compiler(paper: Json, with_system_fonts: bool) -> Any:
    import typst

    inputs = {"paper": json.dumps(paper, ensure_ascii=False)}
    return typst.Compiler(_PICTURE.read_bytes() + _TEMPLATE.read_bytes(), font_paths=_fonts(with_system_fonts), sys_inputs=inputs)


@cache
def _fonts(with_system_fonts: bool) -> Any:
    """The fonts, looked for once: that takes longer than a paper."""
    import typst

    return typst.Fonts(include_system_fonts=with_system_fonts)


def _prepared(parts: list[Json]) -> list[Json]:
    """The parts as the template wants them: words in paragraphs."""
    return [_part(part) for part in parts]


def _part(part: Json) -> Json:
    match part["is"]:
        case "section":
            return {**part, "parts": _prepared(part["parts"])}
        case "bullets":
            return {**part, "items": [_paragraphs(item) for item in part["items"]]}
        case "table":
            return {**part, "rows": [[{"words": _paragraphs(cell)} for cell in row] for row in part["rows"]]}
        case "figure":
            return part if "png" in part else {**part, "picture": _parted(part["svg"])}
        case _:
            return {**part, "words": _paragraphs(part["words"])}


def _paragraphs(runs: list[list[str]]) -> list[list[list[str]]]:
    """Runs of words, parted where an empty line stands."""
    found: list[list[list[str]]] = [[]]
    for voice, text, *address in runs:
        for number, piece in enumerate(re.split(r"\n[ \t]*\n\s*", text)):
            if number:
                found.append([])
            if piece:
                found[-1].append([voice, _breakable(piece), *address])
    return [paragraph for paragraph in found if paragraph]


def _breakable(text: str) -> str:
    return _LONG_WORDS.sub(lambda word: "\u200b".join(word.group()), text)
