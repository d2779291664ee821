"""The response as a paper."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from bot.papers.document import Document, as_json
from bot.papers.markdown import markdown
from bot.papers.pdf import typeset
from handlers.opinions import map_examples as examples
from handlers.opinions import response
from handlers.opinions.annex import Dissent
from handlers.opinions.composing import Sentence, read
from handlers.opinions.response import Signatory, as_text
from handlers.opinions.rules import Fallback, Position, Printing, Quorum, Rule, Way, decide

HOSTILE = ('#eval("1") $x$ ]', "<svg onload=x>&amp;", "a\x00b\x0b\ud800".encode("utf-8", "replace").decode(), "]]>", "سوشي مع", "寿司" * 90)


def text_of(document: Document) -> str:
    return re.sub(r"\\(.)", r"\1", markdown(document, "en"))


def pdf_text(document: Document) -> tuple[bytes, str]:
    made = typeset(as_json(document, "en"))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    return made, " ".join(text.split())


@pytest.mark.thorough
def test_a_response_is_a_tagged_paper_with_the_reasons_of_two_blocs_unaltered() -> None:
    made, text = pdf_text(response.document(examples.RESPONSE))
    assert b"pdfuaid:part" in made
    assert '"is": "figure"' in json.dumps(as_json(response.document(examples.RESPONSE), "en"))
    for words in ("It asks for more than we can staff. Two of five teams have no night shift.", "it slows us down.", "Priya Nair"):
        assert words in text
    assert "I have other reasons." not in text
    for words in ("13 of 17 who did not abstain support it.", "So it was ratified.", "[S1, S4]", "Fri 3 Apr 2026, 18:00", "Invited 24"):
        assert words in text


def test_a_response_in_markdown_says_the_same() -> None:
    text = text_of(response.document(examples.RESPONSE))
    assert "# Our response: What should the new rule for releases say?" in text
    assert "Whoever writes a change should see it run for real. *[S1]* It takes" in text
    assert "| S1 | Agreement | 14 / 3 / 1 | 9 / 2 / 1 | 5 / 1 / 0 |" in text
    assert "*Map of opinions: group A with 12 people" in text  # the picture's words stand for it
    assert "- S8: “نحتاج إلى وقت أطول للاختبار”" in text


def test_signatories_speak_for_themselves() -> None:
    text = text_of(response.document(examples.SIGNED))
    assert "**This text was not ratified. It speaks for those who sign it, and not for the community.**" in text
    assert "- Ann Berger, Hospital North\n- Bob Achterberg\n" in text
    assert "Those who sign give their own views, and not those of where they work." in text
    assert "confidential until this was sent" in text
    assert "Signed by" not in text_of(response.document(examples.RESPONSE))


@pytest.mark.parametrize("way", [Way.ANNEX, Way.SIGNATORIES, Way.NOT_SENT])
def test_what_was_not_ratified_says_so_at_its_top(way: Way) -> None:
    found = text_of(response.document(replace(examples.RESPONSE, way=way)))
    assert found.index("This text was not ratified") < found.index("What we say")


def test_a_small_anonymous_ballot_is_blurred() -> None:
    anonymous = replace(examples.RESPONSE.promises, is_anonymous=True)
    few = replace(examples.RESPONSE, promises=anonymous, opinions=None, decision=decide([Position.SUPPORT] * 4, 9, Rule.CONSENT, Quorum()))
    assert "Fewer than 5 people voted" in text_of(response.document(few))
    nearly = replace(few, decision=decide([Position.SUPPORT] * 8 + [Position.DO_NOT_SEND], 9, Rule.MAJORITY, Quorum()))
    text = text_of(response.document(nearly))
    assert "| Support it as it is | all or nearly all |" in text
    assert "| Do not want it to be sent | few or none |" in text
    assert "8 of 9" not in text
    opened = text_of(response.document(replace(nearly, promises=examples.RESPONSE.promises)))
    assert "8 of 9 who did not abstain support it." in opened


def test_lists_and_headings_of_a_draft_stand_as_such() -> None:
    sentences = read("## Why\n\nFirst. [S1] Second.\n\n- one\n- two. [S2]\n\nEnd.")
    text = text_of(response.document(replace(examples.QUICK, sentences=sentences)))
    assert "**Why**\n\nFirst. *[S1]* Second.\n\n- one\n- two. *[S2]*\n\nEnd." in text
    assert as_text(sentences) == "## Why\n\nFirst. Second.\n\n- one\n\n- two.\n\nEnd."


def test_every_rule_and_fallback_is_said() -> None:
    assert set(response.RULES) == set(Rule)
    assert set(response.FALLBACKS) == set(Fallback)
    assert set(response.POSITIONS) == set(Position)
    assert set(response.WAYS) == set(Way) - {Way.OURS}


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.isprintable()])
def test_nothing_that_somebody_wrote_is_markup_in_a_response(text: str) -> None:
    of = replace(
        examples.RESPONSE,
        community=text,
        question=text,
        asker=text,
        sentences=(Sentence(text, (1,)),),
        statements=tuple((n, text) for n in range(1, 9)),
        dissents=(Dissent(Position.DO_NOT_SEND, text, Printing.NAMED, text),),
        signatories=(Signatory(text, text),),
        by_group=text,
    )
    assert typeset(as_json(response.document(of), "en")).startswith(b"%PDF")


@pytest.mark.thorough
def test_an_emoji_in_a_picture_costs_no_paper_its_accessibility() -> None:
    of = replace(examples.RESPONSE, question="What do we say to the board's new rule 🛠️?")
    made, text = pdf_text(response.document(of))
    assert b"pdfuaid:part" in made
    assert "the board's new rule" in text
    assert "S1 Agreement" in text
