"""What the tests look at on the page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page


def slack(page: Page) -> Locator:
    return page.locator("#pane-slack")


def teams(page: Page) -> Locator:
    return page.locator("#pane-teams")


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page as it is."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
