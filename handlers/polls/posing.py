"""Asking: a line that posts at once, or the form with its preview; asking again, by hand or round by round."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.chat.errors import CardOutOfDate, FieldErrors, UserError
from bot.chat.form import Form
from bot.chat.language import Phrase, _
from bot.chat.message import Option
from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.chat.text import clean_line
from bot.core.cadences import EVERY_DAY, Cadence, Occurrence
from bot.core.context import Context
from bot.core.feature import Options
from bot.people import store as people
from bot.people.days import instant_of
from bot.people.disclosure import USUAL_K, may_be_anonymous, too_few_to_be_anonymous
from handlers.polls import ballots, cards, closing, managing_views, store, views
from handlers.polls.kinds import LEAST_OPTIONS, LONGEST_QUESTION, MOST_OPTIONS, Kind, State, Terms
from handlers.polls.payloads import Compose, Discard, PollDraft, Post, RunAgain, StopSeries
from handlers.polls.rules import FARTHEST, Every, Typed, hour_exists, is_due, options_in, too_long
from handlers.polls.tallies import tally

SERIES_JOB = "poll.series"
FULL = 3000  # characters of one field


class TooFewForSecrecy(UserError):
    """An anonymous poll among few would be none."""

    def __init__(self, eligible: int) -> None:
        super().__init__(too_few_to_be_anonymous(eligible, USUAL_K))


class OverAlready(UserError):
    """A preview whose end has passed."""

    def __init__(self) -> None:
        super().__init__(_("The time at which it should close has passed. Press Change to choose another; nothing was posted."))


class NotInThisPlace(UserError):
    """A command in a channel to which nobody added us."""

    def __init__(self) -> None:
        super().__init__(_("I am not in this channel, so I cannot post here. Add me to it, then ask again; nothing was posted."))


# -- asking --------------------------------------------------------------------------------------------------------------


def start(ctx: Context, typed: str) -> Reply:
    """`Lunch? | Pizza | Sushi` posts at once; less opens the form with what is there."""
    question, _bar, rest = typed.partition("|")
    question = clean_line(question, len(question) + 1)
    options = options_in(rest.replace("|", "\n"))
    if not people.places(ctx.session):
        return Say(views.no_place())
    fits = LEAST_OPTIONS <= len(options) <= MOST_OPTIONS and too_long(options) is None and 0 < len(question) <= LONGEST_QUESTION
    if not fits:
        return _open_form(ctx, {"question": question, **typed_fields(options)}, Compose(None))
    if not ctx.in_chat and ctx.place is None:
        raise NotInThisPlace
    places = (ctx.place.id,) if ctx.place is not None else ()
    made = store.insert(ctx, Terms(0, Kind.SINGLE, question, k=USUAL_K, poser=ctx.actor.id, places=places), options)
    return _is_open(ctx, made)


def _is_open(ctx: Context, terms: Terms) -> Say:
    cards.plan(ctx, terms)
    cards.show(ctx, terms)
    return Say(views.posted(terms, _place_names(ctx, terms)))


def _place_names(ctx: Context, terms: Terms) -> list[str]:
    return [place.name for place in cards.places_of(ctx, terms)]


def compose(ctx: Context, payload: Compose) -> Reply:
    """Open the form, empty or with a preview in it."""
    if not people.places(ctx.session):
        return Say(views.no_place())
    if payload.preview is None:
        return _open_form(ctx, {}, payload)
    terms = store.poll(ctx, payload.preview)
    if terms is None or terms.state is not State.DRAFT or terms.poser != ctx.actor.id:
        raise CardOutOfDate
    return _open_form(ctx, _values(ctx, terms), payload)


def _open_form(ctx: Context, values: dict[str, object], subject: Compose) -> Reply:
    intro = _("Times are in your time zone, {zone}.", zone=ctx.actor.zone)
    return ctx.open(PollDraft, values=values, subject=subject, intro=intro)


def typed_fields(options: Sequence[Typed]) -> dict[str, object]:
    """Options as the two fields of the form."""
    first: list[str] = []
    lines = [f"{each.label} | {each.description}" if each.description else each.label for each in options]
    while lines and len("\n".join([*first, lines[0]])) <= FULL:
        first.append(lines.pop(0))
    return {"options": "\n".join(first), "more": "\n".join(lines)}


def _values(ctx: Context, terms: Terms) -> dict[str, object]:
    at = terms.closes_at.astimezone(ctx.actor.tz) if terms.closes_at is not None else None
    found = store.series(ctx, terms.series) if terms.series is not None else None
    return {
        "question": terms.question,
        "kind": terms.kind.value,
        **typed_fields(typed_options(ctx, terms)),
        **_flags(terms),
        **({"on": at.date(), "at": at.time()} if at is not None else {}),
        "places": tuple(str(place) for place in terms.places),
        "every": (found.every if found is not None else Every.ONCE).value,
    }


def _flags(terms: Terms) -> dict[str, Any]:
    names = ("is_anonymous", "is_hidden", "may_add_options", "closes_when_all_voted", "is_decision", "most", "quorum")
    return {**{name: getattr(terms, name) for name in names}, "points": terms.points or 10}


def typed_options(ctx: Context, terms: Terms) -> Sequence[Typed]:
    """A poll's own options as they were typed."""
    if not terms.kind.has_own_options:
        return ()
    return [Typed(say_label(each.label, ctx.community.language), each.description) for each in terms.options]


