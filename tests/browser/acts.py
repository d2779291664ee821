"""What people do on the page, in a pane or beside it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect


def act_as(pane: Locator, name: str) -> None:
    chooser = pane.get_by_label("Acting as")
    chooser.select_option(chooser.locator("option", has_text=name).get_attribute("value"))


def go_to(pane: Locator, name: str) -> None:
    pane.get_by_role("navigation").get_by_role("button", name=re.compile(f"^{name}")).click()


def own_chat(pane: Locator, name: str) -> None:
    """Become somebody and open their own chat with the bot."""
    act_as(pane, name)
    go_to(pane, "Convene")


def write(pane: Locator, text: str) -> None:
    box = pane.get_by_role("combobox", name=re.compile("^Message"))
    box.fill(text)
    box.press("Enter")
    expect(box).to_have_value("")


def message(pane: Locator, text: str) -> Locator:
    """The newest message with a text."""
    return pane.get_by_role("article").filter(has_text=text).last


def press(pane: Locator, label: str, *, on: str) -> None:
    """Press a button of the newest message with a text."""
    button = message(pane, on).get_by_role("button", name=label, exact=True)
    button.click()
    expect(button.and_(pane.locator("[aria-busy=true]"))).to_have_count(0)


def sees(pane: Locator, *texts: str) -> None:
    for text in texts:
        expect(pane.get_by_role("log")).to_contain_text(text)


def fill(page: Page, title: str, submit: str, **values: Any) -> None:
    """Fill in the dialog by the beginnings of its labels (`_` is a space), and send it until it is accepted."""
    dialog = page.get_by_role("dialog", name=title)
    for begins, value in values.items():
        label = re.compile(f"^{begins.replace('_', ' ')}")
        field, group = dialog.get_by_label(label), dialog.get_by_role("group", name=label)
        if isinstance(value, bool):
            group.get_by_role("checkbox").set_checked(value)
        elif group.get_by_role("radio").count():  # few options are buttons on one of the two
            group.get_by_role("radio", name=value).check()
        elif field.evaluate("node => node.localName") == "select":
            field.select_option(label=value)
        else:
            field.fill(value)
    dialog.get_by_role("button", name=submit).click()
    expect(dialog).to_have_count(0)


def own_message(pane: Locator, text: str, what: str) -> None:
    """Open the menu of one's own message and choose from it."""
    mine = message(pane, text)
    mine.hover()
    mine.get_by_label(re.compile("^Actions for the message")).click()
    mine.get_by_role("button", name=what, exact=True).click()


def send_file(page: Page, pane: Locator, name: str, content: str, *, by_keyboard: bool = False) -> None:
    """Choose a file by the composer's button, which Tab reaches from the text, behind the bot's shortcuts."""
    button = pane.get_by_role("button", name="Send a file")
    with page.expect_file_chooser() as chooser:
        if by_keyboard:
            pane.get_by_role("combobox", name=re.compile("^Message")).focus()
            page.keyboard.press("Tab")
            expect(pane.locator(".composer summary").first).to_be_focused()
            page.keyboard.press("Tab")
            expect(button).to_be_focused()
            page.keyboard.press("Enter")
        else:
            button.click()
    chooser.value.set_files({"name": name, "mimeType": "text/plain", "buffer": content.encode()})


def wind(page: Page, button: str, times: int = 1) -> None:
    """Press a button of the clock, and each time wait until it stands again."""
    for _ in range(times):
        before = page.locator(".clock-now").inner_text()
        page.get_by_role("button", name=button).click()
        expect(page.locator(".clock-now")).not_to_have_text(before)
        expect(page.get_by_role("button", name="+1 hour")).to_be_visible(timeout=60_000)  # a week takes its time
        expect(page.get_by_role("button", name="+1 hour")).to_be_enabled()
