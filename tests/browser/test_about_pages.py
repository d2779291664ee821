"""The pages about privacy and terms, and those of links to files, in a real browser: axe finds nothing, however wide or dark they are."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from adapters import about, handing
from adapters.pages import html_of
from bot.core.registry import Registry
from handlers import features

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1200])
def test_axe_finds_nothing(browser: Browser, scheme: str, width: int) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
    page = context.new_page()
    for shown in (about.WELCOME, about.privacy(Registry(features())), about.TERMS, handing.OVER, handing.UNKNOWN):
        page.set_content(html_of(shown))
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
