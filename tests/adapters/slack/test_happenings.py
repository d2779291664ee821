"""What happens around the bot becomes interactions of the right kind."""

from __future__ import annotations

from bot.core.ports import (
    AccountClosed,
    BotAdded,
    BotRemoved,
    Deleted,
    Edited,
    OpenedHome,
    PlaceClosed,
    PlaceRenamed,
    ProfileChanged,
    Wrote,
)
from tests.adapters.slack.stage import START, Stage, staged


async def test_edits_and_deletions_of_people(stage: Stage) -> None:
    await stage.slack.types("UANN", "DANN", "first")
    wrote = stage.script.last
    assert isinstance(wrote.did, Wrote)
    await stage.slack.edits("UANN", wrote.did.message_id, "second & better")
    edited = stage.script.last
    assert edited.did == Edited("second & better", wrote.did.message_id)
    assert edited.actor.account == "UANN"
    await stage.slack.deletes("UANN", wrote.did.message_id)
    deleted = stage.script.last
    assert deleted.did == Deleted(wrote.did.message_id)
    assert deleted.actor.account == "UANN"
    assert wrote.at is not None
    assert edited.at is not None
    assert deleted.at is not None
    assert START <= wrote.at < edited.at < deleted.at
    assert len({wrote.key, edited.key, deleted.key}) == 3
    assert len(stage.script.heard) == 3


async def test_a_deleted_message_with_replies(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "first")
    first = stage.script.last.did
    assert isinstance(first, Wrote)
    await stage.slack.types("UBOB", "CGEN", "reply", thread=first.message_id)
    await stage.slack.deletes("UANN", first.message_id)
    assert stage.script.last.did == Deleted(first.message_id)
    assert stage.script.last.actor.account == "UANN"


async def test_the_bots_own_messages_are_nobodys(stage: Stage) -> None:
    from bot.chat.message import Message
    from bot.core.ports import Address

    general = Address("T0001", "CGEN", "place")
    posted = await stage.adapter.post(general, Message("One"), "t")
    await stage.adapter.edit(general, posted.message_id, Message("Two"))
    await stage.adapter.delete(general, posted.message_id)
    await stage.settles()
    assert stage.script.heard == []


async def test_the_bot_comes_and_goes(stage: Stage) -> None:
    await stage.slack.invite_bot("UANN", "CQUIET")
    added = stage.script.last
    assert added.did == BotAdded()
    assert added.actor.account == "UANN"
    assert added.conversation.external_id == "CQUIET"
    await stage.slack.remove_bot("UANN", "CQUIET")
    removed = stage.script.heard[1:]
    assert [each.did for each in removed] == [BotRemoved()] * len(removed)
    assert "UANN" in {each.actor.account for each in removed}
    assert {each.actor.account for each in removed} <= {"UANN", ""}


async def test_people_who_come_and_go_are_left_alone(stage: Stage) -> None:
    await stage.slack.leave_channel("UBOB", "CGEN")
    await stage.slack.join_channel("UBOB", "CGEN")
    assert stage.script.heard == []


async def test_places_change(stage: Stage) -> None:
    await stage.slack.rename_channel("CGEN", "plaza")
    await stage.slack.archive_channel("CGEN", "UBOB")
    await stage.slack.delete_channel("CQUIET", "UANN")
    renamed, archived, deleted = stage.script.heard
    assert renamed.did == PlaceRenamed("plaza")
    assert (renamed.conversation.external_id, renamed.actor.account) == ("CGEN", "")
    assert (archived.did, archived.actor.account) == (PlaceClosed(), "UBOB")
    assert (deleted.did, deleted.actor.account) == (PlaceClosed(), "UANN")


async def test_a_place_that_is_opened_again_has_us_again(stage: Stage) -> None:
    await stage.slack.archive_channel("CGEN", "UBOB")
    await stage.slack.unarchive_channel("CGEN", "UBOB")
    opened = stage.script.last
    assert (opened.did, opened.conversation.external_id, opened.actor.account) == (BotAdded(), "CGEN", "")


async def test_people_change(stage: Stage) -> None:
    await stage.slack.change_profile("UANN", zone="Asia/Tokyo", locale="ja-JP")
    changed = stage.script.last
    assert changed.did == ProfileChanged()
    assert (changed.actor.name, changed.actor.zone, changed.actor.language) == ("Ann", "Asia/Tokyo", "ja-JP")
    await stage.slack.deactivate_user("UANN")
    assert stage.script.last.did == AccountClosed()
    assert stage.script.last.actor.account == "UANN"


async def test_the_home_is_opened(stage: Stage) -> None:
    await stage.slack.opens_home("UANN")
    assert stage.script.last.did == OpenedHome()
    assert stage.script.last.conversation.kind == "chat"


async def test_a_dismissed_form_is_silence(stage: Stage) -> None:
    from bot.chat.reply import Open
    from tests.adapters.slack.test_conversations import entry

    stage.script.reply = Open(entry())
    await stage.slack.types("UANN", "CGEN", "/journal")
    await stage.slack.dismisses("UANN", stage.dialog["id"])
    assert len(stage.script.heard) == 1


async def test_one_event_alone_is_enough_for_a_mention() -> None:
    async with staged(without_events="message.channels") as stage:
        await stage.slack.types("UANN", "CGEN", "hey @Convene")
        (heard,) = stage.script.heard
        assert isinstance(heard.did, Wrote)
        assert heard.did.mentions_bot
        assert heard.did.text == "hey"
