"""A browser, and visits to the page that may not complain nor leave this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.theatre import LivingTheatre

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
Visits = Callable[[str], Callable[..., Page]]

expect.set_options(timeout=15_000)  # generous, since the machine may be busy with other tests


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[LivingTheatre]:
    made = LivingTheatre(tmp_path)
    yield made
    made.close()


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    """Given an address, a way to open its page; whatever complains or leaves this machine fails the test at its end.

    Ask for it after the theatre: pages have to close first, or they complain that nobody answers any more.
    """
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def at(url: str) -> Callable[..., Page]:
        def ask(address: str) -> None:
            if not address.startswith((url, "data:")):
                complaints.append(f"asked {address}")

        def opened(*, width: int = 1440, height: int = 900, place: str = "", scheme: Any = "light") -> Page:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
            contexts.append(context)
            page = context.new_page()
            page.on("request", lambda request: ask(request.url))
            page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(url + place)
            expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
            return page

        return opened

    yield at
    for context in contexts:
        context.close()
    assert complaints == []
