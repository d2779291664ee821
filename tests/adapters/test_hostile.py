"""What hostile, careless and unlucky people send: nothing of it reaches what is not theirs, and nothing is said to everybody."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from sqlalchemy import Table, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.chat.action import Action, field_types, to_wire
from bot.chat.reading import resolved
from bot.chat.reply import Open, Reply, Say
from bot.core.clock import WoundClock
from bot.core.ports import Actor, BotAdded, Commanded, Conversation, Did, Interaction, Pressed, Submitted, Wrote
from bot.core.rows import KeptTextRow
from bot.data import scope
from bot.data.base import Base
from bot.data.units import Units
from bot.people.rows import CommunityRow, PersonRow, PlaceRow
from bot.play import _page
from bot.playground import SLACK_PLACE, SLACK_TEAM, TEAMS_PLACE, Playground, playground
from handlers.challenges.payloads import ChallengeDraft, Done, Join, Start
from handlers.challenges.rows import ChallengeRow, DoneRow, ParticipantRow
from handlers.journal.payloads import Undo
from handlers.journal.rows import EntryRow
from tests.kit.cast import Cast, count, entries, rows
from tests.kit.people import Person

At = Callable[[str], Person]
Row = dict[str, Any]
JSON = "application/json"
CANARY = "kanarienvogel"
CARD = "Seven small days"


@pytest.fixture(params=["slack", "teams"])
def cast(request: pytest.FixtureRequest, stage: Playground, person: At) -> Cast:
    return Cast.of(stage, request.param, person)


async def announced(stage: Playground, person: At) -> int:
    """A challenge that begins on Monday; its id."""
    await person("ANN").types("/challenge")
    await person("ANN").fills("Announce it", starts_on="2026-03-23")
    return (await rows(stage, ChallengeRow.id))[0]  # type: ignore[no-any-return]


# -- requests that are refused -------------------------------------------------------------------------------------------


def slack_command(text: str = "x") -> str:
    ids = {"user_id": "U0BOB", "channel_id": "D0BOB", "team_id": SLACK_TEAM, "trigger_id": text}
    return urlencode({"command": "/journal", "text": text, **ids})


@pytest.mark.filterwarnings("ignore:Sending a large body")
async def test_what_is_not_genuine_is_refused_with_its_status_and_a_silent_log(stage: Playground, person: At) -> None:
    slack, teams = stage.slack, stage.teams
    await person("layla").types(f"A genuine {CANARY}.")
    genuine = {**teams.sent[-1], "id": "another", "text": f"A forged {CANARY}."}
    bearer = {"Authorization": f"Bearer {teams.tokens.mint()}"}
    before = await count(stage, KeptTextRow)
    huge, text = "x" * 1_100_000, slack_command(CANARY)
    view = {"id": "V", "type": "modal", "callback_id": "x", "private_metadata": CANARY, "state": {"values": {}}}
    view = {"type": "view_submission", "team": {"id": SLACK_TEAM}, "user": {"id": "U0BOB"}, "view": view}
    refusals: dict[str, tuple[int, Callable[[], Awaitable[Any]]]] = {
        "unsigned": (401, lambda: slack.send_raw(text, signed=False)),
        "another's signature": (401, lambda: slack.send_raw(text, headers={"X-Slack-Signature": "v0=" + "0" * 64})),
        "stale": (401, lambda: slack.send_raw(text, at=time.time() - 400)),
        "from the future": (401, lambda: slack.send_raw(text, at=time.time() + 400)),
        "oversized": (413, lambda: slack.send_raw(slack_command(huge))),
        "no JSON": (400, lambda: slack.send_raw(f"{{{CANARY}", content_type=JSON)),
        "no object": (400, lambda: slack.send_raw(f'["{CANARY}"]', content_type=JSON)),
        "no form": (400, lambda: slack.send_raw(urlencode({"payload": json.dumps(view)}))),
        "half a command": (400, lambda: slack.send_raw(urlencode({"command": "/journal", "team_id": SLACK_TEAM, "text": CANARY}))),
        "no token": (401, lambda: teams.send_raw({}, genuine)),
        "a wrong key": (401, lambda: teams.send_raw({"Authorization": f"Bearer {teams.tokens.wrong_key()}"}, genuine)),
        "expired": (401, lambda: teams.send_raw({"Authorization": f"Bearer {teams.tokens.expired()}"}, genuine)),
        "oversized activity": (413, lambda: teams.send_raw(bearer, {**genuine, "text": huge})),
        "not JSON": (400, lambda: teams.send_raw(bearer, f"{{{CANARY}".encode())),
        "no activity": (400, lambda: teams.send_raw(bearer, {"text": CANARY})),
        "another tenant": (403, lambda: teams.send_raw(bearer, {**genuine, "channelData": {"tenant": {"id": "other"}}})),
        "no sender": (400, lambda: teams.send_raw(bearer, {**genuine, "from": None})),
    }
    for name, (status, send) in refusals.items():
        with capture_logs() as logs:
            answer = await send()
        assert answer.status == status, name
        said = str(answer)
        assert CANARY not in said, name
        assert slack.signing_secret not in said, name
        assert [log["status"] for log in logs if log["log_level"] == "warning"] == [status], (name, logs)
        for secret in (CANARY, slack.signing_secret, slack.bot_token, bearer["Authorization"].split()[1], "xxxxxxxx"):
            assert secret not in str(logs), name
    await stage.settle()
    assert await count(stage, KeptTextRow) == before
    assert await entries(stage) == []


@pytest.mark.filterwarnings("ignore:Sending a large body")
async def test_every_endpoint_of_the_playground_refuses_strangers_and_rubbish(units: Units, clock: WoundClock) -> None:
    async with (
        playground(units, clock, pace=timedelta(0), page=partial(_page, has_moved_in=lambda: True)) as stage,
        aiohttp.ClientSession() as http,
    ):
        here = stage.slack.ws.base_url.removesuffix("/slack-platform")
        acts = ("type", "press", "submit", "dismiss", "edit", "delete", "react", "home", "clock", "clock/stop")
        good: Row = {"platform": "slack", "user": "U0BOB", "conversation": "D0BOB", "text": CANARY}

        async def post(path: str, body: object, **headers: str) -> int:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            async with http.post(f"{here}{path}", data=data, headers={"Content-Type": JSON, **headers}) as answer:
                said = await answer.text()
                assert "Traceback" not in said
                assert CANARY not in said
                return answer.status

        for act in acts:
            path = f"/stage/{act}"
            assert await post(path, good, Host="evil.example") == 403, act
            assert await post(path, good, Origin="https://evil.example") == 403, act
            assert await post(path, good, **{"Sec-Fetch-Site": "cross-site"}) == 403, act
            assert await post(path, good, **{"Content-Type": "text/plain"}) == 415, act
            if act != "clock/stop":
                assert await post(path, b"x" * 1_100_000) == 413, act
                nobody: list[Row] = [{}, {**good, "user": "U0NOBODY"}, {**good, "platform": []}]
                for rubbish in (b"{", b"[]", b"null", b"7", b"\xff", b"[" * 50_000, *nobody):
                    assert await post(path, rubbish) == 400, (act, rubbish)
        assert await post("/stage/press", {**good, "surface": "1.1", "control": "x"}) == 404
        assert await post("/stage/type", {**good, "conversation": "C0NOWHERE"}) == 404
        for path in ("/stage/nothing", "/page/../../etc/passwd", "/page/%2e%2e/app.py", "/slack-platform/none", "/teams-platform/v3/none"):
            async with http.get(f"{here}{path}") as answer:
                assert answer.status in (403, 404), path
        assert await post("/", good) == 405
        async with http.get(f"{here}/slack/events") as answer:
            assert answer.status == 405
        async with http.get(f"{here}/stage/screen?platform=slack&user=U0NOBODY") as answer:
            assert answer.status == 400
        async with http.post(f"{here}/slack-platform/api/chat.postMessage", data={"channel": SLACK_PLACE, "text": "x"}) as answer:
            assert (await answer.json())["ok"] is False
        async with http.post(f"{here}/teams-platform/v3/conversations/{TEAMS_PLACE}/activities", json={"type": "message"}) as answer:
            assert answer.status == 401


async def test_half_characters_and_nul_do_no_harm(cast: Cast) -> None:
    for broken in ("nul \x00 and bell \x07", "\ufffe\uffff", "\u202e\u2066"):
        await cast.member.types(broken)
    if cast.is_slack:
        event = {"type": "message", "channel": "D0BOB", "channel_type": "im", "user": "U0BOB", "ts": "1.000001", "event_ts": "1.0"}
        event["text"] = "half \ud83d nul \x00"
        whole = {"type": "event_callback", "team_id": SLACK_TEAM, "event_id": "EvHALF", "event": event}
        answer: Any = await cast.stage.slack.send_raw(json.dumps(whole), content_type=JSON)
    else:
        activity = {**cast.stage.teams.sent[-1], "id": "half", "text": "half \ud83d nul \x00"}
        bearer = {"Authorization": f"Bearer {cast.stage.teams.tokens.mint()}"}
        answer = await cast.stage.teams.send_raw(bearer, json.dumps(activity).encode())
    await cast.settle()
    assert answer.status == 200
    cast.member.does_not_see("Something went wrong")
    cast.member.sees("half")


# -- what is not one's own -----------------------------------------------------------------------------------------------


def asked(account: str, did: Did, *, workspace: str = SLACK_TEAM, place: str | None = None) -> Interaction:
    where = Conversation(place, "place", "elsewhere") if place else Conversation(account, "chat")
    return Interaction("slack", workspace, Actor(account, "Somebody", "Europe/Berlin", "en"), where, did)


def words(reply: Reply) -> str:
    """Everything in a reply, for looking a canary up in it."""
    return repr(resolved(reply, "en"))


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


async def tables(stage: Playground) -> dict[str, list[Row]]:
    """Every row of every table."""

    def work(session: Session) -> dict[str, list[Row]]:
        scope.enter(session, scope.SYSTEM)
        found = {}
        for table in Base.metadata.sorted_tables:
            assert isinstance(table, Table)
            order = list(table.primary_key.columns)
            found[table.name] = [dict(row) for row in session.execute(select(table).order_by(*order)).mappings()]
        return found

    return await stage.parts.units.read(work)


def of(everything: dict[str, list[Row]], **owner: int) -> dict[str, list[Row]]:
    """The rows that belong to a community or a person."""
    return {name: [row for row in found if all(row.get(k) == v for k, v in owner.items())] for name, found in everything.items()}


def payloads(stage: Playground, ids: list[int]) -> Iterator[Action]:
    """Every payload that any button can carry, with every one of these ids in each of its numbers."""
    for payload in stage.parts.registry.payloads.values():
        types = field_types(payload)
        numbers = [name for name, hint in types.items() if hint is int or "int" in str(hint)]
        plain = {str: "x", bool: False, date: date(2026, 3, 20)}
        others = {name: plain[hint] for name, hint in types.items() if hint in plain}
        if not numbers:
            continue
        for number in ids:
            yield payload(**{**others, **dict.fromkeys(numbers, 1), numbers[0]: number})
            if len(numbers) > 1:
                yield payload(**{**others, **dict.fromkeys(numbers, number)})


async def try_everything(stage: Playground, account: str, ids: list[int]) -> None:
    """Press every button and send every form with ids that are not this person's."""
    sent: list[type[Action]] = []
    for payload in payloads(stage, ids):
        line = to_wire(payload)
        answer = await stage.parts.dispatcher.dispatch(asked(account, Pressed(line, None, str(ids[0]))))
        assert CANARY not in words(answer.reply), payload
        assert "Something went wrong" not in words(answer.reply), payload
        if type(payload) in sent:
            continue
        sent.append(type(payload))
        for declared in stage.parts.registry.forms.values():
            values = {field: str(ids[0]) for field in field_types(declared.draft)}
            answer = await stage.parts.dispatcher.dispatch(asked(account, Submitted(declared.draft.wire_name, line, "", values)))
            assert CANARY not in words(answer.reply), (declared, payload)
            assert "Something went wrong" not in words(answer.reply), (declared, payload)


