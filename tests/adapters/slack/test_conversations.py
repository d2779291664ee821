"""What people do in the faked Slack reaches the dispatcher, and what it answers reaches them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import pytest

from bot.chat.action import Action, action
from bot.chat.form import Choice, Choices, Day, Draft, Form, Hour, Line, Number, Prose, Raw, Toggle, corrected, form, opened
from bot.chat.language import _
from bot.chat.message import Button, Buttons, Message, Option, Paragraph, Picker
from bot.chat.reply import Open, Reply
from bot.core.ports import Address, Commanded, Interaction, Pressed, Submitted, Wrote
from tests.adapters.slack.stage import Stage, control, staged

GENERAL = Address("T0001", "CGEN", "place")


@action("poll.vote")
class Vote(Action):
    poll: int


@form("test.entry", title=_("A new entry"), submit=_("Keep it"))
class EntryDraft(Draft):
    heading: Annotated[str, Line(_("Title"))]
    words: Annotated[str, Prose(_("Words"))] = ""
    mood: Annotated[str | None, Choice(_("Mood"), options=(Option("good", "Good"), Option("bad", "Bad")))] = None
    topics: Annotated[tuple[str, ...], Choices(_("Topics"), options=(Option("a", "Apples"), Option("b", "Bears")))] = ()
    on: Annotated[date | None, Day(_("Day"))] = None
    at: Annotated[str | None, Hour(_("Hour"))] = None
    count: Annotated[int, Number(_("How many"), least=1, most=9)] = 1
    shared: Annotated[bool, Toggle(_("Shared"))] = False


def entry(**values: object) -> Form:
    drawn = opened(EntryDraft, values=values, subject=Vote(7))
    return Form(drawn.wire_name, drawn.title, drawn.submit, drawn.fields, "Tell us.", drawn.subject, nonce="n-1")


async def test_a_command_is_answered_in_the_same_breath(stage: Stage) -> None:
    stage.script.says("Lunch?", Paragraph("Lunch & more?"))
    outcome = await stage.slack.types("UANN", "CGEN", "/poll Lunch & <more>? | Pizza")
    assert outcome.status == 200
    assert outcome.error is None
    assert stage.last("UANN", "CGEN")["plain"] == "Lunch & more?"
    assert stage.last("UANN", "CGEN")["private"]
    heard = stage.script.last
    assert heard.did == Commanded("poll", "Lunch & <more>? | Pizza")
    assert (heard.platform, heard.workspace, heard.workspace_name) == ("slack", "T0001", "Playground")
    assert (heard.conversation.kind, heard.conversation.external_id, heard.conversation.name) == ("place", "CGEN", "general")
    assert heard.key is not None
    assert heard.key.startswith("trigger:")
    assert stage.called("chat.postEphemeral") == []


async def test_a_command_in_the_chat_knows_that_it_is_one(stage: Stage) -> None:
    stage.script.says("Hello")
    await stage.slack.types("UANN", stage.slack.chat("UANN"), "/journal")
    assert stage.script.last.conversation.kind == "chat"
    assert stage.script.last.did == Commanded("journal", "")
    assert stage.last("UANN", "DANN")["plain"] == "Hello"


async def test_a_command_prefix_is_taken_off() -> None:
    async with staged(prefix="jour") as stage:
        await stage.slack.types("UANN", "CGEN", "/journal it")
        assert stage.script.last.did == Commanded("nal", "it")


async def test_a_slow_answer_to_a_command_comes_later() -> None:
    async with staged(patience=0.02) as stage:
        stage.script.delay = 0.05
        stage.script.says("Done at last")
        outcome = await stage.slack.types("UANN", "CGEN", "/poll x")
        assert outcome.error is None
        assert stage.messages("UANN", "CGEN") == []
        await stage.settles()
        assert stage.last("UANN", "CGEN")["plain"] == "Done at last"
        assert stage.last("UANN", "CGEN")["private"]


async def test_a_button_carries_its_payload_and_is_replaced(stage: Stage) -> None:
    stage.script.says("Vote", Buttons((Button("Pizza", Vote(42)), Button("Sushi", Vote(43)))))
    await stage.slack.types("UANN", "CGEN", "/poll Lunch?")
    card = stage.last("UANN", "CGEN")
    stage.script.says("You chose sushi", instead=True)
    assert (await stage.slack.presses("UANN", card["id"], stage.control(card, "Sushi"))).error is None
    await stage.settles()
    assert stage.script.last.did == Pressed('["poll.vote",{"poll":"43"}]')
    assert [each["plain"] for each in stage.messages("UANN", "CGEN")] == ["You chose sushi"]
    assert stage.messages("UBOB", "CGEN") == []


async def test_a_press_on_a_public_card_is_answered_beside_it(stage: Stage) -> None:
    message = Message("Vote", (Buttons((Button("Pizza", '["poll.vote",{"poll":"42"}]'),)),))
    posted = await stage.adapter.post(GENERAL, message, "token-1")
    stage.script.says("Counted", instead=True)
    await stage.slack.presses("UBOB", posted.message_id, "press.0")
    await stage.settles()
    assert stage.script.last.did == Pressed('["poll.vote",{"poll":"42"}]', posted.message_id)
    assert [each["plain"] for each in stage.messages("UBOB", "CGEN")] == ["Pizza", "Counted"]
    assert stage.last("UBOB", "CGEN")["private"]
    assert len(stage.messages("UANN", "CGEN")) == 1


async def test_a_press_in_the_chat_is_answered_there(stage: Stage) -> None:
    stage.script.says("A card", Buttons((Button("Go", Vote(1)),)))
    await stage.slack.types("UANN", "DANN", "hello")
    await stage.settles()
    card = stage.last("UANN", "DANN")
    assert not card["private"]
    stage.script.says("Gone")
    await stage.slack.presses("UANN", card["id"], stage.control(card, "Go"))
    await stage.settles()
    assert stage.last("UANN", "DANN")["plain"] == "Gone"
    assert not stage.last("UANN", "DANN")["private"]
    assert stage.script.last.did == Pressed('["poll.vote",{"poll":"1"}]', card["id"])
    stage.script.says("Replaced", instead=True)
    await stage.slack.presses("UANN", card["id"], stage.control(card, "Go"))
    await stage.settles()
    assert [each["plain"] for each in stage.messages("UANN", "DANN")] == ["hello", "Replaced", "Gone"]


async def test_a_picker_tells_what_was_picked(stage: Stage) -> None:
    options = (Option("de", "Deutsch"), Option("en", "English"))
    stage.script.says("Choose", Picker("Language", Vote(9), options, chosen="en"))
    await stage.slack.types("UANN", "CGEN", "/poll")
    card = stage.last("UANN", "CGEN")
    (menu,) = card["controls"]
    assert menu["value"] == "en"
    stage.script.says("Danke", instead=True)
    await stage.slack.presses("UANN", card["id"], menu["id"], {menu["id"]: "de"})
    await stage.settles()
    assert stage.script.last.did == Pressed('["poll.vote",{"poll":"9"}]', None, "de")
    assert stage.last("UANN", "CGEN")["plain"] == "Danke"


async def test_a_form_opens_and_comes_back(stage: Stage) -> None:
    stage.script.reply = Open(entry(heading="Draft", on="2026-03-29", topics=["b"]))
    assert (await stage.slack.types("UANN", "CGEN", "/journal Draft")).error is None
    dialog = stage.dialog
    assert dialog["title"] == "A new entry"
    assert dialog["submit"] == "Keep it"
    assert "Tell us." in dialog["plain"]
    stage.script.says("Kept")
    filled = {"words": "a\nb <c>", "mood": "good", "topics": ["a", "b"], "at": "09:30", "count": "3", "shared": ["yes"]}
    outcome = await stage.slack.submits("UANN", dialog["id"], filled)
    assert outcome.error is None
    await stage.settles()
    did = stage.script.last.did
    assert isinstance(did, Submitted)
    assert (did.form, did.subject, did.nonce) == ("test.entry", '["poll.vote",{"poll":"7"}]', "n-1")
    expected: dict[str, Raw] = {
        "heading": "Draft",
        "words": "a\nb <c>",
        "mood": "good",
        "topics": ["a", "b"],
        "on": "2026-03-29",
        "at": "09:30",
        "count": "3",
        "shared": True,
    }
    assert dict(did.values) == expected
    assert stage.script.last.key == "form:n-1"
    assert stage.script.last.conversation.external_id == "CGEN"
    assert stage.dialog is None
    assert stage.last("UANN", "CGEN")["plain"] == "Kept"
    assert stage.last("UANN", "CGEN")["private"]


def complains(errors: dict[str, str]) -> Callable[[Interaction], Reply]:
    def answer(interaction: Interaction) -> Reply:
        did = interaction.did
        assert isinstance(did, Submitted)
        return Open(corrected(entry(), did.values, errors))

    return answer


async def test_errors_stand_at_their_fields(stage: Stage) -> None:
    stage.script.reply = Open(entry())
    await stage.slack.types("UANN", "CGEN", "/journal")
    stage.script.reply = complains({"heading": "Too short."})
    outcome = await stage.slack.submits("UANN", stage.dialog["id"], {"heading": "x"})
    assert outcome.error is None
    assert stage.dialog["errors"] == {"heading": "Too short."}
    assert control(stage.dialog["controls"], "Title")["value"] == "x"


async def test_an_error_of_the_whole_form_stands_on_top_with_everything_typed(stage: Stage) -> None:
    stage.script.reply = Open(entry())
    await stage.slack.types("UANN", "CGEN", "/journal")
    stage.script.reply = complains({"": "The community is asleep.", "words": "Fewer, please."})
    filled = {"heading": "x", "words": "many words", "topics": ["a"], "shared": ["yes"], "mood": "bad"}
    for _time in range(2):
        outcome = await stage.slack.submits("UANN", stage.dialog["id"], filled)
        assert outcome.error is None
        assert "The community is asleep." in stage.dialog["plain"].split("\n")[1]
        assert "Fewer, please." in stage.dialog["plain"]
        values = {each["name"]: each["value"] for each in stage.dialog["controls"]}
        assert values["heading"] == "x"
        assert values["words"] == "many words"
        assert values["topics"] == ["a"]
        assert values["mood"] == "bad"
        filled = {}
    stage.script.says("Kept")
    await stage.slack.submits("UANN", stage.dialog["id"], {})
    await stage.settles()
    did = stage.script.last.did
    assert isinstance(did, Submitted)
    assert did.values["shared"] is True
    assert did.values["words"] == "many words"
    assert stage.last("UANN", "CGEN")["plain"] == "Kept"


async def test_a_form_from_a_place_without_the_bot_is_answered_in_the_chat(stage: Stage) -> None:
    stage.script.reply = Open(entry())
    await stage.slack.types("UANN", "CQUIET", "/journal")
    stage.script.says("Kept")
    await stage.slack.submits("UANN", stage.dialog["id"], {"heading": "x"})
    await stage.settles()
    assert stage.last("UANN", "DANN")["plain"] == "Kept"


async def test_a_slow_form_waits_and_shows_its_errors_then() -> None:
    async with staged(patience=0.1) as stage:
        stage.script.reply = Open(entry())
        await stage.slack.types("UANN", "CGEN", "/journal")
        stage.script.delay = 0.15
        stage.script.reply = complains({"heading": "Too short."})
        await stage.slack.submits("UANN", stage.dialog["id"], {"heading": "x"})
        assert "One moment" in stage.dialog["plain"]
        await stage.settles()
        assert "Too short." in stage.dialog["plain"]
        assert control(stage.dialog["controls"], "Title")["value"] == "x"
        stage.script.says("Kept")
        await stage.slack.submits("UANN", stage.dialog["id"], {})
        await stage.settles()
        assert "Done." in stage.dialog["plain"]
        assert stage.last("UANN", "CGEN")["plain"] == "Kept"


async def test_a_form_that_opens_too_late_gives_the_typed_words_back(stage: Stage) -> None:
    stage.slack.faults.add("views.open", error="expired_trigger_id")
    stage.script.reply = Open(entry())
    await stage.slack.types("UANN", "CGEN", "/journal my *long* thoughts")
    assert stage.dialog is None
    assert "too slow" in stage.last("UANN", "CGEN")["plain"]
    assert "my *long* thoughts" in stage.last("UANN", "CGEN")["plain"]


async def test_a_message_in_the_chat_is_answered_there(stage: Stage) -> None:
    stage.script.says("Good morning")
    await stage.slack.types("UANN", "DANN", "1 < 2 & see https://example.org/a?b=c&d=e @Bob @here")
    await stage.settles()
    did = stage.script.last.did
    assert isinstance(did, Wrote)
    assert did.text == "1 < 2 & see https://example.org/a?b=c&d=e @Bob @here"
    assert not did.mentions_bot
    assert did.reply_to is None
    assert stage.script.last.key == f"message:DANN:{did.message_id}"
    assert stage.last("UANN", "DANN")["plain"] == "Good morning"
    assert stage.last("UANN", "DANN")["thread"] is None


async def test_people_and_channels_in_what_somebody_wrote_are_called_by_their_names(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "/journal I asked @Bob, see https://example.org/a & #quiet")
    await stage.settles()
    assert stage.script.last.did == Commanded("journal", "I asked @Bob, see https://example.org/a & #quiet")
    await stage.slack.types("UANN", "DANN", "And @Bob answered.")
    await stage.settles()
    await stage.slack.edits("UANN", stage.last("UANN", "DANN")["id"], "And @Bob told @Ann.")
    await stage.settles()
    assert [heard.did.text for heard in stage.script.heard[1:]] == ["And @Bob answered.", "And @Bob told @Ann."]  # type: ignore[union-attr]
    assert [call["user"] for call in stage.called("users.info")] == ["UBOB", "UANN"], "each is asked for once"
    await stage.slack.types("UANN", "CGEN", "What people say to @Convene")
    await stage.slack.types("UANN", "CGEN", "What @Bob and others say to each other is nothing to look up")
    assert len(stage.called("users.info")) == 2


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}, {"error": "user_not_found"}, {"hang": True}], ids=str)
async def test_a_name_that_nobody_tells_leaves_the_id_or_the_handle(
    stage: Stage, fault: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.names.WAITS", 0.05)
    stage.slack.faults.add("users.info", times=2, **fault)
    await stage.slack.types("UANN", "CGEN", "/journal I asked @Bob")
    await stage.settles()
    assert stage.script.last.did == Commanded("journal", "I asked @bob")
    for said in ("I asked @Bob", "I asked @Bob again"):
        await stage.slack.types("UANN", "DANN", said)
        await stage.settles()
    assert [each.did.text for each in stage.script.heard if isinstance(each.did, Wrote)] == ["I asked @UBOB", "I asked @Bob again"]


@pytest.mark.parametrize(("where", "typed"), [("CGEN", "/journal I asked @Bob"), ("DANN", "I asked @Bob")])
async def test_no_acknowledgement_waits_for_names(stage: Stage, where: str, typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.names.WAITS", 0.2)
    stage.slack.faults.add("users.info", hang=True)
    assert (await stage.slack.types("UANN", where, typed)).error is None
    await stage.slack.settles()
    assert (stage.script.heard, len(stage.inbox.held)) == ([], 1), "it is acknowledged, stored, and not handled yet"
    await stage.settles()
    assert len(stage.script.heard) == 1
    assert stage.inbox.held == []


async def test_a_form_opens_for_a_command_that_mentions_somebody(stage: Stage) -> None:
    stage.script.reply = Open(entry())
    await stage.slack.types("UANN", "CGEN", "/poll Does @Bob know?")
    await stage.settles()
    assert stage.dialog["controls"]


async def test_a_reply_in_a_thread_is_answered_in_the_thread(stage: Stage) -> None:
    await stage.slack.types("UANN", "DANN", "first")
    first = stage.last("UANN", "DANN")["id"]
    stage.script.says("In the thread")
    await stage.slack.types("UANN", "DANN", "second", thread=first)
    await stage.settles()
    did = stage.script.last.did
    assert isinstance(did, Wrote)
    assert did.reply_to == first
    assert stage.last("UANN", "DANN")["thread"] == first


async def test_a_mention_arrives_twice_under_one_key(stage: Stage) -> None:
    stage.script.says("At your service")
    await stage.slack.types("UANN", "CGEN", "@Convene, help me")
    await stage.settles()
    one, two = stage.script.heard
    assert one == two
    assert isinstance(one.did, Wrote)
    assert (one.did.text, one.did.mentions_bot) == ("help me", True)
    shown = stage.messages("UANN", "CGEN")[1:]
    assert {each["plain"] for each in shown} == {"At your service"}
    assert all(each["private"] for each in shown)


async def test_a_message_from_a_bot_is_nobodys_word(stage: Stage) -> None:
    stage.script.says("Echo")
    await stage.slack.types("UANN", "DANN", "hello")
    await stage.settles()
    assert len(stage.script.heard) == 1


async def test_a_form_that_comes_too_late_for_a_press_is_said_so() -> None:
    async with staged(patience=0.02) as stage:
        stage.script.says("A card", Buttons((Button("Go", Vote(1), asks=True),)))
        await stage.slack.types("UANN", "DANN", "hello")
        await stage.settles()
        stage.script.delay = 0.04
        stage.script.reply = Open(entry())
        stage.slack.faults.add("views.open", error="expired_trigger_id")
        outcome = await stage.slack.presses("UANN", stage.last("UANN", "DANN")["id"], "press.0")
        assert outcome.error is None
        await stage.settles()
        assert "too slow" in stage.last("UANN", "DANN")["plain"]


async def test_a_message_gets_a_button_for_the_form_and_keeps_its_words(stage: Stage) -> None:
    stage.script.reply = Open(entry(), again='["command",{"name":"journal","typed":""}]')
    await stage.slack.types("UANN", "DANN", "a long story")
    await stage.settles()
    assert "There is a form for this" in stage.last("UANN", "DANN")["plain"]
    assert "a long story" in stage.last("UANN", "DANN")["plain"]
    assert "Open the form" in [control["label"] for control in stage.last("UANN", "DANN")["controls"]]


async def test_silence_says_nothing(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "/poll x")
    await stage.slack.types("UANN", "DANN", "hello")
    await stage.settles()
    assert stage.messages("UANN", "CGEN") == []
    assert len(stage.messages("UANN", "DANN")) == 1


async def test_a_form_may_follow_a_form(stage: Stage) -> None:
    stage.script.reply = Open(entry())
    await stage.slack.types("UANN", "CGEN", "/journal")
    following = entry(heading="Second")
    stage.script.reply = Open(Form("test.entry", "And then", "Go on", following.fields, nonce="n-2"))
    outcome = await stage.slack.submits("UANN", stage.dialog["id"], {"heading": "First"})
    assert outcome.error is None
    assert stage.dialog["title"] == "And then"
    assert control(stage.dialog["controls"], "Title")["value"] == "Second"
    stage.script.says("Kept")
    await stage.slack.submits("UANN", stage.dialog["id"], {})
    await stage.settles()
    assert stage.script.last.key == "form:n-2"
    assert stage.last("UANN", "CGEN")["plain"] == "Kept"


async def test_a_press_and_a_mention_in_a_thread_are_answered_in_the_thread(stage: Stage) -> None:
    first = await stage.adapter.post(GENERAL, Message("First"), "t")
    card = Message("Vote", (Buttons((Button("Pizza", "[]"),)),))
    second = await stage.adapter.post(Address("T0001", "CGEN", "place", thread=first.message_id), card, "u")
    stage.script.says("Counted")
    await stage.slack.presses("UANN", second.message_id, "press.0")
    await stage.settles()
    assert (stage.last("UANN", "CGEN")["plain"], stage.last("UANN", "CGEN")["thread"]) == ("Counted", first.message_id)
    stage.script.says("Yes?")
    await stage.slack.types("UANN", "CGEN", "@Convene hello", thread=first.message_id)
    await stage.settles()
    assert (stage.last("UANN", "CGEN")["plain"], stage.last("UANN", "CGEN")["thread"]) == ("Yes?", first.message_id)
    assert stage.last("UANN", "CGEN")["private"]


async def test_leaving_waits_for_what_is_under_way() -> None:
    async with staged(patience=0.01) as stage:
        stage.script.delay = 0.04
        stage.script.says("Still said")
        await stage.slack.types("UANN", "DANN", "hello")
        await stage.adapter.door.close()
        assert stage.last("UANN", "DANN")["plain"] == "Still said"
