"""The end of a challenge, on both platforms: highlights, the report, one's own days, what stuck."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from bot.core.rows import CadenceRow
from bot.playground import Playground
from handlers.challenges.rows import ChallengeRow
from handlers.endings.rows import FarewellRow, LeftOutRow, StuckRow
from handlers.journal.rows import HighlightRow
from tests.kit.beginnings import CARD, announced
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
DRAFT = "Only leads see this draft"
OFFER = "The challenge ends soon."
END = "2026-04-01"  # the last day can be done for 48 hours
PRIVATE = "canary-private-壱"


def at(day: str, hour: int = 17) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00").astimezone(UTC)


def in_place(member: Person, text: str) -> int:
    """How many messages in the place have the text."""
    return sum(text in m["plain"] for c in member.screen["conversations"] if c["kind"] == "place" for m in c["messages"])


async def state(stage: Playground) -> str:
    return str((await rows(stage, ChallengeRow.state))[-1])


async def files(cast: Cast, *about: str) -> list[bytes]:
    """The files that arrived on the platform, after a yes where it asks for one."""
    if cast.is_slack:
        return [file.content or b"" for file in cast.stage.slack.ws.files.values()]
    for each in about:
        who = next(p for p in (cast.member, cast.lead) if any(each in m["plain"] for c in p.screen["conversations"] for m in c["messages"]))
        await who.presses("Allow", on=each)
    return list(cast.stage.teams.uploads.values())


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


# -- the closing report --------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
async def test_the_lead_edits_and_posts_the_closing_report(cast: Cast, person: At) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-23"))
    await cast.member.types(f"{PRIVATE}, for nobody.")
    await cast.member.types("/journal I asked 王伟 one question more than usual. It didn't hurt 🙂")
    await cast.member.presses("Share as a highlight", on="Saved in your journal")
    cast.member.sees("Share this as a highlight?", "and nothing else:")
    await cast.member.presses("With my name")
    cast.member.sees("may be quoted in the closing report, with your name")
    await cast.stage.winder.advance(at(END, 18))
    assert await state(cast.stage) == "closing"
    cast.lead.sees(DRAFT, "I asked 王伟 one question more than usual. It didn't hurt 🙂", cast.member.who.name)
    cast.member.does_not_see(DRAFT)
    await cast.lead.presses("Edit", on=DRAFT)
    long = ("Begin on a Tuesday. " * 150)[:2999] + "!"
    await cast.lead.fills("Save", change=long, opening=long.replace("Tuesday", "Monday?"), thanks="To O'Brien & 王伟 🎉")
    cast.lead.sees("Saved.", "To O'Brien & 王伟 🎉")
    post = cast.lead.holds("Post it", on="Saved.")
    await cast.lead.presses("Post it", on=DRAFT)
    await post()
    cast.lead.sees("is settled already", "has posted this report", "It is kept in the library too.")
    elsewhere = person("layla" if cast.is_slack else "BOB")
    for reader in (cast.member, elsewhere):
        reader.sees("What we change next time", "To O'Brien & 王伟 🎉", in_place=True)
    assert await state(cast.stage) == "closed"
    await cast.lead.presses("Get it as files", on="It is kept in the library too.")
    cast.lead.sees("as two files")
    markdown, pdf = await files(cast, "To read and change", "To print and read aloud")
    assert long.rstrip("!") in markdown.decode().replace("\\", "")
    assert "> I asked 王伟 one question more than usual. It didn't hurt 🙂" in markdown.decode()
    assert "To O'Brien & 王伟" in text_of(pdf)
    await elsewhere.types("/library")
    await elsewhere.presses("Read First steps in learning…")
    elsewhere.sees(f"With words of {cast.member.who.name}.", "It didn't hurt 🙂")
    for reader in (cast.lead, elsewhere, cast.other):
        reader.does_not_see(PRIVATE)
    assert PRIVATE not in markdown.decode() + text_of(pdf)
    assert cast.is_clean()


@pytest.mark.thorough
async def test_what_two_leads_write_at_once_is_not_overwritten(stage: Playground, person: At) -> None:
    ann, jurgen = person("ANN"), person("jurgen")
    await announced(ann, person("BOB"), until=at(END, 18))
    await jurgen.types("/convene")
    await jurgen.presses("Edit the report")
    await ann.presses("Edit", on=DRAFT)
    await ann.fills("Save", opening="Ann was first.")
    await jurgen.fills("Save", opening="Jürgen was second.")
    jurgen.sees("It says now: Ann was first.", "Nothing is saved yet.")
    await jurgen.fills("Save", opening="Both of us.")
    ann.sees("Both of us.")


@pytest.mark.thorough
async def test_a_report_that_nobody_posts_is_closed_silently(stage: Playground, person: At) -> None:
    await announced(person("ANN"), person("BOB"), until=at("2026-04-08", 18))
    assert await state(stage) == "closed"
    person("ANN").sees("The report stayed with the leads")
    assert in_place(person("BOB"), "The report stayed") == 0


@pytest.mark.thorough
async def test_other_leads_get_the_report_of_one_who_left(stage: Playground, person: At) -> None:
    await announced(person("ANN"), person("BOB"), until=at(END, 18))
    person("jurgen").does_not_see(DRAFT)
    await stage.slack.deactivate_user("U0ANN")
    await stage.settle()
    await stage.winder.settle()
    person("jurgen").sees(DRAFT)
    await person("jurgen").presses("Post it")
    person("BOB").sees("What we worked on", in_place=True)


@pytest.mark.thorough
async def test_nothing_is_reported_of_a_challenge_that_nobody_joined(stage: Playground, person: At) -> None:
    await announced(person("ANN"), until=at(END, 18))
    assert await state(stage) == "closed"
    person("ANN").does_not_see(DRAFT)


# -- highlights ----------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_highlights_are_asked_for_once_and_can_be_taken_back(cast: Cast) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-24"))
    await cast.member.types("A day worth telling.")
    await cast.stage.winder.advance(at("2026-03-27"))
    cast.member.does_not_see(OFFER)
    await cast.stage.winder.advance(at("2026-03-29"))
    assert (cast.member.count(OFFER), cast.other.count(OFFER)) == (1, 0)  # who wrote nothing is not asked
    await cast.member.presses("Share Tue 24 Mar")
    await cast.member.presses("Without my name")
    await cast.stage.winder.advance(at(END, 18))
    cast.lead.sees("A day worth telling.")
    await cast.member.presses("Take it back", on="without your name")
    cast.member.sees("Nothing of your entry for Tue 24 Mar is quoted.")
    cast.lead.does_not_see("A day worth telling.")
    await cast.member.presses("Share as a highlight", on="Nothing of your entry")
    await cast.member.presses("Without my name")
    await cast.lead.presses("Post it", on=DRAFT)
    assert in_place(cast.other, "A day worth telling.") == 1
    await cast.member.types("/journal list")
    await cast.member.presses("Open Tue 24 Mar")
    await cast.member.presses("Delete", on="without your name")
    assert in_place(cast.other, "A day worth telling.") == 0
    assert await count(cast.stage, HighlightRow) == 0
    await cast.other.types("/library")
    await cast.other.presses("Read First steps in learning…")
    cast.other.does_not_see("A day worth telling.")


@pytest.mark.thorough
async def test_whoever_released_something_is_not_asked(stage: Playground, person: At) -> None:
    bob, priya, hanako = person("BOB"), person("PRIYA"), person("HANAKO")
    await announced(person("ANN"), bob, priya, hanako, until=at("2026-03-24"))
    for member in (bob, priya, hanako):
        await member.types("I wrote today.")
    await bob.presses("Share as a highlight")
    await bob.presses("With my name")
    await hanako.presses("Pause", on="Or just write to me")
    await hanako.fills("Pause until then", until="2026-03-29")
    await stage.winder.advance(at("2026-03-28", 23))
    assert [member.count(OFFER) for member in (bob, priya, hanako)] == [0, 1, 0]
    await priya.presses("Not this time")
    priya.sees("Nothing of yours is quoted.")


async def test_other_words_are_no_highlight_any_more(stage: Playground, person: At) -> None:
    bob = person("BOB")
    await bob.types("/journal The words as they were.")
    await bob.presses("Share as a highlight")
    await bob.presses("With my name")
    await bob.types("/journal list")
    await bob.presses("Open Fri 20 Mar" if "Open Fri 20 Mar" in bob.reads() else "Open Thu 19 Mar")
    bob.sees("may be quoted in the closing report, with your name")
    await bob.presses("Change", on="may be quoted")
    await bob.fills("Save", text="Other words.", visibility="private")
    bob.sees("Its words have changed, so it is none any more")
    assert await count(stage, HighlightRow) == 0


# -- one's own days ------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_everybody_gets_their_own_days_and_nobody_elses(cast: Cast, person: At) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-23"))
    await cast.member.types(f"{PRIVATE} #import *first* \\ `x` " + "a" * 2900)
    await cast.stage.winder.advance(at("2026-03-29"))
    await cast.member.types("The last one.")
    await cast.stage.winder.advance(at(END, 18))
    cast.member.sees("You did 2 days of 7.")
    cast.other.sees("Thank you for coming along.")
    await cast.member.presses("My days as files")
    cast.member.sees("Nobody else gets them from me.")
    markdown, pdf = await files(cast, "Your days to read and change", "Your days to print")
    assert "| Mon 23 Mar 2026 | Sun 29 Mar 2026 |" in markdown.decode()
    for text in ("The last one.", "#import *first*", "I did 2 days of 7."):
        assert text in markdown.decode().replace("\\", "")
        assert text in text_of(pdf)
    already = len(cast.stage.slack.ws.files)
    for somebody in (cast.other, person("HANAKO")):  # the same press by somebody else hands over their own, or nothing
        await presses_payload_of(cast.member, "My days as files", somebody)
    shown = [file.content or b"" for file in list(cast.stage.slack.ws.files.values())[already:]]
    assert all(PRIVATE not in (text_of(each) if each.startswith(b"%PDF") else each.decode()) for each in shown)
    cast.lead.does_not_see(PRIVATE)
    cast.other.does_not_see(PRIVATE)


async def presses_payload_of(owner: Person, label: str, somebody: Person) -> None:
    """Somebody sends by hand what stands behind another's button."""
    message, control = owner._control(label, None)
    try:
        await somebody._done(await somebody.driver.presses(somebody.who.account, message["id"], control["id"], None))
    except LookupError:
        return  # the platform itself shows it to nobody else


