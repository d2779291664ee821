"""What a reminder's example says once its matter is done."""

from __future__ import annotations

import pytest

from bot.chat.message import Buttons, Paragraph
from bot.chat.reading import say_label
from handlers.nudges import views
from handlers.nudges.rules import State


@pytest.mark.parametrize(("state", "waits"), [(State.SENT, True), (State.WAITING, True), (State.SETTLED, False)])
def test_nothing_waits_any_more_in_what_is_settled(state: State, waits: bool) -> None:
    card = views.example_single(state)
    said = [say_label(card.summary, "en"), *(str(block.words) for block in card.blocks if isinstance(block, Paragraph))]
    assert any("waits" in each for each in said) == waits
    assert any(isinstance(block, Buttons) for block in card.blocks) == waits
