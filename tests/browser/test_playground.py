"""The real playground in a real browser: a challenge lived on both panes, by pointer and by keyboard alone, and looked at by axe-core."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import act_as, go_to, wind, write
from tests.browser.conftest import Visits
from tests.browser.sights import serious, slack, teams
from tests.browser.theatre import LivingTheatre, lively

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

TITLE = "First steps in learning together"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingTheatre]:
    """A playground on the second day of a challenge; tests look at it and leave it as it is."""
    made = LivingTheatre(tmp_path_factory.mktemp("lived"))
    made.plays(lively)
    yield made
    made.close()


def announce(page: Page) -> None:
    """Ann starts a challenge; a day that is over is refused at its field, and the rest of the form stays."""
    box = slack(page).get_by_role("combobox", name="Message #practice")
    box.press_sequentially("/ch")
    box.press("Enter")
    expect(box).to_have_value("/challenge ")
    box.press("Enter")
    dialog = page.get_by_role("dialog", name="Start a challenge")
    first = dialog.get_by_label("First day")
    first.fill("2026-03-19")
    dialog.get_by_role("button", name="Announce it").click()
    expect(first).to_have_attribute("aria-invalid", "true")
    expect(first).to_be_focused()
    expect(first).to_have_accessible_description(re.compile("This day is over"))
    first.fill("2026-03-21")
    dialog.get_by_role("button", name="Announce it").click()
    expect(dialog).to_have_count(0)


def test_a_challenge_is_lived_on_both_panes(playground: LivingTheatre, visits: Visits) -> None:
    page = visits(playground.url)()
    announce(page)
    act_as(slack(page), "Bob")
    for pane in (slack(page), teams(page)):
        card = pane.get_by_role("article").filter(has_text="Seven small days")
        card.get_by_role("button", name="Join").click()
    for pane in (slack(page), teams(page)):
        expect(pane.get_by_role("article").filter(has_text="Seven small days")).to_contain_text("2 people")
    expect(slack(page).get_by_text(f"You are in: {TITLE}.")).to_be_visible()

    wind(page, "+1 day")
    wind(page, "+1 day")
    _days_are_done(page)

    wind(page, "To the end of the challenge")
    expect(slack(page).get_by_role("log")).to_contain_text("You did 1 day of 7.")
    expect(teams(page).get_by_role("log")).to_contain_text("You did 1 day of 7.")
    for pane, place in ((slack(page), "practice"), (teams(page), "Craft circle")):
        go_to(pane, place)
        expect(pane.get_by_role("log")).to_contain_text("2 days were done together.")


def _days_are_done(page: Page) -> None:
    """Bob presses Done and answers the activity in its thread, Jürgen just writes; a reload changes neither who acts nor where."""
    for pane in (slack(page), teams(page)):
        go_to(pane, "Convene")
    day = slack(page).get_by_role("article").filter(has_text="day 1 of 7")
    day.get_by_role("button", name="Done").click()
    expect(slack(page).get_by_text("Day 1 is done. That makes 1 day of 7.")).to_be_visible()
    expect(day).to_contain_text("Done. It counts.")
    day.hover()
    day.get_by_label("Actions for the message of Convene").click()
    day.get_by_role("button", name="Reply in thread").click()
    page.keyboard.type("I asked <!channel> & it's fine 🙂")
    page.keyboard.press("Enter")
    expect(slack(page).get_by_role("log")).to_contain_text("I asked <!channel> & it's fine 🙂")
    expect(slack(page).get_by_role("log")).to_contain_text("Saved in your journal for")
    write(teams(page), "Ein <at>Convene</at> in <b>einem</b> Satz")
    expect(teams(page).get_by_role("log")).to_contain_text("Only you can read it.")
    expect(teams(page).get_by_role("button", name="Not an entry")).to_be_visible()
    page.reload()
    expect(slack(page).get_by_label("Acting as")).to_have_value("U0BOB")
    expect(slack(page).get_by_role("heading", name="Convene", exact=True)).to_be_visible()
    expect(slack(page).get_by_role("log")).to_contain_text("it's fine 🙂")
    expect(teams(page).get_by_role("log")).to_contain_text("in <b>einem</b> Satz")


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Press Tab until something has the focus, as far as a patient person would."""
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def test_everything_is_reached_by_keyboard(playground: LivingTheatre, visits: Visits) -> None:
    page = visits(playground.url)()
    tab_to(page, slack(page).get_by_role("combobox", name="Message #practice"))
    page.keyboard.type("/ch")
    for _ in range(2):
        page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Start a challenge")
    expect(dialog.get_by_label("Which activities?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(slack(page).get_by_role("combobox", name="Message #practice")).to_be_focused()
    page.keyboard.type("/challenge")
    page.keyboard.press("Enter")
    tab_to(page, dialog.get_by_role("button", name="Announce it"))
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)

    card = slack(page).get_by_role("article").filter(has_text="Seven small days")
    tab_to(page, card.get_by_role("button", name="Join"), back=True)
    page.keyboard.press("Enter")
    expect(card).to_contain_text("1 person")
    tab_to(page, card.get_by_label("Actions for the message of Convene"))
    page.keyboard.press("Enter")
    expect(card.get_by_role("button", name="Reply in thread")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card.get_by_role("button", name="Reply in thread")).to_be_hidden()
    expect(card.get_by_label("Actions for the message of Convene")).to_be_focused()

    tab_to(page, slack(page).get_by_role("button", name="Home"), back=True)
    page.keyboard.press("Enter")
    expect(slack(page).get_by_role("heading", name="Home")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="+1 hour"), back=True)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Clock of the community")).to_contain_text("08:00 UTC")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_real_playground(visits: Visits, lived: LivingTheatre, scheme: str) -> None:
    page = visits(lived.url)(scheme=scheme, place="#slack=U0BOB~C0PRACTICE")
    assert serious(page) == []  # both places
    go_to(slack(page), "Home")
    go_to(teams(page), "Convene")
    expect(slack(page).get_by_role("heading", name="Home")).to_be_visible()
    assert serious(page) == []
    go_to(slack(page), "Convene")
    slack(page).get_by_role("button", name="Write journal").last.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert serious(page) == []  # his own chat


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_narrow_screen(visits: Visits, lived: LivingTheatre, scheme: str) -> None:
    page = visits(lived.url)(width=390, height=844, scheme=scheme, place="#slack=U0HANAKO~C0PRACTICE")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    go_to(slack(page), "Convene")
    slack(page).get_by_role("button", name="Write journal").last.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("tab", name=re.compile("Teams-like")).click()
    expect(teams(page).get_by_role("article").last).to_be_visible()
    assert serious(page) == []
    go_to(teams(page), "Convene")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
