"""What `check` says of a Teams installation, with live credentials of the faked platform."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from adapters.teams.check import Bot, Check
from bot import check
from bot.core.clock import WoundClock
from bot.core.ports import Address
from bot.data import schema
from bot.generated import write_teams_package
from bot.settings import Settings
from tests.adapters.teams.conftest import ANN, APP_ID, GROUP, PASSWORD, PLACE, Stage


def bot_of(stage: Stage, **changed: Any) -> Bot:
    return replace(Bot(APP_ID, PASSWORD, stage.tenant, stage.fake.token_url, stage.fake.metadata_url), **changed)


async def told(stage: Stage, *places: tuple[str, Address], endpoint: str | None = None, **changed: Any) -> tuple[list[str], list[str]]:
    found = await Check(bot_of(stage, **changed), endpoint=endpoint).findings(places)
    return [each.words for each in found if each.is_fine], [each.words for each in found if not each.is_fine]


async def test_good_credentials_and_a_good_endpoint(stage: Stage) -> None:
    endpoint = stage.fake._core.courier.request_url
    fine, wrong = await told(stage, ("General", stage.place()), ("Lunch", stage.place(GROUP)), endpoint=endpoint)
    assert wrong == []
    assert f"Teams: the credentials give a token for tenant {stage.tenant}" in fine
    assert f"Teams: {endpoint} answers 401 to a request without a token, as it should" in fine
    assert "Teams: 2 of 2 places know the bot" in fine
    assert stage.messages(ANN, PLACE) == [], "nothing is posted"


@pytest.mark.parametrize(
    ("changed", "mend"),
    [
        ({"app_password": "wrong"}, "use the secret's value, not its id, or make a new one (AADSTS7000215)"),
        ({"app_id": "11111111-2222-4333-8444-555555555555"}, "check APP_ID, APP_TENANTID and APP_TYPE (AADSTS700016)"),
        ({"tenant": "another"}, "APP_TENANTID should be that tenant's id"),
        ({"token_url": "http://127.0.0.1:9/token"}, "check the way to http://127.0.0.1:9/token"),
        ({"metadata_url": "http://127.0.0.1:9/keys"}, "check the way to http://127.0.0.1:9/keys"),
    ],
)
async def test_what_is_wrong_is_told_with_what_mends_it(stage: Stage, changed: dict[str, str], mend: str) -> None:
    _fine, wrong = await told(stage, **changed)
    assert len(wrong) == 1
    assert wrong[0].endswith(mend)
    assert PASSWORD not in wrong[0]


async def test_an_unknown_tenant_is_told(stage: Stage) -> None:
    _fine, wrong = await told(stage, token_url=stage.fake.token_url.replace(stage.tenant, "nowhere"))
    assert wrong == ["Teams: no token: there is no such tenant: check APP_TENANTID (AADSTS90002)"]


@pytest.mark.parametrize("path", ["/", "/v1/.well-known/keys"])
async def test_something_else_at_the_endpoint_is_noticed(stage: Stage, path: str) -> None:
    _fine, wrong = await told(stage, endpoint=stage.fake.service_url.rstrip("/") + path)
    assert "401 is right" in wrong[0]
    _fine, wrong = await told(stage, endpoint="http://127.0.0.1:9/api/messages")
    assert "does not answer" in wrong[0]


async def test_places_that_refuse_bots_are_named(stage: Stage) -> None:
    stage.fake.add_channel("19:private@thread.tacv2", "Private", [ANN], bot=False)
    gone, nowhere = stage.place("19:gone@thread.tacv2"), Address(stage.tenant, "19:x@thread.tacv2", "place")
    _fine, wrong = await told(stage, ("Private", stage.place("19:private@thread.tacv2")), ("Gone", gone), ("Unknown", nowhere))
    assert wrong == [
        "Teams: Private: the app is not there, or the channel is private and lets no bots in: add it, or take another place",
        "Teams: Gone: it is not found any more",
        "Teams: Unknown: no address is known; mention the bot there once",
    ]


async def test_the_command_asks_all_of_it(stage: Stage, clock: WoundClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    url, package = f"sqlite:///{tmp_path}/convene.db", tmp_path / "convene-teams.zip"
    await schema.migrate(url)
    settings = Settings.model_validate(
        {
            "app_id": APP_ID,
            "app_password": PASSWORD,
            "app_tenantid": stage.tenant,
            "teams_token_url": stage.fake.token_url,
            "teams_metadata_url": stage.fake.metadata_url,
            "database_url": url,
            "convene_secret_key": "k" * 40,
        }
    )
    write_teams_package(APP_ID, "cop.example.org", package)
    found = await check.findings(settings, endpoint=stage.fake._core.courier.request_url, package=package)
    assert [each.words for each in found if not each.is_fine] == []
    assert f"Teams: {package} is what the code declares" in [each.words for each in found]

    with ZipFile(package) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["bots"][0]["commandLists"][0]["commands"].pop()
    with ZipFile(package, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
    found = await check.findings(settings, asks_platforms=False, package=package)
    assert [each.words for each in found if not each.is_fine] == [
        f"Teams: {package} is not what the code declares (bots): build it anew and upload it"
    ]
    package.write_bytes(b"no zip")
    found = await check.findings(settings, asks_platforms=False, package=package)
    assert "is no package of ours" in next(each.words for each in found if not each.is_fine)
