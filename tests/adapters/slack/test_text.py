"""Text outward never becomes markup; text inward loses Slack's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters.playground.slack.blocks import problems
from adapters.playground.slack.mrkdwn import Reader as SlackReader
from adapters.playground.slack.mrkdwn import broadcasts_in, decode, marked_up
from adapters.slack import text
from adapters.slack.render import render
from bot.chat.message import Footnote, Heading, Items, Message, Paragraph, Quote
from bot.chat.text import Code, Emphasis, Link, Mention, Moment, Plain, Strong

AUDIENCE = "slack/T0001"
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect
AT = datetime(2026, 3, 29, 9, 0, tzinfo=UTC)
READER = SlackReader("UTC", "en-US", AT, {}, {})
NASTY = [
    "<!channel>",
    "<@U1>",
    "*bold*",
    "_x_",
    "~x~",
    "`code`",
    "```block```",
    "<at>Ann</at>",
    "[x](http://evil)",
    "@here",
    "https://example.org/?a=1&b=2",
    "# heading",
    "- list",
    "1. list",
    "| table |",
    "> quote",
    ":smile:",
    "&lt;!channel&gt;",
    "<https://evil.example|bank>",
    "a\n\nb\n c",
    "<!date^1^{date}^https://evil.example|x>",
    "<!subteam^S1>",
]


def shown(block: dict[str, object]) -> str:
    """What a reader sees of a block of text."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, list):
            for each in value:
                walk(each)
        elif isinstance(value, dict):
            kind = value.get("type")
            if kind == "mrkdwn":
                found.append(decode(str(value["text"]), READER))
            elif kind in ("text", "plain_text"):
                found.append(str(value["text"]))
            else:
                for each in value.values():
                    walk(each)

    walk(block)
    return "".join(found)


def mentions(node: object) -> int:
    """How many elements of rich text mention somebody; what is written in a text does not count."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return (isinstance(node, dict) and "user_id" in node) + sum(map(mentions, inner))


@pytest.mark.parametrize("words", NASTY)
def test_what_a_person_wrote_is_shown_as_it_is(words: str) -> None:
    for block in (Paragraph(words), Quote(words), Items((words,)), Footnote(words), Heading(words)):
        payload = render(Message("x", (block,)), audience=AUDIENCE)
        assert problems(payload) == []
        assert shown(payload["blocks"]) == words
        assert [found for each in marked_up(payload["blocks"]) for found in broadcasts_in(each)] == []


@relaxed
@given(st.text(max_size=300).filter(str.strip))
@example("<!channel> *x* _y_ <@U1>")
@example("\u202etxt.exe\u202c \u200b\u2066x")
@example("A\u200d\u0301" * 200)
@example("user_id")
def test_no_leaf_can_become_markup(words: str) -> None:
    there = text.visible(words)
    mention = Mention("Ann", ((AUDIENCE, "U7"),))
    blocks = (Paragraph((Plain(words), mention)), Footnote((Plain(words), mention)), Quote(words), Footnote(words))
    payload = render(Message(words, blocks), audience=AUDIENCE)
    assert problems(payload) == []
    assert decode(payload["text"], READER) == there
    assert shown(payload["blocks"]).replace("@U7", "") == there * 4
    marked = list(marked_up(payload["blocks"]))
    assert all(each.count("<") == 1 and "<@U7>" in each for each in marked)  # only our own mention is markup
    assert mentions(payload["blocks"]) + len(marked) == 2


@relaxed
@given(st.text(max_size=200))
def test_hidden_characters_are_left_out(words: str) -> None:
    for hidden in "\u202e\u200b\u2066\ufeff\u0000":
        assert hidden not in text.visible(words + hidden)


def test_spans_become_rich_text() -> None:
    words = (Strong("Hi "), Emphasis(Strong("you")), Code("/poll"), Link("here", "https://example.org/"), Plain(""))
    assert text.elements(words, audience=AUDIENCE) == [
        {"type": "text", "text": "Hi ", "style": {"bold": True}},
        {"type": "text", "text": "you", "style": {"italic": True, "bold": True}},
        {"type": "text", "text": "/poll", "style": {"code": True}},
        {"type": "link", "url": "https://example.org/", "text": "here"},
    ]


def test_a_mention_is_native_where_the_person_has_an_account() -> None:
    mention = Mention("Ann", (("slack/T0001", "U1"), ("teams/x", "29:1")))
    assert text.elements(mention, audience="slack/T0001") == [{"type": "user", "user_id": "U1"}]
    assert text.elements(mention, audience="slack/T0002") == [{"type": "text", "text": "Ann"}]


def test_a_moment_is_each_readers_own() -> None:
    (element,) = text.elements(Moment(AT, zone="Europe/Berlin"), audience=AUDIENCE)
    assert element["timestamp"] == int(AT.timestamp())
    assert element["fallback"] == "Sun 29 Mar, 11:00 (Berlin)"
    footnote = render(Message("x", (Footnote(("At ", Moment(AT))),)), audience=AUDIENCE)["blocks"][0]
    assert "<!date^" in footnote["elements"][0]["text"]


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("hi <@U2> and <@U3|bob>", "hi @U2 and @bob"),
        ("in <#C1|general> or <#C2>", "in #general or #C2"),
        ("see <https://x.org/a>", "see https://x.org/a"),
        ("see <https://x.org/a|this>", "see this (https://x.org/a)"),
        ("see <http://x.org|x.org>", "see x.org"),
        ("<mailto:a@x.org|a@x.org>", "a@x.org"),
        ("<!here> <!channel|channel> <!subteam^S1|@team> <!subteam^S2>", "@here @channel @team @S2"),
        ("<!date^1^{date}|today>", "today"),
        ("<@UBOT>, help <@UBOT|x> me", "help me"),
        ("  spaced  \n out ", "spaced  \n out"),
        ("", ""),
    ],
)
def test_typed_words_are_plain(raw: str, typed: str) -> None:
    assert text.typed(raw, "UBOT") == typed


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        ("<@U1> and <@U1|bob.h>", "@Bob <the> Builder & Sons and @Bob <the> Builder & Sons"),
        ("<@U2|ann> <@U2>", "@ann @U2"),
        ("<#C1> <#C1|> <#C1|general> <#C2|>", "#practice #practice #general #C2"),
        ("&lt;@U1&gt; <@UBOT>", "<@U1>"),
    ],
)
def test_names_stand_for_ids(raw: str, typed: str) -> None:
    names = {"U1": "Bob <the> Builder & Sons", "C1": "practice"}
    assert text.typed(raw, "UBOT", names) == typed
    assert text.unnamed(raw, "UBOT") - {"C2", "U2"} <= names.keys()


@relaxed
@given(st.text(alphabet=st.characters(exclude_categories=["Cf", "Cc", "Cs"])))
def test_what_was_typed_comes_back(words: str) -> None:
    assert text.typed(text.escape(words)) == words.strip()
