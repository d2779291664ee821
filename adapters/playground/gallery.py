"""The gallery: drawn messages and forms outside of any conversation, to be read, looked at and photographed."""

from __future__ import annotations

import base64
import copy
import html
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from aiohttp import web

from adapters.playground.driver import Control, Json
from adapters.playground.slack import blocks as slack_rules
from adapters.playground.slack import drawing as slack
from adapters.playground.slack.grants import grants_of
from adapters.playground.slack.mrkdwn import Reader as SlackReader
from adapters.playground.slack.workspace import Workspace
from adapters.playground.stage_guard import dress, guard
from adapters.playground.teams import cards as teams_rules
from adapters.playground.teams import drawing as teams
from bot.lean import dataclass

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext

Platform: TypeAlias = Literal["slack", "teams"]
Surface: TypeAlias = Literal["message", "dialog", "home"]

PAGE = Path(__file__).parent / "page"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
ZONE, LANGUAGE, NOW = "Europe/Berlin", "en-GB", datetime(2026, 3, 25, 7, 0, tzinfo=UTC)
SURFACES: Mapping[Surface, slack_rules.Surface] = {"message": "message", "dialog": "modal", "home": "home"}
LOOKS: Mapping[str, dict[str, Any]] = {
    "": {"viewport": {"width": 760, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 760, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}


class NoBrowser(Exception):
    """There is nothing here that could take the pictures."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One message or form as it goes to a platform; `body` is the payload, for a dialog the view or the task module's value."""

    platform: Platform
    name: str
    surface: Surface
    body: Json
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # those that the body names by their files


@dataclass(frozen=True, slots=True)
class Seen:
    """An exhibit as a reader sees it."""

    plain: str
    controls: list[Control]
    drawn: Json


def problems(exhibit: Exhibit) -> list[str]:
    """What the platform would say against it."""
    if exhibit.platform == "slack":
        return slack_rules.problems(exhibit.body, SURFACES[exhibit.surface])
    return teams_rules.problems(_card(exhibit) if exhibit.surface == "dialog" else exhibit.body, in_dialog=exhibit.surface == "dialog")


def seen(exhibit: Exhibit) -> Seen:
    """The words, the controls and the annotated payload, decoded as the platform's own client does it."""
    return _on_slack(exhibit) if exhibit.platform == "slack" else _on_teams(exhibit)


class _Hung(slack.Drawing):
    """Blocks whose pictures were never uploaded, but stand in the exhibit."""

    pictures: Mapping[str, bytes]

    def file_url(self, file_id: str) -> str:
        """The picture itself as an address."""
        return f"data:image/png;base64,{base64.b64encode(self.pictures[file_id]).decode()}"


def _on_slack(exhibit: Exhibit) -> Seen:
    workspace = Workspace(grants_of({}), "T0001", "Gallery", lambda: NOW, lambda: 0.0)
    drawing = _Hung(workspace, SlackReader(ZONE, LANGUAGE, NOW, {}, {}))
    drawing.pictures = exhibit.pictures
    blocks = workspace.completed(exhibit.body["blocks"])
    named = [drawing.text(exhibit.body.get(part)) for part in ("title", "submit") if exhibit.surface == "dialog"]
    plain = "\n".join([*named, drawing.plain(blocks)])
    return Seen(plain, drawing.controls(blocks), {**exhibit.body, "blocks": drawing.drawn(blocks)})


def _on_teams(exhibit: Exhibit) -> Seen:
    drawing = teams.Drawing(teams.Reader(ZONE, LANGUAGE))
    if exhibit.surface == "dialog":
        drawing.lines.append(exhibit.body["title"])
        drawn = drawing.card(_card(exhibit))
    else:
        drawn = copy.deepcopy(exhibit.body)
        drawn["attachments"] = [{**each, "content": drawing.card(each["content"])} for each in drawn["attachments"]]
    return Seen("\n".join(drawing.lines), drawing.controls, drawn)


def _card(exhibit: Exhibit) -> Json:
    return cast(Json, exhibit.body["card"]["content"])


def _shown(exhibit: Exhibit) -> Json:
    """What the page needs to draw one exhibit."""
    looked_at = seen(exhibit)
    shown: Json = {"platform": exhibit.platform, "name": exhibit.name, "surface": exhibit.surface, "zone": ZONE, "language": LANGUAGE}
    shown |= {"drawn": looked_at.drawn, "body": exhibit.body, "controls": looked_at.controls, "plain": looked_at.plain}
    return shown | {"at": NOW.isoformat(), "title": "", "submit": ""} | (_dialog(exhibit, looked_at) if exhibit.surface == "dialog" else {})


def _dialog(exhibit: Exhibit, looked_at: Seen) -> Json:
    if exhibit.platform == "slack":
        return {"title": exhibit.body["title"]["text"], "submit": exhibit.body["submit"]["text"]}
    sending = [control["label"] for control in looked_at.controls if control["kind"] == "button"]
    return {"title": exhibit.body["title"], "submit": sending[-1] if sending else ""}


def application(exhibits: Sequence[Exhibit]) -> web.Application:
    """The gallery's page, with the renderers of the playground's page."""
    app = web.Application(middlewares=[guard])
    app.on_response_prepare.append(dress)

    async def page(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "gallery.html")

    async def shown(_request: web.Request) -> web.Response:
        return web.json_response([_shown(exhibit) for exhibit in exhibits])

    app.router.add_get("/", page)
    app.router.add_static("/page/", PAGE)
    app.router.add_get("/stage/exhibits", shown)
    return app


async def photograph(
    exhibits: Sequence[Exhibit], out: Path, looks: Mapping[str, dict[str, Any]] = LOOKS, papers: Sequence[str] = ()
) -> int:
    """Write a picture of every exhibit in every look, and a page of them all and of papers' pages; how many pictures were taken."""
    taken = 0
    if not CHROMIUM.exists():  # noqa: ASYNC240 - nothing else runs while pictures are taken
        raise NoBrowser(f"the pictures are taken with {CHROMIUM}: install Debian's chromium")
    async with _served(exhibits) as address, _browser() as browser:
        for look, settings in looks.items():
            context = await browser.new_context(**settings, device_scale_factor=2 if look == "phone" else 1)
            taken += await _take(context, address, exhibits, out, look)
            await context.close()
    (out / "index.html").write_text(index(exhibits, looks, papers), encoding="utf-8")
    return taken


async def _take(context: BrowserContext, address: str, exhibits: Sequence[Exhibit], out: Path, look: str) -> int:
    page = await context.new_page()
    await page.goto(address)
    await page.wait_for_selector("main[data-ready]")
    for number, exhibit in enumerate(exhibits):
        path = out / _picture(exhibit, look)
        path.parent.mkdir(parents=True, exist_ok=True)
        await page.locator(f"#exhibit-{number}").screenshot(path=path, animations="disabled")
    return len(exhibits)


def _picture(exhibit: Exhibit, look: str) -> str:
    return f"{exhibit.platform}/{exhibit.name}{'.' + look if look else ''}.png"


@asynccontextmanager
async def _served(exhibits: Sequence[Exhibit]) -> AsyncIterator[str]:
    runner = web.AppRunner(application(exhibits))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    try:
        from playwright.async_api import async_playwright
    except ImportError as missing:
        raise NoBrowser("the pictures are taken with playwright: install the development requirements") from missing
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


def index(exhibits: Sequence[Exhibit], looks: Mapping[str, dict[str, Any]] = LOOKS, papers: Sequence[str] = ()) -> str:
    """One page with every picture: a row for each view, a column for each platform and look; then the pages of papers."""
    names = list(dict.fromkeys(exhibit.name for exhibit in exhibits))
    platforms = list(dict.fromkeys(exhibit.platform for exhibit in exhibits))
    known = {(exhibit.platform, exhibit.name): exhibit for exhibit in exhibits}
    heads = "".join(f"<th>{platform} {look}</th>" for platform in platforms for look in looks)
    rows = []
    for name in names:
        cells = "".join(_cell(known.get((platform, name)), look) for platform in platforms for look in looks)
        rows.append(f'<tr><th scope="row">{html.escape(name)}</th>{cells}</tr>')
    sheets = "".join(f'<a href="{path}"><img loading="lazy" src="{path}" alt="{path}"></a>' for path in papers)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Convene gallery</title>'
        "<style>body{font:14px sans-serif;margin:1em}table{border-collapse:collapse}"
        "td,th{vertical-align:top;padding:8px;border:1px solid #ccc;text-align:start}img{max-width:360px}</style>"
        f"<h1>Convene gallery</h1><table><thead><tr><th>view</th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        f"<h2>Papers</h2><p>{sheets}</p></html>\n"
    )


def _cell(exhibit: Exhibit | None, look: str) -> str:
    if exhibit is None:
        return "<td></td>"
    picture = html.escape(_picture(exhibit, look), quote=True)
    alt = html.escape(f"{exhibit.name} on {exhibit.platform}, {look or 'light'}", quote=True)
    return f'<td><a href="{picture}"><img loading="lazy" src="{picture}" alt="{alt}"></a></td>'