def options(ctx: Context, _subject: object) -> Options:
    """The places to choose from."""
    return {"places": tuple(Option(str(place.id), place.name) for place in people.places(ctx.session))}


def draw(ctx: Context, _subject: object, form: Form) -> Form:
    """Nobody is offered what cannot be kept: no secrecy among few, no choice of one place."""
    left_out = {"is_anonymous"} if not may_be_anonymous(len(people.members(ctx.session)), USUAL_K) else set()
    left_out |= {"places"} if len(people.places(ctx.session)) < 2 else set()
    return replace(form, fields=tuple(field for field in form.fields if field.name not in left_out))


def pose(ctx: Context, question: str, options: Sequence[str], *, closes_at: datetime, places: Collection[int] = ()) -> int:
    """Ask for a feature above, in the actor's name: any of the options may be chosen. The poll's id."""
    terms = Terms(
        0,
        Kind.MULTIPLE,
        clean_line(question, LONGEST_QUESTION),
        most=len(options),
        closes_at=closes_at,
        k=USUAL_K,
        poser=ctx.actor.id,
        places=tuple(places),
    )
    made = store.insert(ctx, terms, [Typed(each) for each in options])
    cards.plan(ctx, made)
    cards.show(ctx, made)
    return made.id


def leading(ctx: Context, poll: int) -> Sequence[int]:
    """The positions of the options that most chose in a poll whose counts may be seen: several are a tie, none where nobody voted."""
    terms = store.poll(ctx, poll)
    if terms is None or not terms.shows_counts:
        return ()
    first = tally(terms, ballots.answers(ctx, terms)).leading
    return [position for position, option in enumerate(terms.options) if option.id in first]


# -- the preview ---------------------------------------------------------------------------------------------------------


def preview(ctx: Context, draft: PollDraft, _subject: Compose | None) -> Reply:
    """Show what it will look like; nobody else sees it yet."""
    terms, typed = _checked(ctx, draft)
    store.discard_previews(ctx)
    made = store.insert(ctx, terms, typed)
    every = Every(draft.every)
    if every is not Every.ONCE:
        made = store.put_into_series(ctx, made.id, store.insert_series(ctx, as_template(ctx, made, typed), every))
    return Say(views.preview(views.Standing(made), _place_names(ctx, made)))


