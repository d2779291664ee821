"""Calendar files (.ics): what we hand out, in UTC but for what repeats, and the days away that one's own calendar or a holiday file tells.

We have nobody's e-mail address, so an invitation is published (RFC 5546, METHOD:PUBLISH): it names no attendee and asks the calendar for
no answer, which only a request with addresses could carry; who comes is said by a button. The same UID with a higher SEQUENCE replaces it,
and METHOD:CANCEL takes it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from bot.chat.errors import UserError
from bot.chat.language import Phrase, _
from bot.lean import dataclass
from bot.people.days import is_zone

if TYPE_CHECKING:
    from icalendar import Calendar

MEDIA_TYPE = "text/calendar"
LARGEST = 5 * 2**20  # bytes of a file that is read
MOST_EVENTS = 2000
LONGEST_LINE = 2000  # of a property that is looked at; lists of exceptions are the longest of them
FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_YEARS = 30  # how often what comes every year is counted
AHEAD = timedelta(days=2 * 366)  # how far after `since` days are told
LONGEST_AWAY = timedelta(days=366)
WHOLE_DAY, OUT_OF_OFFICE = timedelta(hours=24), timedelta(hours=6)  # what a timed event must last to be a day away

Days: TypeAlias = "tuple[date, date]"  # the first and the last day of it


class UnreadableCalendar(UserError):
    """A file that is no calendar, or more of one than is read."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase)


@dataclass(frozen=True, slots=True)
class Repeats:
    """How an event comes again: every so many weeks at the same local time, until the end of a day or without end."""

    weeks: int
    zone: str
    last_on: date | None = None


def invite(
    uid: str,
    sequence: int,
    starts_at: datetime,
    ends_at: datetime,
    title: str,
    text: str,
    link: str,
    *,
    organiser: str,
    now: datetime,
    repeats: Repeats | None = None,
) -> bytes:
    """An event to keep in a calendar; the same uid with a higher sequence takes the place of an earlier one."""
    return _event("PUBLISH", "CONFIRMED", uid, sequence, (starts_at, ends_at), title, text, link, organiser, now, repeats)


def cancellation(
    uid: str,
    sequence: int,
    starts_at: datetime,
    ends_at: datetime,
    title: str,
    text: str,
    link: str,
    *,
    organiser: str,
    now: datetime,
    repeats: Repeats | None = None,
) -> bytes:
    """The same event, called off."""
    return _event("CANCEL", "CANCELLED", uid, sequence, (starts_at, ends_at), title, text, link, organiser, now, repeats)


