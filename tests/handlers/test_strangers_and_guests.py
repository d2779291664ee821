"""People of another organisation read along and do not take part; guests take part like anybody, but do not lead."""

from __future__ import annotations

import pytest

from bot.chat.message import Button, Buttons, Message, Paragraph
from bot.core.ports import Address
from bot.people.rows import IdentityRow, PersonRow
from bot.playground import SLACK_PLACE, Playground
from tests.handlers.test_refused_places import says
from tests.kit.cast import count, rows
from tests.kit.pairs import At
from tests.kit.people import Person

READ_ALONG = "You are welcome to read along here"


async def stranger(stage: Playground) -> str:
    stage.slack.add_user("UELSE", "Zoe of Elsewhere", zone="Europe/Paris")
    stage.slack.ws.users["UELSE"].team = "TELSE"
    await stage.slack.join_channel("UELSE", SLACK_PLACE)
    return "UELSE"


def seen(stage: Playground, who: str) -> str:
    return "\n".join(m["plain"] for c in stage.slack.screen(who)["conversations"] for m in c["messages"])


async def test_a_stranger_of_a_shared_channel_reads_along_and_leaves_no_trace(stage: Playground, person: At) -> None:
    zoe, people = await stranger(stage), await count(stage, PersonRow)
    await says(stage, "Good morning.")
    assert "Good morning." in seen(stage, zoe)
    await stage.slack.types(zoe, SLACK_PLACE, "@Convene what is this?")
    await stage.settle()
    assert READ_ALONG in seen(stage, zoe)
    person("BOB").does_not_see(READ_ALONG)
    door = Message("Look", (Paragraph("Look"), Buttons((Button("See", '["command",{"name":"convene","typed":""}]'),))))
    await stage.slack_adapter.post(Address(stage.slack.team_id, SLACK_PLACE, "place"), door, "1.1")
    card = next(c for c in stage.slack.screen(zoe)["conversations"] if c["id"] == SLACK_PLACE)["messages"][-1]
    before = seen(stage, zoe).count(READ_ALONG)
    await stage.slack.presses(zoe, card["id"], card["controls"][0]["id"])
    await stage.settle()
    assert seen(stage, zoe).count(READ_ALONG) == before + 1
    await stage.slack.change_profile(zoe, name="Zoe E.")
    await stage.slack.deactivate_user(zoe)
    await stage.settle()
    assert await count(stage, PersonRow) == people


def offered(lead: Person) -> set[str]:
    dialog = lead.screen["dialog"]
    assert dialog is not None
    return {option["label"] for control in dialog["controls"] for option in control.get("options") or []}


async def test_whose_profile_tells_later_that_they_are_a_stranger_is_counted_out(stage: Playground) -> None:
    zoe = await stranger(stage)
    stage.slack.ws.users[zoe].team = ""  # a slash command and a reaction tell no organisation
    await stage.slack.opens_home(zoe)
    await stage.settle()
    stage.slack.ws.users[zoe].team = "TELSE"
    await stage.slack.change_profile(zoe, name="Zoe E.")
    await stage.settle()
    gone = [left for name, left in await rows(stage, PersonRow.name, PersonRow.left_at) if name.startswith("Zoe")]
    assert None not in gone
    assert len(gone) == 1


@pytest.mark.both_databases
async def test_a_guest_takes_part_and_is_not_offered_as_a_lead_until_they_are_one_no_more(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    account = bob.who.account
    stage.slack.ws.users[account].is_guest = True
    await stage.slack.change_profile(account, name="Bob O'Brien")
    await stage.settle()
    assert [guest for who, guest in await rows(stage, IdentityRow.account, IdentityRow.is_guest) if who == account] == [True]
    await bob.types("/journal A guest writes too.")
    bob.sees("Saved in your journal")
    await ann.types("/convene community")
    await ann.presses("Name a lead")
    assert "Bob O'Brien" not in offered(ann)
    assert offered(ann)
    stage.slack.ws.users[account].is_guest = False
    await stage.slack.change_profile(account, name="Bob O'Brien")
    await stage.settle()
    await ann.presses("Name a lead")
    assert "Bob O'Brien" in offered(ann)
