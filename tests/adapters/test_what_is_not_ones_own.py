"""Nothing of another community, of another person or of a lead can be reached by hand-edited buttons and forms."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy.orm import Session

from bot.chat.action import Action, field_types, to_wire
from bot.chat.message import Message
from bot.chat.reply import Open, Reply
from bot.core import dispatch, handling
from bot.core.ports import BotAdded, Commanded, Did, Interaction, Pressed, Submitted, Wrote
from bot.core.registry import Registry
from bot.core.rows import KeptTextRow
from bot.people.rows import CommunityRow
from bot.playground import SLACK_TEAM, Playground
from handlers.challenges.payloads import ChallengeDraft, Done, Join, Start
from handlers.challenges.rows import ChallengeRow
from handlers.journal.payloads import Undo
from handlers.journal.rows import EntryRow
from tests.adapters.attempts import CANARY, At, Row, announced, asked, tables, words
from tests.kit.beginnings import CARD
from tests.kit.cast import Cast, count, rows
from tests.kit.effort import EVERYTHING

# What is tried on everything with CONVENE_TEST_EVERYTHING=1 is shared out otherwise: every payload and every form gets some of it.
APART, SHARES, FORMS_APART = (1, 1, 1) if EVERYTHING else (12, 16, 4)


@pytest.fixture(autouse=True)
def one_front_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of old buttons are answered with the same front door: it is looked up for each person's first one only."""
    doors: dict[str, Message | None] = {}

    def front_door(session: Session, registry: Registry, interaction: Interaction, now: datetime) -> Message | None:
        account = interaction.actor.account
        if account not in doors:
            doors[account] = handling.front_door(session, registry, interaction, now)
        return doors[account]

    monkeypatch.setattr(dispatch, "front_door", front_door)


async def second_community(stage: Playground) -> None:
    """Another community with everything that a community can have, on the same database."""

    async def does(did: Did, place: str | None = None) -> Reply:
        return (await stage.parts.dispatcher.dispatch(asked("U9EVE", did, workspace="T9999", place=place))).reply

    await does(BotAdded(), "C9ELSE")
    opened = await does(Commanded("challenge", ""))
    assert isinstance(opened, Open)
    values = {field.name: field.value for field in opened.form.fields}
    await does(Submitted(ChallengeDraft.wire_name, None, "n", {**values, "starts_on": "2026-03-20"}))
    ids = await rows(stage, ChallengeRow.id)
    await does(Pressed(to_wire(Join(ids[-1]))))
    await does(Pressed(to_wire(Done(ids[-1], 1))))
    await does(Wrote(f"An entry, {CANARY}.", "9.1"))
    await does(Wrote(f"/journal Another {CANARY}.", "9.2"))
    await does(Pressed(to_wire(Undo((await rows(stage, EntryRow.id))[-1]))))
    assert await count(stage, EntryRow) == 2
    assert await count(stage, KeptTextRow) == 1


def of(everything: dict[str, list[Row]], **owner: int) -> dict[str, list[Row]]:
    """The rows that belong to a community or a person."""
    return {name: [row for row in found if all(row.get(k) == v for k, v in owner.items())] for name, found in everything.items()}


def payloads(stage: Playground, rows_of: dict[str, list[int]]) -> Iterator[Action]:
    """Every payload that any button can carry, with the ids that its numbers are meant for, and with a share of all others in each."""
    ids = [number for found in rows_of.values() for number in found]
    for share, payload in enumerate(stage.parts.registry.payloads.values()):
        types = field_types(payload)
        numbers = [name for name, hint in types.items() if hint is int or "int" in str(hint)]
        plain = {str: "x", bool: False, date: date(2026, 3, 20)}
        others = {name: plain[hint] for name, hint in types.items() if hint in plain}
        if not numbers:
            continue
        meant = {name: [each for table, found in rows_of.items() if name[:4] in table for each in found] for name in numbers}
        yield payload(**others, **{name: found[0] if found else 1 for name, found in meant.items()})
        for turn, number in enumerate([*meant[numbers[0]][1:], *ids[share % APART :: APART]]):
            yield payload(**{**others, **dict.fromkeys(numbers, 1), numbers[0]: number})
            if len(numbers) > 1 and turn % 3 == 0:
                yield payload(**{**others, **dict.fromkeys(numbers, number)})


