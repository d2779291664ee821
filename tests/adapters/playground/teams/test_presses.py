from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from adapters.playground.driver import Json
from adapters.playground.teams import UNREACHABLE, WENT_WRONG

from .conftest import ANN, BOB, PLACE, Stage, card, control, execute, staged, text_block, with_card

NAME: Json = {
    "type": "Input.Text", "id": "name", "label": "Name", "isRequired": True, "errorMessage": "Say a name", "maxLength": 5,
}  # fmt: skip
PICK: Json = {
    "type": "Input.ChoiceSet", "id": "pick", "label": "Pick", "isMultiSelect": True,
    "choices": [{"title": "One", "value": "1"}, {"title": "Two", "value": "2"}],
}  # fmt: skip
TOGGLE: Json = {"type": "Input.Toggle", "id": "sure", "label": "Sure?", "title": "Yes"}
COUNT: Json = {"type": "Input.Number", "id": "count", "label": "Count", "min": 1, "max": 5, "errorMessage": "1 to 5"}
DAY: Json = {"type": "Input.Date", "id": "day", "label": "Day", "min": "2026-01-01", "errorMessage": "Not a day"}
FETCH: Json = {"type": "Action.Submit", "title": "Open", "data": {"msteams": {"type": "task/fetch"}, "form": "f"}}
SEND: Json = {"type": "Action.Submit", "title": "Send", "data": {"nonce": "n"}}


def answering(stage: Stage, body: Any, status: int = 200) -> None:
    async def answer(_: Json) -> web.Response:
        return web.Response(status=status) if body is None else web.json_response(body, status=status)

    stage.bot.answers = answer


def card_answer(content: Json) -> Json:
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": content}


def task(content: Json, **more: Any) -> Json:
    shown = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"task": {"type": "continue", "value": {"title": "A form", "card": shown, **more}}}


async def test_execute_is_an_invoke_and_its_card_is_for_that_person_only(stage: Stage) -> None:
    posted = await stage.bot.posts(PLACE, with_card(card(PICK, actions=[execute("Vote", "poll.vote", id="v", data={"p": 1})])))
    answering(stage, card_answer(card(text_block("You voted"))))

    outcome = await stage.press(ANN, PLACE, "Vote", pick=["1", "2"])

    assert (outcome.delivered, outcome.status, outcome.error) == (True, 200, None)
    (activity,) = stage.bot.heard
    assert (activity["type"], activity["name"], activity["replyToId"]) == ("invoke", "adaptiveCard/action", posted)
    assert activity["value"] == {
        "action": {
            "type": "Action.Execute",
            "id": "v",
            "title": "Vote",
            "verb": "poll.vote",
            "data": {"p": 1, "pick": "1,2"},
        },
        "trigger": "manual",
    }
    assert stage.last(ANN, PLACE)["plain"] == "You voted"
    assert "One" in stage.last(BOB, PLACE)["plain"]
    await stage.bot.calls("PUT", f"v3/conversations/{PLACE}/activities/{posted}", {"type": "message", "text": "closed"})
    assert stage.last(ANN, PLACE)["plain"] == "closed"