async def test_nothing_of_another_community_is_seen_or_changed(stage: Playground, person: At) -> None:
    await second_community(stage)
    first, second = sorted(await rows(stage, CommunityRow.id))
    await stage.winder.settle()
    before = await tables(stage)
    theirs = of(before, community_id=second)
    foreign = {row["id"] for found in theirs.values() for row in found if "id" in row} | {second}
    assert len(foreign) > 20
    one_of_each = [found[0]["id"] for found in theirs.values() if found]
    for account in ("U0ANN", "U0BOB"):
        await try_everything(stage, account, one_of_each)
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
    ids = [row["id"] for found in hers.values() for row in found[:2]] + [challenge, owner]
    await try_everything(stage, "U0BOB", ids)
    await stage.winder.settle()
    after = await tables(stage)
    assert of(after, person_id=owner) == hers
    bob.does_not_see(CANARY)


ODD = ("0", "-1", "9" * 18, "9" * 19, "9" * 40, "9" * 5000, "1e9", "0x10", " 1 ", "१२", "", "nan", "1_0", "'; DROP TABLE entries; --")


async def test_old_and_hand_edited_buttons_are_out_of_date(stage: Playground) -> None:
    lines = ["", "x", "null", "[]", "{}", "[1,2]", '["gone.long.ago",{}]', '["gone.long.ago"]', "[" * 5000]
    lines += ['["command",{"name":"nothing"}]', '["command",{}]']
    lines += [f'["command",{json.dumps({"name": "journal", "typed": odd})}]' for odd in ("x" * 5000, "\x00", "\u202e")]
    for payload in stage.parts.registry.payloads.values():
        names = list(field_types(payload))
        lines += [json.dumps([payload.wire_name, dict.fromkeys(names, odd)]) for odd in ODD if names]
        junk: list[Any] = [7, None, [], {"surplus": "1"}, dict.fromkeys(names, 7), dict.fromkeys(names)]
        lines += [json.dumps([payload.wire_name, each]) for each in junk]
    for line in lines:
        for account in ("U0BOB", "U0NEVERSEEN"):
            answer = await stage.parts.dispatcher.dispatch(asked(account, Pressed(line)))
            assert isinstance(answer.reply, Say | Open) or answer.reply is not None, line
            assert "Something went wrong" not in words(answer.reply), (account, line[:100])


