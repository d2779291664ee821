"""The pages that stand behind an installation: what it is, what it keeps of people, and on which terms it may be used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from adapters.pages import HEADERS, Page, Section, html_of
from bot.chat.language import Phrase, _
from bot.core.registry import Registry

WELCOME = Page(
    _("Convene"),
    (
        _("Convene is the chat companion of communities of practice: small activities, a journal, polls, and answers given together."),
        _("It lives in the chat where your community meets. Write help to it there."),
    ),
    sections=(Section(_("More about it"), links=((_("Privacy"), "/privacy"), (_("Terms of use"), "/terms"))),),
)
TERMS = Page(
    _("Terms of use"),
    (_("Whoever runs this installation answers for it. Where they have terms of their own, those come first."),),
    sections=(
        Section(
            _("What you write"),
            (
                _("What you write stays yours. It is shown to whom the words beside it say, and to nobody else."),
                _("What you write in a place is seen by that place. What you release to be quoted may be printed in the way you chose."),
                _("Share only what is yours to share, and keep to the house rules of your community."),
            ),
        ),
        Section(
            _("What you can expect"),
            (
                _("The program is free software under the MIT licence. It comes as it is, without any warranty."),
                _("It may pause, change or end. You can take everything that is yours along at any time: /convene export."),
            ),
        ),
        Section(
            _("When you want to stop"),
            (_("You can stop whenever you like. /convene erase deletes what is stored about you, and asks nothing in return."),),
        ),
    ),
)


def privacy(registry: Registry) -> Page:
    """What is stored about people and who sees it, as the features declare it."""
    kept = [each for feature in registry.features for each in feature.keeps.values()]
    return Page(
        _("Privacy"),
        (
            _("Whoever runs this installation is responsible for it. This page says what the program does."),
            _("Nothing is sent anywhere but to the platform on which you write. There is no tracking and no telemetry."),
            _("What is written in a place and neither mentions Convene nor answers it is dropped before anything of it is stored."),
        ),
        sections=(
            Section(_("What is stored about you, and who sees it"), points=_told((each.what, each.who_sees) for each in kept)),
            Section(
                _("What you can do"),
                points=(
                    _("/convene privacy shows what is stored about you now."),
                    _("/convene export gives all of it to you as a file."),
                    _("/convene erase deletes it: it really goes, with whatever was still waiting to be sent to you."),
                ),
            ),
            Section(
                _("How long it stays"),
                (
                    _("What is yours stays until you take it back or are erased."),
                    _("Messages that wait to be sent are wiped as soon as they are sent."),
                    _("What nobody understood is kept for a week at most, and a link to a file is good for about a week."),
                ),
            ),
        ),
    )


def _told(kept: Iterable[tuple[Phrase, Phrase]]) -> tuple[tuple[Phrase, Phrase], ...]:
    return tuple((what, _("Who sees it: {who}", who=who)) for what, who in kept)


def mount(app: web.Application, registry: Registry, *, privacy_url: str | None = None, terms_url: str | None = None) -> None:
    """Serve the pages; an address of the operator's own takes the place of ours. What is at the root already stays there."""
    pages: dict[str, tuple[Page, str | None]] = {"/privacy": (privacy(registry), privacy_url), "/terms": (TERMS, terms_url)}
    if not any(resource.canonical == "/" for resource in app.router.resources()):
        pages["/"] = WELCOME, None
    for path, (page, elsewhere) in pages.items():
        app.router.add_get(path, _shows(html_of(page), elsewhere))


def _shows(document: str, elsewhere: str | None) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def show(_request: web.Request) -> web.Response:
        if elsewhere is not None:
            raise web.HTTPFound(elsewhere)
        return web.Response(text=document, headers=HEADERS)

    return show
