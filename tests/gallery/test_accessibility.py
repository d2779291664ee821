"""Whatever the bot shows is clear, calm and kind, and can be used without eyes, without colours and without a mouse."""

from __future__ import annotations

import pytest

from bot.chat.form import Field, Form, Line
from bot.chat.message import Block, Button, Buttons, Count, Heading, Message, Option, Paragraph, Picker, Picture, Tally
from bot.chat.reading import resolved
from handlers import all_views, packs
from handlers.challenges import examples, views
from tests.gallery.lint import faults

VIEWS = all_views()


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_clear_calm_and_kind(name: str) -> None:
    assert faults(resolved(VIEWS[name].example(), "en")) == []


@pytest.mark.parametrize("name", packs.shipped())
def test_the_activities_of_a_shipped_pack_are_clear_calm_and_kind(name: str) -> None:
    for number, activity in enumerate(packs.shipped()[name].activities, 1):
        assert faults(resolved(views.my_day(examples.CHALLENGE, number, activity, is_done=False), "en")) == [], number


def message(*blocks: Block, summary: str = "A summary") -> Message:
    return Message(summary, blocks or (Paragraph("Some words."),))


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (message(summary="🎉 🎉"), "the summary"),
        (message(Picture(b"\x89PNG", "🖼")), "a picture without words"),
        (message(Buttons((Button("👍", "[]"),))), "has no words"),
        (message(Buttons((Button("A label with more words than a phone shows", "[]"),))), "is longer than"),
        (message(Picker("▾", "[]", (Option("a", "A choice"),))), "has no words"),
        (message(Picker("Which one?", "[]", (Option("a", "🍕"),))), "the option"),
        (message(Heading("Part", 2)), "level 1"),
        (message(Paragraph("✅")), "by signs alone"),
        (message(Paragraph("Wonderful! Great!")), "exclamation"),
        (message(Paragraph("This is IMPORTANT.")), "shouts"),
        (message(Paragraph("You missed two days.")), "shames"),
        (message(Paragraph("You are lagging behind.")), "shames"),
        (message(Paragraph("You did 0 days of 7.")), "shames"),
        (message(Paragraph("As on Slack and on Teams.")), "names a chat product"),
        (message(Paragraph("word " * 40)), "a sentence of 40 words"),
        (Form("x.y", "A form", "Send", (Field("a", Line("?"), False),)), "has no words"),
        (Form("x.y", "?!", "Send", (Field("a", Line("Name"), False),)), "the summary"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_the_lint_finds_what_is_wrong(bad: Message | Form, fault: str) -> None:
    assert [found for found in faults(bad) if fault in found]


def test_the_lint_lets_good_messages_pass() -> None:
    good = message(
        Heading("A title"),
        Heading("A part", 2),
        Paragraph("Well done! 🎉"),
        Tally((Count("Days done", 2),), 7),
        Picture(b"\x89PNG", "A chart of seven days, two of them done"),
        Buttons((Button("Write journal", "[]"),)),
    )
    assert faults(good) == []
