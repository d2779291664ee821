"""When a reminder may leave, what goes together, and what counts may be shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.lean import dataclass
from bot.people.days import instant_of
from bot.people.disclosure import USUAL_K, may_show

A_DAY = 24 * 60  # minutes
MINUTE = timedelta(minutes=1)
AHEAD = timedelta(days=400)  # how far a reminder looks for its instant
LEAVES_WITHIN = timedelta(hours=2)  # what a platform did not take by then is dropped
IGNORED_ENOUGH = 3  # in a row: then the person is asked
MOST_TOGETHER = 10
HOUR_LASTS = 60  # minutes: how long "the person's hour" is
EVENING = time(18)
K = USUAL_K  # a count of fewer is not told
MIDNIGHT = time(0)
LONGEST_AWAY = 366


class State(StrEnum):
    """Where a reminder stands."""

    WAITING = "waiting"
    SENT = "sent"
    SETTLED = "settled"
    EXPIRED = "expired"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms reminders come to a person; quiet hours in minutes after midnight, away with both ends included."""

    zone: str
    hour: time
    quiet_from: int
    quiet_to: int
    weekdays: int
    budget: int
    is_stopped: bool = False
    paused_until: date | None = None
    away: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reminder that has not left; a free one takes nothing from the budget, since it is urgent or was put off by the person."""

    id: int
    ready_at: datetime
    expires_at: datetime
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens now, and when to look again; what goes, goes as one message, and `takes` a part of the budget or not."""

    expired: tuple[int, ...] = ()
    goes: tuple[int, ...] = ()
    takes: bool = False
    asks: bool = False  # "keep going?" goes instead, and then nothing
    again_at: datetime | None = None


def rests_on(terms: Terms, on: date) -> bool:
    """Whether a date is none of the person's working days, in their pause, or one on which they are away."""
    is_paused = terms.paused_until is not None and on < terms.paused_until
    return is_paused or not terms.weekdays >> on.weekday() & 1 or any(first <= on <= last for first, last in terms.away)


def is_quiet(terms: Terms, minute: int) -> bool:
    """Whether a minute of the day lies in the quiet hours, which may go over midnight; the same hour twice means none."""
    begins, ends = terms.quiet_from, terms.quiet_to
    return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends


def own_minute(terms: Terms) -> int:
    """When the day's last reminders come together: at the person's hour, or when the quiet hours around it end."""
    minute = terms.hour.hour * 60 + terms.hour.minute
    return terms.quiet_to if is_quiet(terms, minute) else minute


def whole(at: datetime) -> datetime:
    """The first whole minute that is not before an instant."""
    begun = at.replace(second=0, microsecond=0)
    return begun if begun == at else begun + MINUTE


def leaves_at(terms: Terms, after: datetime, used: Mapping[date, int] | None) -> datetime | None:
    """The first minute from an instant on at which something may leave; `used` is the budget's use by date, None where it takes none."""
    if terms.is_stopped or not terms.budget or not terms.weekdays:
        return None
    at, zone = whole(after), ZoneInfo(terms.zone)
    last = at + AHEAD
    while at <= last:
        local = at.astimezone(zone)
        closed = _closed_for(terms, local, used)
        if not closed:
            return at
        later = at + timedelta(minutes=closed)
        at = later if later.astimezone(zone).utcoffset() == local.utcoffset() else at + MINUTE  # the clock changes: minute by minute
    return None


def _closed_for(terms: Terms, local: datetime, used: Mapping[date, int] | None) -> int:
    """For how many minutes nothing may leave, as far as one reason knows; 0 when something may."""
    minute, on = local.hour * 60 + local.minute, local.date()
    until_midnight = A_DAY - minute
    if rests_on(terms, on):
        return until_midnight
    if is_quiet(terms, minute):
        return (terms.quiet_to - minute) % A_DAY
    left = terms.budget - used.get(on, 0) if used is not None else terms.budget + 1
    if left > 1:
        return 0
    own = own_minute(terms)
    if left < 1 or minute >= own + HOUR_LASTS:
        return until_midnight
    return max(own - minute, 0)


def leaves_until(terms: Terms, now: datetime) -> datetime:
    """Until when something that leaves now still makes sense on the way."""
    at = now
    while at - now < LEAVES_WITHIN and leaves_at(terms, at, None) == whole(at):
        at += MINUTE
    return at


