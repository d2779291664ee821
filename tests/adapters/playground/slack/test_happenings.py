"""What happens in the workspace, and which of it the bot may hear."""

from __future__ import annotations

import pytest

from adapters.playground.driver import Outcome
from tests.adapters.playground.slack.stage import Stage, manifest, staged


async def do(stage: Stage, what: str) -> Outcome:
    slack = stage.slack
    match what:
        case "invite":
            return await slack.invite_bot("UANN", "CQUIET")
        case "remove":
            return await slack.remove_bot("UANN", "CGEN")
        case "join":
            return await slack.join_channel("UBOB", "CGEN")
        case "leave":
            return await slack.leave_channel("UBOB", "CGEN")
        case "rename":
            return await slack.rename_channel("CGEN", "commons")
        case "archive":
            return await slack.archive_channel("CGEN")
        case "unarchive":
            return await slack.unarchive_channel("CGEN")
        case "delete":
            return await slack.delete_channel("CGEN")
        case "deactivate":
            return await slack.deactivate_user("UBOB")
        case "profile":
            return await slack.change_profile("UBOB", name="Robert", zone="Asia/Tokyo", locale="ja-JP")
        case _:
            return await slack.uninstall()


EVENTS = {
    "invite": "member_joined_channel",
    "remove": "member_left_channel",
    "join": "member_joined_channel",
    "leave": "member_left_channel",
    "rename": "channel_rename",
    "archive": "channel_archive",
    "unarchive": "channel_unarchive",
    "delete": "channel_deleted",
    "deactivate": "user_change",
    "profile": "user_change",
}
SCOPES = {"deactivate": "users:read", "profile": "users:read"}


@pytest.mark.parametrize("what", EVENTS)
async def test_the_event_is_sent(stage: Stage, what: str) -> None:
    assert (await do(stage, what)).delivered
    assert stage.bot.types() == [EVENTS[what]]


@pytest.mark.parametrize("what", EVENTS)
async def test_the_event_is_withheld_without_its_subscription(what: str) -> None:
    async with staged(manifest(without_events=EVENTS[what])) as stage:
        assert not (await do(stage, what)).delivered
        assert stage.bot.heard == []


@pytest.mark.parametrize("what", EVENTS)
async def test_the_event_is_withheld_without_its_scope(what: str) -> None:
    async with staged(manifest(without_scopes=SCOPES.get(what, "channels:read groups:read"))) as stage:
        assert not (await do(stage, what)).delivered


async def test_an_invitation_names_the_inviter_and_opens_the_channel(stage: Stage) -> None:
    await do(stage, "invite")
    event = stage.bot.heard[0].event
    assert (event["user"], event["channel"], event["inviter"]) == (stage.slack.bot_user_id, "CQUIET", "UANN")
    assert (await stage.slack.types("UANN", "CQUIET", "hello")).delivered


async def test_after_its_removal_the_bot_hears_nothing(stage: Stage) -> None:
    await do(stage, "remove")
    assert not (await stage.slack.types("UANN", "CGEN", "hello")).delivered
    assert (await stage.api("chat.postMessage", channel="CGEN", text="x"))["error"] == "not_in_channel"


async def test_a_private_channel_without_the_bot_is_silent(stage: Stage) -> None:
    assert not (await stage.slack.rename_channel("GSECRET", "hidden")).delivered
    assert (await stage.slack.rename_channel("GLEADS", "heads")).delivered
    assert stage.bot.types() == ["group_rename"]


async def test_a_changed_person_reads_in_the_new_zone(stage: Stage) -> None:
    await do(stage, "profile")
    assert stage.bot.heard[0].event["user"]["tz"] == "Asia/Tokyo"
    user = stage.slack.screen("UBOB")["user"]
    assert (user["name"], user["zone"], user["language"]) == ("Robert", "Asia/Tokyo", "ja-JP")


async def test_states_of_channels_are_on_the_screen(stage: Stage) -> None:
    await do(stage, "archive")
    await stage.slack.delete_channel("GLEADS")
    states = {each["id"]: each["state"] for each in stage.slack.screen("UANN")["conversations"]}
    assert (states["CGEN"], states["GLEADS"], states["CQUIET"]) == ("archived", "deleted", "open")
