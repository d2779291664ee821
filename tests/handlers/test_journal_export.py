"""One's own journal as files: handed over on both platforms, to oneself alone, and only after a yes where the platform asks for one."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from adapters.teams import files as teams_files
from bot.chat.message import File, Message
from bot.core.ports import Address
from bot.playground import Playground
from tests.kit.cast import Cast
from tests.kit.people import Person

At = Callable[[str], Person]
CONSENT = "Your journal to read and print"


def shown(somebody: Person) -> list[str]:
    """The names of all files on somebody's screen."""
    return [file["name"] for c in somebody.screen["conversations"] for m in c["messages"] for file in m["files"]]


def kept(cast: Cast) -> list[bytes]:
    """The files that arrived on the platform."""
    if cast.is_slack:
        return [file.content or b"" for file in cast.stage.slack.ws.files.values()]
    return list(cast.stage.teams.uploads.values())


async def allows(cast: Cast) -> None:
    """Say yes to both files, where the platform asks."""
    if not cast.is_slack:
        for about in (CONSENT, "Your journal for other programs"):
            await cast.member.presses("Allow", on=about)


async def test_a_journal_goes_along_as_two_files(cast: Cast) -> None:
    for line in ("Café & 質問 🙂", "I didn't *shout*\n# today"):
        await cast.member.types(f"/journal {line}")
    await cast.member.types("/journal")
    await cast.member.fills("Save", text="For everybody.", visibility="community")
    await cast.member.types("/journal Taken back.")
    await cast.member.presses("Undo", on="Saved in your journal")
    await cast.member.types("/journal export")
    cast.member.sees("Your journal as files: 3 entries.", "Your private entries are in these files too.")
    await allows(cast)
    assert shown(cast.member) == ["journal.md", "journal.json"]
    markdown, plain = (content.decode() for content in kept(cast))
    assert markdown.startswith("# My journal\n\n## 2026-03-")
    assert "*Only you can read it.*\n\nCafé & 質問 🙂\n" in markdown
    assert "Taken back" not in markdown + plain
    rows = json.loads(plain)
    assert [row["text"] for row in rows] == ["Café & 質問 🙂", "I didn't *shout*\n# today", "For everybody."]
    assert [row["visibility"] for row in rows] == ["private", "private", "community"]
    assert {"day", "written_at", "visibility", "text"} == set(rows[0])
    for other in (cast.other, cast.lead):
        assert shown(other) == []
        other.does_not_see("journal.md")
    assert cast.is_clean()


async def test_an_empty_journal_hands_over_nothing(cast: Cast) -> None:
    await cast.member.types("/journal export")
    cast.member.sees("there is nothing to take with you yet")
    assert shown(cast.member) == []


async def test_the_list_leads_to_the_files(cast: Cast) -> None:
    await cast.member.types("/journal Mine.")
    await cast.member.types("/journal list")
    await cast.member.presses("Take it with me")
    cast.member.sees("Your journal as files: 1 entry.")
    await allows(cast)
    assert shown(cast.member) == ["journal.md", "journal.json"]
    assert cast.is_clean()


async def test_asked_for_in_a_place_the_files_come_to_the_own_chat(cast: Cast) -> None:
    await cast.member.types("/journal Mine.")
    await cast.member.types(f"{cast.mention} journal export", in_place=True)
    await allows(cast)
    assert shown(cast.member) == ["journal.md", "journal.json"]
    for other in (cast.other, cast.lead):
        assert shown(other) == []
        other.does_not_see("journal.md")
    assert cast.is_clean()


async def _offered(stage: Playground, person: At) -> Person:
    layla = person("layla")
    await layla.types("/journal Mine.")
    await layla.types("/journal export")
    assert layla.count(CONSENT) >= 1
    assert stage.teams.uploads == {}
    return layla


async def test_a_declined_file_goes_nowhere(stage: Playground, person: At) -> None:
    layla = await _offered(stage, person)
    await layla.presses("Decline", on=CONSENT)
    layla.sees("All right, journal.md was not saved anywhere.")
    assert stage.teams.uploads == {}
    await layla.presses("Allow", on="Your journal for other programs")
    assert shown(layla) == ["journal.json"]


