"""The Teams manifest keeps to the limits of Teams, and the package is the same bytes every time."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from adapters.playground.teams import FakeTeams
from bot.chat.language import translations
from bot.generated import write_teams_package
from bot.people.values import Role
from manifest.icons import same_picture
from manifest.limits import Refused
from manifest.teams import PLACEHOLDER_GUID, Publisher, teams_manifest, teams_package, translation
from tests.manifest.registries import command, of, real, shortcut

APP_ID = "7b1f0c52-93cd-4f3e-8a0f-0d4d2f1f9b11"
ROOT = Path(__file__).parents[2]
LONGEST = {  # what the published schema and the guidelines allow; the stricter of the two
    ("name", "short"): 30,
    ("name", "full"): 100,
    ("description", "short"): 80,
    ("description", "full"): 4000,
    ("developer", "name"): 32,
    ("developer", "websiteUrl"): 2048,
    ("developer", "privacyUrl"): 2048,
    ("developer", "termsOfUseUrl"): 2048,
}
REQUIRED = {"manifestVersion", "version", "id", "developer", "name", "description", "icons", "accentColor"}
OTHER_PRODUCTS = ("slack", "discord", "mattermost", "zoom", "whatsapp")


def lists(manifest: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """The suggested commands by scope."""
    return {scope: each["commands"] for each in manifest["bots"][0]["commandLists"] for scope in each["scopes"]}


@pytest.mark.parametrize("options", [{}, {"app_id": APP_ID, "domain": "convene.example.org"}, {"reads_all": True}])
def test_keeps_to_the_limits(options: dict[str, Any]) -> None:
    manifest = teams_manifest(real(), **options)
    assert set(manifest) >= REQUIRED
    for (part, field), most in LONGEST.items():
        assert 0 < len(manifest[part][field]) <= most, (part, field)
    for commands in lists(manifest).values():
        assert 0 < len(commands) <= 10
        assert all(0 < len(each["title"]) <= 32 and 0 < len(each["description"]) <= 128 for each in commands)


def test_every_command_is_suggested_in_every_scope_without_a_slash() -> None:
    registry = real()
    suggested = lists(teams_manifest(registry))
    assert set(suggested) == {"personal", "team", "groupChat"}
    for commands in suggested.values():
        assert {each["title"] for each in commands} <= set(registry.commands)
        assert len(commands) == min(10, len(registry.commands))


def test_when_there_is_no_room_the_commands_of_leads_give_way() -> None:
    registry = of(command("lead", role=Role.LEAD), *(command(f"c{number}") for number in range(10)))
    assert [each["title"] for each in lists(teams_manifest(registry))["personal"]] == [f"c{number}" for number in range(10)]
    assert "• lead: Do it" in teams_manifest(registry)["description"]["full"]


@pytest.mark.parametrize(
    ("registry", "why"),
    [
        (of(command("a" * 33)), "32 are allowed"),
        (of(command("poll", "b" * 129)), "128 are allowed"),
        (of(command("poll", "")), "is empty"),
        (of(command("two words")), "small letters"),
    ],
    ids=["title", "description", "empty", "space"],
)
def test_what_teams_would_refuse_is_refused_here(registry: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        teams_manifest(registry)


@pytest.mark.parametrize(
    "options",
    [
        {"app_id": "convene"},
        {"domain": "https://convene.example"},
        {"publisher": Publisher("", "https://a.example", "https://a.example", "https://a.example")},
        {"publisher": Publisher("Guild", "http://a.example", "https://a.example", "https://a.example")},
    ],
    ids=["app id", "domain", "publisher without a name", "address without https"],
)
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        teams_manifest(real(), **options)


def test_no_other_chat_product_is_named() -> None:
    text = json.dumps(teams_manifest(real(), reads_all=True)).casefold()
    assert [name for name in OTHER_PRODUCTS if name in text] == []


def test_the_app_id_is_the_bots_too() -> None:
    manifest = teams_manifest(real(), app_id=APP_ID)
    assert manifest["id"] == manifest["bots"][0]["botId"] == APP_ID


def test_without_a_domain_nothing_is_trusted_and_the_addresses_are_placeholders() -> None:
    manifest = teams_manifest(real())
    assert manifest["validDomains"] == []
    assert manifest["developer"]["privacyUrl"] == "https://convene.example/privacy"


def test_a_domain_is_trusted_and_bears_the_pages() -> None:
    manifest = teams_manifest(real(), domain="cop.example.org")
    assert manifest["validDomains"] == ["cop.example.org"]
    assert manifest["developer"]["termsOfUseUrl"] == "https://cop.example.org/terms"


def test_consents_are_asked_for_only_on_request() -> None:
    assert "authorization" not in teams_manifest(real())
    manifest = teams_manifest(real(), app_id=APP_ID, reads_all=True)
    asked = manifest["authorization"]["permissions"]["resourceSpecific"]
    assert {each["name"] for each in asked} == {"ChannelMessage.Read.Group", "ChatMessage.Read.Chat"}
    assert manifest["webApplicationInfo"]["id"] == APP_ID


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert teams_manifest(real())["version"] == project["version"]


def test_the_package_has_its_files_at_the_root_and_is_the_same_every_time(tmp_path: Path) -> None:
    manifest = teams_manifest(real(), app_id=APP_ID)
    package = teams_package(manifest, tmp_path / "dist" / "convene.zip")
    assert package == teams_package(manifest) == (tmp_path / "dist" / "convene.zip").read_bytes()
    with ZipFile(BytesIO(package)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["color.png", "manifest.json", "outline.png"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert json.loads(archive.read("manifest.json")) == manifest
        assert {manifest["icons"]["color"], manifest["icons"]["outline"]} < set(archive.namelist())
        assert not same_picture(archive.read("color.png"), archive.read("outline.png"))


def test_a_package_for_nobodys_bot_is_refused() -> None:
    assert teams_manifest(real())["id"] == PLACEHOLDER_GUID
    with pytest.raises(Refused, match="set APP_ID"):
        teams_package(teams_manifest(real()))


def test_the_fake_teams_reads_it() -> None:
    fake = FakeTeams(manifest=teams_manifest(real(), app_id=APP_ID), app_id=APP_ID, app_password="p", now=lambda: datetime.now(UTC))
    fake.add_user("29:ann", "Ann", zone=None)
    assert {each["name"] for each in fake.screen("29:ann")["commands"]} == set(real().commands)


def test_shortcuts_are_actions_on_messages() -> None:
    made = teams_manifest(of(command("poll"), shortcut("note.keep", "a" * 32, "b" * 128)), app_id=APP_ID)
    about = {"title": "a" * 32, "description": "b" * 128, "context": ["message"], "fetchTask": True}
    assert made["composeExtensions"] == [{"botId": APP_ID, "commands": [{"id": "note.keep", "type": "action", **about}]}]
    assert "composeExtensions" not in teams_manifest(of(command("poll")))


def test_what_is_offered_anywhere_stands_beside_what_one_writes() -> None:
    made = teams_manifest(of(command("poll", "b" * 128, anywhere="a" * 32)), app_id=APP_ID)
    about = {"title": "a" * 32, "description": "b" * 128, "context": ["compose", "commandBox"], "fetchTask": True}
    assert made["composeExtensions"] == [{"botId": APP_ID, "commands": [{"id": "poll", "type": "action", **about}]}]


@pytest.mark.parametrize(
    ("registry", "why"),
    [
        (of(command("poll"), shortcut("keep", "a" * 33)), "32 are allowed"),
        (of(command("poll"), shortcut("keep", "a", "b" * 129)), "128 are allowed"),
        (of(command("poll"), *(shortcut(f"keep{number}") for number in range(11))), "10 are allowed"),
    ],
    ids=["label", "description", "number"],
)
def test_shortcuts_that_teams_would_refuse_are_refused_here(registry: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        teams_manifest(registry)


def test_a_translation_says_all_that_people_read_and_the_package_has_a_file_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def in_capitals(phrase: Any, language: str = "en") -> str:
        return str(getattr(phrase, "msgid", phrase)).upper() if language == "xx" else str(getattr(phrase, "msgid", phrase))

    monkeypatch.setattr("manifest.teams.said", in_capitals)
    monkeypatch.setattr("manifest.wording.said", in_capitals)
    registry = real()
    german = translation(registry, "xx")
    schema = german.pop("$schema")
    assert schema.endswith("MicrosoftTeams.Localization.schema.json")
    assert german["name.full"].isupper()
    assert german["bots[0].commandLists[2].commands[0].description"].isupper()
    assert german["composeExtensions[0].commands[0].title"].isupper()
    assert len(german) == 4 + 3 * len(lists(teams_manifest(registry))["team"]) + 2 * (len(registry.shortcuts) + len(registry.anywhere))
    manifest = teams_manifest(registry, app_id=APP_ID, translations=["xx"])
    assert manifest["localizationInfo"] == {"defaultLanguageTag": "en", "additionalLanguages": [{"languageTag": "xx", "file": "xx.json"}]}
    with ZipFile(BytesIO(teams_package(manifest, translated={"xx": german}))) as archive:
        assert json.loads(archive.read("xx.json")) == german


def test_languages_are_claimed_only_where_they_are_spoken(tmp_path: Path) -> None:
    with ZipFile(write_teams_package(APP_ID, "cop.example.org", tmp_path / "convene.zip", hears_all=True)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        files = {each["file"] for each in manifest.get("localizationInfo", {}).get("additionalLanguages", ())}
        assert set(archive.namelist()) == {"manifest.json", "color.png", "outline.png", *files}
        assert {f"{each}.json" for each in translations()[1:]} == files
        assert manifest["authorization"]["permissions"]["resourceSpecific"]
