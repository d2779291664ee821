"""What people see of their settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Choice, Choices, Draft, Form, Hour, Line, Number, Toggle, form, opened
from bot.chat.language import Phrase, Value, _, n_
from bot.chat.message import Block, Button, Buttons, Fact, Facts, Footnote, Message, Option, Paragraph
from bot.chat.text import Moment, Words
from bot.core.doing import RunCommand
from bot.core.feature import Upcoming
from bot.people.days import DAY_ENDS
from bot.people.store import hour_of
from bot.people.values import HowOften
from handlers.home.rules import days_of
from handlers.home.store import Settings

MOST_REMINDERS = 5
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
HOW_OFTEN = (
    Option(HowOften.DAILY, _("every day")),
    Option(HowOften.WEEKLY, _("once a week, on my last working day")),
    Option(HowOften.PLACE_ONLY, _("in the places only")),
    Option(HowOften.NEVER, _("not at all")),
)
DAYS = tuple(Option(str(day), name) for day, name in enumerate(WEEKDAYS))


@action("home.settings")
class OpenSettings(Action):
    """Open the form of one's settings."""


@action("home.restore_settings")
class Restore(Action):
    """Let one's settings be what they were."""

    zone: str
    zone_is_own: bool
    minute: int
    quiet_from: int
    quiet_to: int
    weekdays: int
    language: str
    language_is_own: bool
    hides_streak: bool
    reminders: int
    activity: str = HowOften.DAILY.value  # a card of before knows none


@form("home.settings_form", title=_("Your settings"), submit=_("Save"))
class SettingsDraft(Draft):
    """What a person may set for themselves."""

    zone: Annotated[str, Line(_("Your time zone"), _("A city is enough: Berlin, New York, Kolkata."), longest=64)]
    hour: Annotated[time, Hour(_("When shall daily things come?"), _("In your own time zone."), earliest=DAY_ENDS)]
    quiet_from: Annotated[time, Hour(_("Quiet from"), _("I send no reminders in your quiet hours. The same hour twice means none."))]
    quiet_to: Annotated[time, Hour(_("Quiet until"))]
    weekdays: Annotated[tuple[str, ...], Choices(_("Your working days"), options=DAYS)]
    language: Annotated[str, Choice(_("Which language shall I speak with you?"))]
    reminders: Annotated[
        int, Number(_("Reminders a day, at most"), _("From 0 to 5. With 0 I remind you of nothing."), least=0, most=MOST_REMINDERS)
    ]
    activity: Annotated[str, Choice(_("How often shall the daily activity come to this chat?"), options=HOW_OFTEN)] = HowOften.DAILY.value
    hides_streak: Annotated[bool, Toggle(_("Leave streaks out of what you show me"))] = False


def values(settings: Settings, language: str) -> dict[str, object]:
    """Settings as they stand in the form."""
    return {
        "zone": settings.zone,
        "hour": settings.hour,
        "quiet_from": hour_of(settings.quiet_from),
        "quiet_to": hour_of(settings.quiet_to),
        "weekdays": days_of(settings.weekdays),
        "language": language,
        "reminders": settings.reminders,
        "activity": settings.activity,
        "hides_streak": settings.hides_streak,
    }


def in_words(settings: Settings) -> dict[str, tuple[Phrase, Words]]:
    """Each setting by its field: what it is called, and how it stands."""
    quiet: Words = _("none")
    if settings.quiet_from != settings.quiet_to:
        quiet = _("{start} to {end}", start=hour_of(settings.quiet_from), end=hour_of(settings.quiet_to))
    return {
        "zone": (_("Time zone"), settings.zone),
        "minute": (_("Your hour"), _("{hour}", hour=settings.hour)),
        "quiet": (_("Quiet hours"), quiet),
        "weekdays": (_("Working days"), listed([WEEKDAYS[day] for day in days_of(settings.weekdays)])),
        "language": (_("Language"), language_name(settings.language)),
        "hides_streak": (_("Streaks"), _("left out") if settings.hides_streak else _("shown to you")),
        "reminders": (_("Reminders"), n_("at most {count} a day", "at most {count} a day", settings.reminders)),
        "activity": (_("Daily activity"), next(option.label for option in HOW_OFTEN if option.value == settings.activity)),
    }


