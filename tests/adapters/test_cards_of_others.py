"""Somebody acts on a private card of somebody else, or sends a form with values of their own: nothing of the other's is seen or changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.playground import Playground
from tests.kit.cast import Cast, entries
from tests.kit.people import Person

At = Callable[[str], Person]
WORDS = "Nobody but me should read that."


@pytest.fixture
def teams(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "teams", person)


def as_of(stage: Playground, somebody: Person, activity: dict[str, Any], number: int, *, in_place: bool = False) -> dict[str, Any]:
    """The same activity as if somebody else had sent it, from their own chat or from the place."""
    account = stage.teams._core.person(somebody.who.account)
    sender = {"id": account.id, "aadObjectId": account.aad_object_id, "name": account.name}
    conversation = {**activity["conversation"], "id": somebody.chat}
    if in_place:
        conversation = {"id": somebody.place, "conversationType": "channel", "isGroup": True, "tenantId": conversation.get("tenantId")}
    return {**activity, "id": f"forged-{number}", "from": {**activity["from"], **sender}, "conversation": conversation}


async def carries(teams: Cast, activity: dict[str, Any]) -> str:
    answer = await teams.stage.teams._core.courier.carries_again(activity)
    assert answer.status == 200
    await teams.settle()
    return str(answer.text)


async def test_a_press_on_somebody_elses_receipt_changes_nothing(teams: Cast) -> None:
    layla, wei = teams.member, teams.other
    await layla.types(f"/journal {WORDS}")
    layla.sees("Saved in your journal")
    await layla.presses("Undo", on="Saved in your journal")
    assert await entries(teams.stage) == []
    pressed = teams.stage.teams.sent[-1]
    await layla.types(f"/journal {WORDS}")
    card = layla.message("Saved in your journal")
    undo = next(each for each in card["controls"] if each["label"] == "Undo")
    held = teams.stage.teams.holds(layla.who.account, card["id"], undo["id"])[1].action
    assert isinstance(pressed["value"], dict)
    theirs = {
        **pressed,
        "replyToId": card["id"],
        "value": {**pressed["value"], "action": {**pressed["value"]["action"], "data": held["data"]}},
    }

    for number, in_place in enumerate((False, True)):
        answer = await carries(teams, as_of(teams.stage, wei, theirs, number, in_place=in_place))
        assert WORDS not in answer
    assert await entries(teams.stage) == [WORDS]
    assert layla.message("Saved in your journal")["body"] == card["body"], "her card stands as it stood"
    wei.does_not_see(WORDS)
    await layla.presses("Undo", on="Saved in your journal")
    assert await entries(teams.stage) == [], "and her own press still counts"


async def test_a_form_about_somebody_elses_entry_changes_nothing(teams: Cast) -> None:
    layla, wei = teams.member, teams.other
    await layla.types(f"/journal {WORDS}")
    await layla.presses("My journal", on="Saved in your journal")
    await layla.presses("Open Thu 19 Mar")
    await layla.presses("Change")
    await layla.fills("Save", text=f"{WORDS} Really.")
    sent = next(each for each in reversed(teams.stage.teams.sent) if "Really" in json.dumps(each))
    forged = json.loads(json.dumps(sent).replace("Really.", "Stolen."))
    again = json.dumps(forged).replace('"nonce": "', '"nonce": "x')
    assert again != json.dumps(forged), "what stands for having been sent can be changed by hand, too"
    answer = await carries(teams, as_of(teams.stage, wei, json.loads(again), 1))
    assert WORDS not in answer
    assert await entries(teams.stage) == [f"{WORDS} Really."]
    wei.does_not_see(WORDS)


async def test_values_that_no_field_offers_are_refused_and_nothing_is_kept(teams: Cast) -> None:
    await teams.lead.types("/poll Lunch? | Pizza | Sushi")
    await teams.member.presses("Pizza", on="Choose one.")
    pressed = teams.stage.teams.sent[-1]
    line = pressed["value"]["action"]["data"]["payload"]
    name, values = json.loads(line)
    for number, odd in enumerate(("999", "-1", "", "x", None)):
        forged = json.loads(json.dumps(pressed))
        forged["value"]["action"]["data"]["payload"] = json.dumps([name, {**values, "option": odd}])
        await carries(teams, as_of(teams.stage, teams.other, forged, number, in_place=True))
    teams.lead.sees("1 person has voted.", in_place=True)
    assert teams.is_clean()