def decide(terms: Terms, waiting: Sequence[Waiting], used: Mapping[date, int], ignored: int, now: datetime) -> Decision:
    """What leaves now, together, what has expired, and when to look again."""
    expired = tuple(each.id for each in waiting if each.expires_at <= now)
    living = sorted((each for each in waiting if each.expires_at > now), key=lambda each: (each.ready_at, each.id))
    ready = [each for each in living if each.ready_at <= now]
    takes = any(not each.is_free for each in ready) and _may_leave(terms, now, used)
    if not takes:
        ready = [each for each in ready if each.is_free] if _may_leave(terms, now, None) else []
    if ready and ignored >= IGNORED_ENOUGH:
        return Decision(expired, takes=takes, asks=True, again_at=_earliest(each.expires_at for each in living))
    goes = tuple(each.id for each in ready[:MOST_TOGETHER])
    on = now.astimezone(ZoneInfo(terms.zone)).date()
    after = {**used, on: used.get(on, 0) + 1} if takes else used
    rest = [each for each in living if each.id not in goes]
    return Decision(expired, goes, takes, again_at=look_again_at(terms, rest, after, now, has_sent=bool(goes)))


def look_again_at(
    terms: Terms, waiting: Iterable[Waiting], used: Mapping[date, int], now: datetime, *, has_sent: bool = False
) -> datetime | None:
    """When something may leave or expires next; what did not fit into one message waits for the next day."""
    tomorrow = instant_of(now.astimezone(ZoneInfo(terms.zone)).date() + timedelta(days=1), time(0), terms.zone)
    instants = []
    for each in waiting:
        begins = tomorrow if has_sent and each.ready_at <= now else max(now, each.ready_at)
        at = leaves_at(terms, begins, None if each.is_free else used)
        instants.append(min(at, each.expires_at) if at is not None else each.expires_at)
    return _earliest(instants)


def foreseen(terms: Terms, waiting: Sequence[Waiting], used: Mapping[date, int], now: datetime) -> dict[int, datetime]:
    """When each of these leaves as things stand, the budget shared as it will be; what is over by then is left out."""
    left, spent = list(waiting), dict(used)
    found: dict[int, datetime] = {}
    at = look_again_at(terms, left, spent, now)
    while at is not None:
        decision = decide(terms, left, spent, 0, at)
        found |= dict.fromkeys(decision.goes, at)
        on = at.astimezone(ZoneInfo(terms.zone)).date()
        spent[on] = spent.get(on, 0) + decision.takes
        left = [each for each in left if each.id not in (*decision.goes, *decision.expired)]
        at = decision.again_at if decision.again_at is not None and decision.again_at > at else None
    return found


def _may_leave(terms: Terms, now: datetime, used: Mapping[date, int] | None) -> bool:
    begun = now.replace(second=0, microsecond=0)
    return leaves_at(terms, begun, used) == begun


def _earliest(instants: Iterable[datetime]) -> datetime | None:
    return min(instants, default=None)


class PutOff(StrEnum):
    """Until when a reminder is put off."""

    TWO_HOURS = "two hours"
    EVENING = "evening"
    TOMORROW = "tomorrow"


def put_off_until(choice: PutOff, now: datetime, terms: Terms) -> datetime:
    """When a reminder that is put off comes again, if nothing else is in its way; an evening that has begun means tomorrow."""
    today = now.astimezone(ZoneInfo(terms.zone)).date()
    if choice is PutOff.TWO_HOURS:
        return whole(now + timedelta(hours=2))
    evening = instant_of(today, EVENING, terms.zone)
    if choice is PutOff.EVENING and now + timedelta(minutes=30) <= evening:
        return evening
    return instant_of(today + timedelta(days=1), terms.hour, terms.zone)


def joined(ranges: Iterable[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    """Ranges of dates with those that touch or overlap made one, in order."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Behind:
    """A count, and which people are behind it."""

    count: int
    people: frozenset[int]


def everybody(parts: Iterable[Behind]) -> Behind:
    """Several counts as one; somebody who is behind two of them is one person."""
    parts = list(parts)
    return Behind(sum(part.count for part in parts), frozenset().union(*(part.people for part in parts)))


def shown(parts: Mapping[str, Behind]) -> dict[str, int | None]:
    """The counts that may be told; None stands for one that is hidden, also where the total less the others would give it away."""
    hidden = {name for name, part in parts.items() if not may_show(len(part.people), K)}
    while hidden and len(hidden) < len(parts):
        if len(hidden) > 1 and may_show(len(everybody(parts[name] for name in hidden).people), K):
            break
        hidden.add(min((name for name in parts if name not in hidden), key=lambda name: parts[name].count))
    return {name: None if name in hidden else part.count for name, part in parts.items()}
