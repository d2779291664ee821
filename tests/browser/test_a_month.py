"""The main job, lived in the page: thirty days from the lead's form to what stuck, on both panes, by the page's own buttons."""

from __future__ import annotations

from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import act_as, fill, go_to, message, own_chat, own_message, press, sees, send_file, wind, write
from tests.browser.conftest import Visits
from tests.browser.sights import serious, slack, teams
from tests.browser.theatre import LivingTheatre

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PACK = "A better practitioner"
CARD = "Thirty small days"
DAY = "Or just write to me"
EVENING = "How the day stands"
LINE = "At the café I asked one more question: it's 王小明's idea 🙂"


def announce(page: Page) -> None:
    """Ann starts the challenge in the form; it begins on Monday at nine in Berlin."""
    write(slack(page), "/challenge")
    fill(page, "Start a challenge", "Announce it", Which_activities=PACK, First_day="2026-03-23")
    for pane in (slack(page), teams(page)):
        expect(message(pane, CARD)).to_contain_text(PACK)


def join(page: Page) -> None:
    """Bob joins and tells what he likes to tell; Layla joins and wants a partner."""
    act_as(slack(page), "Bob")
    press(slack(page), "Join", on=CARD)
    press(slack(page), "My goal and my hour", on="You are in")
    assert serious(page) == []
    fill(
        page, "My goal and my hour", "Save", What_would_you="See my O'Brien ways", Which_team="Docs", I_would_like=True, When_shall="08:00"
    )
    act_as(teams(page), "ليلى")
    press(teams(page), "Join", on=CARD)
    go_to(teams(page), "Convene")
    press(teams(page), "Yes, find me a partner", on="You are in")
    sees(teams(page), "who your partner in")


def pair(page: Page) -> None:
    """The lead looks at the pairs on Monday and sends them; both partners are introduced."""
    wind(page, "+1 day", 3)
    wind(page, "+1 hour", 2)
    own_chat(slack(page), "Ann")
    preview = message(slack(page), "a preview")
    expect(preview).to_contain_text("have not met before")
    press(slack(page), "Send to everybody", on="a preview")
    sees(slack(page), "has been told")
    own_chat(slack(page), "Bob")
    own_chat(teams(page), "ليلى")
    sees(slack(page), "Your partner is ليلى حداد", "A first question for each of you")
    sees(teams(page), "Your partner is Bob O'Brien")


def first_day(page: Page) -> None:
    """Bob presses Done and cheers; Layla writes, takes it back, writes again and corrects herself."""
    wind(page, "+1 day")
    press(slack(page), "Done", on=DAY)
    sees(slack(page), "Day 1 is done. That makes 1 day of 30.")
    press(slack(page), "Cheer", on=EVENING)
    sees(teams(page), "Bob O'Brien cheers for you")
    write(teams(page), "I drew the line 🙂")
    press(teams(page), "Undo", on="Saved in your journal")
    write(teams(page), "رسمت الخط، and it's crooked")
    sees(teams(page), "Saved in your journal for")
    own_message(teams(page), "رسمت الخط", "Edit")
    page.get_by_label("Edit your message").fill("رسمت الخط، and it's straight")
    page.keyboard.press("Enter")
    write(teams(page), "/journal list")
    sees(teams(page), "and it's straight")


def second_day(page: Page) -> None:
    """Bob puts the day off and deletes what he wrote by mistake; Layla pauses."""
    wind(page, "+1 hour", 4)
    press(slack(page), "Snooze", on=DAY)
    sees(slack(page), "Day 2 comes again")
    write(slack(page), "Sent by mistake.")
    sees(slack(page), "Saved in your journal for Tue 24 Mar")
    own_message(slack(page), "Sent by mistake.", "Delete")
    message(slack(page), "Sent by mistake.").get_by_role("button", name="Really delete?").click()
    expect(slack(page).get_by_text("Sent by mistake.", exact=True)).to_have_count(0)
    write(slack(page), "/journal list")
    sees(slack(page), "Nothing here yet.")
    press(teams(page), "My progress", on="You are in")
    press(teams(page), "Pause", on="Only you see this.")
    fill(page, "Pause", "Pause until then", On_which_day="2026-03-27")
    sees(teams(page), "is paused for you until Fri 27 Mar")


def first_week(page: Page) -> None:
    """Bob writes for everybody in a command and for himself; the places get the round-up on day 7."""
    wind(page, "+1 day")
    write(slack(page), f"/journal {LINE}")
    sees(slack(page), "Saved in your journal")
    wind(page, "+1 day", 4)
    for pane, place in ((slack(page), "practice"), (teams(page), "Craft circle")):
        go_to(pane, place)
        sees(pane, f"{PACK}: the week", "Seeing how you work now", "Together you did 3 days.")


def late_joiners(page: Page) -> None:
    """Hanako and Anil join in the second week, and read what came before."""
    wind(page, "+1 day")
    act_as(slack(page), "田中")
    press(slack(page), "Join", on=CARD)
    press(slack(page), "See earlier days", on="You are in")
    sees(slack(page), "Earlier days of", "You owe nothing")
    act_as(teams(page), "अनिल")
    press(teams(page), "Join", on=CARD)
    go_to(teams(page), "Convene")
    press(teams(page), "See earlier days", on="You are in")
    sees(teams(page), "Day 1: The shape of your day – Name", "You owe nothing")