async def test_forms_that_are_gone_or_hand_edited_come_back_or_are_out_of_date(stage: Playground) -> None:
    values: list[Any] = [None, "", "x" * 10_000, "\x00", [], ["x"] * 1000, True, "2026-99-99", "99:99", "-0", "\u202e"]
    for form in [*stage.parts.registry.forms, "gone.form", ""]:
        declared = stage.parts.registry.forms.get(form)
        names = list(field_types(declared.draft)) if declared else ["text"]
        for value, subject in itertools.product(values, (None, "x", '["gone.long.ago",{}]')):
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


# -- twice and at once ---------------------------------------------------------------------------------------------------


async def test_a_form_sent_twice_counts_once(cast: Cast) -> None:
    await cast.member.types("/journal")
    driver, member = cast.member.driver, cast.member.who.account
    if cast.is_slack:
        await cast.member.fills("Save", text="Sent twice.")
        await cast.again()
    else:
        message, control = cast.member._control("Save", None)
        values = {"text": "Sent twice."}
        await asyncio.gather(*(driver.presses(member, message["id"], control["id"], values) for _ in range(2)))
        late = {**cast.stage.teams.sent[-1], "id": "and-once-more"}
        await cast.stage.teams._core.courier.carries_again(late)
    await cast.settle()
    assert await entries(cast.stage) == ["Sent twice."]
    assert cast.member.count("Saved in your journal") == 1