async def try_everything(stage: Playground, account: str, rows_of: dict[str, list[int]]) -> None:
    """Press every button with ids that are not this person's, and send every form about what it may be about.

    A form that may be about anything is sent about a share of all payloads, each form about others.
    """
    first = str(next(iter(rows_of.values()))[0])
    sent: list[type[Action]] = []
    for payload in payloads(stage, rows_of):
        line = to_wire(payload)
        answer = await stage.parts.dispatcher.dispatch(asked(account, Pressed(line, None, first)))
        assert CANARY not in words(answer.reply), payload
        assert "Something went wrong" not in words(answer.reply), payload
        if type(payload) in sent:
            continue
        sent.append(type(payload))
        for turn, declared in enumerate(stage.parts.registry.forms.values()):
            if declared.about is not type(payload) and (declared.about is not None or (len(sent) + turn) % (4 * APART)):
                continue
            values = dict.fromkeys(field_types(declared.draft), first)
            answer = await stage.parts.dispatcher.dispatch(asked(account, Submitted(declared.draft.wire_name, line, "", values)))
            assert CANARY not in words(answer.reply), (declared, payload)
            assert "Something went wrong" not in words(answer.reply), (declared, payload)


@pytest.mark.thorough
async def test_nothing_of_another_community_is_seen_or_changed(stage: Playground, person: At) -> None:
    await second_community(stage)
    first, second = sorted(await rows(stage, CommunityRow.id))
    await stage.winder.settle()
    before = await tables(stage)
    theirs = of(before, community_id=second)
    foreign = {row["id"] for found in theirs.values() for row in found if "id" in row} | {second}
    assert len(foreign) > 20
    one_of_each = {name: [found[0]["id"]] for name, found in theirs.items() if found and "id" in found[0]}
    await try_everything(stage, "U0ANN", one_of_each)  # a lead gets past every check that a member gets past
    theirs_said = next((row["message_id"] for row in theirs["posts"] if row["message_id"]), "1.1")
    await stage.parts.dispatcher.dispatch(asked("U0BOB", Wrote("To a message of theirs.", "5.5", reply_to=theirs_said)))
    await stage.winder.settle()
    after = await tables(stage)
    assert of(after, community_id=second) == theirs
    for name, found in of(after, community_id=first).items():
        for row in found:
            assert not foreign & {value for value in row.values() if isinstance(value, int)}, (name, row)
    for somebody in ("ANN", "BOB", "jurgen"):
        person(somebody).does_not_see(CANARY)


@pytest.mark.thorough
async def test_nothing_of_another_person_is_seen_or_changed(stage: Playground, person: At) -> None:
    challenge = await announced(stage, person)
    ann, bob = person("ANN"), person("BOB")
    await ann.presses("Join", on=CARD)
    await stage.winder.advance(stage.winder.now() + timedelta(days=3, hours=7))
    await ann.presses("Done", on="One question about today")
    await ann.types(f"My own {CANARY}.")
    await ann.types(f"/journal Also my own {CANARY}.")
    await ann.presses("Undo", on="Saved in your journal")
    before = await tables(stage)
    owner = next(row["id"] for row in before["people"] if row["name"].startswith("Ann"))
    hers = of(before, person_id=owner)
    assert all(hers[name] for name in ("identities", "participants", "entries", "kept_texts"))
    two_of_each = {name: [row["id"] for row in found[:2]] for name, found in hers.items() if found and "id" in found[0]}
    await try_everything(stage, "U0BOB", {**two_of_each, "challenges": [challenge], "people": [owner]})
    await stage.winder.settle()
    after = await tables(stage)
    assert of(after, person_id=owner) == hers
    bob.does_not_see(CANARY)


ODD = ("0", "-1", "9" * 18, "9" * 19, "9" * 40, "9" * 5000, "1e9", "0x10", " 1 ", "१२", "", "nan", "1_0", "'; DROP TABLE entries; --")


