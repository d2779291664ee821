"""Examples of what somebody who takes part sees."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from bot.chat.form import Form, opened
from bot.chat.message import Message
from bot.core.feature import View
from handlers import packs
from handlers.challenges import taking_part_views as shown
from handlers.challenges.examples import CHALLENGE
from handlers.challenges.streaks import Numbered, Pause, Standing, standing
from handlers.challenges.taking_part_payloads import AboutMeDraft, PauseDraft

ZONE, NOON = "Europe/Berlin", datetime(2026, 3, 29, 10, tzinfo=UTC)
DAYS = [Numbered(n, date(2026, 3, 22) + timedelta(days=n)) for n in range(1, 8)]
DAY = packs.shipped()["first_steps"].activities
LATER = datetime(2026, 3, 25, 16, tzinfo=UTC)


def _standing(*done: int, pauses: tuple[Pause, ...] = ()) -> Standing:
    return standing(DAYS, joined_on=DAYS[0].on, done=done, pauses=pauses, now=NOON, zone=ZONE, granted=1)


def progress() -> Message:
    """In the middle of it, with a goal."""
    mine = shown.Mine(_standing(1, 4, 5, 6), 7, ZONE, goal="To ask one better question a day.", has_earlier=True)
    return shown.progress(CHALLENGE, mine)


def progress_hidden() -> Message:
    """With the streak hidden, while paused."""
    pauses = (Pause(date(2026, 3, 25), date(2026, 3, 30)),)
    mine = shown.Mine(_standing(1, 2, pauses=pauses), None, ZONE, hides_streak=True, resumes_on=date(2026, 3, 31))
    return shown.progress(CHALLENGE, mine)


def progress_none() -> Message:
    """Before anything is done."""
    return shown.progress(
        CHALLENGE, shown.Mine(standing(DAYS, joined_on=DAYS[6].on, done=(), pauses=(), now=NOON, zone=ZONE, granted=1), 7, ZONE)
    )


def pause_form() -> Form:
    """Until when?"""
    return opened(PauseDraft, values={"until": date(2026, 3, 27)})


def about_me_form() -> Form:
    """Goal, unit, partner, hour."""
    return opened(AboutMeDraft, values={"goal": "To ask one better question a day.", "hour": time(8, 30)})


VIEWS = (
    View("progress", progress),
    View("progress, streak hidden", progress_hidden),
    View("progress, none yet", progress_none),
    View("progress, over", lambda: shown.progress(CHALLENGE, shown.Mine(_standing(1, 2), None, ZONE), is_open=False)),
    View("day is over", lambda: shown.day_closed(3, DAYS[2].on, NOON, ZONE)),
    View("day is to come", lambda: shown.day_closed(3, DAYS[2].on, None, ZONE)),
    View("my day, put off", lambda: shown.my_day_later(CHALLENGE, 3, DAY[2], DAYS[2].on, LATER, ZONE)),
    View("my day, came again", lambda: shown.my_day_came_again(CHALLENGE, 3, DAY[2])),
    View("put off", lambda: shown.snoozed(3, LATER, ZONE)),
    View("put off already", lambda: shown.snoozed(3, LATER, ZONE, is_new=False)),
    View("put off enough", lambda: shown.snoozed_enough(3, LATER, ZONE)),
    View("shown now", lambda: shown.shown_now(3)),
    View("pause form", pause_form),
    View("my pause", lambda: shown.paused(CHALLENGE, DAYS[4].on, LATER, ZONE)),
    View("my pause is over", lambda: shown.resumed(CHALLENGE, LATER, ZONE, was_paused=True, has_todays=True)),
    View("was not paused", lambda: shown.resumed(CHALLENGE, None, ZONE, was_paused=False, has_todays=False)),
    View("about me form", about_me_form),
    View("about me saved", lambda: shown.told(time(8, 30), LATER, ZONE, wants_partner=True)),
    View("earlier days", lambda: shown.catch_up(CHALLENGE, list(enumerate(DAY, 1)) * 2, 0)),
    View("my week", lambda: shown.my_week(CHALLENGE, list(enumerate(DAY, 1)))),
    View("no earlier days", lambda: shown.catch_up(CHALLENGE, [], 0)),
    View("over already", lambda: shown.over_already(CHALLENGE)),
    View("round-up", lambda: shown.round_up(CHALLENGE, 7, "Small steps", 41, [("Ann Becker", "I asked twice."), ("ليلى", "It held.")])),
    View("round-up, quiet", lambda: shown.round_up(CHALLENGE, 7, "", 0, [], takes_more=False)),
)
