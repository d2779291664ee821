"""The app is taken out of a workspace of a community that is elsewhere too: who is elsewhere stays, everybody else really goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.rows import InstallationRow, LaneRow
from bot.people.rows import CommunityRow, IdentityRow, PersonRow, PlaceRow, WorkspaceRow
from bot.playground import SLACK_PLACE, Playground
from handlers.journal.rows import EntryRow
from tests.kit.cast import count, rows
from tests.kit.people import Person


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_who_is_elsewhere_stays_and_everybody_else_goes(stage: Playground, person: Callable[[str], Person]) -> None:
    bob, layla = person("BOB"), person("layla")
    for each in (bob, layla):
        await each.types(f"/journal A canary of {each.who.name}.")
    await bob.types("/poll Lunch? | Pizza | Sushi", in_place=True)
    await stage.winder.settle()
    before = await count(stage, PersonRow)
    await stage.slack.uninstall()
    await stage.settle()
    (installation,) = await rows(stage, InstallationRow)
    assert installation.tokens is None
    assert installation.delete_at == stage.parts.clock.now() + timedelta(days=30)
    await layla.types("/convene")
    await stage.winder.advance(stage.parts.clock.now() + timedelta(days=29))
    assert await count(stage, PersonRow) == before
    await stage.winder.advance(stage.parts.clock.now() + timedelta(days=1, hours=2))
    assert await count(stage, CommunityRow) == 1
    assert {row.platform for row in await rows(stage, WorkspaceRow)} == {"teams"}
    assert {row.platform for row in await rows(stage, LaneRow)} == {"teams"}
    assert await count(stage, InstallationRow) == 0
    people = {row.name for row in await rows(stage, PersonRow)}
    assert "Bob O'Brien" not in people
    assert layla.who.name in people
    assert await count(stage, IdentityRow) == len(people)
    assert await count(stage, EntryRow) == 1
    await layla.types("/journal list")
    layla.sees("A canary of")


async def test_with_its_token_back_everything_stays(stage: Playground, person: Callable[[str], Person]) -> None:
    bob = person("BOB")
    await stage.slack.uninstall()
    await stage.settle()
    assert [row.closed_at is None for row in await rows(stage, PlaceRow) if row.external_id == SLACK_PLACE] == [False]
    await stage.winder.advance(stage.parts.clock.now() + timedelta(days=20))
    stage.slack.ws.installed = True
    await stage.slack_adapter.workspaces.close()
    await stage.slack_adapter.start()
    await stage.winder.advance(stage.parts.clock.now() + timedelta(days=20))
    assert [row.delete_at for row in await rows(stage, InstallationRow)] == [None]
    await bob.types("/journal Still here.")
    assert await count(stage, EntryRow) == 1
    assert "not installed" not in json.dumps(stage.slack.screen(bob.who.account))


async def test_put_back_by_an_admin_it_is_installed_without_a_restart(stage: Playground, person: Callable[[str], Person]) -> None:
    bob = person("BOB")
    await stage.slack.uninstall()
    await stage.settle()
    await stage.slack.redeliver(last=False)  # something that was still on its way
    await stage.settle()
    assert [row.delete_at is None for row in await rows(stage, InstallationRow)] == [False]
    stage.slack.ws.installed = True
    await bob.types("/journal Still here.")
    assert [row.delete_at for row in await rows(stage, InstallationRow)] == [None]