def _checked(ctx: Context, draft: PollDraft) -> tuple[Terms, Sequence[Typed]]:
    kind = Kind(draft.kind)
    errors: dict[str, Phrase] = {}
    typed = options_in(draft.options, draft.more) if kind.has_own_options else ()
    if kind.has_own_options:
        errors |= options_wrong(kind, typed)
    closes_at = _closing_time(ctx, draft, errors)
    if draft.is_anonymous and not may_be_anonymous(eligible := len(people.members(ctx.session)), USUAL_K):
        errors["is_anonymous"] = TooFewForSecrecy(eligible).phrase
    if errors:
        raise FieldErrors(errors)
    terms = Terms(
        0,
        kind,
        draft.question,
        most=draft.most if kind is Kind.MULTIPLE else 0,
        points=draft.points if kind is Kind.DOTS else 0,
        is_anonymous=draft.is_anonymous,
        is_hidden=draft.is_hidden,
        may_add_options=draft.may_add_options and kind.has_own_options,
        closes_at=closes_at,
        closes_when_all_voted=draft.closes_when_all_voted,
        quorum=draft.quorum,
        is_decision=draft.is_decision,
        k=USUAL_K,
        poser=ctx.actor.id,
        places=tuple(int(place) for place in draft.places),
        state=State.DRAFT,
    )
    return terms, typed


def options_wrong(kind: Kind, typed: Sequence[Typed]) -> dict[str, Phrase]:
    """What is wrong with options, by field."""
    least = 1 if kind is Kind.SCORE else LEAST_OPTIONS
    if not least <= len(typed) <= MOST_OPTIONS:
        words = _("Please give from {least} to {most} different options, one a line.", least=least, most=MOST_OPTIONS)
        return {"options": words}
    if (long := too_long(typed)) is not None:
        return {"options": _("This option is too long: {option}", option=clean_line(long.label, 60))}
    return {}


def _closing_time(ctx: Context, draft: PollDraft, errors: dict[str, Phrase]) -> datetime | None:
    if draft.on is None:
        return None
    at = instant_of(draft.on, draft.at, ctx.actor.zone)
    if not hour_exists(draft.on, draft.at, ctx.actor.zone):
        errors["at"] = _("On that day the clocks go forward and leave this hour out. Please choose another.")
    elif at <= ctx.now:
        errors["on"] = _("This is over already. Please choose a later time.")
    elif at > ctx.now + FARTHEST:
        errors["on"] = _("Please choose a day within a year.")
    return at


def post(ctx: Context, payload: Post) -> Reply:
    """Post a preview; a second press finds it posted."""
    terms = store.poll(ctx, payload.poll, lock=True)
    if terms is None or terms.poser != ctx.actor.id:
        raise CardOutOfDate
    if terms.state is not State.DRAFT:
        return Say(views.posted(terms, _place_names(ctx, terms)) if terms.is_open else views.over(terms))
    if terms.closes_at is not None and terms.closes_at <= ctx.now:
        raise OverAlready
    if terms.is_anonymous and not may_be_anonymous(eligible := len(people.members(ctx.session)), terms.k):
        raise TooFewForSecrecy(eligible)
    if not cards.places_of(ctx, terms):
        return Say(views.no_place())
    opened = store.post(ctx, terms.id)
    if opened.series is not None:
        _plan_series(ctx, opened.series)
    return replace(_is_open(ctx, opened), instead=True)


def discard(ctx: Context, payload: Discard) -> Reply:
    """Forget a preview."""
    terms = store.poll(ctx, payload.poll)
    if terms is not None and terms.state is State.DRAFT and terms.poser == ctx.actor.id:
        store.discard_previews(ctx)
        return Say(views.discarded(), instead=True)
    if terms is not None:
        raise CardOutOfDate
    return Say(views.discarded())


# -- again ---------------------------------------------------------------------------------------------------------------


def as_template(ctx: Context, terms: Terms, typed: Sequence[Typed]) -> dict[str, Any]:
    """What is asked again, as plain JSON; how long it stays open instead of until when, and in whose zone its days are meant."""
    window = (terms.closes_at - terms.opened_at) if terms.closes_at is not None and terms.opened_at is not None else None
    return {
        "kind": terms.kind.value,
        "question": terms.question,
        "options": [[each.label, each.description] for each in typed],
        **_flags(terms),
        "minutes": int(window.total_seconds()) // 60 if window is not None else None,
        "places": list(terms.places),
        "zone": ctx.actor.zone,
    }


