"""Settings: a person's zone, hour, quiet hours, working days, language, streaks and reminders."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import time

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import SOURCE_LANGUAGE, translations
from bot.chat.message import Message, Option
from bot.chat.reading import resolved
from bot.chat.reply import Open, Reply, Say
from bot.core.context import Context
from bot.core.facts import PersonChanged
from bot.core.feature import Options, Upcoming
from bot.people import store as people
from bot.people.days import DAY_ENDS, is_zone
from bot.people.values import HowOften
from handlers.home import rules, settings_views, store
from handlers.home.settings_views import OpenSettings, Restore, SettingsDraft
from handlers.home.store import Settings

MOST_UPCOMING = 10
TAG = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
A_DAY = 24 * 60  # minutes


def open_settings(ctx: Context, _asked: str | OpenSettings = "") -> Open:
    """Open the form, with everything as it stands."""
    standing = store.own_settings(ctx)
    return ctx.open(SettingsDraft, values=settings_views.values(standing, spoken(standing.language)))


def language_options(_ctx: Context, _subject: object) -> Options:
    """The languages that I speak."""
    return {"language": tuple(Option(tag, settings_views.language_name(tag)) for tag in translations())}


def spoken(language: str) -> str:
    """The one of my languages in which I speak to somebody of this language."""
    tags = {tag.casefold(): tag for tag in translations()}
    whole = language.replace("-", "_").casefold()
    return tags.get(whole) or tags.get(whole.split("_")[0]) or SOURCE_LANGUAGE


def save(ctx: Context, draft: SettingsDraft, _subject: object) -> Reply:
    """Take over what was filled in; what the person did not touch stays the platform's to tell."""
    before = store.own_settings(ctx, lock=True)
    zone = before.zone if draft.zone == before.zone else rules.zone_named(draft.zone)
    if zone is None:
        raise FieldErrors({"zone": settings_views.unknown_zone(draft.zone, rules.near_zones(draft.zone))})
    keeps_language = draft.language == spoken(before.language)
    after = Settings(
        zone=zone,
        zone_is_own=before.zone_is_own or zone != before.zone,
        minute=_minute(draft.hour),
        quiet_from=_minute(draft.quiet_from),
        quiet_to=_minute(draft.quiet_to),
        weekdays=rules.bits_of(tuple(int(day) for day in draft.weekdays)),
        language=before.language if keeps_language else draft.language,
        language_is_own=before.language_is_own or not keeps_language,
        hides_streak=draft.hides_streak,
        reminders=draft.reminders,
        activity=draft.activity,
    )
    if after == before:
        return Say(settings_views.unchanged())
    _set(ctx, before, after)
    following = next(iter(upcoming(ctx)), None)
    return _say(settings_views.saved(settings_views.changed(before, after), following, before, ctx.remarks), after)


def restore(ctx: Context, payload: Restore) -> Reply:
    """Let the settings be what they were; a second press finds them so."""
    before, after = store.own_settings(ctx, lock=True), Settings(**asdict(payload))
    if not _is_possible(after):
        raise CardOutOfDate
    if after == before:
        return Say(settings_views.unchanged())
    _set(ctx, before, after)
    return replace(_say(settings_views.restored(settings_views.changed(before, after), ctx.remarks), after), instead=True)


def _is_possible(settings: Settings) -> bool:
    """A card that was edited by hand may say anything."""
    minutes = (settings.minute, settings.quiet_from, settings.quiet_to)
    in_range = all(0 <= minute < A_DAY for minute in minutes) and 0 <= settings.weekdays < 1 << 7
    return (
        in_range
        and settings.activity in set(HowOften)
        and 0 <= settings.reminders <= settings_views.MOST_REMINDERS
        and settings.hour >= DAY_ENDS
        and is_zone(settings.zone)
        and TAG.fullmatch(settings.language) is not None
    )


def upcoming(ctx: Context) -> list[Upcoming]:
    """What comes to the actor next, the soonest first, whoever sends it."""
    things = [thing for each in ctx.registry.features if each.upcoming is not None for thing in each.upcoming(ctx)]
    return sorted(things, key=lambda thing: thing.at)[:MOST_UPCOMING]


def show_next(ctx: Context, _rest: str) -> Reply:
    """`/convene next`: what will be sent to me, when and why."""
    return Say(settings_views.upcoming(upcoming(ctx)))


def _set(ctx: Context, before: Settings, after: Settings) -> None:
    store.save_settings(ctx, after)
    member = replace(ctx.actor, zone=after.zone, language=after.language, hour=after.hour, hides_streak=after.hides_streak)
    member = replace(member, weekdays=after.weekdays, activity=HowOften(after.activity))
    member = replace(member, identities=people.members(ctx.session, [member.id])[member.id].identities)
    ctx.act_as(member)
    ctx.publish(PersonChanged(member, hour_before=before.hour))


def _say(message: Message, after: Settings) -> Say:
    """A receipt in the language that was just chosen."""
    return Say(resolved(message, after.language))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
