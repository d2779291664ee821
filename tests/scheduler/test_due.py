"""Which occurrence fires now: one after any downtime, and none that is too late to make sense."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cadences import EVERY_DAY, WORKING_DAYS, Cadence, Occurrence
from scheduler.due import due_now

FIRST = date(2026, 3, 23)
DAILY = Cadence("UTC", time(9), FIRST, FIRST + timedelta(days=30))
GRACE = timedelta(hours=12)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "fires"),
    [
        (at(23, 9), 23),
        (at(23, 21), 23),
        (at(23, 21, 1), None),  # later than its grace
        (at(24, 8, 59), None),
        (at(24, 9), 24),  # two are due: only the latest fires
        (at(28, 10), 28),
        (at(28, 23), None),
    ],
)
def test_after_downtime_it_catches_up_once(now: datetime, fires: int | None) -> None:
    found = due_now(DAILY, 7, FIRST, at(23, 9), now=now, grace=GRACE)
    assert found == (Occurrence(7, date(2026, 3, fires), at(fires, 9)) if fires else None)


@given(st.integers(0, 60 * 24 * 30), st.integers(0, 60 * 48), st.sampled_from([EVERY_DAY, WORKING_DAYS]))
def test_what_fires_is_the_latest_that_is_due_and_within_its_grace(minutes: int, grace_minutes: int, weekdays: int) -> None:
    cadence = Cadence("Europe/Berlin", time(2, 30), FIRST, FIRST + timedelta(days=20), weekdays)
    first = cadence.next_due(at(22, 0))
    assert first is not None
    now, grace = first[1] + timedelta(minutes=minutes), timedelta(minutes=grace_minutes)
    every = [first]
    while (following := cadence.next_due(every[-1][1])) is not None:
        every.append(following)
    on, due_at = [due for due in every if due[1] <= now][-1]
    assert due_now(cadence, 7, *first, now=now, grace=grace) == (Occurrence(7, on, due_at) if now - due_at <= grace else None)