async def test_a_message_answer_is_a_private_notice(stage: Stage) -> None:
    await stage.bot.posts(PLACE, with_card(card(actions=[execute("Vote", "poll.vote")])))
    answering(stage, {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Counted"})
    assert (await stage.press(ANN, PLACE, "Vote")).error is None
    assert (stage.notices(ANN), stage.notices(BOB)) == (["Counted"], [])


BAD_ANSWERS: dict[str, Any] = {
    "empty": None,
    "a list": [],
    "no statusCode": {"type": "application/vnd.microsoft.activity.message", "value": "x"},
    "unknown type": {"statusCode": 200, "type": "text", "value": "x"},
    "a message that is none": {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": {}},
    "a card that is none": {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": "x"},
    "an error without a code": {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": {"message": "x"}},
    "a good error": {"statusCode": 200, "type": "application/vnd.microsoft.error", "value": {"code": "x", "message": "x"}},
    "a bad message": {"statusCode": 500, "type": "application/vnd.microsoft.activity.message", "value": "x"},
}


@pytest.mark.parametrize("body", BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
async def test_the_client_makes_nothing_of_a_bad_answer(stage: Stage, body: Any) -> None:
    await stage.bot.posts(PLACE, with_card(card(actions=[execute("Vote", "poll.vote")])))
    answering(stage, body)
    assert (await stage.press(ANN, PLACE, "Vote")).error == WENT_WRONG
    assert stage.notices(ANN) == [WENT_WRONG]
    assert len(stage.fake.protocol_problems) == 1


async def test_an_error_answer_is_in_order_but_the_person_reads_that_it_failed(stage: Stage) -> None:
    await stage.bot.posts(PLACE, with_card(card(actions=[execute("Vote", "poll.vote")])))
    answering(stage, {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": {"code": "x", "message": "y"}})
    assert (await stage.press(ANN, PLACE, "Vote")).error == WENT_WRONG
    assert stage.fake.protocol_problems == []


async def test_an_invoke_has_a_deadline() -> None:
    async def sleeps(_: Json) -> web.Response:
        await asyncio.sleep(0.2)
        return web.Response()

    async with staged(invoke_timeout=0.03) as stage:
        await stage.bot.posts(PLACE, with_card(card(actions=[execute("Vote", "poll.vote")])))
        stage.bot.answers = sleeps
        outcome = await stage.press(ANN, PLACE, "Vote")
    assert (outcome.status, outcome.error) == (None, UNREACHABLE)


async def test_an_invoke_that_fails(stage: Stage) -> None:
    await stage.bot.posts(PLACE, with_card(card(actions=[execute("Vote", "poll.vote")])))
    answering(stage, None, 500)
    assert (await stage.press(ANN, PLACE, "Vote")).error == UNREACHABLE


async def test_submit_is_a_message_with_a_value(stage: Stage) -> None:
    posted = await stage.bot.posts(PLACE, with_card(card(NAME, TOGGLE, COUNT, PICK, actions=[SEND])))
    assert (await stage.press(ANN, PLACE, "Send", name="Zoe", sure=True)).status == 200
    (activity,) = stage.bot.heard
    assert (activity["type"], activity["replyToId"]) == ("message", posted)
    assert "text" not in activity
    assert activity["value"] == {"nonce": "n", "name": "Zoe", "sure": "true"}
    assert activity["conversation"]["id"] == f"{PLACE};messageid={posted}"


async def test_submit_without_the_inputs(stage: Stage) -> None:
    await stage.bot.posts(PLACE, with_card(card(NAME, actions=[{**SEND, "associatedInputs": "none"}])))
    assert (await stage.press(ANN, PLACE, "Send")).delivered is True
    assert stage.bot.heard[0]["value"] == {"nonce": "n"}


async def test_submit_as_typed_words(stage: Stage) -> None:
    back = {"msteams": {"type": "messageBack", "text": "go", "value": {"a": 1}}}
    say = {"msteams": {"type": "imBack", "value": "/help"}}
    odd = {"msteams": {"type": "somersault"}}
    actions = [{"type": "Action.Submit", "title": title, "data": data} for title, data in (("B", back), ("S", say), ("O", odd))]
    chat = stage.fake.chat_of(ANN)
    await stage.bot.posts(chat, with_card(card(text_block("x"), actions=actions)))
    shown = stage.last(ANN, chat)
    for label in ("B", "S", "O"):
        await stage.fake.presses(ANN, shown["id"], control(shown["controls"], label)["id"])
    first, second = stage.bot.heard
    assert (first["text"], first["value"]) == ("go", {"a": 1})
    assert second["text"] == "/help"
    assert stage.notices(ANN) == [WENT_WRONG]


@pytest.mark.parametrize(
    ("element", "value", "sentence"),
    [
        (NAME, "", "Say a name"),
        (NAME, "longer", "Say a name"),
        (COUNT, "9", "1 to 5"),
        (COUNT, "many", "1 to 5"),
        (DAY, "2025-12-31", "Not a day"),
        (DAY, "tomorrow", "Not a day"),
        (PICK, ["3"], "This value is not allowed here."),
        ({**TOGGLE, "isRequired": True, "errorMessage": "Be sure"}, False, "Be sure"),
    ],
)
async def test_the_client_sends_nothing_that_does_not_fit(stage: Stage, element: Json, value: Any, sentence: str) -> None:
    await stage.bot.posts(PLACE, with_card(card(element, actions=[SEND])))
    outcome = await stage.press(ANN, PLACE, "Send", **{element["id"]: value})
    assert (outcome.delivered, outcome.error) == (False, sentence)
    assert stage.bot.heard == []


async def test_a_dialog_opens_continues_and_ends(stage: Stage) -> None:
    await stage.bot.posts(PLACE, with_card(card(text_block("x"), actions=[FETCH])))
    answering(stage, task(card(NAME, PICK, actions=[SEND]), height=300, width="medium"))
    await stage.press(ANN, PLACE, "Open")
    assert stage.bot.heard[-1]["name"] == "task/fetch"
    assert stage.bot.heard[-1]["value"]["data"]["form"] == "f"
    dialog = stage.fake.screen(ANN)["dialog"]
    assert dialog is not None
    assert (dialog["title"], dialog["submit"]) == ("A form", "Send")
    assert stage.fake.screen(BOB)["dialog"] is None

    assert (await stage.fake.submits(ANN, dialog["id"], {"pick": "2"})).delivered is False
    refused = stage.fake.screen(ANN)["dialog"]
    assert refused is not None
    assert refused["errors"] == {"name": "Say a name"}

    note = text_block("Taken", color="attention", id="error-name")
    answering(stage, task(card(note, {**NAME, "value": "Zoe"}, actions=[SEND])))
    await stage.fake.submits(ANN, dialog["id"], {"name": "Zoe"})
    assert stage.bot.heard[-1]["value"]["data"] == {"nonce": "n", "name": "Zoe", "pick": "2"}
    again = stage.fake.screen(ANN)["dialog"]
    assert again is not None
    assert (again["id"], again["errors"]) == (dialog["id"], {"name": "Taken"})

    answering(stage, None)
    assert (await stage.fake.submits(ANN, dialog["id"], {})).error is None
    assert stage.bot.heard[-1]["value"]["data"] == {"nonce": "n", "name": "Zoe"}
    assert stage.fake.screen(ANN)["dialog"] is None
    assert (stage.fake.card_problems, stage.fake.protocol_problems) == ([], [])


async def test_a_dialog_can_end_with_words_or_be_dismissed(stage: Stage) -> None:
    await stage.bot.posts(PLACE, with_card(card(text_block("x"), actions=[FETCH])))
    answering(stage, task(card(NAME, actions=[SEND])))
    await stage.press(ANN, PLACE, "Open")
    dialog = stage.fake.screen(ANN)["dialog"]
    assert dialog is not None
    with pytest.raises(LookupError):
        await stage.fake.dismisses(BOB, dialog["id"])
    heard = len(stage.bot.heard)
    await stage.fake.dismisses(ANN, dialog["id"])
    assert (stage.fake.screen(ANN)["dialog"], len(stage.bot.heard)) == (None, heard)
    await stage.press(ANN, PLACE, "Open")
    answering(stage, {"task": {"type": "message", "value": "Thanks"}})
    reopened = stage.fake.screen(ANN)["dialog"]
    assert reopened is not None
    await stage.fake.presses(ANN, reopened["id"], control(reopened["controls"], "Send")["id"], {"name": "Zoe"})
    assert (stage.fake.screen(ANN)["dialog"], stage.notices(ANN)) == (None, ["Thanks"])


async def test_a_failing_submit_keeps_the_dialog(stage: Stage) -> None:
    await stage.bot.posts(PLACE, with_card(card(text_block("x"), actions=[FETCH])))
    answering(stage, task(card(NAME, actions=[SEND])))
    await stage.press(ANN, PLACE, "Open")
    dialog = stage.fake.screen(ANN)["dialog"]
    assert dialog is not None
    answering(stage, None, 500)
    assert (await stage.fake.submits(ANN, dialog["id"], {"name": "Zoe"})).error == UNREACHABLE
    kept = stage.fake.screen(ANN)["dialog"]
    assert kept is not None
    assert control(kept["controls"], "Name")["value"] == "Zoe"


BAD_TASKS: dict[str, Any] = {
    "empty": None,
    "no task": {"tasks": {}},
    "unknown type": {"task": {"type": "open", "value": {}}},
    "no words": {"task": {"type": "message", "value": ""}},
    "no title": task(card(NAME), title=""),
    "no card": {"task": {"type": "continue", "value": {"title": "x"}}},
    "no content": {"task": {"type": "continue", "value": {"title": "x", "card": {"contentType": "x", "content": {}}}}},
    "an odd height": task(card(NAME), height="tall"),
}


@pytest.mark.parametrize("body", BAD_TASKS.values(), ids=BAD_TASKS.keys())
async def test_no_dialog_opens_from_a_bad_answer(stage: Stage, body: Any) -> None:
    await stage.bot.posts(PLACE, with_card(card(text_block("x"), actions=[FETCH])))
    answering(stage, body)
    assert (await stage.press(ANN, PLACE, "Open")).error == WENT_WRONG
    assert stage.fake.screen(ANN)["dialog"] is None
    assert len(stage.fake.protocol_problems) == 1


async def test_refresh_asks_for_ones_own_view(stage: Stage) -> None:
    refresh = {"action": execute("Refresh", "poll.refresh"), "userIds": [ANN]}
    posted = await stage.bot.posts(PLACE, with_card(card(text_block("all"), refresh=refresh)))
    answering(stage, card_answer(card(text_block("yours"))))
    assert (await stage.fake.looks(BOB, posted)).delivered is False
    await stage.fake.looks(ANN, posted)
    assert stage.bot.heard[-1]["value"]["trigger"] == "automatic"
    assert (stage.last(ANN, PLACE)["plain"], stage.last(BOB, PLACE)["plain"]) == ("yours", "all")


async def test_hidden_parts_show_when_toggled(stage: Stage) -> None:
    toggle = {"type": "Action.ToggleVisibility", "title": "More", "targetElements": ["extra"]}
    await stage.bot.posts(PLACE, with_card(card(text_block("secret", id="extra", isVisible=False), actions=[toggle])))
    assert "secret" not in stage.last(ANN, PLACE)["plain"]
    await stage.press(ANN, PLACE, "More")
    assert "secret" in stage.last(ANN, PLACE)["plain"]
    assert "secret" not in stage.last(BOB, PLACE)["plain"]


async def test_a_nested_card_sends_the_inputs_around_it_too(stage: Stage) -> None:
    inner = {"type": "Action.ShowCard", "title": "More", "card": card({**NAME, "id": "inner"}, actions=[{**SEND, "title": "In"}])}
    await stage.bot.posts(PLACE, with_card(card(PICK, actions=[SEND, inner])))
    await stage.press(ANN, PLACE, "Send", pick="1")
    await stage.press(ANN, PLACE, "In", pick="1", inner="Zoe")
    assert [each["value"] for each in stage.bot.heard] == [
        {"nonce": "n", "pick": "1"},
        {"nonce": "n", "pick": "1", "inner": "Zoe"},
    ]


async def test_what_one_cannot_see_one_cannot_press(stage: Stage) -> None:
    posted = await stage.bot.posts(stage.fake.chat_of(ANN), with_card(card(actions=[SEND])))
    with pytest.raises(LookupError):
        await stage.fake.presses(BOB, posted, "c0-0")
    with pytest.raises(LookupError):
        await stage.fake.presses(ANN, posted, "c9-9")
    await stage.fake.uninstall_for(ANN)
    assert (await stage.fake.presses(ANN, posted, "c0-0")).error == UNREACHABLE


async def test_a_file_is_uploaded_after_consent(stage: Stage) -> None:
    chat = stage.fake.chat_of(ANN)
    consent = {
        "contentType": "application/vnd.microsoft.teams.card.file.consent",
        "name": "book.pdf",
        "content": {"description": "Your book", "sizeInBytes": 3, "acceptContext": {"f": 1}, "declineContext": {"f": 2}},
    }
    await stage.bot.posts(chat, {"type": "message", "attachments": [consent]})
    assert "supportsFiles" in stage.fake.card_problems[0]
    await stage.press(ANN, chat, "Decline")
    await stage.press(ANN, chat, "Allow")
    declined, accepted = stage.bot.heard
    assert declined["value"] == {"type": "fileUpload", "action": "decline", "context": {"f": 2}}
    assert (accepted["name"], accepted["value"]["context"]) == ("fileConsent/invoke", {"f": 1})
    address = accepted["value"]["uploadInfo"]["uploadUrl"]
    async with stage.bot.session.put(address, data=b"pdf") as response:
        assert response.status == 400
    async with stage.bot.session.put(address, data=b"pdf", headers={"Content-Range": "bytes 0-2/3"}) as response:
        assert response.status == 201
    async with stage.bot.session.get(address) as response:
        assert await response.read() == b"pdf"
    async with stage.bot.session.put(address + "x", data=b"pdf", headers={"Content-Range": "bytes 0-2/3"}) as response:
        assert response.status == 404


async def test_an_input_sends_nothing_by_itself_but_may_be_named_by_its_control(stage: Stage) -> None:
    posted = await stage.bot.posts(PLACE, with_card(card(PICK, actions=[SEND])))
    controls = stage.last(ANN, PLACE)["controls"]
    picker, button = control(controls, "Pick")["id"], control(controls, "Send")["id"]
    with pytest.raises(LookupError):
        await stage.fake.presses(ANN, posted, picker, {picker: "1"})
    await stage.fake.presses(ANN, posted, button, {picker: "1"})
    assert stage.bot.heard[0]["value"]["pick"] == "1"
