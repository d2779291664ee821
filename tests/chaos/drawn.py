"""Who takes part in the soak and what they will do, drawn from a seed; nothing of the bot is known here."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

STARTS = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)
FIRST_ON, DAYS = date(2026, 3, 23), 30
HOME_ZONE, PLACE_HOUR = "Europe/Berlin", time(9)
PLATFORMS = ("slack", "teams")
# Summer time begins (Berlin, London, Lisbon), ends (Sydney, Auckland, Santiago, Lord Howe by half an hour), or is not known.
ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Athens", "America/New_York", "America/Los_Angeles",
    "America/Sao_Paulo", "America/Santiago", "America/St_Johns", "America/Mexico_City", "Pacific/Honolulu", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Sydney", "Australia/Adelaide", "Australia/Lord_Howe",
    "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Asia/Dubai", "Africa/Nairobi",
)  # fmt: skip
HOURS = (time(4), time(6, 30), time(7), time(8), time(9), time(12), time(18, 30), time(21), time(23, 30))


@dataclass(frozen=True)
class Act:
    """What somebody does at an instant: join, leave, fly to a zone, choose an hour, pause until a date, or do the day of a date."""

    at: datetime
    what: str
    zone: str = ""
    hour: time = time(9)
    on: date = FIRST_ON


@dataclass(frozen=True)
class Member:
    """Somebody, with all that they will do."""

    platform: str
    account: str
    zone: str
    hour: time
    acts: tuple[Act, ...]


def drawn(size: int, seed: int) -> list[Member]:
    """A crowd; most join before it begins and stay, some come late, fly, move their hour, pause, or leave."""
    dice = random.Random(seed)
    return [_member(dice, n) for n in range(size)]


def _member(dice: random.Random, n: int) -> Member:
    platform = PLATFORMS[n % 2]
    is_late = dice.random() < 0.06
    begins = STARTS + timedelta(minutes=dice.randrange(60, 3000))
    acts = [Act(_some_day(dice, 1, 20) if is_late else begins, "joins")]
    if dice.random() < 0.3:
        what = dice.choice(["flies", "moves", "pauses", "leaves"])
        at = acts[0].at + timedelta(days=dice.randrange(5, 9), minutes=dice.randrange(1440))
        acts.append(Act(at, what, dice.choice(ZONES), dice.choice(HOURS), at.date() + timedelta(days=dice.randrange(2, 6))))
    if dice.random() < 0.2:
        acts.append(Act(_some_day(dice, 3, 29), "does"))
    account = f"{'U' if platform == PLATFORMS[0] else '29:'}{n:05d}"
    return Member(platform, account, dice.choice(ZONES), dice.choice(HOURS), tuple(sorted(acts, key=lambda act: act.at)))


def _some_day(dice: random.Random, first: int, last: int) -> datetime:
    return datetime.combine(FIRST_ON + timedelta(days=dice.randrange(first, last)), time(), UTC) + timedelta(minutes=dice.randrange(1440))
