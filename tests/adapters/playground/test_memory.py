"""What outlives the process: ids that are never given twice, and files that break."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from adapters.playground import codec
from adapters.playground.driver import Json
from adapters.playground.memory import Memory
from adapters.playground.slack import FakeSlack
from adapters.playground.slack import snapshot as slack_snapshot
from adapters.playground.slack.posting import post
from adapters.playground.slack.workspace import Channel, StoredFile, User, View
from adapters.playground.slack.workspace import Message as SlackMessage
from adapters.playground.teams import FakeTeams
from adapters.playground.teams.world import Message, Person, Room, Team
from tests.adapters.playground.slack.test_interacting import CARD
from tests.adapters.playground.teams.conftest import ANN, PLACE, card, execute, text_block, with_card
from tests.adapters.playground.worlds import (
    NOW,
    PICK,
    another_slack,
    another_teams,
    bare_slack,
    bare_teams,
    small_slack,
    small_teams,
    through_json,
)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it never came true")


# -- ids ---------------------------------------------------------------------------------------------------------------


def test_ids_are_never_given_twice_even_when_the_last_second_was_lost() -> None:
    slack, teams = small_slack(), small_teams()
    for _ in range(3):
        slack.ws.serial("Ev")
        slack.ws.new_ts()
        teams._core.world.next_id()
    kept = slack.dump(), teams.dump()
    lost = {slack.ws.serial("Ev") for _ in range(500)} | {slack.ws.new_ts() for _ in range(500)}
    lost |= {teams._core.world.next_id() for _ in range(500)}
    slack_again, teams_again = another_slack(slack), another_teams(teams)
    slack_again.restore(kept[0])
    teams_again.restore(kept[1])
    given = {slack_again.ws.serial("Ev") for _ in range(500)} | {slack_again.ws.new_ts() for _ in range(500)}
    given |= {teams_again._core.world.next_id() for _ in range(500)}
    assert not given & lost


def test_serial_numbers_alone_are_reason_enough_to_save() -> None:
    slack = small_slack()
    told: list[str] = []
    slack.watch(told.append)
    for _ in range(10_000):
        slack.ws.serial("Ev")
    assert told == [""]


def test_two_kills_in_a_row_do_not_lead_to_the_same_ids(tmp_path: Path) -> None:
    first = small_slack()
    Memory(tmp_path / "world.json", {"slack": first}).save()
    given: list[str] = []
    for _ in range(3):  # each of them is killed before its first save
        slack = bare_slack()
        assert Memory(tmp_path / "world.json", {"slack": slack}).load()
        given += [slack.ws.serial("Ev"), slack.ws.new_ts()]
    assert len(set(given)) == len(given)


# -- refusals ----------------------------------------------------------------------------------------------------------


@dataclass
class Spoilt:
    """How a good dump is spoilt."""

    name: str
    spoil: Callable[[Json], Any]
    says: str


SPOILT = [
    Spoilt("another format", lambda d: d | {"version": 2}, "format 2"),
    Spoilt("no format", lambda d: {key: value for key, value in d.items() if key != "version"}, "format None"),
    Spoilt("no object", lambda _: [], "JSON object"),
    Spoilt("too much", lambda d: d | {"more": 1}, "more"),
    Spoilt("too little", lambda d: {key: value for key, value in d.items() if not key.startswith("last")}, "last"),
    Spoilt("a wrong type", lambda d: {key: "x" if key.startswith("last") else value for key, value in d.items()}, "int expected"),
    Spoilt("another owner", lambda d: {key: "x" if key in ("team_id", "bot_id") else value for key, value in d.items()}, "dump of"),
]


@pytest.mark.parametrize("spoilt", SPOILT, ids=[each.name for each in SPOILT])
@pytest.mark.parametrize("make", [small_slack, small_teams])
def test_what_is_no_good_dump_is_refused_and_changes_nothing(spoilt: Spoilt, make: Callable[[], FakeSlack | FakeTeams]) -> None:
    fake = make()
    before = through_json(fake.dump())
    with pytest.raises(ValueError, match=spoilt.says):
        fake.restore(spoilt.spoil(through_json(before)))
    assert through_json(fake.dump()) == before


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rooms", 0, "state"), "lost"),
        (("rooms", 0, "kind"), None),
        (("people", 0, "installed"), 1),
        (("people", 0, "notices"), {}),
        (("uploads",), {"a": "no base64!"}),
        (("rooms", 3, "team"), {"id": "x"}),
    ],
)
def test_every_field_is_held_to_its_annotation(path: tuple[Any, ...], value: Any) -> None:
    fake = small_teams()
    dumped = through_json(fake.dump())
    at: Any = dumped
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(ValueError, match="Kept"):
        fake.restore(dumped)


def test_a_field_that_cannot_be_kept_is_noticed_at_once() -> None:
    @dataclass
    class Odd:
        odd: set[str]

    with pytest.raises((TypeError, NameError)):
        codec.write(Odd(set()), version=1)
    for kind in (User, Channel, SlackMessage, View, StoredFile, Person, Team, Room, Message, slack_snapshot.Filled):
        assert codec._codec(kind).write is not None
        assert fields(kind)


# -- the file ----------------------------------------------------------------------------------------------------------


def both(slack: FakeSlack, teams: FakeTeams) -> dict[str, FakeSlack | FakeTeams]:
    return {"slack": slack, "teams": teams}


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    file = tmp_path / "var" / "world.json"
    slack, teams = bare_slack(), bare_teams()
    memory = Memory(file, both(slack, teams))
    assert not memory.load()
    slack.add_user("UANN", "Ann", zone="UTC")
    teams.add_user(ANN, "Ann", zone="UTC")
    memory.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["world.json"]
    slack_again, teams_again = bare_slack(), bare_teams()
    assert Memory(file, both(slack_again, teams_again)).load()
    assert (slack_again.screen("UANN"), teams_again.screen(ANN)) == (slack.screen("UANN"), teams.screen(ANN))


async def test_only_what_changed_is_saved_and_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, slack = tmp_path / "world.json", small_slack()
    memory = Memory(file, {"slack": slack}, interval=0.002)
    dumps: list[Json] = []
    dump = slack.dump

    def counted() -> Json:
        dumps.append(dump())
        return dumps[-1]

    monkeypatch.setattr(slack, "dump", counted)
    running = asyncio.create_task(memory.run())
    await asyncio.sleep(0.02)
    assert dumps == []
    slack.ws.notice("UANN", "now")
    slack.ws.notice("UANN", "and now")
    await until(file.exists)
    await asyncio.sleep(0.02)
    assert len(dumps) == 1
    assert "and now" in file.read_text()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_disk_that_is_full_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file, slack = tmp_path / "var" / "world.json", small_slack()
    memory = Memory(file, {"slack": slack}, interval=0.002)
    (tmp_path / "var").write_text("in the way")
    running = asyncio.create_task(memory.run())
    slack.ws.notice("UANN", "now")
    await until(lambda: "could not be kept" in caplog.text)
    (tmp_path / "var").unlink()
    await until(file.exists)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_a_kill_between_the_new_file_and_its_place_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, slack = tmp_path / "world.json", small_slack()
    memory = Memory(file, {"slack": slack})
    memory.save()
    before = slack.screen("UANN")

    def killed(_new: Path, _old: Path) -> None:
        raise KeyboardInterrupt

    slack.ws.notice("UANN", "lost")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            memory.save()
    left_behind = tmp_path / "world.json.new"
    assert "lost" in left_behind.read_text()
    left_behind.chmod(0o644)
    again = bare_slack()
    memory_again = Memory(file, {"slack": again})
    assert memory_again.load()
    assert again.screen("UANN") == before
    assert [each.name for each in tmp_path.iterdir()] == ["world.json"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


BROKEN = {
    "empty": b"",
    "cut off": b'{"version": 1, "platforms": {"sl',
    "bytes": b"\xff\xfe\x00",
    "a list": b"[]",
    "too deep": b"[" * 200_000,
    "another format": b'{"version": 7, "platforms": {}}',
    "other platforms": b'{"version": 1, "platforms": {"slack": {}}}',
    "bad dumps": b'{"version": 1, "platforms": {"slack": {}, "teams": null}}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_moved_aside(content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "world.json"
    file.write_bytes(content)
    slack, teams = small_slack(), small_teams()
    before = slack.screen("UANN"), teams.screen(ANN)
    with caplog.at_level(logging.WARNING):
        assert not Memory(file, both(slack, teams)).load()
    assert (slack.screen("UANN"), teams.screen(ANN)) == before
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith("world.json.broken-")
    assert aside.read_bytes() == content
    assert str(aside) in caplog.text


def test_it_is_both_platforms_or_none(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    Memory(file, both(small_slack(), small_teams())).save()
    kept = json.loads(file.read_text())
    kept["platforms"]["teams"]["version"] = 9
    file.write_text(json.dumps(kept))
    slack, teams = bare_slack(), bare_teams()
    assert not Memory(file, both(slack, teams)).load()
    assert list(slack.ws.users) == [slack.bot_user_id]
    assert slack.ws.channels == {}


def test_an_older_state_never_takes_the_place_of_a_newer_one(tmp_path: Path) -> None:
    file, slack = tmp_path / "world.json", small_slack()
    memory = Memory(file, {"slack": slack})
    older = memory._turn()
    slack.ws.notice("UANN", "newer")
    memory.save()
    memory._write(*older)
    assert "newer" in file.read_text()


def test_an_empty_world_never_takes_the_place_of_a_kept_one(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    Memory(file, {"slack": small_slack()}).save()
    kept = file.read_bytes()
    Memory(file, {"slack": bare_slack()}).close()
    assert file.read_bytes() == kept


def test_two_thousand_messages_are_dumped_quickly() -> None:
    slack, teams = small_slack(), small_teams()
    slack.ws.announce = lambda _name, _event: None
    for number in range(2000):
        post(slack.ws, slack.ws.channels["CGEN"], {"text": f"Question {number}", "blocks": CARD})
        body = with_card(card(text_block(f"Question {number}"), PICK, actions=[execute("Vote", "vote")]))
        room = teams._core.world.rooms[PLACE]
        message = Message(teams._core.world.next_id(), PLACE, teams.bot_id, NOW, body, views={ANN: body})
        room.messages[message.id] = message
    for fake in (slack, teams):
        calls = 0

        def count(_frame: object, event: str, _argument: object) -> None:
            nonlocal calls
            calls += event == "call"

        sys.setprofile(count)
        try:
            fake.dump()
        finally:
            sys.setprofile(None)
        assert calls < 20 * 2000, "it does not walk through what stands in the messages"