# -- what stuck ----------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_what_stuck_is_asked_told_and_kept(cast: Cast) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-23"))
    await cast.member.presses("Done", on="Or just write to me")
    await cast.stage.winder.advance(at(END, 18))
    await cast.lead.presses("Post it", on=DRAFT)
    await cast.member.types("/convene next")
    cast.member.sees("what stuck?")
    await cast.stage.winder.advance(at("2026-04-27"))
    assert cast.member.count("30 days after") == 0
    await cast.stage.winder.advance(at("2026-04-28"))
    assert (cast.member.count("30 days after"), cast.other.count("30 days after")) == (1, 0)  # who did no day is not asked
    await cast.member.presses("Now and then", on="30 days after")
    await cast.member.presses("Still doing it")
    cast.member.sees("It counts as: Still doing it.")
    await cast.member.presses("Add a line")
    await cast.member.fills("Save", line="I still ask. 王伟's idea 🙂")
    cast.member.sees("without your name")
    cast.other.does_not_see("I still ask.")
    await cast.stage.winder.advance(at("2026-05-05"))
    for reader in (cast.lead, cast.member):
        reader.sees("What stuck after 30 days", "1 person answered.", "I still ask. 王伟's idea 🙂")
    await cast.other.types("/library")
    await cast.other.presses("Read First steps in learning…")
    cast.other.sees("What stuck after 30 days", "I still ask.")
    await cast.member.presses("Change the line")
    await cast.member.fills("Save", line="")
    cast.lead.does_not_see("I still ask.")
    await cast.stage.winder.advance(at("2026-07-05"))
    assert cast.member.count("90 days after") == 1
    cast.lead.sees("nobody answered what stuck")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_nobody_who_left_or_erased_themselves_is_asked(stage: Playground, person: At) -> None:
    bob, priya, hanako = person("BOB"), person("PRIYA"), person("HANAKO")
    await announced(person("ANN"), bob, priya, hanako, until=at("2026-03-23"))
    for member in (bob, priya, hanako):
        await member.presses("Done", on="Or just write to me")
    await stage.winder.advance(at(END, 18))
    await priya.types("/convene erase")
    await priya.fills("Erase everything", word="erase")
    await stage.slack.deactivate_user(hanako.who.account)
    await stage.winder.advance(at("2026-04-29"))
    assert (bob.count("30 days after"), priya.count("30 days after")) == (1, 0)
    assert len(await rows(stage, FarewellRow.id)) == 2


