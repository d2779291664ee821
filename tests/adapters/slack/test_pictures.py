"""Pictures stand in their messages: uploaded once, shown by file, said in words where they are refused."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import pictures
from bot.chat.message import Message, Paragraph, Picture
from bot.core.ports import Address
from tests.adapters.slack.stage import Stage

GENERAL = Address("T0001", "CGEN", "place")
ANN = Address("T0001", "UANN", "chat")
MAP = Picture(b"\x89PNG of a map", "A map of two groups")
SAID = Message("The map", (Paragraph("This is the map."), MAP))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PAUSES", (0.0, 0.0))


def images(said: Any) -> list[Any]:
    return [block for block in said["body"]["blocks"] if block["type"] == "image"]


async def test_a_picture_is_uploaded_once_and_stands_in_posts_and_edits(stage: Stage) -> None:
    posted = await stage.adapter.post(GENERAL, SAID, "t")
    await stage.adapter.post(ANN, SAID, "u")
    await stage.adapter.edit(GENERAL, posted.message_id, Message("The map", (Paragraph("Still the map."), MAP)))
    (file,) = stage.slack.ws.files.values()
    assert (file.content, file.alt, file.complete) == (MAP.content, MAP.alt, True)
    for said in (stage.last("UBOB", "CGEN"), stage.last("UANN", "DANN")):
        assert [(block["slack_file"], block["alt_text"]) for block in images(said)] == [({"id": file.id}, MAP.alt)]
    assert "Still the map." in stage.last("UBOB", "CGEN")["plain"]


async def test_a_private_answer_in_a_place_shows_its_picture(stage: Stage) -> None:
    stage.script.says("The map", Paragraph("This is the map."), MAP)
    await stage.slack.types("UANN", "CGEN", "/poll map")
    await stage.settles()
    (said,) = stage.messages("UANN", "CGEN")
    assert len(images(said)) == 1
    assert stage.messages("UBOB", "CGEN") == []


@pytest.mark.parametrize(("times", "is_shown"), [(1, True), (2, False)])
async def test_a_picture_that_is_not_ready_is_tried_again_and_then_said_in_words(stage: Stage, times: int, is_shown: bool) -> None:
    stage.slack.faults.add("chat.postMessage", times=times, error="invalid_blocks")
    await stage.adapter.post(GENERAL, SAID, "t")
    (said,) = stage.messages("UBOB", "CGEN")
    assert bool(images(said)) is is_shown
    assert str(MAP.alt) in said["plain"]


async def test_a_picture_that_cannot_be_uploaded_is_said_in_words(stage: Stage) -> None:
    stage.slack.faults.add("files.getUploadURLExternal", error="file_uploads_disabled")
    await stage.adapter.post(GENERAL, SAID, "t")
    assert stage.last("UBOB", "CGEN")["plain"] == f"This is the map.\n{MAP.alt}"
