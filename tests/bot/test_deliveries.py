"""What an operator lists, lets try again and gives up, and what was delivered when: without a word of what was said."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot import deliveries
from bot.__main__ import app
from bot.chat.errors import Barrier, Malformed, Unclear, Unreachable
from bot.core.clock import WoundClock
from bot.core.inbox import UnitInbox
from bot.core.incoming import Incoming
from bot.core.outbox import Kind
from bot.core.ports import Actor, Commanded, Conversation, Interaction
from bot.core.rows import InboxRow, LaneRow
from bot.data import scope
from bot.data.units import Units
from bot.deliveries import Which
from bot.people.rows import PlaceRow, WorkspaceRow
from bot.settings import Settings
from tests.kit.engines import units_at
from tests.kit.moving_in import START, VAULT
from tests.scheduler.desk import COMMUNITY, Desk
from tests.scheduler.desk import desk as opened

KEY = "a key that is only good for tests and nothing else"


async def stuck(units: Units, clock: WoundClock) -> Desk:
    """One post of each state: unknown, parked, held, waiting and sent, the first two in the place Practice."""
    desk = await opened(units, clock, lanes=4)

    def name(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.add(WorkspaceRow(id=9, community_id=COMMUNITY, platform="slack", external_id="T1", name="Here"))
        session.flush()
        about = {"workspace_id": 9, "reference": {}, "joined_at": clock.now()}
        session.add(PlaceRow(id=10, community_id=COMMUNITY, external_id="C10", name="Practice", **about))
        session.execute(update(LaneRow).where(LaneRow.id == 11).values(kind="chat"))

    await units.run(name)
    desk.wall.before += [Malformed("invalid_blocks")]
    await desk.post("secret one", kind=Kind.PLACE)
    await desk.drain()
    desk.wall.before += [Unclear("reset"), Unreachable("not added", Barrier.NOT_ADDED)]
    await desk.post("secret two", kind=Kind.PLACE)
    await desk.post("secret three", lane=11, kind=Kind.NEWS)
    await desk.drain()
    await desk.post("secret four", lane=12, kind=Kind.REMINDER)
    desk.passes(seconds=7)
    await desk.drain()
    await desk.post("secret five", lane=13, kind=Kind.REMINDER)
    assert await desk.states() == ["parked", "unknown", "held", "sent", "ready"]
    return desk


@pytest.mark.both_databases
async def test_what_is_stuck_is_listed_without_a_word_of_it_and_tries_again(units: Units, clock: WoundClock) -> None:
    desk = await stuck(units, clock)
    found = await units.read(deliveries.outbox)
    assert [(post.state, post.to, post.kind) for post in found] == [
        ("parked", "Practice", "place"),
        ("unknown", "Practice", "place"),
        ("held", "a person", "news"),
        ("waiting", "a person", "reminder"),
    ]
    assert found[0].why == "Malformed: invalid_blocks"
    assert "secret" not in str(found)
    for which, count in (
        (Which(state="held"), 1),
        (Which(place="Practice"), 2),
        (Which(place="a person", kind="news"), 1),
        (Which(community="Practice"), 4),
        (Which(community="2"), 0),
    ):
        assert len(await units.read(partial(deliveries.outbox, which=which))) == count, which

    parked, unknown, held, _waiting = (post.id for post in found)
    assert await units.run(lambda session: deliveries.retry_posts(session, [unknown], clock.now())) == 0, "it is settled by itself"
    assert await units.run(lambda session: deliveries.retry_posts(session, None, clock.now())) == 2
    assert (await desk.states())[:3] == ["ready", "unknown", "ready"]
    await desk.drain()
    assert {"secret one", "secret three"} <= {said for _where, said in desk.wall.posted}
    assert parked != held


@pytest.mark.both_databases
async def test_what_is_given_up_is_never_said(units: Units, clock: WoundClock) -> None:
    desk = await stuck(units, clock)
    unknown = (await units.read(deliveries.outbox))[1].id
    assert await units.run(lambda session: deliveries.drop_posts(session, None)) == 2
    assert await units.run(lambda session: deliveries.drop_posts(session, [unknown])) == 1
    desk.passes(hours=1)
    await desk.drain()
    assert await desk.states() == ["dropped", "dropped", "dropped", "sent", "sent"]
    assert "secret one" not in str(desk.wall.posted)


@pytest.mark.both_databases
async def test_the_audit_tells_when_and_how_late_to_what_kind_of_place(units: Units, clock: WoundClock) -> None:
    await stuck(units, clock)
    (one,) = await units.read(lambda session: list(deliveries.audit(session, clock.now())))
    assert (one.at, one.community, one.platform, one.to, one.kind) == (clock.now(), "Practice", "slack", "place", "reminder")
    today = clock.now().date()

    def delivered(session: Session, **which: Any) -> int:
        return len(list(deliveries.audit(session, clock.now(), **which)))

    for which, count in (({"day": today}, 1), ({"day": today - timedelta(days=1)}, 0), ({"kind": "news"}, 0), ({"community": "2"}, 0)):
        assert await units.read(partial(delivered, **which)) == count, which


@pytest.mark.thorough
@pytest.mark.both_databases
def test_the_commands(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fill() -> None:
        units = units_at(database_url, VAULT)
        await stuck(units, WoundClock(START))
        event = Interaction("slack", "T1", Actor("U1"), Conversation("U1", "chat"), Commanded("journal", "secret"), key="trigger:1")
        await UnitInbox(units).store(Incoming.of(event, "command", {"text": "secret"}), within=2, is_under_way=False)

        def park(session: Session) -> None:
            scope.enter(session, scope.SYSTEM)
            session.execute(update(InboxRow).values(due_at=None, why="RuntimeError"))

        await units.run(park)
        await units.close()

    asyncio.run(fill())
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CONVENE_SECRET_KEY", KEY)

    def says(*arguments: str, typed: str | None = None, status: int = 0) -> str:
        done = CliRunner().invoke(app, list(arguments), input=typed)
        assert done.exit_code == status, (done.output, done.exception)
        assert "secret" not in done.output
        return done.output

    listed = says("outbox")
    assert "Malformed: invalid_blocks" in listed
    assert "1 Practice · Practice · slack · place · parked" in listed
    parked = next(post for post in json.loads(says("outbox", "--json")) if post["state"] == "parked")
    assert says("outbox", "--csv", "--state", "held").splitlines()[0].startswith("id,community,to,platform,kind,state")
    assert says("outbox", "--place", "nowhere").strip() == "nothing"
    says("outbox", "retry", status=2)
    says("outbox", "retry", "1", "--all", status=2)
    assert says("outbox", "retry", str(parked["id"])) == "1 will be tried again\n"
    says("outbox", "drop", "--all", typed="n\n", status=1)
    assert "1 dropped" in says("outbox", "drop", "--all", "--yes")
    assert "RuntimeError" in says("inbox")
    assert says("inbox", "retry", "--all") == "1 will be handled\n"
    assert "waiting" in says("inbox")
    assert says("inbox", "drop", "--all", "--yes") == "0 dropped\n", "what is not parked is handled"
    assert (
        says("audit", "--day", START.date().isoformat(), "--csv")
        .splitlines()[1]
        .startswith("2026-03-20 07:00:07Z,Practice,slack,place,reminder,")
    )
    assert json.loads(says("audit", "--json", "--community", "Practice")) == []
    says("audit", "--day", "yesterday", status=2)
