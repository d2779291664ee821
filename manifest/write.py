"""The generated files: written by one command, and compared by another so that none is forgotten."""

from __future__ import annotations

from pathlib import Path

from bot.core.registry import Registry
from manifest.icons import colour_icon, outline_icon, same_picture
from manifest.scopes import (
    APP_TOKEN,
    CAPABILITIES,
    CONFIG_TOKEN,
    CORE,
    FREE_EVENTS,
    FREE_METHODS,
    TEAMS_CONSENTS,
    TEAMS_PERMISSIONS,
    Permission,
    Scope,
)
from manifest.slack import slack_manifest
from manifest.teams import COLOUR, MANIFEST, OUTLINE, as_text, teams_manifest
from manifest.wording import button_of, said

FOLDER = "manifest/generated"
PAGE, BEGINS, ENDS = "docs/slack.md", "<!-- generated: {} -->\n", "<!-- end: {} -->\n"
MENDED_BY = "make generate"


def write(registry: Registry, root: Path) -> list[Path]:
    """Write every generated file under the project's root."""
    written = []
    for name, content in contents(registry).items():
        path = root / FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    page = root / PAGE
    if page.is_file():
        page.write_text(_as_declared(page.read_text(encoding="utf-8"), registry), encoding="utf-8")
        written.append(page)
    return written


def stale(registry: Registry, root: Path) -> list[str]:
    """One sentence for each file that is not what the code declares, with the command that mends it."""
    found = []
    for name, content in contents(registry).items():
        path = root / FOLDER / name
        if not path.is_file():
            found.append(f"{FOLDER}/{name} is missing; `{MENDED_BY}` writes it.")
        elif not _same(path.read_bytes(), content):
            found.append(f"{FOLDER}/{name} is not what the code declares; `{MENDED_BY}` writes it anew.")
    page = (root / PAGE).read_text(encoding="utf-8") if (root / PAGE).is_file() else None
    if page is not None and page != _as_declared(page, registry):
        found.append(f"{PAGE} does not name the scopes and shortcuts that the code declares; `{MENDED_BY}` writes them anew.")
    return found


def contents(registry: Registry) -> dict[str, bytes]:
    """Every generated file by its name."""
    everything = [each.name for each in CAPABILITIES]
    return {
        "slack.json": as_text(slack_manifest(registry)).encode(),
        "slack_optional.json": as_text(slack_manifest(registry, capabilities=everything)).encode(),
        "slack_scopes.md": scopes_page().encode(),
        f"teams/{MANIFEST}": as_text(teams_manifest(registry)).encode(),
        f"teams/{COLOUR}": colour_icon(),
        f"teams/{OUTLINE}": outline_icon(),
    }


def scopes_page() -> str:
    """What is asked for and why, as a page to read before installing."""
    parts = [
        "# What Convene asks for, and why",
        f"This page is generated from `manifest/scopes.py`; `{MENDED_BY}` writes it.",
        *_of_slack("## Slack: "),
        "## Teams",
        _permissions(TEAMS_PERMISSIONS),
        "Optional, where a team or a group chat consents (`reads_all`). Without them only messages that mention me arrive there.",
        _permissions(TEAMS_CONSENTS),
    ]
    return "\n\n".join(parts) + "\n"


def _as_declared(page: str, registry: Registry) -> str:
    """The page about Slack with its sections on scopes and shortcuts as the code declares them."""
    for name, made in (("scopes", "\n\n".join(_of_slack("### "))), ("shortcuts", _shortcuts(registry))):
        begins, ends = BEGINS.format(name), ENDS.format(name)
        before, _begins, rest = page.partition(begins)
        _old, _ends, after = rest.partition(ends)
        page = f"{before}{begins}\n{made}\n\n{ends}{after}" if rest else page
    return page


def _shortcuts(registry: Registry) -> str:
    """What stands in the menus of the platform, with what it does."""
    rows = [f"| {said(each.label)} | a message's menu | {said(each.about)} |" for each in registry.shortcuts.values()]
    rows += [f"| {said(button_of(each))} | anywhere | {said(each.about)} |" for each in registry.anywhere.values()]
    return "\n".join(["| Shortcut | Where | What it does |", "| --- | --- | --- |", *rows])


def _of_slack(heading: str) -> list[str]:
    """What is asked of Slack, needed and optional, each with its reason."""
    parts = [
        f"{heading}needed",
        "`slack.json` asks for these bot scopes and no others.",
        _scopes(CORE),
        f"Without a scope: the events {_codes(FREE_EVENTS)} and the methods {_codes(FREE_METHODS)}.",
        f"`{APP_TOKEN.name}`: {said(APP_TOKEN.reason)}",
        f"`{CONFIG_TOKEN.name}`: {said(CONFIG_TOKEN.reason)}",
        f"{heading}optional",
        "`slack_optional.json` asks for these too, marked as optional: whoever installs the app may leave them out.",
    ]
    for each in CAPABILITIES:
        with_it, without = f"With it: {said(each.gives)}", f"Without it: {said(each.without)}"
        parts += [f"#{heading.partition(' ')[0]} {each.name}", with_it, without, _scopes(each.scopes)]
    return parts


def _same(found: bytes, wanted: bytes) -> bool:
    if found == wanted:
        return True
    return same_picture(found, wanted) or found.replace(b"\r\n", b"\n") == wanted


def _scopes(scopes: tuple[Scope, ...]) -> str:
    rows = [f"| `{each.name}` | {said(each.reason)} | {_codes(each.events)} | {_codes(each.methods)} |" for each in scopes]
    return "\n".join(["| Scope | Reason | Events | Methods |", "| --- | --- | --- | --- |", *rows])


def _permissions(permissions: tuple[Permission, ...]) -> str:
    return "\n".join(["| Permission | Reason |", "| --- | --- |", *(f"| `{each.name}` | {said(each.reason)} |" for each in permissions)])


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
