"""Files by their signed address: for a week, for whoever has it, for nobody who changes a character of it, and on no other way."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote, urlsplit

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.teams.files import with_links
from bot.chat.message import File, Message, Paragraph
from bot.chat.reading import resolved
from bot.core.handed import HandedFiles
from bot.core.ports import Address
from bot.core.rows import HandedFileRow
from bot.data import scope
from bot.data.ids import new_id
from bot.people import joining
from bot.people.rows import CommunityRow
from bot.playground import TEAMS_PLACE, TENANT, Playground
from scheduler.sweep import MACHINE, sweep
from tests.kit.cast import count
from tests.kit.people import Person

At = Callable[[str], Person]
NAME = 'Ergebnis "März" / 2026.md'
FILE = File(NAME, "text/markdown", "To read", "Grüße an alle".encode())
PICTURE = File("map.png", "image/png", "A map", b"\x89PNG\r\n\x1a\n")
PAGE = File("page.html", "text/html", "A page", b"<script>alert(1)</script>")


@pytest.fixture
def files(stage: Playground) -> HandedFiles:
    return stage.parts.handed_files(stage.teams._core.courier.request_url.removesuffix("/api/messages"))


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def link(files: HandedFiles, file: File = FILE) -> str:
    address = await files.link("teams", TENANT, file)
    assert address is not None
    return address


@pytest.mark.both_databases
async def test_whoever_has_the_link_has_the_file_for_a_week(stage: Playground, files: HandedFiles, web: aiohttp.ClientSession) -> None:
    address = await link(files)
    assert await link(files) == address, "the same file has one address a day"
    assert await count(stage, HandedFileRow) == 1
    async with web.get(address) as answer:
        assert (answer.status, await answer.text(encoding="utf-8")) == (200, "Grüße an alle")
        of = answer.headers
    assert of["Content-Type"] == "text/markdown; charset=utf-8"
    assert of["Content-Disposition"].startswith("attachment; filename=\"Ergebnis _M_rz_ _ 2026.md\"; filename*=UTF-8''")
    assert unquote(of["Content-Disposition"].rpartition("''")[2]) == NAME
    assert of["Cache-Control"].startswith("private")
    assert of["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in of["Content-Security-Policy"]
    assert of["Referrer-Policy"] == "no-referrer"
    async with web.head(address) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(FILE.content)))

    await stage.winder.advance(stage.winder.now() + timedelta(days=6, hours=23))
    async with web.get(address) as answer:
        assert answer.status == 200
    await stage.winder.advance(stage.winder.now() + timedelta(days=1, hours=1))
    async with web.get(address) as answer:
        assert answer.status == 410
        assert "Ask for the file again" in await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"
    assert await count(stage, HandedFileRow) == 0, "its content goes with it"


async def test_nothing_else_leads_to_a_file(stage: Playground, files: HandedFiles, web: aiohttp.ClientSession) -> None:
    address = await link(files)
    base, _files, community, row, until, signature, name = address.rsplit("/", 6)
    other = await link(files, PICTURE)
    wrong = {
        "a later end": [community, row, str(int(until) + 1), signature, name],
        "another file": [community, other.rsplit("/", 4)[1], until, signature, name],
        "another community": [str(int(community) + 1), row, until, signature, name],
        "another signature": [community, row, until, signature[:-1] + ("0" if signature[-1] != "0" else "1"), name],
        "half a signature": [community, row, until, signature[:32], name],
        "no number": [community, row, "soon", signature, name],
        "a number that no column holds": ["9" * 19, "9" * 19, "9" * 19, signature, name],
        "a way out": [community, row, until, signature, "..", "..", ".env"],
        "nothing": [""],
    }
    for why, parts in wrong.items():
        async with web.get("/".join([base, "files", *parts])) as answer:
            assert answer.status == 404, why
            assert "There is no file here" in await answer.text(), why
            assert "März" not in str(answer.headers), why
    async with web.post(address) as answer:
        assert answer.status == 405
    async with web.get(f"{address.rsplit('/', 1)[0]}/anything.exe") as answer:
        assert "Ergebnis" in answer.headers["Content-Disposition"], "the name at its end decides nothing"


async def test_only_pictures_show_in_a_browser(files: HandedFiles, web: aiohttp.ClientSession) -> None:
    for file, manner in ((PICTURE, "inline"), (PAGE, "attachment"), (FILE, "attachment")):
        async with web.get(await link(files, file)) as answer:
            assert answer.headers["Content-Disposition"].startswith(f"{manner};"), file.name


async def test_what_is_kept_is_sealed_and_of_one_community(stage: Playground, files: HandedFiles) -> None:
    assert await files.link("teams", "no such tenant", FILE) is None
    address = await link(files)

    def work(session: Session) -> tuple[bytes, int]:
        scope.enter(session, scope.SYSTEM)
        row = session.execute(select(HandedFileRow)).scalar_one()
        assert urlsplit(address).path.split("/")[2] == str(row.community_id)
        return row.content + row.name, sweep(session, MACHINE, row.expires_at - timedelta(seconds=1))

    sealed, _swept = await stage.parts.units.run(work)
    assert FILE.content not in sealed
    assert b"Ergebnis" not in sealed
    assert await count(stage, HandedFileRow) == 1


@pytest.mark.both_databases
async def test_a_link_goes_on_when_its_community_joins_another(stage: Playground, files: HandedFiles, web: aiohttp.ClientSession) -> None:
    address = await link(files)

    def join(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        old = session.execute(select(CommunityRow)).scalar_one()
        kept = CommunityRow(id=new_id(), name="Makers", zone="Europe/Berlin", language="en", created_at=old.created_at)
        session.add(kept)
        session.flush()
        joining.merge_communities(session, kept.id, old.id)

    await stage.parts.units.run(join)
    async with web.get(address) as answer:
        assert (answer.status, await answer.text(encoding="utf-8")) == (200, "Grüße an alle")
    assert await link(files) != address, "what is linked from now on is the new community's"


async def test_a_place_gets_a_link_and_a_chat_is_asked(
    stage: Playground, person: Callable[[str], Person], web: aiohttp.ClientSession
) -> None:
    layla = person("layla")
    message = resolved(Message("Notes", (Paragraph("Our notes"), FILE)), "en")
    place = Address(TENANT, TEAMS_PLACE, "place", {"service_url": stage.teams.service_url})
    posted = await stage.teams_adapter.post(place, message, "1.1")
    layla.sees("Our notes", NAME, "This link is good for a week", in_place=True)
    content = layla.message("Our notes")["body"]["attachments"][0]["content"]
    address = next(found for found in re.findall(r"\((http[^)]+)\)", json.dumps(content)) if "/files/" in found)
    async with web.get(address) as answer:
        assert await answer.read() == FILE.content
    await stage.teams_adapter.edit(place, posted.message_id, message)
    assert address in json.dumps(layla.message("Our notes")["body"]), "an edit of the same day gives the same address"

    chat = Address(TENANT, layla.who.account, "chat", {"service_url": stage.teams.service_url})
    before = await count(stage, HandedFileRow)
    await stage.teams_adapter.post(replace(chat, external_id=stage.teams._core.person(layla.who.account).aad_object_id), message, "1.2")
    layla.sees("I offer you the file")
    assert await count(stage, HandedFileRow) == before, "what goes to one person is offered to them, and kept nowhere"


class Nowhere:
    """Links that cannot be had."""

    async def link(self, platform: str, workspace: str, file: File) -> str | None:
        if file is FILE:
            raise OSError(f"{platform} {workspace}")
        return None


async def test_a_message_is_said_without_a_link_that_cannot_be_had() -> None:
    message = Message("Notes", (Paragraph("Our notes"), FILE, PICTURE))
    assert (await with_links(message, Nowhere(), TENANT)).blocks == message.blocks
    assert await with_links(message, None, TENANT) is message
