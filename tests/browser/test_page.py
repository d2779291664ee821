"""The playground's page in a real browser, before a stub of the platforms: acting, typing, pressing, forms, narrow screens, axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.sights import serious, slack, teams
from tests.browser.theatre import Theatre

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def theatre() -> Iterator[Theatre]:
    made = Theatre()
    yield made
    made.close()


@pytest.fixture
def visit(theatre: Theatre, visits: Visits) -> Callable[..., Page]:
    return visits(theatre.url)


def test_one_acts_as_somebody_else(visit: Callable[..., Page]) -> None:
    page = visit()
    expect(slack(page).get_by_text("Only visible to you")).to_be_visible()
    slack(page).get_by_label("Acting as").select_option(label="\u2068Tomás Rivera\u2069, 03:00 in Bogota")
    expect(slack(page).get_by_text("Only visible to you")).to_have_count(0)
    assert "slack=U2%7EC1" in page.url
    page.reload()
    expect(slack(page).get_by_label("Acting as")).to_have_value("U2")


def test_typing_sends_with_enter_and_breaks_with_shift(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit()
    box = slack(page).get_by_role("combobox", name="Message #better-practice")
    box.fill("First line")
    box.press("Shift+Enter")
    box.type("<img src=x onerror=alert(1)> & *bold*")
    box.press("Enter")
    expect(slack(page).get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)> & bold")
    expect(box).to_have_value("")
    assert theatre.slack.done[-1][3] == "First line\n<img src=x onerror=alert(1)> & *bold*"


def test_commands_are_completed_by_keyboard(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit()
    box = slack(page).get_by_role("combobox", name="Message #better-practice")
    box.type("/jou")
    expect(slack(page).get_by_role("listbox", name="Suggestions").get_by_role("option")).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(slack(page).get_by_role("listbox", name="Suggestions").get_by_role("option", selected=True)).to_contain_text("/journey")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.type("r")
    box.press("Tab")
    expect(box).to_have_value("/journal ")
    expect(box).to_be_focused()
    box.press("Enter")
    expect(page.get_by_role("dialog", name="Write journal")).to_be_visible()
    assert theatre.slack.done[-1][3] == "/journal "


def test_a_refused_text_is_not_lost(visit: Callable[..., Page]) -> None:
    page = visit()
    box = teams(page).get_by_role("combobox", name="Message Better practice")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('the line is dead')); }")
    box.fill("a thought")
    box.press("Enter")
    expect(teams(page).get_by_role("status").get_by_text("cannot be reached")).to_be_visible()
    expect(box).to_have_value("a thought")


def test_a_press_carries_the_values_beside_it(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit(place="#teams=29:a~a:29:a")
    pane = teams(page)
    pane.get_by_label("What happened? (required)").fill("I listened.")
    pane.get_by_label("Partner").check()
    pane.get_by_label("Mark the day as done").uncheck()
    pane.get_by_role("button", name="Save entry").click()
    expect(pane.get_by_role("button", name="Save entry")).not_to_have_attribute("aria-busy", "true")
    name, user, _, control, inputs = theatre.teams.done[-1]
    assert (name, user, control) == ("presses", "29:a", "save")
    assert inputs == {"entry": "I listened.", "audience": "partner", "done": "false", "day": "", "minutes": ""}


def test_a_menu_tells_what_was_picked(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit(place="#slack=U1~home")
    slack(page).get_by_role("button", name="Home").click()
    slack(page).get_by_role("combobox", name="My hour").select_option("09:00")
    slack(page).get_by_role("button", name="better-practice").click()
    slack(page).locator("summary", has_text="⋯").click()
    slack(page).get_by_role("button", name="Pause").click()
    expect(slack(page).get_by_role("button", name="Pause")).to_be_hidden()
    for _ in range(100):  # the menu closes as soon as it is pressed, and not when that has arrived
        presses = [done for done in theatre.slack.done if done[0] == "presses"]
        if len(presses) == 2:
            break
        page.wait_for_timeout(50)
    assert presses[0][2:] == ("home", "hour", {"hour": "09:00"})
    assert presses[1][3:] == ("more", {"more": "pause"})


def test_a_form_keeps_what_was_typed_and_shows_errors_at_its_fields(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit()
    slack(page).get_by_role("button", name="Write journal").click()
    dialog = page.get_by_role("dialog", name="Write journal")
    entry = dialog.get_by_label("What happened? (required)")
    expect(entry).to_be_focused()
    dialog.get_by_label("Partner").check()
    dialog.get_by_role("button", name="Save entry").click()
    expect(entry).to_have_attribute("aria-invalid", "true")
    expect(entry).to_have_accessible_description(re.compile("A line is enough.*Write a line, or close the form"))
    expect(entry).to_be_focused()
    expect(dialog.get_by_role("alert")).to_have_text("The entry was not saved.")
    expect(dialog.get_by_label("Partner")).to_be_checked()
    entry.fill("Something")
    dialog.get_by_role("button", name="Save entry").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert theatre.slack.done[-1] == ("submits", "U1", "d-U1", {"entry": "Something", "audience": "partner", "day": ""})


def test_escape_dismisses_a_form_and_gives_the_focus_back(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit()
    button = teams(page).get_by_role("button", name="Add a statement")
    button.focus()
    button.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(teams(page).get_by_role("button", name="Add a statement")).to_be_focused()
    assert theatre.teams.done[-1][0] == "dismisses"


def test_news_cost_neither_focus_nor_text_nor_place(visit: Callable[..., Page], theatre: Theatre) -> None:
    for number in range(60):
        theatre.slack.say("C1", "U2", {"text": f"old {number}"}, f"old {number}")
    page = visit(place="#teams=29:a~a:29:a")
    entry = teams(page).get_by_label("What happened? (required)")
    entry.type("half a sen")
    log = slack(page).get_by_role("log")
    log.evaluate("node => node.scrollTop = 200")
    theatre.happens(lambda: theatre.slack.say("C1", None, {"text": "news"}, "news"))
    theatre.happens(lambda: theatre.teams.say("a:29:a", None, {"type": "message", "text": "news"}, "news"))
    expect(log).to_contain_text("news")
    form = next(one for one in theatre.teams.rooms["a:29:a"]["messages"] if one["text"] == "Write journal")
    form["edited"] = True
    theatre.happens(lambda: theatre.teams.tell(""))
    expect(teams(page).get_by_text("edited")).to_be_visible()
    expect(entry).to_be_focused()
    entry.press("t")
    expect(entry).to_have_value("half a sent")
    assert log.evaluate("node => node.scrollTop") == 200


def test_news_below_what_one_reads_are_said(visit: Callable[..., Page], theatre: Theatre) -> None:
    for number in range(40):
        theatre.slack.say("C1", "U2", {"text": f"old {number}"}, f"old {number}")
    page = visit()
    slack(page).get_by_role("log").evaluate("node => node.scrollTop = 0")
    theatre.happens(lambda: theatre.slack.say("C1", None, {"text": "the answer"}, "the answer", only="U1"))
    slack(page).get_by_role("button", name="New messages").click()
    expect(slack(page).get_by_text("the answer")).to_be_in_viewport(ratio=1)
    expect(slack(page).get_by_role("button", name="New messages")).to_be_hidden()


def test_what_was_sent_is_no_draft_and_what_was_not_is_one(visit: Callable[..., Page]) -> None:
    page = visit()
    box = slack(page).locator(".composer textarea").last
    box.fill("said")
    box.press("Enter")
    expect(slack(page).get_by_role("log")).to_contain_text("said")
    for words in ("", "half a sentence"):
        box.fill(words or box.input_value())
        slack(page).get_by_role("button", name=re.compile("^Convene")).click()
        expect(box).to_have_value("")
        slack(page).get_by_role("button", name="better-practice").click()
        expect(box).to_have_value(words)


def test_a_command_in_a_place_on_teams_mentions_the_bot(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit()
    box = teams(page).get_by_role("combobox", name="Message Better practice")
    box.press_sequentially("/poll")
    box.press("Enter")
    expect(box).to_have_value("")
    page.wait_for_function("() => document.querySelector('#pane-teams [role=log]').textContent.includes('@Convene')")
    assert theatre.teams.done[-1][3] == "@Convene /poll"


def test_unread_dots_come_and_go(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit()
    chat = slack(page).get_by_role("button", name=re.compile("^Convene"))
    expect(chat).to_have_accessible_name("Convene 1 unread")
    chat.click()
    slack(page).get_by_role("button", name="better-practice").click()
    expect(chat).to_have_accessible_name("Convene")
    theatre.happens(lambda: theatre.slack.say("DU1", None, {"text": "x"}, "x"))
    expect(chat).to_have_accessible_name("Convene 1 unread")


def test_own_messages_are_edited_and_deleted(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit()
    message = slack(page).get_by_role("article").filter(has_text="Lovely. Which one?")
    message.hover()
    message.get_by_label("Actions for the message of Ada Obi").click()
    message.get_by_role("button", name="Edit", exact=True).click()
    editor = slack(page).get_by_label("Edit your message")
    expect(editor).to_be_focused()
    editor.fill("Tell us which one")
    editor.press("Enter")
    message = slack(page).get_by_role("article").filter(has_text="Tell us which one")
    expect(message.locator(".mark")).to_have_text("edited")
    message.hover()
    message.get_by_label("Actions for the message of Ada Obi").click()
    message.get_by_role("button", name="Delete").click()
    message.get_by_role("button", name="Really delete?").click()
    expect(slack(page).get_by_text("This message was deleted.")).to_be_visible()


def test_reactions_replies_and_raw_json(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit()
    message = slack(page).get_by_role("article").filter(has_text="Shall we meet")
    message.get_by_role("button", name=re.compile("^tada")).click()
    expect(message.get_by_role("button", name=re.compile("^tada, 2"))).to_have_attribute("aria-pressed", "true")
    message.hover()
    message.get_by_role("button", name="Raw JSON of the message of Tomás Rivera").click()
    expect(message.get_by_label("Raw JSON of this message")).to_contain_text('"text": "Shall we meet')
    message.get_by_label("Actions for the message of Tomás Rivera").click()
    message.get_by_role("button", name="Reply in thread").click()
    page.keyboard.type("Gladly.")
    page.keyboard.press("Enter")
    expect(slack(page).get_by_role("group", name="Replies").get_by_text("Gladly.")).to_be_visible()
    parent = next(one["id"] for one in theatre.slack.rooms["C1"]["messages"] if one["text"] == "?")
    assert theatre.slack.done[-1] == ("types", "U1", "C1", "Gladly.", parent)


def test_the_platforms_own_words_are_a_toast(visit: Callable[..., Page]) -> None:
    page = visit()
    slack(page).get_by_role("combobox", name="Message #better-practice").fill("/slow")
    page.keyboard.press("Enter")
    toast = slack(page).get_by_role("status").get_by_text("/slow failed because the app did not respond")
    expect(toast).to_have_count(1)


def test_long_lists_start_with_the_newest(visit: Callable[..., Page], theatre: Theatre) -> None:
    theatre.slack.room("C2", "long")
    for number in range(450):
        theatre.slack.say("C2", "U2", {"text": f"number {number}"}, f"number {number}")
    page = visit(place="#slack=U1~C2")
    articles = slack(page).get_by_role("article")
    expect(articles).to_have_count(200)
    slack(page).get_by_role("button", name="Show earlier messages (250)").click()
    expect(articles).to_have_count(400)
    slack(page).get_by_role("button", name="Show earlier messages (50)").click()
    expect(articles).to_have_count(450)


def test_the_clock_winds_with_progress_and_stops(visit: Callable[..., Page], theatre: Theatre) -> None:
    page = visit()
    page.get_by_role("button", name="+1 hour").click()
    expect(page.get_by_label("Clock of the community")).to_contain_text("3 Nov 2026, 09:00 UTC")
    expect(page.get_by_label("Clock of the community")).to_contain_text("10:00 for \u2068Ada\u2069 (Berlin)")
    theatre.clock.pause = 0.2
    page.get_by_role("button", name="+1 day").click()
    expect(page.get_by_label("Winding the clock")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="+1 day")).to_be_enabled()
    expect(page.get_by_label("Winding the clock")).to_be_hidden()


def test_without_a_challenge_there_is_no_end(visit: Callable[..., Page], theatre: Theatre) -> None:
    theatre.clock.end = theatre.clock.at.replace(day=20)
    page = visit()
    page.get_by_role("button", name="To the end of the challenge").click()
    expect(page.get_by_label("Clock of the community")).to_contain_text("20 Nov 2026, 08:00 UTC")


def test_tabs_part_the_platforms_on_a_narrow_screen(visit: Callable[..., Page]) -> None:
    page = visit(width=390, height=844)
    expect(page.locator("#pane-slack")).to_be_visible()
    expect(page.locator("#pane-teams")).to_be_hidden()
    tab = page.get_by_role("tab", name=re.compile("Slack-like"))
    tab.focus()
    tab.press("ArrowRight")
    expect(page.get_by_role("tab", name=re.compile("Teams-like"))).to_be_focused()
    expect(page.locator("#pane-teams")).to_be_visible()
    expect(page.locator("#pane-slack")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.reload()
    expect(page.locator("#pane-teams")).to_be_visible()
    expect(page.locator("#pane-teams article").last).to_be_in_viewport(ratio=1)


def test_long_names_and_texts_wrap(visit: Callable[..., Page], theatre: Theatre) -> None:
    theatre.slack.say("C1", "U3", {"text": "W" * 3000}, "W")
    theatre.teams.say("19:x", "29:b", {"type": "message", "text": "M" * 3000}, "M")
    page = visit(width=900, height=700)
    assert page.evaluate("document.documentElement.scrollWidth") <= 900
    for log in page.get_by_role("log").all():
        assert log.evaluate("node => node.scrollWidth <= node.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Callable[..., Page], scheme: str) -> None:
    page = visit(scheme=scheme)
    assert serious(page) == []
    teams(page).get_by_role("button", name=re.compile("^Convene")).click()
    slack(page).get_by_role("button", name="Home").click()
    expect(slack(page).get_by_role("heading", name="Your day")).to_be_visible()
    teams(page).get_by_role("combobox", name="Message Convene").fill("/")
    assert serious(page) == []
    slack(page).get_by_role("button", name="better-practice").click()
    slack(page).get_by_role("button", name="Write journal").click()
    page.get_by_role("dialog").get_by_role("button", name="Save entry").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert serious(page) == []
