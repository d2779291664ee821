"""What is chosen in a message's menu, and what comes of it."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from adapters.teams.text import quoted
from bot.chat.form import Draft, Line, form, opened
from bot.chat.language import _
from bot.chat.reading import resolved
from bot.chat.reply import Open
from bot.core.ports import Commanded, PickedUp, Submitted
from tests.adapters.teams.conftest import ANN, BOB, CYD, PLACE, Stage

KEEP = "made_up.keep"
EXTENSION: dict[str, Any] = {"id": KEEP, "type": "action", "title": "Keep it", "context": ["message"], "fetchTask": True}


@form("made_up.kept", title=_("Keep it"), submit=_("Keep"))
class KeepDraft(Draft):
    words: Annotated[str, Line(_("Words"), longest=50)]


@pytest.fixture(autouse=True)
def with_shortcut(stage: Stage) -> None:
    stage.fake._core.manifest["composeExtensions"] = [{"botId": "x", "commands": [EXTENSION]}]


async def said(stage: Stage, text: str) -> str:
    """The id of what somebody says in the place."""
    await stage.types(BOB, text, PLACE)
    found = next(each for each in stage.fake.screen(BOB)["conversations"] if each["id"] == PLACE)["messages"]
    return str(found[-1]["id"])


async def test_the_words_of_a_message_open_a_form_which_is_sent_like_any_other(stage: Stage) -> None:
    message = await said(stage, "Tuesdays & <Fridays>\nat four")
    assert stage.fake.screen(ANN)["shortcuts"] == [{"id": KEEP, "label": "Keep it"}]
    stage.script.answers = lambda _: resolved(Open(opened(KeepDraft, values={"words": "Tuesdays"})), "en")
    assert (await stage.fake.picks_up(ANN, message, KEEP)).status == 200
    assert stage.did == PickedUp(KEEP, "Tuesdays & <Fridays>\nat four")
    stage.script.says("Kept.")
    await stage.fake.submits(ANN, stage.dialog(ANN)["id"], {"words": "On Tuesdays"})
    assert isinstance(stage.did, Submitted)
    assert stage.did.values["words"] == "On Tuesdays"
    assert stage.dialog(ANN) is None
    assert stage.notices(ANN) == ["Kept."]
    assert stage.last(ANN)["plain"] == "Kept."
    assert stage.is_clean()


async def test_of_a_message_that_is_a_card_it_is_what_the_card_comes_to(stage: Stage) -> None:
    stage.script.says("Tuesdays suit most of us.")
    await stage.types(BOB, "when?", stage.fake.chat_of(BOB))
    card = stage.last(BOB)["id"]
    stage.script.says("Kept.")
    await stage.fake.picks_up(BOB, card, KEEP)
    assert stage.did == PickedUp(KEEP, "Tuesdays suit most of us.")
    broken = stage.fake.sent[-1] | {"id": "f:2"}
    broken["value"]["messagePayload"]["attachments"] = [{"content": "{half a card"}, "nonsense", {"content": None}]
    await stage.fake._core.courier.carries(broken)
    assert stage.did == PickedUp(KEEP, "")


async def test_what_is_begun_beside_what_one_writes_is_the_command_of_that_name(stage: Stage) -> None:
    begin = {**EXTENSION, "id": "journal", "title": "Write", "context": ["compose", "commandBox"]}
    stage.fake._core.manifest["composeExtensions"] = [{"botId": "x", "commands": [begin]}]
    assert (stage.fake.screen(ANN)["shortcuts"], stage.fake.screen(ANN)["anywhere"]) == ([], [{"id": "journal", "label": "Write"}])
    stage.script.answers = lambda _: resolved(Open(opened(KeepDraft)), "en")
    for where in (PLACE, stage.fake.chat_of(ANN)):
        await stage.fake.begins(ANN, where, "journal")
        assert stage.did == Commanded("journal", "")
        await stage.fake.submits(ANN, stage.dialog(ANN)["id"], {"words": "On Tuesdays"})
        assert isinstance(stage.did, Submitted)
    with pytest.raises(LookupError):
        await stage.fake.begins(CYD, PLACE, "poll")
    assert stage.is_clean()


async def test_a_conversation_between_people_never_passes_for_the_bots_own_chat(stage: Stage) -> None:
    message = await said(stage, "hello")
    stage.script.says("Noted.")
    await stage.fake.picks_up(ANN, message, KEEP)
    sent = stage.fake.sent[-1]
    await stage.fake.types(ANN, stage.fake.chat_of(ANN), "hi")
    between = {"id": "19:ann_bob@unq.gbl.spaces", "conversationType": "personal", "tenantId": stage.tenant}
    stranger = sent | {"id": "f:1", "conversation": between, "from": {**sent["from"]}}
    await stage.fake._core.courier.carries(stranger)
    heard = stage.script.heard[-1]
    assert (heard.did, heard.conversation.kind) == (PickedUp(KEEP, "hello"), "place")
    assert "conversation" not in heard.actor.reference
    assert stage.last(ANN)["plain"] == "Noted."


async def test_who_does_not_see_a_message_or_knows_no_such_shortcut_finds_none(stage: Stage) -> None:
    message = await said(stage, "hello")
    for user, shortcut in ((ANN, "unknown"), (BOB, "")):
        with pytest.raises(LookupError):
            await stage.fake.picks_up(user, message, shortcut)
    assert (await stage.fake.picks_up(CYD, message, KEEP)).delivered


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>One</p><p>Two &amp; three</p>", "One\nTwo & three"),
        ("<div>a<br>b</div>", "a\nb"),
        ('Well done <emoji alt="👍"></emoji>', "Well done 👍"),
        ('<at id="0">Ann Keller</at>&nbsp;comes', "Ann Keller comes"),
        ("<attachment id='7'></attachment>", ""),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_words_are_read_out_of_html(html: str, words: str) -> None:
    assert quoted(html) == words
