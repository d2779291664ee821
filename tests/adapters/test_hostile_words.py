"""Whatever people write or press twice: it counts once, stays words, comes back as it was written and stays sealed."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.data import scope
from bot.people.rows import PersonRow, PlaceRow
from bot.playground import SLACK_PLACE, TEAMS_PLACE, Playground
from handlers.challenges.rows import DoneRow, ParticipantRow
from tests.adapters.attempts import CANARY, At, Row, announced, tables
from tests.kit.beginnings import CARD
from tests.kit.cast import Cast, count, entries, rows

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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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
