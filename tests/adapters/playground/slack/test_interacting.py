"""Buttons, pickers, dialogs and the home tab."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from tests.adapters.playground.slack.stage import Heard, Stage, manifest, staged

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def dialog(title: str = "Poll", **extra: Any) -> Json:
    return {
        "type": "modal",
        "title": plain(title),
        "submit": plain("Ask"),
        "callback_id": "poll",
        "private_metadata": "nonce",
        "blocks": [
            {
                "type": "input",
                "block_id": "question",
                "label": plain("Question"),
                "element": {"type": "plain_text_input", "action_id": "value", "max_length": 20},
            },
            {
                "type": "input",
                "block_id": "kind",
                "label": plain("Kind"),
                "optional": True,
                "element": {
                    "type": "static_select",
                    "action_id": "value",
                    "options": [{"text": plain("Open"), "value": "open"}, {"text": plain("Secret"), "value": "secret"}],
                },
            },
        ],
        **extra,
    }


CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Lunch?*"}},
    {
        "type": "actions",
        "block_id": "votes",
        "elements": [
            {"type": "button", "action_id": "poll.vote.1", "text": plain("Pizza"), "value": "1", "style": "primary"},
            {
                "type": "static_select",
                "action_id": "poll.pick",
                "options": [{"text": plain("Now"), "value": "now"}, {"text": plain("Later"), "value": "later"}],
            },
            {"type": "overflow", "action_id": "poll.more", "options": [{"text": plain("Close"), "value": "close"}]},
        ],
    },
    {"type": "input", "block_id": "note", "label": plain("Note"), "element": {"type": "plain_text_input", "action_id": "text"}},
]


async def open_dialog(stage: Stage, view: Json | None = None) -> str:
    await stage.slack.types("UANN", "CGEN", "/poll")
    opened = await stage.api("views.open", trigger_id=stage.bot.heard[-1].fields["trigger_id"], view=view or dialog())
    assert opened["ok"], opened
    found: str = opened["view"]["id"]
    return found


def shown(stage: Stage) -> Json:
    found = stage.slack.screen("UANN")["dialog"]
    assert found is not None
    return dict(found)


async def post_card(stage: Stage) -> str:
    posted = await stage.api("chat.postMessage", channel="CGEN", text="Lunch?", blocks=CARD)
    await stage.slack.settles()
    stage.bot.heard.clear()
    found: str = posted["ts"]
    return found


async def test_a_press_carries_everything_about_its_message(stage: Stage) -> None:
    ts = await post_card(stage)
    outcome = await stage.slack.presses("UBOB", ts, "poll.vote.1", {"note": "hungry"})
    assert (outcome.delivered, outcome.status) == (True, 200)
    payload = stage.bot.heard[0].payload
    assert payload["type"] == "block_actions"
    assert (payload["user"]["id"], payload["team"]["id"], payload["api_app_id"]) == ("UBOB", "T0001", stage.slack.app_id)
    assert payload["container"] == {"type": "message", "message_ts": ts, "channel_id": "CGEN", "is_ephemeral": False}
    assert (payload["channel"]["name"], payload["message"]["ts"]) == ("general", ts)
    action = payload["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == ("poll.vote.1", "votes", "1", "button")
    assert action["action_ts"]
    assert payload["state"]["values"]["note"]["text"] == {"type": "plain_text_input", "value": "hungry"}
    assert {"trigger_id", "response_url", "token"} <= set(payload)


async def test_a_pick_carries_the_option(stage: Stage) -> None:
    ts = await post_card(stage)
    await stage.slack.presses("UBOB", ts, "poll.pick", {"poll.pick": "later"})
    assert stage.bot.heard[0].payload["actions"][0]["selected_option"]["value"] == "later"
    await stage.slack.presses("UBOB", ts, "poll.more", {"poll.more": "close"})
    assert stage.bot.heard[1].payload["actions"][0]["selected_option"]["value"] == "close"
    assert "Later" in stage.messages("UBOB", "CGEN")[0]["plain"]
    assert "Later" not in stage.messages("UANN", "CGEN")[0]["plain"]
    for control, value in (("poll.pick", "never"), ("poll.more", "never"), ("poll.nothing", "x")):
        with pytest.raises(LookupError):
            await stage.slack.presses("UBOB", ts, control, {control: value})


async def test_a_press_that_is_not_answered_is_told(stage: Stage) -> None:
    ts = await post_card(stage)
    stage.bot.answers(status=503)
    assert (await stage.slack.presses("UBOB", ts, "poll.vote.1")).error == "dispatch_failed"
    assert "did not respond" in stage.notices("UBOB")


async def test_without_interactivity_nothing_is_sent() -> None:
    app = manifest()
    app["settings"]["interactivity"]["is_enabled"] = False
    async with staged(app) as stage:
        ts = await post_card(stage)
        assert not (await stage.slack.presses("UBOB", ts, "poll.vote.1")).delivered
        assert stage.bot.heard == []


async def test_what_only_one_person_sees_does_not_come_back(stage: Stage) -> None:
    posted = await stage.api("chat.postEphemeral", channel="CGEN", user="UANN", text="x", blocks=CARD)
    await stage.slack.presses("UANN", posted["message_ts"], "poll.vote.1")
    payload = stage.bot.heard[0].payload
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    with pytest.raises(LookupError):
        await stage.slack.presses("UBOB", posted["message_ts"], "poll.vote.1")
    assert (await stage.api("chat.update", channel="CGEN", ts=posted["message_ts"], text="y"))["error"] == "message_not_found"
    assert await stage.hook(payload["response_url"], replace_original=True, text="done") == (200, "ok")
    assert stage.messages("UANN", "CGEN")[0]["plain"] == "done"
    assert await stage.hook(payload["response_url"], delete_original=True) == (200, "ok")
    assert stage.messages("UANN", "CGEN") == []


async def test_a_response_url_answers_five_times(stage: Stage) -> None:
    await stage.slack.types("UANN", "CQUIET", "/poll")
    url = stage.bot.heard[0].fields["response_url"]
    for number in range(4):
        assert (await stage.hook(url, text=f"answer {number}"))[0] == 200
    assert (await stage.hook(url, text="for all", response_type="in_channel"))[0] == 200
    status, said = await stage.hook(url, text="too much")
    assert (status, "used_url" in said) == (404, True)
    assert [each["private"] for each in stage.messages("UANN", "CQUIET")] == [True] * 4 + [False]


async def test_a_response_url_dies_after_half_an_hour(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "/poll")
    stage.seconds[0] += 1801
    status, said = await stage.hook(stage.bot.heard[0].fields["response_url"], text="late")
    assert (status, "expired_url" in said) == (404, True)


@pytest.mark.parametrize(
    ("payload", "error"),
    [({}, "no_text"), ({"text": "x", "blocks": [{"type": "nope"}]}, "invalid_blocks"), ({"delete_original": True}, "message_not_found")],
)
async def test_a_response_url_refuses(stage: Stage, payload: Json, error: str) -> None:
    await stage.slack.types("UANN", "CGEN", "/poll")
    status, said = await stage.hook(stage.bot.heard[0].fields["response_url"], **payload)
    assert status in (400, 404)
    assert error in said


async def test_an_unknown_response_url_and_one_with_a_fault(stage: Stage) -> None:
    assert (await stage.hook(f"{stage.slack.ws.base_url}/response/none", text="x"))[0] == 404
    await stage.slack.types("UANN", "CGEN", "/poll")
    stage.slack.faults.add("response_url", status=503)
    assert (await stage.hook(stage.bot.heard[0].fields["response_url"], text="x"))[0] == 503


async def test_a_trigger_opens_once_and_for_three_seconds(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "/poll")
    trigger = stage.bot.heard[0].fields["trigger_id"]
    assert (await stage.api("views.open", trigger_id=trigger, view=dialog()))["ok"]
    assert (await stage.api("views.open", trigger_id=trigger, view=dialog()))["error"] == "exchanged_trigger_id"
    await stage.slack.types("UANN", "CGEN", "/poll")
    stage.seconds[0] += 3.1
    late = await stage.api("views.open", trigger_id=stage.bot.heard[1].fields["trigger_id"], view=dialog())
    assert late["error"] == "expired_trigger_id"


async def test_a_submission_carries_the_view_and_closes_it(stage: Stage) -> None:
    view = await open_dialog(stage)
    controls = {each["name"]: each for each in shown(stage)["controls"]}
    assert (controls["question"]["kind"], controls["kind"]["kind"]) == ("input", "select")
    outcome = await stage.slack.submits("UANN", view, {"question": "Lunch?", "kind": "secret"})
    assert (outcome.delivered, outcome.error) == (True, None)
    sent = stage.bot.heard[-1].payload["view"]
    assert (sent["id"], sent["callback_id"], sent["private_metadata"]) == (view, "poll", "nonce")
    assert sent["hash"]
    assert sent["state"]["values"]["question"]["value"] == {"type": "plain_text_input", "value": "Lunch?"}
    assert sent["state"]["values"]["kind"]["value"]["selected_option"]["value"] == "secret"
    assert stage.slack.screen("UANN")["dialog"] is None


@pytest.mark.parametrize("values", [{}, {"question": ""}, {"question": "x" * 21}])
async def test_slack_itself_refuses_an_incomplete_form(stage: Stage, values: Json) -> None:
    view = await open_dialog(stage)
    before = len(stage.bot.heard)
    assert not (await stage.slack.submits("UANN", view, values)).delivered
    assert list(shown(stage)["errors"]) == ["question"]
    assert len(stage.bot.heard) == before


@pytest.mark.parametrize(("value", "fine"), [("x", False), ("1.5", False), ("0", False), ("11", False), ("5", True)])
async def test_slack_itself_looks_at_numbers(stage: Stage, value: str, fine: bool) -> None:
    number = {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1", "max_value": "10"}
    view = await open_dialog(stage, dialog(blocks=[{"type": "input", "block_id": "n", "label": plain("N"), "element": number}]))
    assert (await stage.slack.submits("UANN", view, {"n": value})).delivered is fine


async def test_errors_stand_at_their_fields_and_what_was_typed_stays(stage: Stage) -> None:
    view = await open_dialog(stage)
    stage.bot.answers({"response_action": "errors", "errors": {"question": "Not a question."}})
    assert (await stage.slack.submits("UANN", view, {"question": "Lunch"})).error is None
    assert shown(stage)["errors"] == {"question": "Not a question."}
    assert shown(stage)["controls"][0]["value"] == "Lunch"
    stage.bot.answers()
    await stage.slack.submits("UANN", view, {})
    assert stage.slack.screen("UANN")["dialog"] is None


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"question": ""}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "sing"},
        {"text": "hello"},
        ["no object"],
    ],
)
async def test_an_answer_that_slack_does_not_understand_is_a_general_failure(stage: Stage, answer: Any) -> None:
    view = await open_dialog(stage)
    stage.bot.answers(answer)
    assert (await stage.slack.submits("UANN", view, {"question": "Lunch?"})).error
    assert "trouble connecting" in shown(stage)["errors"][""]


async def test_a_failed_submission_is_a_general_failure(stage: Stage) -> None:
    view = await open_dialog(stage)
    stage.bot.answers(status=500)
    assert (await stage.slack.submits("UANN", view, {"question": "Lunch?"})).error == "dispatch_failed"
    assert "trouble connecting" in shown(stage)["errors"][""]


async def test_views_are_replaced_stacked_and_cleared(stage: Stage) -> None:
    view = await open_dialog(stage)
    stage.bot.answers({"response_action": "update", "view": dialog("Again")})
    await stage.slack.submits("UANN", view, {"question": "Lunch?"})
    assert (shown(stage)["id"], shown(stage)["title"]) == (view, "Again")
    assert shown(stage)["controls"][0]["value"] == "Lunch?"
    stage.bot.answers({"response_action": "push", "view": dialog("Second")})
    await stage.slack.submits("UANN", view, {})
    second = shown(stage)
    assert (second["title"], second["id"] != view) == ("Second", True)
    assert (await stage.slack.submits("UANN", second["id"], {"question": "x"})).error is None
    third = shown(stage)["id"]
    assert (await stage.slack.submits("UANN", third, {"question": "x"})).error == "push_limit_reached"
    stage.bot.answers()
    await stage.slack.submits("UANN", third, {"question": "x"})
    assert shown(stage)["id"] == second["id"]
    stage.bot.answers({"response_action": "clear"})
    await stage.slack.submits("UANN", second["id"], {"question": "x"})
    assert stage.slack.screen("UANN")["dialog"] is None


async def test_views_push_and_update_through_the_api(stage: Stage) -> None:
    button = {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": plain("More")}]}
    view = await open_dialog(stage, dialog(blocks=[button], external_id="form"))
    await stage.slack.presses("UANN", view, "more")
    payload = stage.bot.heard[-1].payload
    assert payload["container"] == {"type": "view", "view_id": view}
    assert "response_url" not in payload
    twin = await stage.api("views.push", trigger_id=payload["trigger_id"], view=dialog(external_id="form"))
    assert twin["error"] == "duplicate_external_id"
    stale = await stage.api("views.update", view_id=view, hash="old", view=dialog("Other"))
    assert stale["error"] == "hash_conflict"
    assert (await stage.api("views.update", external_id="form", hash=payload["view"]["hash"], view=dialog("Other")))["ok"]
    assert shown(stage)["title"] == "Other"
    await stage.slack.types("UANN", "CGEN", "/poll")
    alone = await stage.api("views.push", trigger_id=stage.bot.heard[-1].fields["trigger_id"], view=dialog())
    assert alone["error"] == "not_found"


@pytest.mark.parametrize(("notify", "heard"), [(True, True), (False, False)])
async def test_a_dismissal_is_told_only_where_it_was_asked_for(stage: Stage, notify: bool, heard: bool) -> None:
    view = await open_dialog(stage, dialog(notify_on_close=notify))
    assert (await stage.slack.dismisses("UANN", view)).delivered is heard
    assert stage.slack.screen("UANN")["dialog"] is None
    assert (stage.bot.heard[-1].payload.get("type") == "view_closed") is heard
    assert (await stage.api("views.update", view_id=view, view=dialog()))["error"] == "not_found"


async def test_the_view_can_be_updated_while_its_submission_is_under_way(stage: Stage) -> None:
    view = await open_dialog(stage)

    async def answer(_heard: Heard) -> web.Response:
        await stage.api("views.update", view_id=view, view=dialog("Working"))
        await asyncio.sleep(0)
        return web.json_response({"response_action": "errors", "errors": {"question": "No."}})

    stage.bot.answer = answer
    await stage.slack.submits("UANN", view, {"question": "Lunch?"})
    assert (shown(stage)["title"], shown(stage)["errors"]) == ("Working", {"question": "No."})


async def test_the_home_tab_is_opened_published_and_pressed(stage: Stage) -> None:
    assert stage.slack.screen("UANN")["home"] is None
    await stage.slack.opens_home("UANN")
    event = stage.bot.heard[0].event
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "home", "UANN")
    home = {"type": "home", "blocks": CARD}
    first = await stage.api("views.publish", user_id="UANN", view=home)
    assert (await stage.api("views.publish", user_id="UANN", view=home, hash=first["view"]["hash"]))["ok"]
    await stage.slack.opens_home("UANN")
    assert stage.bot.heard[1].event["view"]["id"] == first["view"]["id"]
    await stage.slack.presses("UANN", "home", "poll.vote.1")
    assert stage.bot.heard[2].payload["view"]["type"] == "home"
    found = stage.slack.screen("UANN")["home"]
    assert found is not None
    assert "Lunch?" in found["plain"]


async def test_without_subscription_the_home_tab_is_not_told() -> None:
    async with staged(manifest(without_events="app_home_opened")) as stage:
        assert not (await stage.slack.opens_home("UANN")).delivered


async def test_shortcuts_of_the_manifest(stage: Stage) -> None:
    await stage.slack.uses_shortcut("UANN", "ask")
    assert stage.bot.heard[0].payload["type"] == "shortcut"
    await stage.slack.types("UBOB", "CGEN", "keep me")
    message = stage.messages("UANN", "CGEN")[0]["id"]
    await stage.slack.uses_shortcut("UANN", "keep", message)
    assert stage.bot.heard[-1].payload["message"]["text"] == "keep me"
    for callback, on in (("none", None), ("keep", None), ("ask", message)):
        with pytest.raises(LookupError):
            await stage.slack.uses_shortcut("UANN", callback, on)