def _event(
    method: str,
    status: str,
    uid: str,
    sequence: int,
    times: tuple[datetime, datetime],
    title: str,
    text: str,
    link: str,
    organiser: str,
    now: datetime,
    repeats: Repeats | None,
) -> bytes:
    from icalendar import Calendar, Event, vCalAddress

    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", now.astimezone(UTC))
    zone = ZoneInfo(repeats.zone) if repeats is not None else UTC  # what comes again stays at its hour when the clocks change
    event.add("dtstart", times[0].astimezone(zone))
    event.add("dtend", times[1].astimezone(zone))
    if repeats is not None:
        event.add("rrule", _rrule(repeats))
    event.add("summary", title)
    event.add("status", status)
    named = vCalAddress(uuid5(NAMESPACE_URL, organiser).urn)  # an organiser is demanded, and an address of theirs is not known
    named.params["CN"] = organiser.replace('"', "'")  # the one character that a parameter cannot hold
    event.add("organizer", named)
    if text:
        event.add("description", text)
    if link:
        event.add("location", link)
        event.add("url", link)
    calendar = Calendar()
    calendar.add("prodid", "-//Convene//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _rrule(repeats: Repeats) -> dict[str, Any]:
    rule: dict[str, Any] = {"freq": "weekly", "interval": repeats.weeks}
    if repeats.last_on is not None:
        over = datetime(repeats.last_on.year, repeats.last_on.month, repeats.last_on.day, 23, 59, 59, tzinfo=ZoneInfo(repeats.zone))
        rule["until"] = over.astimezone(UTC)
    return rule


# -- reading -------------------------------------------------------------------------------------------------------------

_FREE_BUSY = "X-MICROSOFT-CDO-BUSYSTATUS"
WANTED = frozenset(
    {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RECURRENCE-ID", "STATUS", "TRANSP", _FREE_BUSY},
)
PLAIN_DAILY = {"FREQ", "COUNT", "UNTIL", "INTERVAL"}
PLAIN_YEARLY = PLAIN_DAILY | {"WKST", "BYMONTH", "BYMONTHDAY", "BYDAY"}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAME = re.compile(r"[A-Za-z-]+")
_FOLD = re.compile(r"\r?\n[ \t]")


@dataclass(frozen=True, slots=True)
class _Away:
    """An event as far as it matters here."""

    days: Days
    blocks: bool  # whether the calendar counts it as time that is taken
    repeats: Mapping[str, Sequence[Any]] | None
    except_on: frozenset[date]
    uid: str
    instead_of: date | None


def busy_days(ics: bytes, zone: str, since: date | None = None) -> list[Days]:
    """The days away that a calendar or holiday file tells, in order, those that touch joined; `since` leaves out what is over or far off.

    Whole days count, events that last for days, and what is marked as out of office; of rules only yearly ones and unbroken daily ones,
    since what comes every week is a rhythm and no holiday. Where anything in the file takes time, what takes none (a birthday) does not
    count; in a holiday file, where nothing does, everything counts.
    """
    if not is_zone(zone):
        raise UnreadableCalendar(_("I do not know the time zone {zone}.", zone=zone))
    events = [event for read in _parsed(ics).events if (event := _away(read, ZoneInfo(zone))) is not None]
    if any(event.blocks for event in events):
        events = [event for event in events if event.blocks]
    moved = {(event.uid, event.instead_of) for event in events if event.instead_of is not None}
    found: set[Days] = set()
    for event in events:
        found |= {days for days in _times(event, since) if (event.uid, days[0]) not in moved or event.instead_of is not None}
    if since is not None:
        found = {(first, last) for first, last in found if last >= since and first <= since + AHEAD}
    return _joined(found)


def _parsed(ics: bytes) -> Calendar:
    """The calendar with nothing in it but the lines that matter; refused where it is none, or too much."""
    from icalendar import Calendar

    if len(ics) > LARGEST:
        raise UnreadableCalendar(_("This file is larger than {most} MB. An export of the coming year is enough.", most=LARGEST // 2**20))
    is_wide = ics[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = _FOLD.sub("", ics.decode("utf-16" if is_wide else "utf-8-sig", errors="replace"))
    if "BEGIN:VCALENDAR" not in text.upper():
        raise UnreadableCalendar(_("This is not a calendar file. Calendars export them with a name that ends in .ics."))
    if text.upper().count("BEGIN:VEVENT") > MOST_EVENTS:
        raise UnreadableCalendar(
            _("This calendar has more than {most} events. Please export the coming year, or holidays alone.", most=MOST_EVENTS)
        )
    try:
        parsed = Calendar.from_ical("\r\n".join(["BEGIN:VCALENDAR", *_kept(text.splitlines()), "END:VCALENDAR", ""]))
    except ValueError as error:
        raise UnreadableCalendar(_("I could not read this calendar file. Please export it once more.")) from error
    assert isinstance(parsed, Calendar)
    return parsed


def _kept(lines: Iterable[str]) -> Iterator[str]:
    """The lines of events that matter, without what is nested in them (alarms) or attached to them."""
    inside: list[str] = []
    for line in lines:
        match = _NAME.match(line)
        name = match[0].upper() if match else ""
        if name == "BEGIN":
            inside.append(line[6:].strip().upper())
        is_event = inside[-1:] == ["VEVENT"] and "VEVENT" not in inside[:-1]
        if is_event and (name in ("BEGIN", "END") or (name in WANTED and len(line) <= LONGEST_LINE)):
            yield line
        if name == "END" and inside:
            inside.pop()
    if "VEVENT" in inside:
        yield "END:VEVENT"  # a file that was cut off


def _away(event: Any, zone: ZoneInfo) -> _Away | None:
    """What an event tells of days away; None where it tells nothing, or nothing that can be understood."""
    starts, ends = _value(event, "DTSTART"), _value(event, "DTEND")
    lasts = _value(event, "DURATION")
    if isinstance(lasts, timedelta) and isinstance(starts, date) and timedelta() <= lasts <= LONGEST_AWAY and _is_near(starts):
        ends = starts + lasts
    if not isinstance(starts, date) or not isinstance(ends, date | None) or not _is_near(starts) or not _is_near(ends or starts):
        return None
    status = str(event.get(_FREE_BUSY, "")).upper()
    is_out = status == "OOF"
    days = _days(starts, ends, zone, is_out=is_out)
    if days is None or str(event.get("STATUS", "")).upper() == "CANCELLED" or status in ("WORKINGELSEWHERE", "TENTATIVE"):
        return None
    instead = _value(event, "RECURRENCE-ID")
    return _Away(
        days,
        blocks=is_out or (str(event.get("TRANSP", "OPAQUE")).upper() != "TRANSPARENT" and status != "FREE"),
        repeats=_rule(event),
        except_on=frozenset(_dates(event, zone)),
        uid=str(event.get("UID", "")),
        instead_of=_local(instead, zone) if isinstance(instead, date) and _is_near(instead) else None,
    )


def _value(event: Any, name: str) -> Any:
    """The value of a property; None where there is none, more than one, or one that cannot be understood."""
    found = event.get(name)
    try:
        return None if isinstance(found, list) else getattr(found, "dt", None)
    except ValueError:
        return None


def _rule(event: Any) -> Mapping[str, Sequence[Any]] | None:
    found = event.get("RRULE")
    try:
        return {name: found[name] for name in found} if found is not None and not isinstance(found, list) else None
    except (ValueError, AttributeError, TypeError):
        return None


def _dates(event: Any, zone: ZoneInfo) -> Iterator[date]:
    found = event.get("EXDATE")
    for each in found if isinstance(found, list) else [found]:
        for when in getattr(each, "dts", ()):
            if isinstance(when.dt, date) and _is_near(when.dt):
                yield _local(when.dt, zone)


def _is_near(when: date) -> bool:
    return FIRST_YEAR <= when.year <= LAST_YEAR


def _local(when: date, zone: ZoneInfo) -> date:
    """The date of an instant in the person's zone; one without a zone, or with one that nobody knows, is meant there."""
    if not isinstance(when, datetime):
        return when
    return (when if when.tzinfo is None else when.astimezone(zone)).date()


def _days(starts: date, ends: date | None, zone: ZoneInfo, *, is_out: bool) -> Days | None:
    """The days that an event takes away, its end being the first moment after it."""
    if not isinstance(starts, datetime):
        last = _local(ends, zone) - timedelta(days=1) if ends is not None else starts
        last = max(last, starts)
        return (starts, last) if last - starts <= LONGEST_AWAY else None
    if not isinstance(ends, datetime):
        return None
    begun, over = (each.replace(tzinfo=zone) if each.tzinfo is None else each.astimezone(zone) for each in (starts, ends))
    lasted = over.astimezone(UTC) - begun.astimezone(UTC)
    an_hour = timedelta(hours=1)  # a day on which the clocks go forward has 23
    if not (OUT_OF_OFFICE if is_out else WHOLE_DAY - an_hour) <= lasted <= LONGEST_AWAY:
        return None
    return begun.date(), (over - timedelta(microseconds=1)).date()


def _times(event: _Away, since: date | None) -> Iterator[Days]:
    """Every time an event comes, as far as its rule is followed."""
    first, last = event.days
    rule = event.repeats
    if rule is None or event.instead_of is not None:
        yield event.days
        return
    until = _until(rule)
    most = int(rule.get("COUNT", [MOST_YEARS])[0])
    every = max(int(rule.get("INTERVAL", [1])[0]), 1)
    frequency = str(rule.get("FREQ", [""])[0]).upper()
    if frequency == "DAILY":
        yield from _unbroken(event.days, rule, until, every, most)
    if frequency != "YEARLY":
        return
    begin = max(first.year, since.year - 1) if since is not None else first.year
    begin += -(begin - first.year) % every
    for year in range(begin, min(begin + MOST_YEARS * every, LAST_YEAR), every):
        on = _in_year(rule, first, year)
        if (year - first.year) // every >= most and "COUNT" in rule:
            return
        if on is not None and first <= on <= until and on not in event.except_on:
            yield on, on + (last - first)


def _unbroken(days: Days, rule: Mapping[str, Sequence[Any]], until: date, every: int, most: int) -> Iterator[Days]:
    """A rule for every single day, as long as it says how long."""
    first, last = days
    end = last + timedelta(days=min(max(most, 1), LONGEST_AWAY.days) - 1) if "COUNT" in rule else until
    if every == 1 and not set(rule) - PLAIN_DAILY and first <= end <= first + LONGEST_AWAY:
        yield first, end


def _until(rule: Mapping[str, Sequence[Any]]) -> date:
    until = rule.get("UNTIL", [None])[0]
    return until.date() if isinstance(until, datetime) else until if isinstance(until, date) else date(LAST_YEAR, 12, 31)


def _in_year(rule: Mapping[str, Sequence[Any]], first: date, year: int) -> date | None:
    """The date of a yearly event in a year: the day of its month, or one like the fourth Thursday of a month."""
    if set(rule) - PLAIN_YEARLY:
        return first if first.year == year else None  # rules that no holiday needs; the first time still counts
    month = int(rule.get("BYMONTH", [first.month])[0])
    weekday = rule.get("BYDAY", [None])[0]
    try:
        if weekday is None:
            return date(year, month, int(rule.get("BYMONTHDAY", [first.day])[0]))
        nth = re.fullmatch(r"([+-]?\d)(MO|TU|WE|TH|FR|SA|SU)", str(weekday).upper())
        return _nth(year, month, int(nth[1]), WEEKDAYS.index(nth[2])) if nth else None
    except ValueError:
        return None  # the 29th of February of most years


def _nth(year: int, month: int, nth: int, weekday: int) -> date | None:
    """The nth weekday of a month, counted from its end where it is negative."""
    days = [on for n in range(31) if (on := date(year, month, 1) + timedelta(days=n)).month == month and on.weekday() == weekday]
    return days[nth - 1 if nth > 0 else nth] if 0 < abs(nth) <= len(days) else None


def _joined(found: Iterable[Days]) -> list[Days]:
    """The same days with those that overlap or touch as one."""
    joined: list[Days] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined
