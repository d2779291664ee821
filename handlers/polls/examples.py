"""Examples of the polls' views, for the gallery and its tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from functools import partial
from typing import Any

from bot.chat.form import Form, opened
from bot.chat.language import _
from bot.chat.message import Message, Option
from bot.core.feature import View
from handlers.polls import forms, managing_views, payloads, views
from handlers.polls.kinds import SCALES, Answer, Choice, Kind, State, Terms
from handlers.polls.result_views import Result
from handlers.polls.tallies import tally
from handlers.polls.views import Standing

CLOSES_AT = datetime(2026, 4, 2, 15, 0, tzinfo=UTC)
PIZZA, SUSHI, SOUP = 11, 12, 13
OPTIONS = (Choice(PIZZA, "Pizza"), Choice(SUSHI, "Sushi", "From the corner"), Choice(SOUP, "Soup of the day"))
LUNCH = Terms(7, Kind.SINGLE, "Lunch?", OPTIONS, closes_at=CLOSES_AT, quorum=5, opened_at=datetime(2026, 3, 30, tzinfo=UTC))
MANY = replace(LUNCH, options=tuple(Choice(100 + n, f"Room {n} on the long corridor") for n in range(1, 51)))
ANSWERS: dict[Kind, list[Answer]] = {
    Kind.SINGLE: [PIZZA, PIZZA, SUSHI, SOUP, PIZZA],
    Kind.MULTIPLE: [(PIZZA, SUSHI), (PIZZA,), (SUSHI, SOUP), (SUSHI,)],
    Kind.RANKED: [(PIZZA, SUSHI), (SUSHI, PIZZA, SOUP), (SUSHI,), (SOUP, PIZZA), (PIZZA, SOUP)],
    Kind.DOTS: [((PIZZA, 7), (SUSHI, 3)), ((SOUP, 10),), ((SUSHI, 5), (SOUP, 5))],
    Kind.SCORE: [((PIZZA, 1), (SUSHI, 4)), ((PIZZA, 5), (SUSHI, 4)), ((PIZZA, 5), (SUSHI, 3)), ((PIZZA, 1),)],
    Kind.AGREEMENT: [5, 5, 4, 1, 2, 1],
    Kind.CONSENT: [3, 3, 2, 3, 1],
    Kind.OPEN: ["Shorter meetings.", "More time to read each other’s drafts."],
}


def of(kind: Kind, **values: Any) -> Terms:
    """A poll of a kind."""
    return replace(LUNCH, kind=kind, options=SCALES.get(kind, () if kind is Kind.OPEN else OPTIONS), points=10, **values)


def closed(kind: Kind, **values: Any) -> Standing:
    """A poll of a kind that is over."""
    terms = of(kind, state=State.CLOSED, **values)
    return Standing(terms, len(ANSWERS[kind]), Result(tally(terms, ANSWERS[kind])))


def hidden(kind: Kind) -> Message:
    """A card whose counts wait for its close."""
    return views.card(Standing(of(kind, is_hidden=True), 3))


def result(kind: Kind) -> Message:
    """The result of a kind."""
    return views.result(closed(kind))


def standing(terms: Terms = LUNCH) -> Standing:
    """A poll with votes."""
    return Standing(terms, 5, Result(tally(terms, ANSWERS[Kind.SINGLE])))


def draft() -> Form:
    """The form of a new poll."""
    options = {"places": (Option("1", "learning"), Option("2", "General"))}
    values: dict[str, object] = {"question": "Lunch?", "options": "Pizza\nSushi | From the corner", "at": time(17)}
    intro = _("Times are in your time zone, {zone}.", zone="Europe/Berlin")
    return opened(payloads.PollDraft, values=values, options=options, subject=payloads.Compose(None), intro=intro)


def answering(kind: Kind) -> Form:
    """The form of an answer."""
    found = tuple(Option(str(each.id), each.label) for each in OPTIONS)
    about, intro = payloads.GiveAnswer(7), ("Lunch?", "\n", views.how(of(kind)))
    match kind:
        case Kind.MULTIPLE:
            return opened(payloads.ChoicesDraft, options={"chosen": found}, subject=about, intro=intro)
        case Kind.RANKED:
            form = opened(payloads.RankDraft, options={f"o{n}": found for n in range(3)}, subject=about, intro=intro)
        case Kind.DOTS:
            form = opened(payloads.DotsDraft, subject=about, intro=intro)
        case Kind.SCORE:
            form = opened(payloads.ScoreDraft, subject=about, intro=intro)
        case _:
            return opened(payloads.TextDraft, subject=about, intro=intro)
    return forms.named(of(kind), form)


def my_things() -> Message:
    """How polls stand at the top of the front door."""
    blocks = (*views.to_vote(LUNCH), *views.to_vote(of(Kind.RANKED)), *views.to_tell(of(Kind.SINGLE, state=State.CLOSED)))
    return Message(_("Needs your vote"), blocks)


SECRET = replace(LUNCH, is_anonymous=True)
OFF = replace(LUNCH, state=State.CANCELLED, reason="The canteen is closed that day.")
TOLD = of(Kind.SINGLE, state=State.CLOSED, outcome="We order pizza every Thursday, for three months.")
TREND = (("2026-03-06", 40), ("2026-03-13", 55), ("2026-03-20", 70))
FEW_AGREE = Standing(replace(SECRET, state=State.CLOSED), 6, Result(tally(SECRET, [PIZZA] * 6), nearly_all=(PIZZA,)))

VIEWS = (
    View("form", draft),
    View("preview", lambda: views.preview(Standing(LUNCH), ["learning", "General"])),
    View("posted", lambda: views.posted(LUNCH, ["learning", "General"])),
    View("discarded", views.discarded),
    View("no place", views.no_place),
    View("card, nobody yet", lambda: views.card(Standing(LUNCH, 0, Result(tally(LUNCH, []))))),
    View("card", lambda: views.card(standing())),
    View("card, to a voter", lambda: views.card(standing(), PIZZA)),
    View("card, anonymous", lambda: views.card(Standing(replace(SECRET, may_add_options=True), None))),
    View("card, many options", lambda: views.card(Standing(MANY, 0))),
    *(View(f"card, {kind}", partial(hidden, kind)) for kind in list(Kind)[1:]),
    *(View(f"result, {kind}", partial(result, kind)) for kind in Kind),
    *(View(f"answer, {kind}", partial(answering, kind)) for kind in (Kind.MULTIPLE, Kind.RANKED, Kind.DOTS, Kind.SCORE, Kind.OPEN)),
    View("result, too few", lambda: views.result(Standing(replace(SECRET, state=State.CLOSED), 3, Result(too_few=5)))),
    View(
        "result, nearly all",
        lambda: views.result(FEW_AGREE),
    ),
    View(
        "result, trend",
        lambda: views.result(
            Standing(closed(Kind.SINGLE).terms, 5, replace(closed(Kind.SINGLE).result, trend=TREND, trend_of="Pizza")),
        ),
    ),
    View("closed card", lambda: views.card(closed(Kind.SINGLE))),
    View("cancelled", lambda: views.card(Standing(OFF))),
    View("counted", lambda: views.counted(LUNCH, PIZZA, "new")),
    View("counted, ranked", lambda: views.counted(of(Kind.RANKED), (SUSHI, PIZZA), "changed")),
    View("counted, anonymous", lambda: views.counted(SECRET, PIZZA, "same")),
    View("withdrawn", lambda: views.withdrawn(LUNCH, was_there=True)),
    View("nothing to withdraw", lambda: views.withdrawn(LUNCH, was_there=False)),
    View("over", lambda: views.over(LUNCH)),
    View("seen", lambda: views.seen(standing(), PIZZA, 0, may_manage=True)),
    View("seen, a page", lambda: views.seen(Standing(MANY, 0), None, 1, may_manage=False)),
    View("ballot", lambda: views.ballot(Standing(MANY, 0), may_manage=True)),
    View("reminder", lambda: views.reminder(LUNCH)),
    View("reminder, done", lambda: views.voted(LUNCH)),
    View("later", lambda: views.is_later(LUNCH, CLOSES_AT)),
    View("ask outcome", lambda: views.ask_outcome(closed(Kind.SINGLE))),
    View("outcome", lambda: views.outcome(TOLD)),
    View("manage", lambda: managing_views.manage(replace(LUNCH, series=3), may_reword=True, comes_again=True)),
    View("manage, closed", lambda: managing_views.manage(replace(LUNCH, state=State.CLOSED), may_reword=False, comes_again=False)),
    View("closed now", lambda: managing_views.closed_now(LUNCH)),
    View("extended", lambda: managing_views.extended(LUNCH, CLOSES_AT)),
    View("reworded", lambda: managing_views.reworded(LUNCH)),
    View("stricter", lambda: managing_views.stricter(LUNCH, is_new=True)),
    View("stricter already", lambda: managing_views.stricter(LUNCH, is_new=False)),
    View("option added", lambda: managing_views.option_added(LUNCH, "Falafel")),
    View("outcome told", lambda: managing_views.outcome_told(LUNCH, 4)),
    View("asked no more", managing_views.asked_no_more),
    View("option form", lambda: opened(payloads.OptionDraft, subject=payloads.AddOption(7), intro="Lunch?")),
    View("extend form", lambda: opened(payloads.ExtendDraft, subject=payloads.Extend(7))),
    View("cancel form", lambda: opened(payloads.CancelDraft, subject=payloads.Cancel(7))),
    View("reword form", lambda: opened(payloads.RewordDraft, subject=payloads.Reword(7))),
    View("outcome form", lambda: opened(payloads.OutcomeDraft, subject=payloads.TellOutcome(7), intro="Lunch?")),
    View("my things", my_things),
)