def _from_template(ctx: Context, series: store.Series, poser: int | None) -> Terms:
    template = series.template
    names = ("is_anonymous", "is_hidden", "may_add_options", "closes_when_all_voted", "is_decision", "most", "quorum", "points")
    minutes = template["minutes"]
    terms = Terms(
        0,
        Kind(template["kind"]),
        template["question"],
        closes_at=ctx.now + timedelta(minutes=minutes) if minutes else None,
        k=USUAL_K,
        poser=poser,
        series=series.id,
        places=tuple(template["places"]),
        **{name: template[name] for name in names},
    )
    return store.insert(ctx, terms, [Typed(*each) for each in template["options"]])


def run_again(ctx: Context, payload: RunAgain) -> Reply:
    """Ask the same again, as a round of the same template."""
    terms = closing.managed(ctx, payload.poll)
    if terms.is_open:
        return Say(views.posted(terms, _place_names(ctx, terms)))
    if not cards.places_of(ctx, terms):
        return Say(views.no_place())
    if terms.is_anonymous and not may_be_anonymous(eligible := len(people.members(ctx.session)), USUAL_K):
        raise TooFewForSecrecy(eligible)
    if terms.series is None:
        template = as_template(ctx, terms, typed_options(ctx, terms))
        terms = store.put_into_series(ctx, terms.id, store.insert_series(ctx, template, Every.ONCE))
    assert terms.series is not None
    standing = next((each for each in store.open_polls(ctx) if each.series == terms.series), None)
    if standing is not None:
        return Say(views.posted(standing, _place_names(ctx, standing)))
    found = store.series(ctx, terms.series)
    assert found is not None, "a series goes only with its polls' keys"
    return _is_open(ctx, _from_template(ctx, found, ctx.actor.id))


def _plan_series(ctx: Context, series: int) -> None:
    found = store.series(ctx, series)
    if found is None or found.every is Every.ONCE:
        return
    store.begin_series(ctx, series)
    here = ctx.now.astimezone(found.tz)
    weekdays = 1 << here.weekday() if found.every is Every.WEEKLY else EVERY_DAY
    at = here.time().replace(second=0, microsecond=0)
    ctx.plan(SERIES_JOB, series, Cadence(found.tz.key, at, here.date() + timedelta(days=1), None, weekdays))


def ask_again(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """The next round of a template: the one before is closed first. Whose poser has left comes no more."""
    for occurrence in occurrences:
        found = store.series(ctx, occurrence.subject)
        if found is None or found.poser is None or found.poser not in people.members(ctx.session, [found.poser]):
            ctx.forget(SERIES_JOB, [occurrence.subject])
        elif is_due(found.every, found.begun_on, occurrence.on) and _can_be_asked(ctx, found.template):
            _ask_round(ctx, found)


def _can_be_asked(ctx: Context, template: dict[str, Any]) -> bool:
    """Whether a place of it is left, and, where it is anonymous, enough people."""
    wanted = set(template["places"])
    is_somewhere = any(not wanted or place.id in wanted for place in people.places(ctx.session))
    return is_somewhere and (not template["is_anonymous"] or may_be_anonymous(len(people.members(ctx.session)), USUAL_K))


def _ask_round(ctx: Context, series: store.Series) -> None:
    for each in store.open_polls(ctx):
        if each.series == series.id:
            closing.finish(ctx, each)
    terms = _from_template(ctx, series, series.poser)
    cards.plan(ctx, terms)
    cards.show(ctx, terms)


def stop_series(ctx: Context, payload: StopSeries) -> Reply:
    """Let a template come no more by itself."""
    found = store.series(ctx, payload.series)
    if found is None:
        raise CardOutOfDate
    if found.poser != ctx.actor.id and not ctx.actor.is_lead:
        raise closing.NotYours
    store.stop_series(ctx, payload.series)
    ctx.forget(SERIES_JOB, [payload.series])
    return Say(managing_views.asked_no_more())
