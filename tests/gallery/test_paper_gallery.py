"""Every paper that people take along: accessible as PDF, the same as Markdown, and its pages as pictures in the gallery."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from adapters.playground.gallery import index
from bot.core.feature import Paper
from bot.gallery import draw_papers
from bot.papers.document import Document, Figure, Prose, Section, as_json
from bot.papers.markdown import markdown, written
from bot.papers.pdf import pages, painted, typeset
from handlers import all_papers

EXAMPLES = all_papers()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><circle cx="9" cy="9" r="8"/></svg>'


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_paper_is_accessible_and_has_words(name: str) -> None:
    paper = as_json(EXAMPLES[name].example(), "en")
    assert b"pdfuaid:part" in typeset(paper)
    assert written(paper).startswith("# ")
    assert len(written(paper)) > 200


def test_each_page_is_a_picture_on_the_gallerys_page(tmp_path: Path) -> None:
    long = Document("Long", tuple(Prose(f"Paragraph {n}. " * 30) for n in range(20)))
    some = {"some.short, one": Paper("short, one", lambda: Document("Short", ())), "some.long": Paper("long", lambda: long)}
    made = draw_papers(tmp_path, some)
    assert made[0] == "papers/some.short_one.1.png"
    assert made[1:] == [f"papers/some.long.{n}.png" for n in range(1, len(pages(as_json(long, "en"))) + 1)]
    assert len(made) > 2
    assert all((tmp_path / path).read_bytes().startswith(b"\x89PNG") for path in made)
    assert index([], papers=made).count("<img") == len(made)


def test_a_figure_is_drawn_for_its_reader_and_its_words_stand_for_it() -> None:
    asked: list[str] = []

    def draw(language: str) -> str:
        asked.append(language)
        return SVG

    document = Document("Map", (Section("Here", (Figure(draw, "Two circles."),)),))
    assert markdown(document, "de") == "# Map\n\n## Here\n\n*Two circles.*\n"
    assert b"pdfuaid:part" in typeset(as_json(document, "en"))  # refused where a picture has no words
    assert asked == ["de", "en"]


def test_the_words_of_a_picture_are_set_as_their_script_asks() -> None:
    """As words of the SVG they lay upon each other in Indic scripts; set by the typesetter they can even be searched for."""
    words = "नमक कम अब"
    drawn = SVG.replace("</svg>", f'<text x="2" y="12" font-size="6" fill="#222222" text-anchor="start">{words}</text></svg>')
    made = typeset(as_json(Document("Map", (Figure(lambda _language: drawn, "Three words."),)), "en"))
    assert words in " ".join(PdfReader(BytesIO(made)).pages[0].extract_text().split())
    assert painted(drawn) != painted(drawn.replace(words, words.replace(" ", "")))
