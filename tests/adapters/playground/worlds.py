"""Small worlds of both platforms, to be written down and brought back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from adapters.playground.driver import Driver, Json
from adapters.playground.slack import FakeSlack
from adapters.playground.teams import FakeTeams
from tests.adapters.playground.slack import stage as on_slack
from tests.adapters.playground.teams import conftest as on_teams
from tests.adapters.playground.teams.conftest import ANN, BOB, CYD, GROUP, PLACE

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PICK: Json = {"type": "Input.Text", "id": "why", "label": "Why?"}
TOGGLE: Json = {"type": "Action.ToggleVisibility", "title": "Hide", "targetElements": ["q"]}


def through_json(dumped: Json) -> Json:
    back: Json = json.loads(json.dumps(dumped))
    return back


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
