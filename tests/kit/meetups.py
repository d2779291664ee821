"""The meetup at the end of a challenge: how it is set, and what arrives of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar

from tests.kit.beginnings import announced
from tests.kit.cast import Cast
from tests.kit.people import Person

At = Callable[[str], Person]
ENDED = datetime(2026, 4, 1, 18, tzinfo=UTC)
CARD = "We look back on"
LINK = "https://meet.example/together"


async def ended(cast: Cast, *members: Person) -> None:
    """A challenge of seven days that these took part in, closed since some hours."""
    await announced(cast.lead, *members, until=ENDED)


async def is_set(cast: Cast, **draft: object) -> None:
    await cast.lead.types("/challenge meetup")
    await cast.lead.fills("Tell everybody", **{"on": "2026-04-03", "at": "18:00", "link": LINK, **draft})


async def allows(cast: Cast, somebody: Person) -> None:
    """Say yes to the newest file, where the platform asks."""
    if not cast.is_slack and somebody.driver is cast.stage.teams:
        await somebody.presses("Allow")


def files(cast: Cast) -> list[Any]:
    """Every calendar file that arrived on the platform, in order."""
    contents = [f.content or b"" for f in cast.stage.slack.ws.files.values()] if cast.is_slack else list(cast.stage.teams.uploads.values())
    return [Calendar.from_ical(content) for content in contents if content]


def told(calendar: Any) -> tuple[str, int, str]:
    event = calendar.events[0]
    return str(calendar["METHOD"]), int(event["SEQUENCE"]), event.decoded("DTSTART").isoformat()


def line(cast: Cast, label: str, value: str) -> str:
    return f"{label}: {value}" if cast.is_slack else f"{label} {value}"


async def released(member: Person, text: str, *, by_name: bool = True) -> None:
    """Somebody writes an entry and releases it."""
    await member.types(f"/journal {text}")
    await member.presses("Share as a highlight", on="Saved in your journal")
    await member.presses("With my name" if by_name else "Without my name")