async def test_after_a_restart_or_ten_minutes_a_file_is_asked_for_again(
    stage: Playground, person: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    layla = await _offered(stage, person)
    offers = stage.teams_adapter._offers
    now = offers._clock()
    monkeypatch.setattr(offers, "_clock", lambda: now + teams_files.HELD_FOR + 1)
    await layla.presses("Allow", on=CONSENT)
    layla.sees("I no longer have journal.md at hand", "Please ask for it again.")
    assert shown(layla) == []
    await layla.types("/journal export")
    await layla.presses("Allow", on=CONSENT)
    assert shown(layla) == ["journal.md"]


async def test_an_upload_that_is_refused_may_be_allowed_once_more(stage: Playground, person: At) -> None:
    layla = await _offered(stage, person)
    stage.teams.faults.add("upload", status=404)
    await layla.presses("Allow", on=CONSENT)
    layla.sees("I could not save journal.md just now.")
    assert shown(layla) == []
    await layla.presses("Allow", on=CONSENT)
    assert shown(layla) == ["journal.md"]


async def test_a_second_press_and_a_second_delivery_change_nothing(stage: Playground, person: At) -> None:
    layla = await _offered(stage, person)
    await layla.presses("Allow", on=CONSENT)
    await stage.teams._core.courier.carries_again({**stage.teams.sent[-1], "id": "pressed-again"})
    await stage.settle()
    assert shown(layla) == ["journal.md"]
    layla.does_not_see("I no longer have")
    assert stage.teams.protocol_problems == []


async def test_a_posted_message_offers_its_file_too(stage: Playground, person: At) -> None:
    await _offered(stage, person)
    layla = person("layla")
    message = Message("Here", (File("posted.txt", "text/plain", "What was posted", b"content"),))
    account = next(iter(stage.teams_adapter._offers._held.values()))[1]
    workspace = stage.teams._core.world.tenant_id
    await stage.teams_adapter.post(Address(workspace, account, "chat"), message, "token")
    await layla.presses("Allow", on="What was posted")
    assert shown(layla) == ["posted.txt"]


async def test_nobody_takes_what_was_offered_to_somebody_else(stage: Playground, person: At) -> None:
    await _offered(stage, person)
    offers = stage.teams_adapter._offers
    (token, *_rest) = offers._held
    assert offers.take(token, person("anil").who.account) is None
    assert offers.take("another", person("layla").who.account) is None
    assert token in offers._held


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://convene.sharepoint.example/upload?key=1", True),
        ("http://127.0.0.1:3978/uploads/1", True),
        ("http://convene.sharepoint.example/upload", False),
        ("http://127.0.0.1.example/upload", False),
        ("file:///etc/passwd", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_a_file_leaves_only_on_an_encrypted_way(address: str, safe: bool) -> None:
    assert teams_files.is_safe(address) is safe


async def test_the_platform_refuses_a_part_whose_size_does_not_match(stage: Playground) -> None:
    session = stage.teams_adapter._session
    assert session is not None
    core = stage.teams._core
    core.uploads["open"] = b""
    core.promised["open"] = 4
    address = f"{core.base_url}/uploads/open"
    for said, body, status in (
        (None, b"abcd", 400),
        ("bytes 0-9/10", b"abcd", 400),
        ("bytes 0-3/3", b"abcd", 400),
        ("bytes 2-5/6", b"abcd", 416),
        ("bytes 0-4/5", b"abcde", 400),
        ("bytes 0-1/4", b"ab", 202),
        ("bytes 2-3/4", b"cd", 201),
    ):
        headers = {"Content-Range": said} if said else {}
        async with session.put(address, data=body, headers=headers) as answer:
            assert (said, answer.status) == (said, status)
    assert core.uploads["open"] == b"abcd"
    async with session.put(f"{core.base_url}/uploads/expired", data=b"a", headers={"Content-Range": "bytes 0-0/1"}) as answer:
        assert answer.status == 404