def look_around(page: Page) -> None:
    """Bob reads his journal, searches it, sees what comes next and changes a setting."""
    own_chat(slack(page), "Bob")
    write(slack(page), "/journal list")
    press(slack(page), "Search", on="Your journal")
    assert serious(page) == []
    fill(page, "Search my journal", "Search", Which_words="CAFE")
    sees(slack(page), "Your entries with “CAFE”", LINE)
    write(slack(page), "/convene next")
    sees(slack(page), "Day 9 of A better practitioner")
    write(slack(page), "/convene settings")
    fill(page, "Your settings", "Save", Quiet_from="21:00")
    sees(slack(page), "Your settings are saved")


def send_files(page: Page) -> None:
    """A lead sends a pack by the button for files, by pointer; the other one a list, by keyboard."""
    own_chat(slack(page), "Ann")
    whole = (files("handlers.packs") / "shipped" / "better_practitioner.yaml").read_text()
    whole = whole.replace("name: better_practitioner", "name: by_hand").replace(f"title: {PACK}", "title: By hand")
    send_file(page, slack(page), "by hand.yaml", whole)
    sees(slack(page), "By hand is saved with 30 days.")
    own_chat(teams(page), "Jürgen")
    send_file(page, teams(page), "küche.txt", "In our kitchen\nTaste it blind\nSharpen one knife\n", by_keyboard=True)
    sees(teams(page), "Küche is saved with 3 days.")
    assert serious(page) == []


def last_week(page: Page) -> None:
    """Bob is asked once whether something may be quoted, and shares one entry with his name."""
    own_chat(slack(page), "Bob")
    own_chat(teams(page), "ليلى")
    wind(page, "+1 week", 2)
    wind(page, "+1 day", 6)
    press(slack(page), "Share Wed 25 Mar", on="The challenge ends soon.")
    press(slack(page), "With my name", on="Share this as a highlight?")
    sees(slack(page), "may be quoted in the closing report, with your name")
    expect(message(teams(page), "The challenge ends soon.")).to_be_visible()


def farewell(page: Page) -> None:
    """Everybody gets their own days; as files they come at once here, and after a yes there."""
    wind(page, "To the end of the challenge")
    for pane, days in ((slack(page), "You did 2 days of 30."), (teams(page), "You did 1 day of 30.")):
        sees(pane, days)
        press(pane, "My days as files", on=days)
    for text in ("Your days to read and change", "Your days to print"):
        press(teams(page), "Allow", on=text)
    for pane in (slack(page), teams(page)):
        for kind in (".md", ".pdf"):
            link = pane.get_by_role("link", name=kind).last
            assert page.request.get(str(link.get_attribute("href"))).ok


def report(page: Page) -> None:
    """Ann edits the draft and posts it; both places read it, with Bob's words."""
    own_chat(slack(page), "Ann")
    expect(message(slack(page), "Only leads see this draft")).to_contain_text(LINE)
    press(slack(page), "Edit", on="Only leads see this draft")
    assert serious(page) == []
    fill(page, "Closing report", "Save", Your_words="It was a quiet month. " * 100, Whom_do_you="王小明 & O'Brien 🎉")
    press(slack(page), "Post it", on="Saved.")
    sees(slack(page), "It is kept in the library too.")
    for pane, place in ((slack(page), "practice"), (teams(page), "Craft circle")):
        go_to(pane, place)
        sees(pane, LINE, "王小明 & O'Brien 🎉")


def meetup(page: Page) -> None:
    """Ann sets the closing meetup; Bob comes, Layla perhaps."""
    go_to(slack(page), "Convene")
    write(slack(page), "/challenge meetup")
    fill(page, "Closing meetup", "Tell everybody", When_does="18:00", Link_to="https://meet.example/a")
    sees(slack(page), "4 people have an invitation.")
    own_chat(slack(page), "Bob")
    press(slack(page), "I'll come", on="You got this because")
    sees(slack(page), "Good that you come.")
    press(teams(page), "Maybe", on="Whoever learns with us")
    expect(message(teams(page), "Whoever learns with us")).to_contain_text("1 person")


def what_stuck(page: Page) -> None:
    """Thirty days later both are asked what stuck."""
    go_to(teams(page), "Convene")
    wind(page, "+1 week", 5)
    press(slack(page), "Still doing it", on="30 days after")
    sees(slack(page), "It counts as: Still doing it.")
    press(teams(page), "Now and then", on="30 days after")
    sees(teams(page), "It counts as: Now and then.")


STEPS = (
    announce,
    join,
    pair,
    first_day,
    second_day,
    first_week,
    late_joiners,
    look_around,
    send_files,
    last_week,
    farewell,
    report,
    meetup,
    what_stuck,
)


def test_thirty_days_are_lived_on_both_panes(playground: LivingTheatre, visits: Visits) -> None:
    page = visits(playground.url)()
    for step in STEPS:
        step(page)