@pytest.mark.both_databases
async def test_everybody_presses_at_once(stage: Playground, person: At) -> None:
    await announced(stage, person)
    crowd = [person(name) for name in ("ANN", "BOB", "PRIYA", "HANAKO", "jurgen", "layla", "anil", "wei")]

    async def together(label: str, on: str, times: int = 1) -> None:
        found = [(one, *one._control(label, on)) for one in crowd]
        presses = [one.driver.presses(one.who.account, message["id"], control["id"], None) for one, message, control in found * times]
        await asyncio.gather(*presses)
        await stage.settle()
        await stage.winder.settle()

    await together("Join", CARD, times=2)
    assert await count(stage, ParticipantRow) == 8
    for one in crowd:
        one.sees("8 people", in_place=True)
        assert one.count(CARD) == 1
    await stage.winder.advance(stage.winder.now() + timedelta(days=3, hours=14))
    await together("Done", "One question about today", times=2)
    assert await count(stage, DoneRow) == 8
    bob = crowd[1]
    await asyncio.gather(*(bob.driver.types(bob.who.account, bob.chat, f"Thought {n}.") for n in range(4)))
    await stage.settle()
    assert sorted(await entries(stage)) == [f"Thought {n}." for n in range(4)]
    await together("Leave", "You are in")
    for one in crowd:
        one.does_not_see("1 person", "8 people")