@pytest.mark.thorough
async def test_old_and_hand_edited_buttons_are_out_of_date(stage: Playground) -> None:
    lines = ["", "x", "null", "[]", "{}", "[1,2]", '["gone.long.ago",{}]', '["gone.long.ago"]', "[" * 5000]
    lines += ['["command",{"name":"nothing"}]', '["command",{}]']
    lines += [f'["command",{json.dumps({"name": "journal", "typed": odd})}]' for odd in ("x" * 5000, "\x00", "\u202e")]
    for turn, payload in enumerate(stage.parts.registry.payloads.values()):
        names = list(field_types(payload))
        junk: list[Any] = [7, None, [], {"surplus": "1"}, dict.fromkeys(names, 7), dict.fromkeys(names)]
        tries = [*(dict.fromkeys(names, odd) for odd in ODD if names), *junk]
        lines += [json.dumps([payload.wire_name, each]) for each in tries[turn % SHARES :: SHARES]]  # reading them is the same for all
    for number, line in enumerate(lines):
        account = "U0BOB" if number % 9 else f"U0NEVERSEEN{number}"
        answer = await stage.parts.dispatcher.dispatch(asked(account, Pressed(line)))
        assert answer.reply is not None, line
        assert "Something went wrong" not in words(answer.reply), (account, line[:100])


@pytest.mark.thorough
async def test_forms_that_are_gone_or_hand_edited_come_back_or_are_out_of_date(stage: Playground) -> None:
    values: list[Any] = [None, "", "x" * 10_000, "\x00", [], ["x"] * 1000, True, "2026-99-99", "99:99", "-0", "\u202e"]
    for form in [*stage.parts.registry.forms, "gone.form", ""]:
        declared = stage.parts.registry.forms.get(form)
        names = list(field_types(declared.draft)) if declared else ["text"]
        tries = list(zip(values, itertools.cycle((None, "x", '["gone.long.ago",{}]')), strict=False))
        for value, subject in tries[len(form) % FORMS_APART :: FORMS_APART]:
            did = Submitted(form, subject, "", {**dict.fromkeys(names, value), "surplus": "x"})
            answer = await stage.parts.dispatcher.dispatch(asked("U0ANN", did))
            assert "Something went wrong" not in words(answer.reply), (form, str(value)[:20], subject)


async def test_unknown_commands_are_answered_with_the_nearest(cast: Cast) -> None:
    await cast.member.types("/challlenge" if not cast.is_slack else f" /challlenge{' ' * 3}now")
    cast.member.sees("Did you mean /challenge?")
    await cast.member.types(f" /{'y' * 300}")
    cast.member.sees("I do not know")
    await cast.member.types(f"{cast.mention} /<!channel>", in_place=True)
    assert cast.is_clean()


async def test_a_member_cannot_do_what_only_a_lead_may(cast: Cast) -> None:
    await cast.lead.types("/challenge")
    if cast.is_slack:
        view = cast.lead.screen["dialog"]
        assert view is not None
        sent = {**view["body"], "id": view["id"], "state": {"values": {}}}
        body = {"type": "view_submission", "team": {"id": SLACK_TEAM}, "user": {"id": "U0BOB"}, "view": sent}
        await cast.stage.slack.send_raw(urlencode({"payload": json.dumps(body)}))
        await cast.settle()
        answer = cast.member.reads()
    else:
        await cast.lead.fills("Announce it", starts_on="2026-03-01")
        forged = json.loads(json.dumps(cast.stage.teams.sent[-1]).replace("2026-03-01", "2026-03-23"))
        somebody = cast.stage.teams._core.person(cast.member.who.account)
        sender = {"id": somebody.id, "aadObjectId": somebody.aad_object_id, "name": somebody.name}
        forged |= {"id": "forged", "from": {**forged["from"], **sender}}
        forged["conversation"] = {**forged["conversation"], "id": cast.stage.teams.chat_of(somebody.id)}
        answer = (await cast.stage.teams._core.courier.carries_again(forged)).text
        await cast.settle()
    assert "Only a lead of this community can do that" in answer
    pressed = asked("U0BOB", Pressed(to_wire(Start())))
    assert "Only a lead" in words((await cast.stage.parts.dispatcher.dispatch(pressed)).reply)
    assert await count(cast.stage, ChallengeRow) == 0