def changed(before: Settings, after: Settings) -> tuple[Fact, ...]:
    """What is different now, as lines of a receipt."""
    was, now = in_words(before), in_words(after)
    return tuple(Fact(label, words) for name, (label, words) in now.items() if words != was[name][1])


def saved(facts: tuple[Fact, ...], following: Upcoming | None, before: Settings, remarks: Sequence[Words] = ()) -> Message:
    """The receipt: what changed, what other features have to say of it, and when the next thing comes."""
    said = _("Your settings are saved.")
    blocks: list[Block] = [Paragraph(said), Facts(facts), *(Paragraph(remark) for remark in remarks)]
    if following is not None:
        blocks.append(Paragraph((_("Next comes:"), " ", following.what, " ", Moment(following.at))))
    restore = Restore(**{name: getattr(before, name) for name in Settings.__dataclass_fields__})
    blocks.append(Buttons((Button(_("Undo"), restore), Button(_("Change more"), OpenSettings(), asks=True))))
    return Message(said, tuple(blocks))


def unchanged() -> Message:
    """The receipt of a form that changed nothing."""
    said = _("Your settings were like that already. Nothing has changed.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Change my settings"), OpenSettings(), asks=True),))))


def restored(facts: tuple[Fact, ...], remarks: Sequence[Words] = ()) -> Message:
    """The receipt of an undo."""
    said = _("Your settings are as they were before.")
    told = tuple(Paragraph(remark) for remark in remarks)
    return Message(said, (Paragraph(said), Facts(facts), *told, Buttons((Button(_("Change my settings"), OpenSettings(), asks=True),))))


def unknown_zone(typed: str, near: Sequence[str]) -> Phrase:
    """The sentence at a zone that does not exist."""
    if len(near) > 1:
        return _("I know no time zone {typed}. Do you mean {near}, or {last}?", typed=typed, near=", ".join(near[:-1]), last=near[-1])
    if near:
        return _("I know no time zone {typed}. Do you mean {near}?", typed=typed, near=near[0])
    return _("I know no time zone {typed}. Please name a city, such as Berlin, New York or Kolkata, or write UTC.", typed=typed)


def listed(names: Sequence[Value]) -> Words:
    """Names in a row, with commas."""
    out: list[Words] = []
    for name in names:
        out += [", "] if out else []
        out.append(name if isinstance(name, Phrase) else str(name))
    return tuple(out)


def language_name(tag: str) -> str:
    """A language in its own words."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(tag.replace("-", "_")).get_language_name()
    except (UnknownLocaleError, ValueError):
        return tag
    return name[:1].upper() + name[1:] if name else tag


def upcoming(things: Sequence[Upcoming]) -> Message:
    """What comes to a person next, when and why."""
    if not things:
        said = _("Nothing is on its way to you just now.")
        later = Footnote(_("Once you take part in something, you see here what comes, when and why."))
        return Message(said, (Paragraph(said), Buttons((Button(_("See what is open"), RunCommand("challenge")),)), later))
    blocks: list[Block] = [Paragraph(_("This comes to you next."))]
    blocks += [Paragraph((Moment(thing.at), "\n", thing.what, "\n", thing.why)) for thing in things]
    blocks.append(Buttons((Button(_("Change my settings"), OpenSettings(), asks=True),)))
    return Message(_("What comes to you next"), tuple(blocks))


SAMPLE = Settings("Europe/Berlin", False, 540, 1200, 480, 31, "en", False, False, 2)
SAMPLE_AFTER = Settings("Asia/Tokyo", True, 450, 1320, 480, 0b1110011, "en", False, True, 1)
SAMPLE_UPCOMING = (
    Upcoming(datetime(2026, 3, 23, 8, 0, tzinfo=UTC), _("Day 1 of your challenge"), _("Because you take part in it.")),
    Upcoming(datetime(2026, 3, 27, 14, 0, tzinfo=UTC), _("The week in one question"), _("Because it comes to everybody on Fridays.")),
)


def example_form() -> Form:
    """An example."""
    return opened(SettingsDraft, values=values(SAMPLE, "en"), options={"language": (Option("en", "English"), Option("de", "Deutsch"))})


def example_saved() -> Message:
    """An example."""
    return saved(changed(SAMPLE, SAMPLE_AFTER), SAMPLE_UPCOMING[0], SAMPLE)


def example_restored() -> Message:
    """An example."""
    return restored(changed(SAMPLE_AFTER, SAMPLE))
