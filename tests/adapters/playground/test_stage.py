"""The JSON API behind the page: what it passes on, what it refuses, and in which words."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.playground.stage import Stage
from adapters.playground.stage_guard import LARGEST_BODY, is_loopback
from tests.browser.scene import PEOPLE, START, StubClock, StubDriver, community

ADA = {"platform": "slack", "user": "U1"}


class Theatre:
    """A stage with the stub community, and a client before it."""

    def __init__(self) -> None:
        self.drivers = community()
        self.clock = StubClock()
        self.stage = Stage(drivers=self.drivers, people=PEOPLE, clock=self.clock)
        self.client = TestClient(TestServer(self.stage.routes()))

    @property
    def slack(self) -> StubDriver:
        return self.drivers["slack"]

    async def post(self, name: str, words: Any, **more: Any) -> tuple[int, dict[str, Any]]:
        async with self.client.post(f"/stage/{name}", json=words, **more) as response:
            return response.status, await response.json()

    async def get(self, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
        async with self.client.get(path, **more) as response:
            return response.status, await response.json()

    async def next_event(self, stream: Any) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while True:
                line = (await stream.content.readline()).decode()
                if line.startswith("data: "):
                    event: dict[str, Any] = json.loads(line[6:])
                    return event


@pytest.fixture
async def theatre() -> AsyncIterator[Theatre]:
    made = Theatre()
    await made.client.start_server()
    yield made
    await made.client.close()


async def test_the_world_names_people_platforms_and_the_time(theatre: Theatre) -> None:
    status, world = await theatre.get("/stage/world")
    assert status == 200
    assert world["platforms"] == ["slack", "teams"]
    assert world["now"] == "2026-11-03T08:00:00Z"
    assert world["winding"] is None
    assert world["people"][0] == {
        "platform": "slack",
        "user": "U1",
        "name": "Ada Obi",
        "zone": "Europe/Berlin",
        "role": "lead",
        "note": "Leads the community of practice",
    }


async def test_a_screen_is_that_of_one_person(theatre: Theatre) -> None:
    _, ada = await theatre.get("/stage/screen", params=ADA)
    _, tomas = await theatre.get("/stage/screen", params={"platform": "slack", "user": "U2"})
    assert theatre.slack.caught_up == ["U1", "U2"], "whoever looks lets their client ask what cards say to them"
    assert any(message["private"] for message in ada["conversations"][0]["messages"])
    assert not any(message["private"] for message in tomas["conversations"][0]["messages"])


async def test_a_screen_may_be_cut_to_the_newest_messages(theatre: Theatre) -> None:
    _, whole = await theatre.get("/stage/screen", params=ADA)
    _, cut = await theatre.get("/stage/screen", params={**ADA, "newest": "2"})
    place, short = whole["conversations"][0], cut["conversations"][0]
    assert place["earlier"] == 0
    assert short["messages"] == place["messages"][-2:]
    assert short["earlier"] == len(place["messages"]) - 2


@pytest.mark.parametrize(
    ("name", "words", "done"),
    [
        ("type", {"conversation": "C1", "text": " hi "}, ("types", "U1", "C1", " hi ", None)),
        ("type", {"conversation": "C1", "text": "hi", "thread": "m00001"}, ("types", "U1", "C1", "hi", "m00001")),
        ("press", {"surface": "m00001", "control": "done"}, ("presses", "U1", "m00001", "done", {})),
        ("press", {"surface": "home", "control": "hour", "inputs": {"hour": "9"}}, ("presses", "U1", "home", "hour", {"hour": "9"})),
    ],
)
async def test_what_is_done_reaches_the_driver(theatre: Theatre, name: str, words: dict[str, Any], done: tuple[Any, ...]) -> None:
    status, answer = await theatre.post(name, {**ADA, **words})
    assert (status, answer) == (200, {"outcome": {"delivered": True, "status": 200, "error": None}})
    assert theatre.slack.done == [done]


async def test_a_dialog_is_submitted_and_dismissed(theatre: Theatre) -> None:
    await theatre.post("type", {**ADA, "conversation": "C1", "text": "/journal"})
    await theatre.post("submit", {**ADA, "dialog": "d-U1", "values": {"entry": ""}})
    _, screen = await theatre.get("/stage/screen", params=ADA)
    assert screen["dialog"]["errors"]["entry"] == "Write a line, or close the form."
    await theatre.post("dismiss", {**ADA, "dialog": "d-U1"})
    _, screen = await theatre.get("/stage/screen", params=ADA)
    assert screen["dialog"] is None


async def test_messages_are_edited_deleted_and_reacted_to(theatre: Theatre) -> None:
    await theatre.post("edit", {**ADA, "message": "m00003", "text": "Which one, then?"})
    await theatre.post("react", {**ADA, "message": "m00003", "emoji": "eyes"})
    await theatre.post("delete", {**ADA, "message": "m00002"})
    _, screen = await theatre.get("/stage/screen", params=ADA)
    _, second, third = screen["conversations"][0]["messages"][:3]
    assert second["deleted"]
    assert (third["text"], third["edited"], third["reactions"]) == ("Which one, then?", True, [{"name": "eyes", "users": ["U1"]}])


async def test_home_is_opened(theatre: Theatre) -> None:
    assert (await theatre.post("home", ADA))[0] == 200
    _, screen = await theatre.get("/stage/screen", params=ADA)
    assert screen["home"]["body"]["type"] == "home"


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("type", [], "has to be a JSON object"),
        ("type", {}, "“platform” is missing"),
        ("type", {"platform": "irc", "user": "U1"}, "no platform “irc”"),
        ("type", {"platform": "slack", "user": "U99"}, "nobody with the id “U99”"),
        ("type", {"platform": "slack", "user": "29:a"}, "nobody with the id “29:a”"),
        ("type", {"platform": "slack", "user": 7}, "“user” is missing, or it is not a text"),
        ("type", {**ADA, "text": "hi"}, "“conversation” is missing"),
        ("type", {**ADA, "conversation": "C1"}, "nothing to send"),
        ("type", {**ADA, "conversation": "C1", "text": "  \n"}, "nothing to send"),
        ("type", {**ADA, "conversation": "C1", "text": "x" * 100_001}, "longer than 100,000"),
        ("type", {**ADA, "conversation": "C" * 501, "text": "x"}, "longer than 500"),
        ("type", {**ADA, "conversation": "C1", "text": "hi", "thread": 3}, "“thread”"),
        ("press", {**ADA, "surface": "m1"}, "“control” is missing"),
        ("press", {**ADA, "surface": "m1", "control": "c", "inputs": [1]}, "“inputs” has to be an object"),
        ("submit", {**ADA, "dialog": "d", "values": "x"}, "“values” has to be an object"),
        ("clock", {}, "“to” has to be a moment"),
        ("clock", {"to": "tomorrow"}, "“to” has to be a moment"),
        ("clock", {"to": "2026-11-04T00:00:00"}, "with its offset"),
        ("clock", {"to": "2026-11-03T08:00:00Z"}, "only winds forward"),
        ("clock", {"to": "2036-11-03T08:00:00Z"}, "more than 800 days"),
        ("clock", {"by": "year"}, "“hour”, “day”, “week” or “end”"),
    ],
)
async def test_bad_input_gets_a_sentence(theatre: Theatre, name: str, words: Any, sentence: str) -> None:
    status, answer = await theatre.post(name, words)
    assert status == 400
    assert sentence in answer["error"]


@pytest.mark.parametrize("newest", ["0", "-3", "many"])
async def test_a_bad_count_gets_a_sentence(theatre: Theatre, newest: str) -> None:
    status, answer = await theatre.get("/stage/screen", params={**ADA, "newest": newest})
    assert status == 400
    assert "“newest”" in answer["error"]


async def test_what_is_gone_is_said_to_be_gone(theatre: Theatre) -> None:
    status, answer = await theatre.post("type", {**ADA, "conversation": "C404", "text": "hi"})
    assert status == 404
    assert "not there any more" in answer["error"]


async def test_broken_json_is_refused(theatre: Theatre) -> None:
    async with theatre.client.post("/stage/type", data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400
        assert (await response.json())["error"] == "The body is not JSON."


async def test_a_form_cannot_pose_as_the_api(theatre: Theatre) -> None:
    async with theatre.client.post("/stage/type", data=json.dumps(ADA), headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415
    assert not theatre.slack.done


async def test_a_large_body_is_refused(theatre: Theatre) -> None:
    body = io.BytesIO(json.dumps({**ADA, "conversation": "C1", "text": "x" * LARGEST_BODY}).encode())
    async with theatre.client.post("/stage/type", data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == 413
        assert "larger than" in (await response.json())["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
async def test_other_pages_may_not_act(theatre: Theatre, headers: dict[str, str]) -> None:
    status, answer = await theatre.post("type", {**ADA, "conversation": "C1", "text": "hi"}, headers=headers)
    assert status == 403
    assert answer["error"]
    assert not theatre.slack.done


async def test_the_own_page_may_act(theatre: Theatre) -> None:
    origin = str(theatre.client.make_url("/")).rstrip("/")
    status, _ = await theatre.post("type", {**ADA, "conversation": "C1", "text": "hi"}, headers={"Origin": origin})
    assert status == 200


async def test_a_rebound_name_may_not_even_look(theatre: Theatre) -> None:
    for path in ("/", "/stage/world", "/page/app.js", "/stage/events"):
        async with theatre.client.get(path, headers={"Host": "evil.example"}) as response:
            assert response.status == 403


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1:8080", True),
        ("127.3.2.1", True),
        ("localhost", True),
        ("[::1]:80", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1", False),
        ("", False),
        ("[::1", False),
    ],
)
def test_loopback_is_told_from_the_rest(host: str, near: bool) -> None:
    assert is_loopback(host) is near


async def test_every_answer_wears_the_security_headers(theatre: Theatre) -> None:
    for path in ("/", "/page/app.js", "/stage/world", "/stage/nowhere"):
        async with theatre.client.get(path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_an_unknown_address_gets_json(theatre: Theatre) -> None:
    status, answer = await theatre.get("/stage/nowhere")
    assert (status, answer) == (404, {"error": "Not Found"})
    assert (await theatre.get("/page/..%2Fstage.py"))[0] in {403, 404}


async def test_a_failure_inside_never_shows_its_text(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(theatre.slack, "opens_home", fail)
    status, answer = await theatre.post("home", ADA)
    assert status == 500
    assert "secret" not in answer["error"]


async def test_changes_are_told_and_folded(theatre: Theatre) -> None:
    async with theatre.client.get("/stage/events") as stream:
        first = await theatre.next_event(stream)
        assert first == {"changed": [], "now": "2026-11-03T08:00:00Z", "winding": None, "failure": ""}
        theatre.slack.open_journal("U1")
        theatre.slack.open_journal("U1")
        theatre.drivers["teams"].open_journal("29:a")
        event = await theatre.next_event(stream)
        assert event["changed"] == [{"platform": "slack", "user": "U1"}, {"platform": "teams", "user": "29:a"}]


async def test_the_clock_winds_and_tells_how_far(theatre: Theatre) -> None:
    theatre.clock.pause = 0.01
    async with theatre.client.get("/stage/events") as stream:
        await theatre.next_event(stream)
        status, answer = await theatre.post("clock", {"by": "day"})
        assert status == 202
        assert answer["winding"] == {"from": "2026-11-03T08:00:00Z", "to": "2026-11-04T08:00:00Z"}
        assert (await theatre.post("clock", {"by": "hour"})) == (409, {"error": "The clock is being wound already."})
        event = await theatre.next_event(stream)
        assert event["winding"] is not None
        while event["winding"] is not None:
            event = await theatre.next_event(stream)
        assert event["now"] == "2026-11-04T08:00:00Z"


async def test_winding_is_stopped(theatre: Theatre) -> None:
    theatre.clock.pause = 0.02
    await theatre.post("clock", {"to": (START + timedelta(days=30)).isoformat()})
    await asyncio.sleep(0.03)
    assert (await theatre.post("clock/stop", {}))[0] == 200
    async with theatre.client.get("/stage/events") as stream:
        while (await theatre.next_event(stream))["winding"] is not None:
            pass
    assert START < theatre.clock.at < START + timedelta(days=30)


async def test_the_end_is_that_of_the_running_challenge(theatre: Theatre) -> None:
    assert (await theatre.post("clock", {"by": "end"}))[0] == 409
    theatre.clock.end = START + timedelta(days=21)
    status, answer = await theatre.post("clock", {"by": "end"})
    assert (status, answer["winding"]["to"]) == (202, "2026-11-24T08:00:00Z")


async def test_a_clock_that_fails_says_so(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_to: Any) -> None:
        raise RuntimeError("broken spring")

    monkeypatch.setattr(theatre.clock, "advance", fail)
    await theatre.post("clock", {"by": "hour"})
    await asyncio.sleep(0)
    _, world = await theatre.get("/stage/world")
    assert world["winding"] is None
    assert "went wrong" in world["failure"]