# -- words that would like to be more --------------------------------------------------------------------------------------

NASTY = {
    "a broadcast": "<!channel> <!everyone> <!here> @channel @everyone @here",
    "a mention": "<@U0ANN> <at>Jürgen Groß</at> @Jürgen Groß <at id='0'>x</at>",
    "HTML": "<b onmouseover=alert(1)>x</b><script>alert(1)</script>&lt;!channel&gt;",
    "Markdown": "*bold* _it_ ~no~ `code` ```\nblock\n``` [click](https://evil.example) ![x](https://evil.example/x.png) # head",
    "a link": "<https://evil.example|your bank> mailto:x@y.z <tel:1|2>",
    "a function": "{{DATE(2026-03-29, SHORT)}} ${title} {name} %s %(x)s {0}",
    "right to left": "abc\u202egnirts\u202c \u2066x\u2069 \u200f",
    "zero width": "a\u200bb\ufeffc\u2060d",
    "emoji": "👩🏽‍🔧🏳️‍🌈 :tada: :+1:",
    "an apostrophe": "O'Brien \"quoted\" \\ back'slash; DROP TABLE people; --",
    "Chinese": "王小明 田中 花子 한국어 हिन्दी العربية",
    "long": "ÄÖÜ " + "x" * 200,
    "lines": "one\r\ntwo\rthree\u2028four\u0085five",
}


async def test_names_and_texts_of_people_are_inert_words(stage: Playground, person: At) -> None:
    bob, layla = person("BOB"), person("layla")
    for one in (bob, layla):
        await one.types("Kept: " + "\n".join(NASTY.values()))
        await one.presses("Save as journal entry")
        await one.presses("Undo", on="Saved in your journal")
    for nasty in NASTY.values():
        await stage.slack.change_profile("U0BOB", name=nasty[:200])
        stage.teams._core.person("29:layla").name = nasty[:200]
        await stage.slack.rename_channel(SLACK_PLACE, nasty[:200])
        await stage.teams.rename_channel(TEAMS_PLACE, nasty[:200])
    await stage.settle()
    await bob.types("/convene")
    await layla.types("/convene")
    await announced(stage, person)
    for one in (bob, layla):
        await one.presses("Join", on=CARD)
        one.does_not_see("Something went wrong")
    for place in await rows(stage, PlaceRow.name):
        assert len(place) <= 120
        assert not {"\n", "\r", "\u202e", "\u200b", "\u2028"} & set(place)
    assert stage.slack.broadcasts == []
    assert stage.slack.wordless == []
    assert stage.teams.mentions == []
    assert stage.teams.card_problems == []
    assert stage.teams.protocol_problems == []
    assert all(call.status in (200, 201) for call in stage.teams.calls if call.operation in ("post", "update"))
    refused = [call.answer for call in stage.slack.calls if not call.ok]
    assert refused == []
    told = [part for call in stage.slack.calls if call.method.startswith("chat.") for part in _texts(call.arguments)]
    assert told
    for raw in ("<!channel>", "<!everyone>", "<@U0ANN>", "<https://evil.example|"):
        assert not [part for part in told if raw in part["text"] and (part.get("type") == "mrkdwn" or "channel" in part)]


