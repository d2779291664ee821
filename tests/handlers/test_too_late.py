"""What a bot that was down for a day still says: what belongs to the day that is over goes unsaid, everything else is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot import deliveries
from bot.core.outbox import Kind, State
from bot.core.rows import PostRow
from bot.playground import Playground
from tests.kit.beginnings import announced
from tests.kit.cast import rows
from tests.kit.people import Person

EVENING = datetime(2026, 3, 23, 23, 0, tzinfo=UTC)


@pytest.mark.thorough
async def test_what_belongs_to_a_day_says_when_it_makes_no_sense_any_more(stage: Playground, person: Callable[[str], Person]) -> None:
    ann, bob, priya = person("ANN"), person("BOB"), person("PRIYA")
    await announced(ann, bob, priya, partners=True, until=EVENING - timedelta(days=1))
    adapters = dict(stage.parts.platforms)
    stage.parts.platforms.clear()  # what comes round goes on, and nothing can be said
    await stage.winder.advance(EVENING)
    unsaid = (State.READY, State.PARKED)
    waiting = {post.id: post for post in await rows(stage, PostRow) if post.state in unsaid and post.message_id is None}
    lasts = {(post.kind, (post.key or "").split("/")[0]): post.expires_at is None for post in waiting.values()}
    assert lasts == {
        ("asked for", "challenge"): False,
        ("asked for", "partner"): False,
        ("place", "challenge"): False,
        ("news", "partner"): True,
    }

    stage.parts.clock.wind(EVENING + timedelta(days=2))  # type: ignore[attr-defined]
    stage.parts.platforms.update(adapters)
    await stage.parts.units.run(lambda session: deliveries.retry_posts(session, None, stage.parts.clock.now()))
    while await stage.parts.delivery.drain():
        pass
    await stage.settle()
    after = {post.id: post.state for post in await rows(stage, PostRow) if post.id in waiting}
    assert after == {number: "sent" if post.kind == Kind.NEWS else "dropped" for number, post in waiting.items()}
