"""Settings: zones by their cities, one's own hour, undo, what comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.language import _
from bot.core.feature import Upcoming
from bot.core.rows import RhythmRow
from bot.people.rows import PersonRow
from handlers.home import rules
from handlers.home import settings as settings_module
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, rows
from tests.kit.people import Person

At = Callable[[str], Person]


async def settings(cast: Cast, who: Person) -> PersonRow:
    found: list[PersonRow] = await rows(cast.stage, PersonRow)
    return next(row for row in found if row.name == who.who.name)


@pytest.mark.both_databases
async def test_settings_are_filled_in_saved_and_undone(cast: Cast) -> None:
    member = cast.member
    await member.types("/convene settings")
    assert cast.values(member)["zone"] == "America/New_York"
    assert str(cast.values(member)["reminders"]) == "2"
    await member.fills(
        "Save",
        zone="berlin",
        hour="07:30",
        quiet_from="22:00",
        weekdays=["0", "2", "6"],
        reminders="0",
        hides_streak="yes" if cast.is_slack else True,
    )
    member.sees("Your settings are saved", "Europe/Berlin", "Monday, Wednesday, Sunday", "at most 0 a day")
    row = await settings(cast, member)
    assert (row.zone, row.zone_is_own, row.minute, row.quiet_from, row.quiet_to) == ("Europe/Berlin", True, 450, 1320, 480)
    assert (row.weekdays, row.hides_streak, row.reminders, row.language_is_own) == (0b1000101, True, 0, False)
    undo = member.holds("Undo", on="Your settings are saved")
    await undo()
    member.sees("as they were before")
    await cast.again()
    assert member.count("as they were before") == 1
    row = await settings(cast, member)
    assert (row.zone, row.zone_is_own, row.minute, row.weekdays, row.reminders) == ("America/New_York", False, 540, 31, 2)
    assert cast.is_clean()


async def test_a_form_that_changes_nothing_says_so(cast: Cast) -> None:
    await cast.member.types("/convene settings")
    await cast.member.fills("Save")
    cast.member.sees("Nothing has changed")
    assert not (await settings(cast, cast.member)).zone_is_own


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("buenos aires", "America/Buenos_Aires"),
        ("utc", "UTC"),
        ("Berlin, Germany", "Europe/Berlin"),
        ("CET+1", None),
        ("Atlantis", None),
        ("", None),
        ("America", None),
        ("../../etc/passwd", None),
    ],
)
def test_a_zone_is_known_by_its_city(typed: str, zone: str | None) -> None:
    assert rules.zone_named(typed) == zone


async def test_a_zone_that_does_not_exist_gets_near_guesses_or_examples_and_nothing_typed_is_lost(cast: Cast) -> None:
    member = cast.member
    await member.types("/convene settings")
    await member.fills("Save", zone="Berln", reminders="1")
    member.sees("I know no time zone Berln", "Europe/Berlin")
    await member.fills("Save", zone="CET+1")
    member.sees("I know no time zone CET+1", "such as Berlin, New York or Kolkata")
    assert str(cast.values(member)["reminders"]) == "1"
    await member.fills("Save", zone="Tokyo")
    row = await settings(cast, member)
    assert (row.zone, row.reminders) == ("Asia/Tokyo", 1)


async def _join(cast: Cast) -> None:
    await announced(cast.lead, cast.member)


async def _activities(cast: Cast) -> list[datetime]:
    return [at for job, at in await rows(cast.stage, RhythmRow.job, RhythmRow.next_at) if job == "challenge.activity"]


async def test_ones_own_hour_and_zone_move_what_comes_daily(cast: Cast) -> None:
    await _join(cast)
    assert await _activities(cast) == [datetime(2026, 3, 23, 13, 0, tzinfo=UTC)]
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", zone="Kolkata", hour="07:15")
    assert await _activities(cast) == [datetime(2026, 3, 23, 1, 45, tzinfo=UTC)]
    await cast.member.presses("Undo", on="Your settings are saved")
    assert await _activities(cast) == [datetime(2026, 3, 23, 13, 0, tzinfo=UTC)]


@pytest.mark.thorough
async def test_a_move_in_the_middle_of_the_day_sends_nothing_twice_and_loses_nothing(cast: Cast) -> None:
    await _join(cast)
    await cast.stage.winder.advance(datetime(2026, 3, 23, 14, 0, tzinfo=UTC))
    assert cast.member.count("day 1 of 7") == 2, "the place's and one's own"
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", zone="Los Angeles", hour="10:00")
    await cast.stage.winder.advance(datetime(2026, 3, 23, 23, 0, tzinfo=UTC))
    assert cast.member.count("day 1 of 7") == 2
    await cast.stage.winder.advance(datetime(2026, 3, 24, 20, 0, tzinfo=UTC))
    assert cast.member.count("day 2 of 7") == 2


async def test_an_hour_before_the_day_begins_is_refused_everywhere(cast: Cast) -> None:
    await cast.lead.types("/challenge")
    await cast.lead.fills("Announce it", starts_on="2026-03-23", hour="03:59")
    cast.lead.sees("A day begins at 04:00 here")
    await cast.lead.fills("Announce it", starts_on="2026-03-23", hour="04:00")
    await cast.member.presses("Join", on="Seven small days")
    await cast.member.presses("My goal and my hour", on="You are in")
    await cast.member.fills("Save", hour="00:00")
    cast.member.sees("A day begins at 04:00 here, so please choose that hour or a later one.")
    await cast.member.fills("Save", hour="06:00")
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", hour="02:30")
    assert cast.member.reads().count("A day begins at 04:00 here") >= 1
    assert (await settings(cast, cast.member)).minute == 540


@pytest.mark.thorough
async def test_the_earliest_hour_belongs_to_its_day_when_the_clocks_change(cast: Cast) -> None:
    await _join(cast)
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", zone="Berlin", hour="04:00")
    await cast.stage.winder.advance(datetime(2026, 3, 28, 12, 0, tzinfo=UTC))
    assert await _activities(cast) == [datetime(2026, 3, 29, 2, 0, tzinfo=UTC)], "04:00 in summer time, which begins in that night"
    await cast.stage.winder.advance(datetime(2026, 3, 29, 2, 1, tzinfo=UTC))
    await cast.member.presses("Done", on="Or just write to me")
    cast.member.sees("Day 7 is done")
    cast.member.does_not_see("is closed", "from that morning on")


@pytest.mark.thorough
async def test_a_new_hour_moves_what_has_no_hour_of_its_own(cast: Cast) -> None:
    await _join(cast)
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", hour="07:15")
    cast.member.sees("First steps in learning together comes at 07:15 from now on.")
    await cast.member.presses("My goal and my hour", on="You are in")
    await cast.member.fills("Save", hour="18:00")
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", hour="18:00")
    cast.member.sees("First steps in learning together stays at 18:00, the hour that you chose for it.")
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", hour="08:00")
    assert await _activities(cast) == [datetime(2026, 3, 23, 22, 0, tzinfo=UTC)]
    await cast.member.presses("My goal and my hour", on="You are in")
    await cast.member.fills("Save", hour="08:00")
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", hour="10:00")
    assert await _activities(cast) == [datetime(2026, 3, 23, 14, 0, tzinfo=UTC)], "the usual hour again, so it follows the settings"


@pytest.mark.thorough
async def test_what_comes_next_is_told_with_its_reason_and_an_empty_state(cast: Cast) -> None:
    registry = cast.stage.parts.registry
    registry.features = tuple(replace(each, upcoming=None) for each in registry.features)
    await cast.member.types("/convene next")
    cast.member.sees("Nothing is on its way to you just now")
    now = cast.stage.winder.now()
    things = [Upcoming(now + timedelta(days=n), _("The thing {n}", n=n), _("Because you asked for it.")) for n in range(12, 0, -1)]
    registry.features = tuple(replace(each, upcoming=lambda _ctx: things) if not n else each for n, each in enumerate(registry.features))
    await cast.member.types("/convene next")
    text = cast.member.message("This comes to you next")["plain"]
    assert text.index("The thing 1\n") < text.index("The thing 2\n") < text.index("The thing 10\n")
    assert "The thing 11" not in text
    assert "Because you asked for it." in text
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", hour="07:00")
    assert "Next comes: The thing 1" in cast.member.message("Your settings are saved")["plain"]
    assert cast.is_clean()


async def test_a_language_of_ones_own_is_spoken_and_stays(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "translations", lambda: ("en", "de"))
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", language="Deutsch")
    cast.member.sees("Deutsch")
    row = await settings(cast, cast.member)
    assert (row.language, row.language_is_own, row.zone_is_own) == ("de", True, False)
    await cast.member.presses("Undo", on="Your settings are saved")
    row = await settings(cast, cast.member)
    assert (row.language_is_own, row.language == "de") == (False, False)


@pytest.mark.both_platforms
async def test_wrong_hours_numbers_and_no_days_are_told_at_their_fields(cast: Cast) -> None:
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", weekdays=[], reminders="9" if cast.is_slack else "5")
    assert "Please" in cast.member.reads()
    assert (await settings(cast, cast.member)).weekdays == 31
