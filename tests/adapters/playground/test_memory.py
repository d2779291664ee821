"""What outlives the process: round trips of lively worlds, ids that are never given twice, and files that break."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import stat
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.playground import codec
from adapters.playground.driver import Driver, Json
from adapters.playground.memory import Memory
from adapters.playground.slack import FakeSlack, Refusal
from adapters.playground.slack import snapshot as slack_snapshot
from adapters.playground.slack.posting import change, delete, post
from adapters.playground.slack.workspace import Channel, StoredFile, User, View
from adapters.playground.slack.workspace import Message as SlackMessage
from adapters.playground.teams import FakeTeams, conversations
from adapters.playground.teams.world import Message, Person, Room, Team
from tests.adapters.playground.slack import stage as on_slack
from tests.adapters.playground.slack.test_interacting import CARD, dialog
from tests.adapters.playground.teams import conftest as on_teams
from tests.adapters.playground.teams.conftest import ANN, BOB, CYD, GROUP, PLACE, card, execute, text_block, with_card

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PICK: Json = {"type": "Input.Text", "id": "why", "label": "Why?"}


def through_json(dumped: Json) -> Json:
    back: Json = json.loads(json.dumps(dumped))
    return back


async def until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it never came true")


def screens(driver: Driver, people: Iterable[str]) -> list[Any]:
    return [driver.screen(each) for each in people]


def another_slack(like: FakeSlack) -> FakeSlack:
    made = FakeSlack(manifest=like.manifest, signing_secret=like.signing_secret, now=like.ws.now, monotonic=like.ws.monotonic)
    made.listen(base_url=like.ws.base_url, request_url=like.line.url)
    return made


def another_teams(like: FakeTeams) -> FakeTeams:
    world = like._core.world
    made = FakeTeams(manifest=like._core.manifest, app_id=on_teams.APP_ID, app_password=on_teams.PASSWORD, now=world.now)
    made.listen(base_url=like._core.base_url, request_url=like._core.courier.request_url)
    return made


def bare_slack() -> FakeSlack:
    return FakeSlack(manifest=on_slack.manifest(), signing_secret=on_slack.SECRET, now=lambda: NOW)


def bare_teams() -> FakeTeams:
    return FakeTeams(manifest=on_teams.MANIFEST, app_id=on_teams.APP_ID, app_password=on_teams.PASSWORD, now=lambda: NOW)


def small_slack() -> FakeSlack:
    made = bare_slack()
    made.add_user("UANN", "Ann", zone="Europe/Berlin", locale="de-DE")
    made.add_user("UBOB", "Bob", zone="America/New_York")
    made.add_channel("CGEN", "general", ["UANN", "UBOB"])
    made.add_channel("CQUIET", "quiet", ["UANN"], bot=False)
    return made


def small_teams() -> FakeTeams:
    made = bare_teams()
    made.add_user(ANN, "Ann Lee", zone="Europe/Berlin", locale="en-GB")
    made.add_user(BOB, "Bob Ray", zone=None)
    made.add_user(CYD, "Cyd Fox", zone=None, installed=False)
    made.add_channel(PLACE, "General", [ANN, BOB], team="Guild")
    made.add_channel(GROUP, "Lunch", [ANN, BOB], kind="groupChat")
    return made


async def upload(stage: on_slack.Stage, name: str, content: bytes) -> str:
    asked = await stage.api("files.getUploadURLExternal", filename=name, length=str(len(content)), alt_txt=f"About {name}")
    async with stage.session.post(asked["upload_url"], data=content) as answer:
        assert answer.status == 200
    done = await stage.api("files.completeUploadExternal", files=[{"id": asked["file_id"]}], channel_id="CGEN")
    assert done["ok"], done
    return str(asked["file_id"])


async def live_on_slack(stage: on_slack.Stage) -> str:
    """A bit of everything; returns the id of a message of the bot that has buttons."""
    slack = stage.slack
    posted = await stage.api(
        "chat.postMessage", channel="CGEN", text="Lunch?", blocks=CARD, metadata={"event_type": "convene_post", "event_payload": {"n": 1}}
    )
    ts = str(posted["ts"])
    await slack.presses("UBOB", ts, "poll.pick", {"poll.pick": "later", "note": "hungry"})
    await stage.api("chat.postMessage", channel="CGEN", text="In the thread", thread_ts=ts)
    await stage.api("chat.postEphemeral", channel="CGEN", user="UANN", text="For you", blocks=CARD)
    await stage.api("reactions.add", channel="CGEN", timestamp=ts, name="tada")
    await stage.api("pins.add", channel="CGEN", timestamp=ts)
    await slack.reacts("UANN", ts, ":eyes:")
    await slack.types("UANN", "CGEN", "Hello @Bob 👋 \ud83d")
    mine = stage.messages("UANN", "CGEN")[-1]["id"]
    await slack.edits("UANN", mine, "Hello again")
    await slack.types("UBOB", "CGEN", "Gone soon")
    await slack.deletes("UBOB", stage.messages("UBOB", "CGEN")[-1]["id"])
    await slack.sends_file("UANN", "CGEN", "notes.txt", b"notes", "Look")
    await upload(stage, "chart.png", b"\x89PNG" + bytes(200))
    home = {"type": "home", "blocks": [*CARD, {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A"}]}
    await stage.api("views.publish", user_id="UANN", view=home)
    await slack.presses("UANN", "home", "poll.pick", {"poll.pick": "now"})
    await slack.types("UANN", "CQUIET", "/nothing")
    await stage.api("conversations.open", users="UANN,UBOB")
    await slack.rename_channel("GLEADS", "leaders")
    await slack.archive_channel("GLEADS")
    await slack.delete_channel("GSECRET")
    await slack.change_profile("UBOB", name="Robert", zone="Asia/Tokyo")
    await slack.settles()
    return ts


async def test_slack_comes_back_as_it_was() -> None:
    async with on_slack.staged() as stage:
        ts = await live_on_slack(stage)
        before = screens(stage.slack, ("UANN", "UBOB"))
        dumped = through_json(stage.slack.dump())
        again = another_slack(stage.slack)
        again.restore(dumped)
        assert screens(again, ("UANN", "UBOB")) == before
        assert through_json(again.dump()) == dumped | {"last_ts": again.ws.last_ts, "last_serial": again.ws.last_serial}
        await again.close()
    assert "Later" in next(each["plain"] for each in before[1]["conversations"][1]["messages"] if each["id"] == ts)
    assert before[0]["home"] is not None
    assert before[0]["notices"]


async def test_on_slack_the_bot_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_slack.staged() as stage:
        ts = await live_on_slack(stage)
        dumped = through_json(stage.slack.dump())
        # The same server goes on with another world in it, as after a restart.
        fresh = another_slack(stage.slack)
        stage.slack.restore(fresh.dump())
        assert not stage.slack.ws.message(Channel("x", "", "channel", [], 0), ts)
        stage.slack.restore(dumped)
        stage.bot.heard.clear()
        assert (await stage.api("chat.update", channel="CGEN", ts=ts, text="Changed", blocks=CARD))["ok"]
        assert stage.messages("UANN", "CGEN")[0]["text"] == "Changed"
        assert (await stage.slack.presses("UBOB", ts, "poll.vote.1")).status == 200
        pressed = next(each.payload for each in stage.bot.heard if each.payload.get("type") == "block_actions")
        assert await stage.hook(pressed["response_url"], replace_original=True, text="Counted") == (200, "ok")
        assert stage.messages("UANN", "CGEN")[0]["text"] == "Counted"
        private = next(each["id"] for each in stage.messages("UANN", "CGEN") if each["private"])
        assert (await stage.slack.presses("UANN", private, "poll.vote.1")).status == 200
        picture = next(each["files"][0]["url"] for each in stage.messages("UANN", "CGEN") if each["files"] and each["author"]["is_bot"])
        async with stage.session.get(picture) as answer:
            assert (await answer.read()).startswith(b"\x89PNG")
        await fresh.close()


async def test_dialogs_and_what_was_typed_into_them_are_gone() -> None:
    async with on_slack.staged() as stage:
        await stage.slack.types("UANN", "CGEN", "/poll")
        trigger = stage.bot.heard[-1].fields["trigger_id"]
        opened = await stage.api("views.open", trigger_id=trigger, view=dialog())
        await stage.slack.submits("UANN", opened["view"]["id"], {"question": "much longer than it may be, by far"})
        dumped = stage.slack.dump()
        text = json.dumps(dumped)
        assert trigger not in text
        assert "response" not in text
        assert dumped["filled"] == []
        again = another_slack(stage.slack)
        again.restore(through_json(dumped))
        assert again.screen("UANN")["dialog"] is None
        await again.close()


async def test_large_files_leave_their_name_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "LARGEST_FILE", 100)
    monkeypatch.setattr(codec, "LARGEST_TOGETHER", 150)
    async with on_slack.staged() as stage:
        ids = [await upload(stage, f"{size}.bin", bytes(size)) for size in (60, 101, 80, 70)]
        before = stage.slack.screen("UANN")
        again = another_slack(stage.slack)
        again.restore(through_json(stage.slack.dump()))
        assert again.screen("UANN") == before
        assert [again.ws.files[each].content is not None for each in ids] == [False, False, True, True]
        third = another_slack(stage.slack)
        third.restore(through_json(again.dump()))
        assert third.screen("UANN") == before
        await again.close()
        await third.close()


def test_an_upload_under_way_is_not_kept() -> None:
    slack = small_slack()
    slack.ws.files["F1"] = StoredFile("F1", "a", "a", "UANN", "s", content=b"x")
    assert slack.dump()["files"] == []


async def live_on_teams(stage: on_teams.Stage) -> str:
    fake, bot = stage.fake, stage.bot
    content = card(text_block("Lunch?", id="q"), PICK, actions=[execute("Vote", "poll.vote"), TOGGLE])
    posted = await bot.posts(PLACE, with_card(content))

    async def answer(_: Json) -> web.Response:
        own = card(text_block("You voted"), actions=[execute("Again", "poll.again")])
        return web.json_response({"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": own})

    bot.answers = answer
    await stage.press(ANN, PLACE, "Vote", why="hungry")
    await stage.press(BOB, PLACE, "Hide")
    bot.answers = None
    await fake.types(ANN, f"{PLACE};messageid={posted}", "<at>Convene</at> hello 👋")
    await fake.edits(ANN, stage.last(ANN, PLACE)["id"], "hello again")
    await fake.types(BOB, PLACE, "gone")
    await fake.deletes(BOB, stage.last(BOB, PLACE)["id"])
    await fake.reacts(BOB, posted, "like")
    target: Json = {"type": "message", "text": "psst", "recipient": {"id": ANN}}
    status, _, _ = await bot.calls("POST", f"v3/conversations/{PLACE}/activities?isTargetedActivity=true", target)
    assert status == 201
    await bot.posts(fake.chat_of(BOB), with_card(card(text_block("In private"), actions=[execute("Ok", "ok")])))
    edited = await bot.posts(GROUP, {"type": "message", "text": "before"})
    await bot.calls("PUT", f"v3/conversations/{GROUP}/activities/{edited}", {"type": "message", "text": "after"})
    await fake.opens_home(BOB)
    await fake.types(CYD, fake.bot_id, "hello?")
    await fake.install_for(CYD)
    await fake.uninstall_for(CYD)
    fake.block_for(BOB)
    await fake.rename_channel(GROUP, "Dinner")
    await fake.archive_team("Elsewhere")
    fake._core.uploads["file"] = b"content"
    await fake.settles()
    return posted


TOGGLE: Json = {"type": "Action.ToggleVisibility", "title": "Hide", "targetElements": ["q"]}


async def test_teams_comes_back_as_it_was() -> None:
    async with on_teams.staged() as stage:
        await live_on_teams(stage)
        before = screens(stage.fake, (ANN, BOB, CYD))
        dumped = through_json(stage.fake.dump())
        again = another_teams(stage.fake)
        again.restore(dumped)
        assert screens(again, (ANN, BOB, CYD)) == before
        assert through_json(again.dump()) == dumped | {"last_id": again._core.world.last_id}
        assert again._core.blocked == {BOB}
        assert again.uploads == {"file": b"content"}
        assert again._core.person(BOB).chat_opened
        await again.close()
    assert before[2]["notices"]


async def test_on_teams_the_bot_goes_on_where_it_stopped() -> None:
    async with on_teams.staged() as stage:
        posted = await live_on_teams(stage)
        dumped = through_json(stage.fake.dump())
        fresh = another_teams(stage.fake)
        stage.fake.restore(fresh.dump())
        stage.fake.restore(dumped)
        own = next(each for each in stage.messages(ANN, PLACE) if each["id"] == posted)
        assert own["plain"].startswith("You voted")
        assert (await stage.fake.presses(ANN, posted, own["controls"][0]["id"])).delivered
        assert stage.bot.heard[-1]["value"]["action"]["verb"] == "poll.again"
        status, _, _ = await stage.bot.calls("PUT", f"v3/conversations/{PLACE}/activities/{posted}", {"type": "message", "text": "closed"})
        assert status == 200
        assert next(each for each in stage.messages(ANN, PLACE) if each["id"] == posted)["plain"] == "closed"
        await stage.fake.rename_team("Guild", "Union")
        await stage.fake.types(ANN, PLACE, "<at>Convene</at> hi")
        assert stage.bot.heard[-1]["channelData"]["team"]["name"] == "Union"
        await fresh.close()


# -- any life at all ---------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["hello", "*bold* @Ann", "/poll x", "🙂 <at>Convene</at>", "line\nline"])
WHAT = ["says", "edits", "deletes", "reacts", "answers", "changes", "removes", "whispers", "archives", "opens", "renames", "leaves"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(0, 1),
        st.integers(0, 30),
        WORDS,
    ),
    max_size=14,
)
Act = Callable[[], Awaitable[object] | object]


def without_counters(dumped: Json) -> Json:
    return {key: value for key, value in dumped.items() if not key.startswith("last_")}


async def perform(fake: FakeSlack | FakeTeams, acts: Iterable[Act]) -> None:
    told: list[str] = []
    fake.watch(told.append)
    for act in acts:
        before = through_json(without_counters(fake.dump()))
        told.clear()
        # An act may be impossible in this world (nothing to edit, archived): then nothing happens.
        with contextlib.suppress(LookupError, PermissionError, Refusal, conversations.Refusal):
            done = act()
            if isinstance(done, Awaitable):
                await done
        assert told or through_json(without_counters(fake.dump())) == before, "a change that nobody was told of would not be saved"


def slack_act(slack: FakeSlack, what: str, who: int, which: int, words: str) -> Act:
    user = ("UANN", "UBOB")[who]

    def place() -> Channel:
        here = list(slack.ws.visible_to(user))
        return here[which % len(here)]

    def message() -> SlackMessage:
        said = place().messages
        return said[which % len(said)] if said else slack.ws.find_message("none")[1]

    return {
        "says": lambda: slack.types(user, place().id, words),
        "edits": lambda: slack.edits(user, message().ts, words),
        "deletes": lambda: slack.deletes(user, message().ts),
        "reacts": lambda: slack.reacts(user, message().ts, "tada"),
        "answers": lambda: post(slack.ws, place(), {"text": words, "blocks": CARD}, thread=message().ts if which % 2 else None),
        "changes": lambda: change(slack.ws, place(), message(), {"text": words, "blocks": CARD}),
        "removes": lambda: delete(slack.ws, place(), message()),
        "whispers": lambda: post(slack.ws, place(), {"text": words}, only_for=user),
        "archives": lambda: slack.archive_channel(place().id),
        "opens": lambda: slack.presses(user, message().ts, "poll.pick", {"poll.pick": "now"}),
        "renames": lambda: slack.change_profile(user, name=f"name{which}"),
        "leaves": lambda: slack.leave_channel(user, "CGEN") if which == 1 else None,
    }[what]


def teams_act(teams: FakeTeams, what: str, who: int, which: int, words: str) -> Act:
    user, core = (ANN, BOB)[who], teams._core

    def place() -> Room:
        here = [room for room in core.world.rooms.values() if user in room.members]
        return here[which % len(here)]

    def message() -> Message:
        said = list(place().messages.values())
        return said[which % len(said)] if said else core.world.message("none")

    def body() -> Json:
        return with_card(card(text_block(words), PICK, actions=[execute("Vote", "vote"), TOGGLE]))

    def seen_alone() -> None:
        message().views[user] = card(text_block(f"Only you: {words}"))
        core.world.changed(user)

    return {
        "says": lambda: teams.types(user, place().id, words),
        "edits": lambda: teams.edits(user, message().id, words),
        "deletes": lambda: teams.deletes(user, message().id),
        "reacts": lambda: teams.reacts(user, message().id, "like"),
        "answers": lambda: conversations.post(core, place().id, message().id if which % 2 else None, body()),
        "changes": lambda: conversations.update(core, place().id, message().id, body()),
        "removes": lambda: conversations.delete(core, place().id, message().id),
        "whispers": lambda: conversations.post(core, place().id, None, {**body(), "recipient": {"id": user}}, targeted=True),
        "archives": lambda: teams.archive_team("Guild") if which % 2 else teams.unarchive_team("Guild"),
        "opens": seen_alone,
        "renames": lambda: teams.rename_channel(GROUP, words),
        "leaves": lambda: teams.member_removed(PLACE, user) if which == 1 else None,
    }[what]


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_every_screen_is_equal_after_any_life(steps: list[tuple[str, int, int, str]]) -> None:
    async def lives() -> None:
        slack, teams = small_slack(), small_teams()
        slack.line.retry_delays = ()
        await perform(slack, (slack_act(slack, *step) for step in steps))
        await perform(teams, (teams_act(teams, *step) for step in steps))
        slack_again, teams_again = another_slack(slack), another_teams(teams)
        slack_again.restore(through_json(slack.dump()))
        teams_again.restore(through_json(teams.dump()))
        assert screens(slack_again, ("UANN", "UBOB")) == screens(slack, ("UANN", "UBOB"))
        assert screens(teams_again, (ANN, BOB, CYD)) == screens(teams, (ANN, BOB, CYD))
        assert int(teams_again._core.world.next_id()) > int(teams._core.world.next_id())
        assert float(slack_again.ws.new_ts()) > float(slack.ws.new_ts())
        for fake in (slack, teams, slack_again, teams_again):
            await fake.close()

    asyncio.run(lives())


def test_a_dump_does_not_change_with_the_world() -> None:
    slack, teams = small_slack(), small_teams()
    slack.ws.announce = lambda _name, _event: None
    message = post(slack.ws, slack.ws.channels["CGEN"], {"text": "one", "blocks": CARD})
    conversations.post(teams._core, PLACE, None, with_card(card(text_block("one"))))
    dumps = [slack.dump(), teams.dump()]
    frozen = through_json({"both": dumps})
    change(slack.ws, slack.ws.channels["CGEN"], message, {"text": "two", "blocks": CARD[:1]})
    message.reactions["x"] = ["UANN"]
    slack.ws.notice("UANN", "x")
    slack.ws.channels["CGEN"].members.remove("UBOB")
    said = next(iter(teams._core.world.rooms[PLACE].messages.values()))
    said.views[ANN], said.shown[ANN], said.reactions["x"] = {"a": 1}, {"b": True}, [ANN]
    teams._core.world.notice(ANN, "x")
    assert {"both": dumps} == frozen


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
        took = []
        for _ in range(5):
            began = time.process_time()
            fake.dump()
            took.append(time.process_time() - began)
        assert min(took) < 0.05
