"""Papers: what is in the bytes, in which language, and that nobody's words are ever read as markup."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pypdf import PdfReader

from bot.chat.language import _, n_
from bot.chat.text import Code, Emphasis, Link, Strong, clean_prose
from bot.papers.document import Bullets, Document, Part, Prose, Quotation, Row, Section, Table, as_json
from bot.papers.markdown import markdown
from bot.papers.pdf import LETTERS_MISSING, pdf, typeset

HOSTILE = (
    '#import "@preview/evil:1.0.0": *',
    '#panic(1) #read("/etc/passwd")',
    "*not bold* _nor this_ **nor** ~~that~~",
    "back\\slash \\n `ticks` ```fence",
    "<script>alert(1)</script> &lt;b&gt; &amp;",
    "[a](https://evil.example) ![b](c) <https://evil.example> https://evil.example www.evil.example",
    "# heading\n## another\n===\n---\n- item\n+ item\n1. one\n2) two\n> quoted\n| a | b |\n|---|---|",
    "$ sum $ @label <label> // comment /* comment */",
    "    four blanks\n\ttab",
)


def text_of(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def squeezed(text: str) -> str:
    """Without blanks and what only breaks lines: a page breaks them where it likes."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c not in "\u200b\u00ad")


def paper(*parts: Part) -> Document:
    return Document("A paper", parts)


def tokens(text: str) -> Iterator[Token]:
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        yield token
        yield from token.children or ()


def test_a_pdf_is_tagged_and_has_its_title_and_language() -> None:
    made = pdf(Document(_("My {days} days", days=30), (Section(_("Goal"), (Prose("Ask more."),)),)), "de-AT")
    reader = PdfReader(io.BytesIO(made))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"  # the language of its sentences: nobody has translated them
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in made
    assert reader.metadata is not None
    assert reader.metadata.title == "My 30 days"
    assert "Ask more." in text_of(made)


def test_a_document_knows_the_language_of_its_reader() -> None:
    assert (as_json(paper(), "en-GB")["language"], as_json(paper(), "en-GB")["region"]) == ("en", "GB")
    assert as_json(paper(), "x-klingon")["language"] == "en"
    assert pdf(paper(), "x-klingon").startswith(b"%PDF")


def test_the_same_document_stands_in_both_forms() -> None:
    made = paper(
        Prose(
            (
                _("It was {what}.", what=Strong("good")),
                " ",
                Emphasis("Really."),
                " ",
                Code("/journal"),
                " ",
                Link("Here", "https://a.example/b"),
            )
        ),
        Section(
            "Days",
            (
                Table(("First", "Last"), (Row(("one | two", "line\nline")),)),
                Section("Deeper", (Bullets(("x", n_("{count} day", "{count} days", 2))),)),
            ),
        ),
        Quotation("I asked.\n\nTwice.", "王伟"),
        Quotation("Nobody's."),
    )
    assert markdown(made, "en") == (
        "# A paper\n\nIt was **good**. *Really.* /journal [Here](<https://a.example/b>)\n\n"
        "## Days\n\n| First | Last |\n| --- | --- |\n| one \\| two | line<br>line |\n\n### Deeper\n\n- x\n- 2 days\n\n"
        "> I asked.\n>\n> Twice.\n>\n> — 王伟\n\n> Nobody's.\n"
    )
    said = squeezed(text_of(pdf(made, "en")))
    for piece in ("It was good.", "one | two", "2 days", "I asked.", "Twice.", "Nobody's."):
        assert squeezed(piece) in said


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_characters(text: str) -> None:
    everywhere = paper(
        Prose(text),
        Quotation(text, text),
        Bullets((text,)),
        Table((text,), (Row((text,)),)),
        Section(text, (Prose((Strong(text), Emphasis(text))),)),
    )
    said = squeezed(text_of(typeset(as_json(Document(text, everywhere.parts), "en"), with_system_fonts=False)))
    assert said.count(squeezed(text)) >= 7
    assert_inert(markdown(paper(Prose(text)), "en"), text)
    assert_inert(markdown(paper(Quotation(text)), "en"), text, more={"blockquote_open", "blockquote_close"})


@pytest.mark.thorough
@settings(max_examples=150)
@given(st.text(alphabet=st.sampled_from("ab *_`#\\<>[]()!|~&-+=.:1\n\t$@"), max_size=40))
@example("*a\nb*")
@example("a\n\n    b")
@example("-\n=")
def test_no_words_become_markup(text: str) -> None:
    cleaned = clean_prose(text)
    if cleaned:
        assert_inert(markdown(paper(Prose(cleaned)), "en"), cleaned)


def assert_inert(written: str, text: str, more: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """The words are there, and nothing but paragraphs and lines came of them."""
    found = list(tokens(written.split("\n\n", 1)[1]))
    assert {token.type for token in found} <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "hardbreak", *more}
    said = "".join(token.content for token in found if token.type in ("text", "text_special"))
    assert squeezed(said) == squeezed(text)


NAMES = ("王伟", "ليلى حداد", "Zoë 🎉 O'Brien", "हिन्दी", "👩\u200d💻", "𝔘𝔫𝔦", "\ufeff\u202e")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("with_system_fonts", [True, False])
def test_a_name_in_any_script_makes_a_paper(name: str, with_system_fonts: bool) -> None:
    made = typeset(as_json(paper(Quotation("I asked.", name)), "en"), with_system_fonts=with_system_fonts)
    reader = PdfReader(io.BytesIO(made))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "I asked." in text_of(made)
    assert (b"pdfuaid:part" in made) != (squeezed("Some letters of this paper") in squeezed(text_of(made)))


def test_letters_that_no_font_has_are_told() -> None:
    made = typeset(as_json(paper(Prose("王伟")), "en"), with_system_fonts=False)
    assert squeezed(LETTERS_MISSING.msgid) in squeezed(text_of(made))


def test_an_endless_word_stays_on_the_page() -> None:
    reader = PdfReader(io.BytesIO(pdf(paper(Prose("A" * 3000)), "en")))
    assert squeezed("".join(page.extract_text() for page in reader.pages)).count("A") == 3001
    assert max(len(line) for page in reader.pages for line in page.extract_text().splitlines()) < 200


@pytest.mark.thorough
def test_a_hundred_pages() -> None:
    long = "\n\n".join(f"{n}. We asked one question more than usual, and it helped. " * 6 for n in range(60))
    made = pdf(Document("A long year", tuple(Section(f"Week {n}", (Prose(long), Quotation(long[:3000], "Ann"))) for n in range(16))), "en")
    reader = PdfReader(io.BytesIO(made))
    assert len(reader.pages) >= 100
    assert "Week 15" in reader.pages[-1].extract_text() + "".join(p.extract_text() for p in reader.pages[-9:])
