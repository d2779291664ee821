"""Examples of the challenge's views, for the gallery and its tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from bot.chat.form import Form, opened
from bot.chat.message import Message, Option
from handlers import packs
from handlers.challenges import views
from handlers.challenges.payloads import ChallengeDraft
from handlers.challenges.rules import Plan, Rhythm, State, Summary
from handlers.challenges.store import Challenge
from handlers.packs import Activity

CHALLENGE = Challenge(
    17,
    "First steps in learning together",
    "Seven small days that show what a community of practice can do for everyday work.",
    State.RUNNING,
    time(9),
    Plan(date(2026, 3, 23), 7, Rhythm.EVERY_DAY),
)


def _activity() -> Activity:
    return packs.shipped()["first_steps"].activities[2]


def announcement() -> Message:
    """The living card."""
    return views.announcement(CHALLENGE, 12)


def place_day() -> Message:
    """A day in a place."""
    return views.place_day(CHALLENGE, 3, _activity())


def place_day_done() -> Message:
    """The same to whoever has done it."""
    return views.place_day(CHALLENGE, 3, _activity(), is_done=True)


def my_day() -> Message:
    """A day in one's own chat."""
    return views.my_day(CHALLENGE, 3, _activity(), is_done=False)


def my_day_done() -> Message:
    """The same day, done."""
    return views.my_day(CHALLENGE, 3, _activity(), is_done=True)


def joined() -> Message:
    """The receipt of joining."""
    return views.joined(CHALLENGE, datetime(2026, 3, 25, 8, 0, tzinfo=UTC), "Europe/Berlin", is_new=True, has_todays=True)


def over() -> Message:
    """The end, for the places."""
    return views.over(CHALLENGE, Summary(12, 11, 63, 5))


def start_form() -> Form:
    """The form that starts a challenge."""
    shipped = tuple(Option(p.name, p.title) for p in packs.shipped().values())
    options = {"pack": shipped, "places": (Option("5", "practice"), Option("6", "Praxis"))}
    values = {"pack": "first_steps", "starts_on": date(2026, 3, 23), "places": ["5", "6"]}
    return opened(ChallengeDraft, values=values, options=options)