@pytest.mark.thorough
async def test_what_is_called_off_asks_nobody(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    await announced(ann, bob, until=at("2026-03-24"))
    await bob.types("I wrote today.")
    await ann.types("/challenge")
    await ann.presses("Manage")
    await ann.presses("Cancel the challenge")
    await stage.winder.advance(at("2026-07-05"))
    bob.does_not_see(OFFER, "30 days after", "is over.")
    assert not [job for job in await rows(stage, CadenceRow.job) if job.startswith("ending.")]
    assert await count(stage, StuckRow) == 0


# -- what a lead leaves out, who is erased, what nobody posts ---------------------------------------------------------------


async def released(member: Person, text: str, *, by_name: bool = True) -> None:
    """Somebody writes an entry and releases it."""
    await member.types(f"/journal {text}")
    await member.presses("Share as a highlight", on="Saved in your journal")
    await member.presses("With my name" if by_name else "Without my name")


@pytest.mark.thorough
async def test_a_lead_leaves_a_quote_out_and_puts_it_back(cast: Cast) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-24"))
    for n in range(1, 8):
        await released(cast.member, f"Quote number {n}.")
    await cast.stage.winder.advance(at(END, 18))
    cast.lead.sees("Quote number 5.", "The report as a file has 2 more quotes.")
    await cast.lead.presses("Choose quotes", on=DRAFT)
    await cast.lead.presses("Leave it out", on="Quotes of")  # the first quote
    cast.lead.sees("Left out of the report.", "You leave 1 released quote out.", "The report as a file has 1 more quote.")
    assert await count(cast.stage, LeftOutRow) == 1
    await cast.lead.presses("Next page", on="Quotes of")
    cast.lead.sees("Quote number 7.")
    await cast.lead.presses("Post it", on=DRAFT)
    cast.member.sees("Quote number 6.", in_place=True)
    assert in_place(cast.other, "Quote number 1.") == 0
    await cast.lead.presses("Choose quotes", on="has posted this report")
    await cast.lead.presses("Put it back", on="Quotes of")
    assert in_place(cast.other, "Quote number 1.") == 1
    assert await count(cast.stage, HighlightRow) == 7, "what was released stays released"
    cast.lead.sees(f"{cast.lead.who.name} has posted this report.")
    cast.member.does_not_see("Choose quotes", "Left out of the report.")
    assert cast.is_clean()


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_whoever_erases_themselves_is_quoted_nowhere_any_more(cast: Cast) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-24"))
    await released(cast.member, "Words that go with me.")
    await released(cast.other, "Words that stay.")
    await cast.stage.winder.advance(at(END, 18))
    await cast.lead.presses("Closing meetup", on=DRAFT)
    await cast.lead.fills("Tell everybody", on="2026-04-03", at="18:00")
    await cast.lead.presses("Post it", on=DRAFT)
    await cast.stage.winder.advance(at("2026-04-28"))
    for member, line in ((cast.member, "My own line."), (cast.other, "Another line.")):
        await member.presses("Still doing it", on="30 days after")
        await member.presses("Add a line")
        await member.fills("Save", line=line, by_name=(cast.is_slack and ["yes"]) or True)
    await cast.stage.winder.advance(at("2026-05-05"))
    for said in ("Words that go with me.", "My own line."):
        cast.lead.sees(said)
    assert in_place(cast.other, "Words that go with me.") == 2, "in the report and on the card of the meetup"
    await cast.member.types("/convene erase")
    await cast.member.fills("Erase everything", word="erase")
    assert in_place(cast.other, "Words that go with me.") == 0
    assert in_place(cast.other, "Words that stay.") == 2
    for reader in (cast.lead, cast.other):
        reader.does_not_see("Words that go with me.", "My own line.")
        reader.sees("Words that stay.", "Another line.")
    await cast.other.types("/library")
    await cast.other.presses("Read First steps in learning…")
    cast.other.sees("With words of")
    cast.other.does_not_see("Words that go with me.", f"With words of {cast.member.who.name}")
    cast.lead.sees(f"{cast.lead.who.name} has posted this report.")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_what_stuck_is_told_of_a_report_that_nobody_posted(cast: Cast) -> None:
    await announced(cast.lead, cast.member, until=at("2026-03-24"))
    await released(cast.member, "Never posted.")
    await cast.stage.winder.advance(at("2026-04-09"))
    await cast.other.types("/library")
    cast.other.sees("Nothing here yet.")
    await cast.stage.winder.advance(at("2026-04-28"))
    await cast.member.presses("Now and then", on="30 days after")
    await cast.stage.winder.advance(at("2026-05-05"))
    for reader in (cast.lead, cast.member):
        assert comings(reader, "What stuck after 30 days", "1 person answered.") == 1
    cast.lead.sees("The report stayed with the leads")
    assert "1 person answered." in cast.lead.message("The report stayed with the leads")["plain"], "the leads' report has the answers"
    cast.member.does_not_see("Read the report", "Never posted.\n—")
    await cast.member.types("/journal list")
    await cast.member.presses("Open Tue 24 Mar")
    await cast.member.presses("Take it back", on="with your name")
    assert "Never posted." not in cast.lead.reads()
    await cast.stage.winder.advance(at("2026-07-05"))
    cast.lead.sees("90 days after First steps in learning together nobody answered")
    assert cast.is_clean()


def comings(reader: Person, *texts: str) -> int:
    """How many messages of their own chat have all these texts, but for the report."""
    chat = next(c for c in reader.screen["conversations"] if c["kind"] == "chat")
    found = [m["plain"] for m in chat["messages"] if all(text in m["plain"] for text in texts)]
    return sum("The report stayed" not in text for text in found)


@pytest.mark.thorough
async def test_results_of_a_challenge_that_was_started_again_stay_apart(cast: Cast) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-24"))
    await released(cast.member, "Of the first time.")
    await cast.stage.winder.advance(at(END, 18))
    await cast.lead.presses("Post it", on=DRAFT)
    await cast.lead.presses("Start again with these days", on="has posted this report")
    await cast.lead.fills("Announce it", starts_on="2026-04-06")
    await cast.member.presses("Join", on=CARD)
    await cast.stage.winder.advance(at("2026-04-07"))
    await released(cast.member, "Of the second time.")
    await cast.stage.winder.advance(at("2026-04-15", 18))
    draft = cast.lead.message(DRAFT)["plain"]
    assert "Of the second time." in draft
    assert "Of the first time." not in draft
    assert ("2 people" in draft, "1 person" in draft) == (False, True), "who took part then takes part there alone"
    await cast.lead.presses("Post it", on=DRAFT)
    already = len(cast.stage.slack.ws.files) + len(cast.stage.teams.uploads)
    await cast.member.presses("My days as files", on="You did 1 day of 7.")
    shown = (await files(cast, "Your days to read and change", "Your days to print"))[already:]
    mine = "".join(text_of(each) if each.startswith(b"%PDF") else each.decode() for each in shown)
    assert "Of the second time." in mine
    assert "Of the first time." not in mine
    await cast.other.types("/library")
    assert cast.other.message("Library")["plain"].count("Closing report,") == 2
    await cast.other.presses("Read First steps in learning…")
    newest = cast.other.message("Take it along")["plain"]
    assert ("Of the first time." in newest) != ("Of the second time." in newest), "each report has its own words"
    assert cast.is_clean()
