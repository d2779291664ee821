"""Files by their signed address: what a browser gets, and the page of whoever comes too late."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from adapters.pages import HEADERS as OF_PAGES
from adapters.pages import Page, html_of
from bot.chat.language import _
from bot.core.handed import PATH, Handed, HandedFiles, NoFile

NUMBER = r"{%s:[0-9]{1,19}}"
ROUTE = f"{PATH}/{NUMBER % 'community'}/{NUMBER % 'file'}/{NUMBER % 'until'}/{{signature:[0-9a-f]{{64}}}}/{{name:[^/]*}}"
# A browser shows these where they stand; everything else is saved, since it was made by people and may hold anything.
SHOWN = ("image/png", "image/jpeg", "image/gif")
HEADERS: Mapping[str, str] = {
    "Cache-Control": "private, max-age=300",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
OVER = Page(
    _("This link has expired"),
    (_("Links to files are good for about a week."), _("Ask for the file again where you found the link, and you get a new one.")),
)
UNKNOWN = Page(
    _("There is no file here"),
    (
        _("The link is not whole, or what it led to is gone."),
        _("Open it once more from the message where you found it, or ask for the file again."),
    ),
)


def mount(app: web.Application, files: HandedFiles) -> None:
    """Let browsers fetch what was handed over; whatever else is asked for below the path gets a page that says so."""

    async def give(request: web.Request) -> web.Response:
        of = request.match_info
        found = await files.found(int(of["community"]), int(of["file"]), int(of["until"]), of["signature"])
        return _file(found) if isinstance(found, Handed) else _page(found)

    async def nothing(_request: web.Request) -> web.Response:
        return _page(NoFile.UNKNOWN)

    app.router.add_get(ROUTE, give)  # HEAD too
    app.router.add_get(PATH + "/{rest:.*}", nothing)


def _file(file: Handed) -> web.Response:
    media_type = file.media_type.split(";")[0].strip()
    manner = "inline" if media_type in SHOWN else "attachment"
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in file.name) or "file"
    headers = {
        **HEADERS,
        "Content-Type": f"{media_type}{charset}",
        "Content-Disposition": f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
    }
    return web.Response(body=file.content, headers=headers)


def _page(why: NoFile) -> web.Response:
    page, status = (OVER, 410) if why is NoFile.OVER else (UNKNOWN, 404)
    return web.Response(status=status, text=html_of(page), headers=OF_PAGES)