def _texts(part: Any) -> Iterator[Row]:
    """Every object in a body that has a text."""
    if isinstance(part, str) and part.startswith(("[", "{")):
        yield from _texts(json.loads(part))
    elif isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part
        for each in part.values():
            yield from _texts(each)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)


async def test_what_was_written_comes_back_as_it_was_written(cast: Cast) -> None:
    for name in ("a mention", "HTML", "Markdown", "a function", "an apostrophe", "Chinese", "a link"):
        nasty = NASTY[name]
        await cast.member.types(f"Look: {nasty}")
        await cast.passes(seconds=1)
        kept = cast.member.message("What shall I do with it?")["plain"]
        for word in nasty.split():
            if word.isalnum():
                assert word in kept, (name, word)


async def test_three_thousand_characters_fit_and_one_more_comes_back(cast: Cast) -> None:
    fits, too_long = "ä" * 2999 + "!", "ä" * 3000 + "!"
    await cast.member.types(f"/journal {fits}")
    cast.member.sees("Saved in your journal")
    assert await entries(cast.stage) == [fits]
    await cast.member.types(f"/journal {too_long}")
    cast.member.sees("3,001" if "3,001" in cast.member.reads() else "3001")
    given_back = "".join(m["plain"] for c in cast.member.screen["conversations"] for m in c["messages"] if m["author"]["is_bot"])
    assert given_back.count("ä") >= 3000
    assert await entries(cast.stage) == [fits]
    assert cast.is_clean()


# -- what is written stays sealed --------------------------------------------------------------------------------------------


async def leaks(stage: Playground, folder: Path, what: str) -> list[str]:
    """Where a word stands in clear: in any row of any table, or in the bytes of the database's files."""
    found = [f"{name}: {row}" for name, table in (await tables(stage)).items() for row in table if what in repr(row) or _holds(row, what)]
    return found + _files_with(folder, what)


def _files_with(folder: Path, what: str) -> list[str]:
    return [path.name for path in folder.glob("convene.db*") if what.encode() in path.read_bytes()]


def _holds(row: Row, what: str) -> bool:
    return any(isinstance(value, bytes | memoryview) and what.encode() in bytes(value) for value in row.values())


@pytest.mark.both_databases
async def test_what_people_write_is_sealed_wherever_it_stands(
    stage: Playground, person: At, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    await announced(stage, person)
    for name in ("BOB", "layla"):
        one = person(name)
        await one.presses("Join", on=CARD)
        await one.types(f"Kept and asked about, {CANARY}.")
        await one.types(f"/journal {CANARY} by command.")
        await one.presses("Undo", on="Saved in your journal")
        await one.types("/journal")
        await one.fills("Save", text=f"By a form, {CANARY}.")
        await one.types(f"/journal {CANARY * 300}")
        await one.types("/challenge " + CANARY)
    await stage.winder.advance(stage.winder.now() + timedelta(days=3, hours=7))
    for name in ("BOB", "layla"):
        one = person(name)
        await one.types(f"By a message, {CANARY}.")
        await one.edits("By a message", f"Edited, {CANARY}.")
    await stage.winder.settle()
    assert len(await entries(stage)) >= 4
    assert await leaks(stage, tmp_path, CANARY) == []
    assert CANARY not in caplog.text + "".join(capsys.readouterr())
    for other in ("ANN", "PRIYA", "jurgen", "wei"):
        person(other).does_not_see(CANARY)

    def plant(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.query(PersonRow).order_by(PersonRow.id).first().name = f"a planted {CANARY}"  # type: ignore[union-attr]

    await stage.parts.units.run(plant)
    assert await leaks(stage, tmp_path, CANARY), "the search would find a leak"
