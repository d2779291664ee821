"""The first thread: a command in, an answer out; a press; a dialog with errors; a post and its update."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.form import Choice, Choices, Field, Form, Line, Number, Prose, Raw, Toggle, corrected
from bot.chat.message import Button, Buttons, Message, Option, Paragraph, Picker
from bot.chat.reply import Open, Say
from bot.core.ports import Pressed, Submitted, Wrote
from tests.adapters.teams.conftest import ANN, BOB, CYD, PLACE, Stage, control

VOTE = '["poll.vote",{"option":"1"}]'
POLL = Form(
    "poll.new",
    "New poll",
    "Start",
    (
        Field("question", Line("Question"), is_optional=False),
        Field("options", Prose("Options", hint="One on each line"), is_optional=True),
        Field("many", Choices("Days", options=(Option("mon", "Monday"), Option("a,b%", "Odd"))), is_optional=True),
        Field("one", Choice("Kind", options=(Option("x", "Ex"), Option("y", "Why"))), is_optional=True),
        Field("count", Number("How many", least=1, most=9), is_optional=True),
        Field("secret", Toggle("Secret"), is_optional=True),
    ),
    subject='["poll.start",{}]',
    nonce="n-1",
)


def ask(*, asks: bool) -> Message:
    return Message("Want to vote?", (Paragraph("Vote now"), Buttons((Button("Vote", VOTE, "primary", asks=asks),))))


async def test_a_typed_command_is_answered(stage: Stage) -> None:
    stage.script.says("Hello Ann")
    outcome = await stage.types(ANN, "/poll Lunch? | a < b & c")
    assert outcome.status == 200
    heard = stage.script.heard[0]
    assert heard.did == Wrote("/poll Lunch? | a < b & c", stage.fake.sent[0]["id"])
    assert heard.actor.account == stage.account(ANN)
    assert (heard.actor.zone, heard.actor.language, heard.actor.name) == ("Europe/Berlin", "en-GB", "Ann Lee")
    assert heard.actor.reference["conversation"] == stage.fake.chat_of(ANN)
    assert heard.conversation.kind == "chat"
    assert heard.at is not None
    assert stage.last(ANN)["plain"] == "Hello Ann"
    assert stage.last(ANN)["text"] == "Hello Ann"


async def test_a_press_is_answered_in_place_of_the_private_card(stage: Stage) -> None:
    stage.script.says(ask(asks=False))
    await stage.types(ANN, "hi")
    stage.script.says("Voted", instead=True)
    assert (await stage.press(ANN, "Vote")).status == 200
    assert stage.did == Pressed(VOTE, stage.last(ANN)["id"])
    assert [each["plain"] for each in stage.messages(ANN)] == ["Voted"]


async def test_a_press_in_a_place_is_answered_by_a_notice_and_what_is_more_by_a_card_for_that_person(stage: Stage) -> None:
    await stage.adapter.post(stage.place(), ask(asks=False), "t")
    stage.script.says("Counted")
    await stage.press(BOB, "Vote", PLACE)
    assert stage.notices(BOB) == ["Counted"]
    assert len(stage.messages(BOB, PLACE)) == 1
    stage.script.says("Only yours", instead=True)
    await stage.press(BOB, "Vote", PLACE)
    assert stage.last(BOB, PLACE)["plain"] == "Only yours"
    stage.script.says(ask(asks=False))
    await stage.press(ANN, "Vote", PLACE)
    assert [each["private"] for each in stage.messages(ANN, PLACE)] == [False, True]
    assert len(stage.messages(BOB, PLACE)) == 1
    assert stage.messages(ANN) == stage.messages(BOB) == []
    assert "Vote now" in stage.messages(ANN, PLACE)[0]["plain"]


async def test_whoever_has_not_added_the_bot_is_told_so(stage: Stage) -> None:
    await stage.adapter.post(stage.place(), ask(asks=False), "t")
    stage.script.replies(Open(POLL))
    await stage.press(CYD, "Vote", PLACE)
    assert "add me for yourself" in stage.notices(CYD)[-1]


async def test_whoever_has_not_added_the_bot_reads_the_rest_where_they_pressed(stage: Stage) -> None:
    await stage.adapter.post(stage.place(), ask(asks=False), "t")
    stage.script.says(Message("Counted", (Paragraph("You voted for Pizza"),)))
    await stage.press(CYD, "Vote", PLACE)
    assert stage.notices(CYD) == ["Counted"]
    assert (stage.last(CYD, PLACE)["plain"], stage.last(CYD, PLACE)["private"]) == ("You voted for Pizza", True)
    assert len(stage.messages(ANN, PLACE)) == 1


async def test_a_dialog_keeps_what_was_typed_and_shows_errors_at_their_fields(stage: Stage) -> None:
    stage.script.says(ask(asks=True))
    await stage.types(ANN, "hi")
    stage.script.replies(Open(POLL))
    await stage.press(ANN, "Vote")
    opened = stage.dialog(ANN)
    assert (opened["title"], opened["submit"]) == ("New poll", "Start")
    typed = {"question": "Lunch *here*?", "many": ["mon", "a%2Cb%25"], "one": "y", "count": 4, "secret": True, "options": "a\nb"}
    errors = {"question": "Too silly.", "": "Not today."}
    raw: dict[str, Raw] = {
        "question": "Lunch *here*?",
        "many": ["mon", "a,b%"],
        "one": "y",
        "count": "4",
        "secret": True,
        "options": "a\nb",
    }
    stage.script.replies(Open(corrected(POLL, raw, errors)), Say(Message("Started"), False))
    await stage.fake.submits(ANN, opened["id"], typed)
    assert stage.did == Submitted("poll.new", '["poll.start",{}]', "n-1", raw)
    again = stage.dialog(ANN)
    assert set(again["errors"]) == {"question", ""}
    assert {c["name"]: c["value"] for c in again["controls"] if c["name"]} == {
        "question": "Lunch *here*?",
        "options": "a\nb",
        "many": "mon,a%2Cb%25",
        "one": "y",
        "count": 4,
        "secret": "true",
    }
    await stage.fake.submits(ANN, again["id"], {})
    assert stage.did.values == raw
    assert stage.dialog(ANN) is None
    assert stage.last(ANN)["plain"] == "Started"


async def test_a_form_with_errors_keeps_the_words_before_its_fields(stage: Stage) -> None:
    introduced = replace(POLL, intro="For Thursday 19 March.")
    again = corrected(POLL, {"question": "Q?"}, {"question": "Too silly."})  # whoever draws it anew does not know them
    stage.script.says(ask(asks=True))
    await stage.types(ANN, "hi")
    stage.script.replies(Open(introduced), Open(again), Open(again))
    await stage.press(ANN, "Vote")
    for _ in range(2):
        await stage.fake.submits(ANN, stage.dialog(ANN)["id"], {"question": "Q?"})
        assert "For Thursday 19 March." in stage.dialog(ANN)["plain"]
        assert "Too silly." in stage.dialog(ANN)["errors"]["question"]
    stage.script.replies(Open(introduced), Open(again))
    await stage.types(ANN, "poll")
    await stage.press(ANN, "Start", question="Q?")
    assert "For Thursday 19 March." in stage.last(ANN)["plain"]
    assert "Too silly." in stage.last(ANN)["plain"]


async def test_left_out_fields_come_back_empty(stage: Stage) -> None:
    stage.script.says(ask(asks=True))
    await stage.types(ANN, "hi")
    stage.script.replies(Open(POLL), Say(Message("Started"), False))
    await stage.press(ANN, "Vote")
    await stage.fake.submits(ANN, stage.dialog(ANN)["id"], {"question": "Q"})
    assert stage.did.values == {"question": "Q", "options": "", "many": [], "one": None, "count": None, "secret": False}


async def test_a_typed_message_opens_a_form_as_a_card_in_the_own_chat(stage: Stage) -> None:
    stage.script.replies(Open(POLL), Open(corrected(POLL, {"question": "Q?"}, {"question": "Too silly."})), Say(Message("Started")))
    await stage.types(ANN, "@Convene poll", PLACE)
    assert stage.did == Wrote("poll", stage.fake.sent[0]["id"], mentions_bot=True)
    assert "form" in stage.last(ANN, PLACE)["plain"]
    assert stage.last(ANN, PLACE)["thread"] == stage.fake.sent[0]["id"]
    assert stage.last(ANN)["plain"].startswith("New poll")
    await stage.press(ANN, "Start", question="Q?")
    assert "Too silly." in stage.last(ANN)["plain"]
    assert control(stage.last(ANN)["controls"], "Question")["value"] == "Q?"
    await stage.press(ANN, "Start", question="Q!")
    assert stage.did.values["question"] == "Q!"
    assert [each["plain"] for each in stage.messages(ANN)] == ["Started"]


async def test_a_picker_sends_what_was_picked(stage: Stage) -> None:
    picker = Picker("Day", '["day",{}]', (Option("mon", "Monday"), Option("tue", "Tuesday")), chosen="mon")
    await stage.adapter.post(stage.person(ANN), Message("Which day?", (picker,)), "t")
    stage.script.says("Noted")
    await stage.press(ANN, "Choose", **{"picked-1": "tue"})
    assert stage.did == Pressed('["day",{}]', stage.messages(ANN)[0]["id"], "tue")


async def test_post_edit_and_delete(stage: Stage) -> None:
    posted = await stage.adapter.post(stage.person(ANN), Message("One"), "t")
    assert posted.reference["conversation"] == stage.fake.chat_of(ANN)
    known = stage.person(ANN, **posted.reference)
    await stage.adapter.edit(known, posted.message_id, Message("Two"))
    assert stage.last(ANN)["plain"] == "Two"
    await stage.adapter.delete(known, posted.message_id)
    await stage.adapter.delete(known, posted.message_id)
    assert stage.last(ANN)["deleted"]
    place = await stage.adapter.post(stage.place(), Message("Here"), "t")
    await stage.adapter.post(stage.place(thread=place.message_id), Message("There"), "t")
    assert stage.last(ANN, PLACE)["thread"] == place.message_id
    assert sum(call.operation == "token" for call in stage.fake.calls) == 1


async def test_a_person_is_described_by_the_roster(stage: Stage) -> None:
    assert (await stage.adapter.describe(stage.tenant, stage.account(ANN))).name is None
    await stage.types(BOB, "hi")
    described = await stage.adapter.describe(stage.tenant, stage.account(ANN))
    assert (described.name, described.zone) == ("Ann Lee", None)
