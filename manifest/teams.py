"""The Teams manifest and the package that is uploaded: the manifest with its two icons."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from bot.chat.language import SOURCE_LANGUAGE, Phrase
from bot.core.feature import Command
from bot.core.registry import Registry
from bot.lean import dataclass
from bot.people.values import Role
from manifest.icons import colour_icon, outline_icon
from manifest.limits import COMMAND, TEAMS, TEAMS_MOST_COMMANDS, TEAMS_MOST_SHORTCUTS, Refused, fitting
from manifest.scopes import TEAMS_CONSENTS, TEAMS_PERMISSIONS
from manifest.wording import FULL_NAME, NAME, SHORT, button_of, described, said

Json = dict[str, Any]
VERSION = "1.25"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
PLACEHOLDER_GUID = "00000000-0000-0000-0000-000000000000"
PLACEHOLDER_DOMAIN = "convene.example"  # a name that nobody can own
SCOPES = ("personal", "team", "groupChat")
COLOUR, OUTLINE, MANIFEST = "color.png", "outline.png", "manifest.json"
ACCENT = "#1d5c63"
UNUSED_RESOURCE = "https://convene.example/unused"  # consents want some address here and never call it
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+(:\d+)?")
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same package is the same bytes, whenever it is built


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who stands for the installation, with the three addresses that Teams wants."""

    name: str
    website: str
    privacy: str
    terms: str


def publisher_at(domain: str) -> Publisher:
    """The publisher whose pages are those of the installation itself."""
    return Publisher(NAME, f"https://{domain}/", f"https://{domain}/privacy", f"https://{domain}/terms")


def teams_manifest(
    registry: Registry,
    *,
    app_id: str = PLACEHOLDER_GUID,
    domain: str | None = None,
    version: str = "0.1.0",
    publisher: Publisher | None = None,
    reads_all: bool = False,
    language: str = SOURCE_LANGUAGE,
    translations: Collection[str] = (),
) -> Json:
    """The manifest with the commands of the registry; with `reads_all`, messages without a mention arrive where a team consents.

    `translations` are the languages that the package has files for.
    """
    if not GUID.fullmatch(app_id):
        raise Refused(f"the app id {app_id!r} is no GUID")
    if domain is not None and not DOMAIN.fullmatch(domain):
        raise Refused(f"{domain!r} is no domain: write it without https:// and without a path")
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version,
        "id": app_id,
        "developer": _developer(publisher or publisher_at(domain or PLACEHOLDER_DOMAIN)),
        "name": {"short": fitting(NAME, TEAMS, "short name"), "full": fitting(said(FULL_NAME, language), TEAMS, "full name")},
        "description": {
            "short": fitting(said(SHORT, language), TEAMS, "short description"),
            "full": fitting(described(registry, "", language), TEAMS, "full description", of="of the app"),
        },
        "icons": {"color": COLOUR, "outline": OUTLINE},
        "accentColor": ACCENT,
        "bots": [_bot(registry, app_id, language)],
        **_shortcuts(registry, app_id, language),
        "permissions": [each.name for each in TEAMS_PERMISSIONS],
        "validDomains": [] if domain is None else [domain],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        **(_consents(app_id) if reads_all else {}),
        **(_languages(translations) if translations else {}),
    }


def translation(registry: Registry, language: str) -> Json:
    """The file of one language: whatever people read of the manifest, by the path at which it stands."""
    about = dict(_read(teams_manifest(registry, language=language)))
    return {"$schema": SCHEMA.replace("Teams.schema", "Teams.Localization.schema"), **about}


def teams_package(manifest: Json, out: Path | None = None, translated: Mapping[str, Json] | None = None) -> bytes:
    """The package to upload, written to `out` too where that is given; a manifest without a real app id is refused."""
    if manifest["id"] == PLACEHOLDER_GUID:
        raise Refused("a package needs the id of your bot: set APP_ID")
    held = BytesIO()
    with ZipFile(held, "w", ZIP_STORED) as archive:  # stored: compressors differ from machine to machine
        files = [(MANIFEST, as_text(manifest).encode()), (COLOUR, colour_icon()), (OUTLINE, outline_icon())]
        files += [(f"{language}.json", as_text(content).encode()) for language, content in sorted((translated or {}).items())]
        for name, content in files:
            entry = ZipInfo(name, LONG_AGO)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(held.getvalue())
    return held.getvalue()


