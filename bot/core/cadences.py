"""Cadences: when something comes round, and the row that remembers when it is due next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.rows import CadenceRow
from bot.data.ids import new_id
from bot.people.days import instant_of

EVERY_DAY = 0b1111111
WORKING_DAYS = 0b0011111


@dataclass(frozen=True, slots=True)
class Cadence:
    """Daily at a local time on the given weekdays (bit 0 is Monday), from a first to a last date.

    Once when both are the same, without end when there is no last one.
    """

    zone: str
    at: time
    first_on: date
    last_on: date | None = None
    weekdays: int = EVERY_DAY

    def falls_on(self, day: date) -> bool:
        """Whether the date is one of the cadence's."""
        is_over = self.last_on is not None and day > self.last_on
        return self.first_on <= day and not is_over and bool(self.weekdays >> day.weekday() & 1)

    def next_date(self, day: date) -> date | None:
        """The first date of the cadence that is `day` or later."""
        day = max(day, self.first_on)
        for ahead in range(7):
            if self.falls_on(candidate := day + timedelta(days=ahead)):
                return candidate
        return None

    def next_due(self, after: datetime) -> tuple[date, datetime] | None:
        """The first due date and instant strictly after an instant."""
        day = self.next_date(after.date() - timedelta(days=2))
        while day is not None:
            due = instant_of(day, self.at, self.zone)
            if due > after:
                return day, due
            day = self.next_date(day + timedelta(days=1))
        return None


def once(at: datetime) -> Cadence:
    """A cadence that comes once, in the minute of an instant and not before it."""
    exact = at.astimezone(UTC)
    whole = exact.replace(second=0, microsecond=0)
    if whole < exact:
        whole += timedelta(minutes=1)
    return Cadence("UTC", whole.time(), whole.date(), whole.date())


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One firing: the job's subject, the local date it belongs to, and the instant at which it was due."""

    subject: int
    on: date
    due_at: datetime


def plan(session: Session, community: int, job: str, wanted: Mapping[int, Cadence], after: datetime) -> None:
    """Let a job come round for subjects, first after an instant; planning the same again changes nothing, planning anew replaces.

    What is planned already is left alone, because the hour that is just striking would be lost otherwise.
    """
    standing = select(CadenceRow).where(CadenceRow.job == job, CadenceRow.subject.in_(list(wanted)))
    rows = {row.subject: row for row in session.execute(standing).scalars()}
    for subject, cadence in wanted.items():
        row = rows.get(subject)
        if row is not None and row.next_at is not None and cadence_of(row) == cadence:
            continue
        if row is None:
            row = CadenceRow(id=new_id(), community_id=community, job=job, subject=subject)
            session.add(row)
        row.zone, row.minute, row.weekdays = cadence.zone, cadence.at.hour * 60 + cadence.at.minute, cadence.weekdays
        row.first_on, row.last_on = cadence.first_on, cadence.last_on
        due = cadence.next_due(after)
        row.next_on, row.next_at = due if due is not None else (None, None)
    session.flush()


def forget(session: Session, job: str, subjects: Iterable[int]) -> None:
    """Let a job come round no more for these subjects."""
    session.execute(delete(CadenceRow).where(CadenceRow.job == job, CadenceRow.subject.in_(list(subjects))))


def cadence_of(row: CadenceRow) -> Cadence:
    """The cadence that a row holds."""
    return Cadence(row.zone, time(row.minute // 60, row.minute % 60), row.first_on, row.last_on, row.weekdays)
