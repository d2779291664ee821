"""The pages about privacy and terms: served beside everything else, plain, and in the place of which an operator may put their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser

import aiohttp
import pytest
from aiohttp import web

from adapters import about
from bot.core.registry import Registry
from handlers import features
from tests.adapters.teams.conftest import serving

REGISTRY = Registry(features())


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attrs: dict[str, dict[str, str | None]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attrs[tag] = dict(attrs)


@asynccontextmanager
async def visiting(**elsewhere: str) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    app = web.Application()
    about.mount(app, REGISTRY, **elsewhere)
    async with serving(app) as base, aiohttp.ClientSession() as session:
        yield base, session


@pytest.mark.parametrize(
    ("path", "heading", "says"),
    [
        ("/", "Convene", "Write help to it"),
        ("/privacy", "Privacy", "There is no tracking and no telemetry."),
        ("/terms", "Terms of use", "What you write stays yours."),
    ],
)
async def test_each_page_is_plain_and_accessible(path: str, heading: str, says: str) -> None:
    async with visiting() as (base, session), session.get(base + path) as answer:
        text = await answer.text()
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert f"<h1>{heading}</h1>" in text
    assert says in text
    outline = Outline(text)
    assert outline.tags.count("h1") == outline.tags.count("main") == outline.tags.count("title") == 1
    assert outline.attrs["html"]["lang"] == "en"
    assert not {"script", "img", "iframe", "link", "form"} & set(outline.tags), "nothing is fetched from anywhere"


async def test_the_privacy_page_names_all_that_any_feature_keeps() -> None:
    async with visiting() as (base, session), session.get(f"{base}/privacy") as answer:
        text = await answer.text()
    kept = [each for feature in REGISTRY.features for each in feature.keeps.values()]
    assert len(kept) > 20
    assert text.count("Who sees it:") == len(kept)
    assert "/convene erase" in text


async def test_an_operator_puts_addresses_of_their_own() -> None:
    mine = {"privacy_url": "https://example.org/data", "terms_url": "https://example.org/rules"}
    async with visiting(**mine) as (base, session):
        for path, address in (("/privacy", "https://example.org/data"), ("/terms", "https://example.org/rules")):
            async with session.get(base + path, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (302, address)


async def test_what_is_at_the_root_already_stays() -> None:
    app = web.Application()

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="the playground")

    app.router.add_get("/", page)
    about.mount(app, REGISTRY)
    async with serving(app) as base, aiohttp.ClientSession() as session, session.get(base) as answer:
        assert await answer.text() == "the playground"
