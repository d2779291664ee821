"""Lively worlds come back as they were, and the bot goes on in them."""

from __future__ import annotations

import json

import pytest
from aiohttp import web

from adapters.playground import codec
from adapters.playground.driver import Json
from adapters.playground.slack.workspace import Channel, StoredFile
from tests.adapters.playground.slack import stage as on_slack
from tests.adapters.playground.slack.test_interacting import CARD, dialog
from tests.adapters.playground.teams import conftest as on_teams
from tests.adapters.playground.teams.conftest import ANN, BOB, CYD, GROUP, PLACE, card, execute, text_block, with_card
from tests.adapters.playground.worlds import (
    PICK,
    TOGGLE,
    another_slack,
    another_teams,
    screens,
    small_slack,
    through_json,
)


async def upload(stage: on_slack.Stage, name: str, content: bytes) -> str:
    asked = await stage.api("files.getUploadURLExternal", filename=name, length=str(len(content)), alt_txt=f"About {name}")
    async with stage.session.post(asked["upload_url"], data=content) as answer:
        assert answer.status == 200
    done = await stage.api("files.completeUploadExternal", files=[{"id": asked["file_id"]}], channel_id="CGEN")
    assert done["ok"], done
    return str(asked["file_id"])


async def live_on_slack(stage: on_slack.Stage) -> str:
    """A bit of everything; returns the id of a message of the bot that has buttons."""
    slack = stage.slack
    posted = await stage.api(
        "chat.postMessage", channel="CGEN", text="Lunch?", blocks=CARD, metadata={"event_type": "convene_post", "event_payload": {"n": 1}}
    )
    ts = str(posted["ts"])
    await slack.presses("UBOB", ts, "poll.pick", {"poll.pick": "later", "note": "hungry"})
    await stage.api("chat.postMessage", channel="CGEN", text="In the thread", thread_ts=ts)
    await stage.api("chat.postEphemeral", channel="CGEN", user="UANN", text="For you", blocks=CARD)
    await stage.api("reactions.add", channel="CGEN", timestamp=ts, name="tada")
    await stage.api("pins.add", channel="CGEN", timestamp=ts)
    await slack.reacts("UANN", ts, ":eyes:")
    await slack.types("UANN", "CGEN", "Hello @Bob 👋 \ud83d")
    mine = stage.messages("UANN", "CGEN")[-1]["id"]
    await slack.edits("UANN", mine, "Hello again")
    await slack.types("UBOB", "CGEN", "Gone soon")
    await slack.deletes("UBOB", stage.messages("UBOB", "CGEN")[-1]["id"])
    await slack.sends_file("UANN", "CGEN", "notes.txt", b"notes", "Look")
    await upload(stage, "chart.png", b"\x89PNG" + bytes(200))
    home = {"type": "home", "blocks": [*CARD, {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A"}]}
    await stage.api("views.publish", user_id="UANN", view=home)
    await slack.presses("UANN", "home", "poll.pick", {"poll.pick": "now"})
    await slack.types("UANN", "CQUIET", "/nothing")
    await stage.api("conversations.open", users="UANN,UBOB")
    await slack.rename_channel("GLEADS", "leaders")
    await slack.archive_channel("GLEADS")
    await slack.delete_channel("GSECRET")
    await slack.change_profile("UBOB", name="Robert", zone="Asia/Tokyo")
    await slack.settles()
    return ts


async def test_slack_comes_back_as_it_was() -> None:
    async with on_slack.staged() as stage:
        ts = await live_on_slack(stage)
        before = screens(stage.slack, ("UANN", "UBOB"))
        dumped = through_json(stage.slack.dump())
        again = another_slack(stage.slack)
        again.restore(dumped)
        assert screens(again, ("UANN", "UBOB")) == before
        assert through_json(again.dump()) == dumped | {"last_ts": again.ws.last_ts, "last_serial": again.ws.last_serial}
        await again.close()
    assert "Later" in next(each["plain"] for each in before[1]["conversations"][1]["messages"] if each["id"] == ts)
    assert before[0]["home"] is not None
    assert before[0]["notices"]


async def test_on_slack_the_bot_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_slack.staged() as stage:
        ts = await live_on_slack(stage)
        dumped = through_json(stage.slack.dump())
        # The same server goes on with another world in it, as after a restart.
        fresh = another_slack(stage.slack)
        stage.slack.restore(fresh.dump())
        assert not stage.slack.ws.message(Channel("x", "", "channel", [], 0), ts)
        stage.slack.restore(dumped)
        stage.bot.heard.clear()
        assert (await stage.api("chat.update", channel="CGEN", ts=ts, text="Changed", blocks=CARD))["ok"]
        assert stage.messages("UANN", "CGEN")[0]["text"] == "Changed"
        assert (await stage.slack.presses("UBOB", ts, "poll.vote.1")).status == 200
        pressed = next(each.payload for each in stage.bot.heard if each.payload.get("type") == "block_actions")
        assert await stage.hook(pressed["response_url"], replace_original=True, text="Counted") == (200, "ok")
        assert stage.messages("UANN", "CGEN")[0]["text"] == "Counted"
        private = next(each["id"] for each in stage.messages("UANN", "CGEN") if each["private"])
        assert (await stage.slack.presses("UANN", private, "poll.vote.1")).status == 200
        picture = next(each["files"][0]["url"] for each in stage.messages("UANN", "CGEN") if each["files"] and each["author"]["is_bot"])
        async with stage.session.get(picture) as answer:
            assert (await answer.read()).startswith(b"\x89PNG")
        await fresh.close()


async def test_dialogs_and_what_was_typed_into_them_are_gone() -> None:
    async with on_slack.staged() as stage:
        await stage.slack.types("UANN", "CGEN", "/poll")
        trigger = stage.bot.heard[-1].fields["trigger_id"]
        opened = await stage.api("views.open", trigger_id=trigger, view=dialog())
        await stage.slack.submits("UANN", opened["view"]["id"], {"question": "much longer than it may be, by far"})
        dumped = stage.slack.dump()
        text = json.dumps(dumped)
        assert trigger not in text
        assert "response" not in text
        assert dumped["filled"] == []
        again = another_slack(stage.slack)
        again.restore(through_json(dumped))
        assert again.screen("UANN")["dialog"] is None
        await again.close()


async def test_large_files_leave_their_name_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "LARGEST_FILE", 100)
    monkeypatch.setattr(codec, "LARGEST_TOGETHER", 150)
    async with on_slack.staged() as stage:
        ids = [await upload(stage, f"{size}.bin", bytes(size)) for size in (60, 101, 80, 70)]
        before = stage.slack.screen("UANN")
        again = another_slack(stage.slack)
        again.restore(through_json(stage.slack.dump()))
        assert again.screen("UANN") == before
        assert [again.ws.files[each].content is not None for each in ids] == [False, False, True, True]
        third = another_slack(stage.slack)
        third.restore(through_json(again.dump()))
        assert third.screen("UANN") == before
        await again.close()
        await third.close()


def test_an_upload_under_way_is_not_kept() -> None:
    slack = small_slack()
    slack.ws.files["F1"] = StoredFile("F1", "a", "a", "UANN", "s", content=b"x")
    assert slack.dump()["files"] == []


async def live_on_teams(stage: on_teams.Stage) -> str:
    fake, bot = stage.fake, stage.bot
    content = card(text_block("Lunch?", id="q"), PICK, actions=[execute("Vote", "poll.vote"), TOGGLE])
    posted = await bot.posts(PLACE, with_card(content))

    async def answer(_: Json) -> web.Response:
        own = card(text_block("You voted"), actions=[execute("Again", "poll.again")])
        return web.json_response({"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": own})

    bot.answers = answer
    await stage.press(ANN, PLACE, "Vote", why="hungry")
    await stage.press(BOB, PLACE, "Hide")
    bot.answers = None
    await fake.types(ANN, f"{PLACE};messageid={posted}", "<at>Convene</at> hello 👋")
    await fake.edits(ANN, stage.last(ANN, PLACE)["id"], "hello again")
    await fake.types(BOB, PLACE, "gone")
    await fake.deletes(BOB, stage.last(BOB, PLACE)["id"])
    await fake.reacts(BOB, posted, "like")
    target: Json = {"type": "message", "text": "psst", "recipient": {"id": ANN}}
    status, _, _ = await bot.calls("POST", f"v3/conversations/{PLACE}/activities?isTargetedActivity=true", target)
    assert status == 201
    await bot.posts(fake.chat_of(BOB), with_card(card(text_block("In private"), actions=[execute("Ok", "ok")])))
    edited = await bot.posts(GROUP, {"type": "message", "text": "before"})
    await bot.calls("PUT", f"v3/conversations/{GROUP}/activities/{edited}", {"type": "message", "text": "after"})
    await fake.opens_home(BOB)
    await fake.types(CYD, fake.bot_id, "hello?")
    await fake.install_for(CYD)
    await fake.uninstall_for(CYD)
    fake.block_for(BOB)
    await fake.rename_channel(GROUP, "Dinner")
    await fake.archive_team("Elsewhere")
    fake._core.uploads["file"] = b"content"
    fake._core.shared["sent"] = b"what somebody sent"
    await fake.settles()
    return posted


async def test_teams_comes_back_as_it_was() -> None:
    async with on_teams.staged() as stage:
        await live_on_teams(stage)
        before = screens(stage.fake, (ANN, BOB, CYD))
        dumped = through_json(stage.fake.dump())
        again = another_teams(stage.fake)
        again.restore(dumped)
        assert screens(again, (ANN, BOB, CYD)) == before
        assert through_json(again.dump()) == dumped | {"last_id": again._core.world.last_id}
        assert again._core.blocked == {BOB}
        assert again.uploads == {"file": b"content"}
        assert again._core.shared == {"sent": b"what somebody sent"}
        assert again._core.person(BOB).chat_opened
        await again.close()
    assert before[2]["notices"]


async def test_on_teams_the_bot_goes_on_where_it_stopped() -> None:
    async with on_teams.staged() as stage:
        posted = await live_on_teams(stage)
        dumped = through_json(stage.fake.dump())
        fresh = another_teams(stage.fake)
        stage.fake.restore(fresh.dump())
        stage.fake.restore(dumped)
        own = next(each for each in stage.messages(ANN, PLACE) if each["id"] == posted)
        assert own["plain"].startswith("You voted")
        assert (await stage.fake.presses(ANN, posted, own["controls"][0]["id"])).delivered
        assert stage.bot.heard[-1]["value"]["action"]["verb"] == "poll.again"
        status, _, _ = await stage.bot.calls("PUT", f"v3/conversations/{PLACE}/activities/{posted}", {"type": "message", "text": "closed"})
        assert status == 200
        assert next(each for each in stage.messages(ANN, PLACE) if each["id"] == posted)["plain"] == "closed"
        await stage.fake.rename_team("Guild", "Union")
        assert stage.bot.heard[-1]["channelData"]["team"]["name"] == "Union"
        await fresh.close()
