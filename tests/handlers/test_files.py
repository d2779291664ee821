"""Files that people send to the bot in their own chat: fetched within bounds, taken by whoever knows the kind, refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from adapters import downloads
from adapters.downloads import Attached
from adapters.slack.client import is_kept_by
from adapters.teams.files import fetch
from adapters.teams.inbound import FILE
from bot.core.ports import LARGEST_FILE, FileLost, Loss, SentFile
from bot.playground import Playground
from handlers import packs
from handlers.packs.reading import to_yaml
from handlers.packs.rows import PackRow
from tests.kit.cast import Cast, entries, rows
from tests.kit.people import Person

At = Callable[[str], Person]
PACK = to_yaml(replace(packs.shipped()[packs.SMALLEST], name="our_steps", title="Our steps"))


def download_fails(cast: Cast, **how: Any) -> None:
    """The next download goes wrong."""
    if cast.is_slack:
        cast.stage.slack.faults.add("download", **how)
    else:
        cast.stage.teams.faults.add("download", **how)


async def titles(stage: Playground) -> list[str]:
    """The titles of the packs that were saved, in that order."""
    return [row[1] for row in sorted(await rows(stage, PackRow.id, PackRow.title), key=lambda row: row[0])]


@pytest.mark.both_databases
async def test_a_lead_sends_packs_as_files(stage: Playground, person: At) -> None:
    for name in ("ANN", "jurgen"):
        lead = person(name)
        await lead.sends_file("our.YAML", PACK)
        lead.sees("Our steps is saved with 7 days")
        await lead.sends_file(f"the_road-of_{name}.txt", "1. A quiet hour\n3. A walk round the house")
        lead.sees(f"The road of {name} is saved with 3 days.", "Day 2 comes from A better practitioner")
        await lead.sends_file("table.csv", 'Day;Title;Practice\n1;"Hello; you";Say it.\n2;Bye;Say that, too.\n')
        lead.sees("Table is saved with 2 days", "Day 1: Hello; you")
        await lead.sends_file("cells.tsv", "Title\tPractice\nOne\tDo, then rest.\n")
        lead.sees("Cells is saved with 1 day")
        await lead.sends_file("excel.txt", "Title\tPractice\nÜbung\tTu es.\n".encode("utf-16"))
        lead.sees("Excel is saved with 1 day", "Day 1: Übung")
    assert (await titles(stage))[:2] == ["Our steps", "The road of ANN"]


async def test_what_cannot_be_read_is_told_with_its_lines(cast: Cast) -> None:
    lead = cast.lead
    await lead.sends_file("bad.yml", PACK.replace("title: Our steps", "titel: Our steps"))
    lead.sees("bad.yml cannot be read as a pack yet", "Line ")
    await lead.sends_file("twice.csv", "day,title\n1,One\n1,Two\n")
    lead.sees("twice.csv cannot be read as a pack yet", "Line 3: Day 1 is there twice.")
    await lead.sends_file("latin.txt", "Eins\nZwei\nÜbung".encode("cp1252"))
    lead.sees("Line 3: This is no text in UTF-8.")
    await lead.sends_file("blank.txt", "\n\n")
    lead.sees("There is no activity here.")
    await lead.sends_file("huge.txt", "a\n" * 400_000)
    lead.sees("This is larger than 256 KB")
    assert await titles(cast.stage) == []
    assert cast.is_clean()


async def test_only_leads_make_packs(cast: Cast) -> None:
    await cast.member.sends_file("ours.yaml", PACK)
    cast.member.sees("Only a lead of this community can do that")
    assert await titles(cast.stage) == []


async def test_what_is_typed_beside_a_file_is_a_message_of_its_own(cast: Cast) -> None:
    lead = cast.lead
    await lead.types("/challenge")
    await lead.fills("Announce it", pack=packs.SMALLEST, starts_on="2026-03-20")
    await lead.presses("Join")
    await lead.sends_file("ours.yaml", PACK, text="Tried the mirror.")
    lead.sees("Our steps is saved with 7 days")
    assert await entries(cast.stage) == ["Tried the mirror."]
    await lead.sends_file("mirror.jpg", b"\xff\xd8\xff", text="And the camera.")
    readable = ".csv, .ics, .markdown, .md, .tsv, .txt, .yaml, .yml"
    lead.sees(f"I did nothing with mirror.jpg. I can read files whose names end in one of these: {readable}.")
    assert await entries(cast.stage) == ["Tried the mirror.", "And the camera."]
    await lead.edits("Tried the mirror.", "Tried the mirror twice.")
    assert "Tried the mirror twice." in await entries(cast.stage)


async def test_files_that_do_not_arrive(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = cast.lead
    await lead.sends_file("big.yaml", b"x" * (LARGEST_FILE + 1))
    lead.sees("big.yaml is larger than 5 MB, so I did not take it.")
    await lead.sends_file("whole.jpg", b"x" * LARGEST_FILE)
    lead.sees("I did nothing with whole.jpg.")
    await lead.sends_file("nothing.yaml", b"")
    lead.sees("nothing.yaml is empty")
    download_fails(cast, status=404)
    await lead.sends_file("gone.yaml", PACK)
    lead.sees("gone.yaml was gone before I could read it.")
    download_fails(cast, status=302)
    await lead.sends_file("moved.yaml", PACK)
    lead.sees("I was not allowed to read moved.yaml.")
    download_fails(cast, status=503)
    await lead.sends_file("broken.yaml", PACK)
    lead.sees("broken.yaml did not reach me in time.")
    monkeypatch.setattr(downloads, "PATIENCE", aiohttp.ClientTimeout(total=0.2))
    download_fails(cast, hang=True)
    await lead.sends_file("slow.yaml", PACK)
    lead.sees("slow.yaml did not reach me in time.")
    assert await titles(cast.stage) == []
    assert cast.is_clean()


async def test_an_address_is_opened_within_bounds(stage: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "LARGEST_FILE", 3)
    async with aiohttp.ClientSession() as session:
        url, shared = f"{stage.teams.service_url}shared/key", stage.teams._core.shared
        shared["key"] = b"12345"
        assert await fetch(session, Attached("five", url)) == FileLost("five", Loss.TOO_LARGE)
        shared["key"] = b"123"
        found = await fetch(session, Attached("three", url))
        assert found.name == "three"
        assert not isinstance(found, FileLost)
        assert await fetch(session, Attached("odd", "ftp://127.0.0.1/x")) == FileLost("odd", Loss.REFUSED)
        assert await fetch(session, Attached("plain", "http://example.org/x")) == FileLost("plain", Loss.REFUSED)


async def test_a_file_in_a_place_is_nobodys_business(cast: Cast) -> None:
    await cast.lead.sends_file("ours.yaml", PACK, in_place=True)
    assert await titles(cast.stage) == []
    cast.lead.does_not_see("is saved")


@pytest.mark.both_platforms
async def test_several_files_in_one_message(cast: Cast) -> None:
    lead, stage = cast.lead, cast.stage
    await lead.sends_file("first.txt", "One\nTwo")
    if cast.is_slack:
        body = json.loads(next(sent.body for sent in reversed(stage.slack.line.sent) if b"file_share" in sent.body))
        again = {**body["event"]["files"][0], "name": "second.txt"}
        body["event"] |= {"files": [*body["event"]["files"], again], "ts": "1773990000.000900"}
        await stage.slack.send_raw(json.dumps({**body, "event_id": "EvSEVERAL"}), content_type="application/json")
    else:
        activity = stage.teams.sent[-1]
        files = [each for each in activity["attachments"] if each["contentType"] == FILE]
        await stage.teams._core.courier.carries_again({**activity, "id": "1", "attachments": [*files, {**files[0], "name": "second.txt"}]})
    await cast.settle()
    lead.sees("Second is saved with 2 days")
    assert await titles(stage) == ["First", "First", "Second"]
    await cast.again()
    assert await titles(stage) == ["First", "First", "Second"]


async def test_no_more_than_ten_files_are_fetched() -> None:
    asked: list[str] = []

    async def fetching(file: Attached) -> SentFile:
        asked.append(file.name)
        return SentFile(file.name, b"x")

    found = [each async for each in downloads.each_of([Attached(str(n), "") for n in range(13)], fetching)]
    assert asked == [str(n) for n in range(10)]
    assert found[10:] == [FileLost("10", Loss.TOO_MANY)]


async def test_without_the_permission_a_file_cannot_be_read(stage: Playground, person: At) -> None:
    ann, jurgen = person("ANN"), person("jurgen")
    ws = stage.slack.ws
    ws.grants = replace(ws.grants, scopes=ws.grants.scopes - {"files:read"})
    await ann.sends_file("ours.yaml", PACK)
    ann.sees("I was not allowed to read ours.yaml.")
    stage.teams._core.manifest["bots"][0]["supportsFiles"] = False
    outcome = await jurgen.sends_file("ours.yaml", PACK)
    assert not outcome.delivered
    jurgen.sees("This bot does not take files.")
    assert await titles(stage) == []


def test_the_token_goes_to_slack_alone() -> None:
    api = "https://slack.com/api/"
    assert is_kept_by(api, "https://files.slack.com/files-pri/T1-F1/download/pack.yaml")
    for elsewhere in ("https://files.slack.com.example.org/x", "http://files.slack.com/x", "https://example.org/x", "", "https://[x"):
        assert not is_kept_by(api, elsewhere)
    assert is_kept_by("http://127.0.0.1:1/api/", "http://127.0.0.1:1/files/F1")
    assert not is_kept_by("http://127.0.0.1:1/api/", "http://127.0.0.1:2/files/F1")