def as_text(content: Json) -> str:
    """A manifest as it stands in a file."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def listed(commands: Collection[Command]) -> list[Command]:
    """The commands that Teams suggests, members' first; what finds no room works when typed, and help names it."""
    return sorted(commands, key=lambda command: command.role is not Role.MEMBER)[:TEAMS_MOST_COMMANDS]


def _developer(publisher: Publisher) -> Json:
    addresses = {"websiteUrl": publisher.website, "privacyUrl": publisher.privacy, "termsOfUseUrl": publisher.terms}
    for address in addresses.values():
        if not fitting(address, TEAMS, "address").startswith("https://"):
            raise Refused(f"the address {address!r} needs https://")
    return {"name": fitting(publisher.name, TEAMS, "developer"), **addresses}


def _languages(translations: Collection[str]) -> Json:
    more = [{"languageTag": each, "file": f"{each}.json"} for each in sorted(translations)]
    return {"localizationInfo": {"defaultLanguageTag": SOURCE_LANGUAGE, "additionalLanguages": more}}


def _read(manifest: Json) -> Iterator[tuple[str, str]]:
    yield from ((f"name.{length}", words) for length, words in manifest["name"].items())
    yield from ((f"description.{length}", words) for length, words in manifest["description"].items())
    for at, part in enumerate(manifest["bots"][0].get("commandLists", ())):
        for n, each in enumerate(part["commands"]):
            yield f"bots[0].commandLists[{at}].commands[{n}].description", each["description"]
    for part in manifest.get("composeExtensions", ()):
        for n, each in enumerate(part["commands"]):
            yield from ((f"composeExtensions[0].commands[{n}].{what}", each[what]) for what in ("title", "description"))


def _bot(registry: Registry, app_id: str, language: str) -> Json:
    commands = [_command(command, language) for command in listed(registry.commands.values())]
    return {
        "botId": app_id,
        "scopes": list(SCOPES),
        "isNotificationOnly": False,
        "supportsFiles": True,
        "supportsCalling": False,
        "supportsVideo": False,
        **({"commandLists": [{"scopes": [scope], "commands": commands} for scope in SCOPES]} if commands else {}),
    }


def _command(command: Command, language: str) -> Json:
    if not COMMAND.fullmatch(command.name):
        raise Refused(f"the command {command.name!r} needs small letters, digits, - and _")
    about = fitting(said(command.about, language), TEAMS, "command description", of=command.name)
    return {"title": fitting(command.name, TEAMS, "command"), "description": about}


def _shortcuts(registry: Registry, app_id: str, language: str) -> Json:
    found = [_shortcut(["message"], each.name, each.label, each.about, language) for each in registry.shortcuts.values()]
    found += [_shortcut(["compose", "commandBox"], each.name, button_of(each), each.about, language) for each in registry.anywhere.values()]
    if len(found) > TEAMS_MOST_SHORTCUTS:
        raise Refused(f"{len(found)} shortcuts are declared, {TEAMS_MOST_SHORTCUTS} are allowed")
    return {"composeExtensions": [{"botId": app_id, "commands": found}]} if found else {}


def _shortcut(context: list[str], name: str, label: Phrase, about: Phrase, language: str) -> Json:
    return {
        "id": name,
        "type": "action",
        "title": fitting(said(label, language), TEAMS, "shortcut", of=name),
        "description": fitting(said(about, language), TEAMS, "shortcut description", of=name),
        "context": context,
        "fetchTask": True,
    }


def _consents(app_id: str) -> Json:
    asked = [{"name": each.name, "type": "Application"} for each in TEAMS_CONSENTS]
    return {
        "webApplicationInfo": {"id": app_id, "resource": UNUSED_RESOURCE},
        "authorization": {"permissions": {"resourceSpecific": asked}},
    }
