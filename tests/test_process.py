"""The real process: it answers, it ends when it is told to, it survives being killed, and it says clearly what is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from adapters.web import listening, reserve
from bot.data.sqlite_units import SqliteUnits
from bot.playground import Playground
from tests.kit.cast import entries
from tests.kit.effort import EVERYTHING
from tests.kit.people import Person

Json = dict[str, Any]
ROOT = Path(__file__).parents[1]
SECRETS = {"SLACK_BOT_TOKEN": "xoxb-very-secret", "APP_PASSWORD": "password-very-secret", "CONVENE_SECRET_KEY": "short-very-secret"}
CARD = "Seven small days"
KILLS = 3 if EVERYTHING else 1


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(**settings: str) -> dict[str, str]:
    """The environment of a process without anything of ours in it."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


async def convene(*arguments: str, folder: Path, **settings: str) -> tuple[int, str]:
    """Run the command line to its end: status and everything that it said."""
    command = (sys.executable, "-m", "bot", *arguments)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment(**settings), stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    said, _nothing = await asyncio.wait_for(process.communicate(), 50)
    return process.returncode or 0, said.decode()


class Play:
    """A playground in a process of its own, acted in through its page's API."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, http: aiohttp.ClientSession) -> None:
        self.process, self.http, self.here = process, http, f"http://127.0.0.1:{port}"

    async def acts(self, act: str, user: str = "U0BOB", **words: Any) -> Json:
        """Do something as somebody on the faked Slack."""
        body = {"platform": "slack", "user": user, **words}
        async with self.http.post(f"{self.here}/stage/{act}", json=body) as answer:
            assert answer.status in (200, 202), await answer.text()
            return await answer.json()  # type: ignore[no-any-return]

    async def screen(self, user: str = "U0BOB", platform: str = "slack") -> Json:
        """What somebody sees."""
        async with self.http.get(f"{self.here}/stage/screen", params={"platform": platform, "user": user}) as answer:
            return await answer.json()  # type: ignore[no-any-return]

    async def plain(self, user: str = "U0BOB", platform: str = "slack") -> list[str]:
        """Every message that somebody sees, in words."""
        return [m["plain"] for c in (await self.screen(user, platform))["conversations"] for m in c["messages"]]

    async def sees(self, text: str, user: str = "U0BOB", platform: str = "slack") -> list[str]:
        """Wait for a text to appear; every message that somebody sees."""
        async with asyncio.timeout(10):
            while True:
                found = await self.plain(user, platform)
                if any(text in each for each in found):
                    return found
                await asyncio.sleep(0.03)

    async def winds_until(self, text: str) -> None:
        """Wind the clock hour by hour until a text appears."""
        async with asyncio.timeout(20):
            while not any(text in each for each in await self.plain()):
                async with self.http.post(f"{self.here}/stage/clock", json={"by": "hour"}) as answer:
                    assert answer.status in (202, 409)  # 409: it is being wound
                await asyncio.sleep(0.05)

    async def presses(self, label: str, on: str, user: str = "U0BOB") -> None:
        """Press a button on the newest message with a text."""
        found = [
            (m["id"], control["id"])
            for c in (await self.screen(user))["conversations"]
            for m in c["messages"]
            for control in m["controls"]
            if on in m["plain"] and control["label"] == label
        ]
        await self.acts("press", user, surface=found[-1][0], control=found[-1][1])

    async def ends(self, by: signal.Signals) -> tuple[int, float]:
        """End the process; its status and how long it took."""
        began = asyncio.get_running_loop().time()
        self.process.send_signal(by)
        status = await asyncio.wait_for(self.process.wait(), 15)
        return status, asyncio.get_running_loop().time() - began


@asynccontextmanager
async def playing(folder: Path, port: int, *arguments: str) -> AsyncIterator[Play]:
    """`convene play`, until it has been ended."""
    command = (sys.executable, "-m", "bot", "play", "--folder", str(folder), "--port", str(port), *arguments)
    process = await asyncio.create_subprocess_exec(*command, cwd=folder.parent, env=environment(), stdout=asyncio.subprocess.PIPE)
    async with aiohttp.ClientSession(trust_env=False) as http:
        play = Play(process, port, http)
        try:
            assert process.stdout is not None
            async with asyncio.timeout(50):  # a busy machine logs a slow unit before it says where it is
                while f"http://127.0.0.1:{port}" not in (said := (await process.stdout.readline()).decode()):
                    assert said, "it ended before it said where it is"
            yield play
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def announce(play: Play) -> None:
    await play.acts("type", "U0ANN", conversation="D0ANN", text="/challenge")
    async with asyncio.timeout(10):
        while (dialog := (await play.screen("U0ANN"))["dialog"]) is None:  # noqa: ASYNC110 - a busy machine opens it later
            await asyncio.sleep(0.03)
    await play.acts("submit", "U0ANN", dialog=dialog["id"], values={})
    await play.sees(CARD)


@pytest.mark.thorough
@pytest.mark.timeout(180)
async def test_the_playground_keeps_everything_over_a_polite_and_an_impolite_end(tmp_path: Path) -> None:
    folder, port = tmp_path / "var", free_port()
    async with playing(folder, port) as play:
        await play.sees("What I can do", "29:layla", "teams")
        await announce(play)
        await play.acts("type", conversation="D0BOB", text="/journal Before the polite end.")
        before = await play.sees("Saved in your journal")
        code, message = await convene("play", "--folder", str(tmp_path / "other"), "--port", str(port), folder=tmp_path)
        assert code == 2
        assert f"port {port} cannot be used" in message
        assert "Traceback" not in message
        status, took = await play.ends(signal.SIGTERM)
        assert (status, took < 10) == (0, True), took

    for round_ in range(KILLS):
        async with playing(folder, port) as play:
            kept = await play.plain()
            assert set(before) <= set(kept)
            assert sum(CARD in each for each in kept) == 1
            storm = [play.acts("type", conversation="D0BOB", text=f"/journal Round {round_}, thought {n}.") for n in range(12)]
            running = [asyncio.ensure_future(each) for each in storm]
            await play.presses("Join", CARD, "U0PRIYA")
            await play.presses("Join", CARD, "U0BOB")
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            acknowledged = await play.plain()
            status, _took = await play.ends(signal.SIGKILL)
            assert status == -signal.SIGKILL
            await asyncio.gather(*running, return_exceptions=True)
            before = [each for each in before if each in acknowledged]

    _let_leases_end(folder / "convene.db")
    async with playing(folder, port) as play:
        # What was in flight when the process died is noticed, and settled once the platform's worst case has passed.
        await play.winds_until("2 people")
        after = await play.plain()
        assert sum(CARD in each for each in after) == 1, "the card is there, once, and says how it stands"
        status, _took = await play.ends(signal.SIGTERM)
        assert status == 0
    with contextlib.closing(sqlite3.connect(folder / "convene.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (written,) = database.execute("SELECT count(*) FROM entries").fetchone()
        assert database.execute("SELECT count(*) FROM participants").fetchone() == (2,)
        assert database.execute("SELECT DISTINCT state FROM posts").fetchall() == [("sent",)]
    receipts = sum("Saved in your journal" in each for each in after)
    assert written >= receipts >= 1, "every receipt has its entry"

    async with playing(folder, port, "--fresh") as play:
        assert not any(CARD in each or "Saved" in each for each in await play.plain())
        await play.ends(signal.SIGTERM)


def _let_leases_end(database: Path) -> None:
    """Leases end by real time, a minute after their process died; no test waits for that."""
    with contextlib.closing(sqlite3.connect(database)) as opened:
        opened.execute("UPDATE lanes SET leased_until = '2000-01-01 00:00:00.000000' WHERE leased_until IS NOT NULL")
        opened.commit()


@pytest.mark.thorough
async def test_wrong_configuration_is_reported_all_together_and_without_secrets(tmp_path: Path) -> None:
    nothing, wrong, checked = await asyncio.gather(
        convene("serve", folder=tmp_path),
        convene("serve", folder=tmp_path, PORT="x", DATABASE_URL="mysql://root:very-secret@db", APP_TYPE="Sometimes", **SECRETS),
        convene("check", folder=tmp_path, CONVENE_SECRET_KEY="k" * 32, DATABASE_URL=f"sqlite:///{tmp_path}/none.db"),
    )
    assert nothing[0] == 2
    assert all(name in nothing[1] for name in ("SLACK_BOT_TOKEN", "APP_ID", "CONVENE_SECRET_KEY"))
    assert wrong[0] == 2
    for name in ("PORT", "DATABASE_URL", "APP_TYPE", "CONVENE_SECRET_KEY"):
        assert name in wrong[1], wrong[1]
    assert checked[0] == 1
    assert re.search(r"FIX +no platform is configured", checked[1])
    assert re.search(r"FIX +SQLite is at revision none", checked[1])
    assert re.search(r"ok +1 key", checked[1])
    assert re.search(r"ok +zone data", checked[1])
    for _status, said in (nothing, wrong, checked):
        assert "very-secret" not in said
        assert "k" * 32 not in said
        assert "Traceback" not in said


@pytest.mark.thorough
async def test_a_database_of_another_revision_is_refused_with_the_remedy(tmp_path: Path) -> None:
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s",
        "CONVENE_SECRET_KEY": "k" * 32,
        "DATABASE_URL": f"sqlite:///{tmp_path}/empty.db",
    }
    status, said = await convene("serve", folder=tmp_path, **settings)
    assert status == 2
    assert "python -m bot migrate" in said
    assert "Traceback" not in said


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_bot_that_serves_says_how_it_stands_and_stops_when_it_is_told_to(database_url: str, tmp_path: Path) -> None:
    slack, port = web.Application(), free_port()
    said = {"ok": True, "team_id": "T0001", "team": "x", "user_id": "U0BOT", "bot_id": "B0BOT", "bot": {"app_id": "A0BOT"}}

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(said)

    slack.router.add_post("/api/{method}", answer)
    address = reserve("127.0.0.1", 0)
    own = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": f"http://127.0.0.1:{address.getsockname()[1]}/api/"}
    more = {"CONVENE_SECRET_KEY": "k" * 32, "DATABASE_URL": database_url, "PORT": str(port), "METRICS_TOKEN": "m"}
    async with listening(slack, address), aiohttp.ClientSession(f"http://127.0.0.1:{port}", trust_env=False) as http:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve"), cwd=tmp_path, env=environment(**own, **more), stdout=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(50):
                while await status_of(http, "/readyz") != 200:
                    assert process.returncode is None
                    await asyncio.sleep(0.1)
            assert await status_of(http, "/healthz") == 200
            assert await status_of(http, "/metrics") == 401
            async with http.get("/metrics", headers={"Authorization": "Bearer m"}) as shown:
                assert 'convene_outbox_posts{state="ready"} 0.0' in await shown.text()
            began = asyncio.get_running_loop().time()
            process.terminate()
            told, _nothing = await asyncio.wait_for(process.communicate(), 20)
            assert process.returncode == 0, told.decode()
            assert asyncio.get_running_loop().time() - began < 15
            assert b'"event": "stopping"' in told
            assert b"xoxb-1" not in told
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def status_of(http: aiohttp.ClientSession, path: str) -> int:
    try:
        async with http.get(path) as answer:
            return answer.status
    except aiohttp.ClientConnectionError:
        return 0


@pytest.mark.thorough
async def test_while_another_process_holds_the_database_people_get_their_text_back(stage: Playground, person: Any, tmp_path: Path) -> None:
    bob: Person = person("BOB")
    if not isinstance(stage.parts.units, SqliteUnits):
        pytest.skip("one process cannot lock PostgreSQL out")
    delivering = asyncio.create_task(stage.parts.delivery.run())
    other = sqlite3.connect(tmp_path / "convene.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    stage.parts.delivery.wake()
    await asyncio.sleep(0.05)
    try:
        await asyncio.wait_for(stage.slack.types("U0BOB", bob.chat, "/journal Written while it was locked."), 2.9)
        async with asyncio.timeout(4):
            while "Written while it was locked." not in _said(bob):  # noqa: ASYNC110 - another process is waited for
                await asyncio.sleep(0.05)
    finally:
        other.execute("ROLLBACK")
        other.close()
        stage.parts.delivery.close()
        await delivering
    assert "busy just now" in _said(bob)
    await stage.settle()
    assert await entries(stage) == []
    await bob.types("/journal Written afterwards.")
    assert await entries(stage) == ["Written afterwards."]


async def test_when_the_disk_is_full_people_get_their_text_back(stage: Playground, person: Any) -> None:
    bob: Person = person("BOB")
    units = stage.parts.units
    if not isinstance(units, SqliteUnits):
        pytest.skip("a page limit is SQLite's")

    def limit(session: Any, pages: str) -> None:
        session.info["scope"] = 0
        connection = session.connection().connection.driver_connection
        now = connection.execute("PRAGMA page_count").fetchone()[0] if pages == "full" else 1_000_000
        connection.execute(f"PRAGMA max_page_count={now}")

    await units.run(lambda session: limit(session, "full"))
    thoughts = [f"A thought on a full disk, {n}. " + "ä" * 2900 for n in range(8)]
    with capture_logs() as logs:
        await asyncio.gather(*(stage.slack.types("U0BOB", bob.chat, f"/journal {thought}") for thought in thoughts))
        await stage.settle()
    assert "A thought" not in str(logs)
    refused = [thought for thought in thoughts if thought[:30] in _refusals(bob)]
    assert refused, "the disk was full for some"
    assert "database or disk is full" not in _said(bob)
    assert len(await entries(stage)) + len(refused) == len(thoughts), "every text was saved or came back"
    await units.run(lambda session: limit(session, "room"))
    await bob.types("/journal There is room again.")
    assert "There is room again." in await entries(stage)


def _said(somebody: Person) -> str:
    return "\n".join(m["plain"] for c in somebody.screen["conversations"] for m in c["messages"] if m["author"]["is_bot"])


def _refusals(somebody: Person) -> str:
    found = [m["plain"] for c in somebody.screen["conversations"] for m in c["messages"] if m["author"]["is_bot"]]
    return "\n".join(each for each in found if "Here is what you wrote" in each)
