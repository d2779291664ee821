"""How an opinion request is opened, and what is said in it, as people do."""

from __future__ import annotations

from tests.kit.cast import Cast, confirms
from tests.kit.people import Person

QUESTION = "What do we say to the new rule on tools?"
LINE = f"/opinion-request {QUESTION} | 2026-04-10 | The board"


async def opens(lead: Person, line: str = LINE, **terms: object) -> None:
    """Type the three answers, look at the sentence, change what is given, and open it."""
    await lead.types(line)
    if terms:
        await lead.presses("Change", on="Nobody else sees this yet.")
        await lead.fills("Save", **terms)
    await lead.presses("Open it")


async def writes(somebody: Person, text: str, **more: str) -> None:
    await somebody.presses("Write a statement")
    await somebody.fills("Submit", text=text, **more)
    somebody.sees("Your statement is in.")


async def moves_on(lead: Person, button: str) -> None:
    """Look after the request and end the phase."""
    await lead.presses("Look after it")
    await confirms(lead, button)()


async def votes(somebody: Person, position: str, words: str = "", printing: str = "Print them without my name") -> None:
    await somebody.presses("Vote on the response")
    await somebody.fills("Vote", position=position, words=words, printing=printing)


async def drafted(cast: Cast, *, line: str = LINE, **terms: object) -> None:
    """A request with one statement and its first draft."""
    await opens(cast.lead, line, **terms)
    await writes(cast.member, "We review each tool once a year.")
    await cast.other.presses("Answer statements", on="You are here: Statements")
    await cast.other.presses("Agree")
    await moves_on(cast.lead, "Close statements now")
