"""Examples of what those who lead challenges see, for the gallery and its tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, time

from bot.chat.form import Form, opened
from bot.chat.message import Message, Option
from bot.chat.text import Mention
from bot.core.feature import View
from handlers import packs
from handlers.challenges import leading_views, managing_views
from handlers.challenges.examples import CHALLENGE
from handlers.challenges.leading_payloads import (
    SAME,
    SAME_AGAIN,
    ChooseDayDraft,
    DayDraft,
    ExtendDraft,
    HourDraft,
    Prepared,
    ProposalDraft,
    RescheduleDraft,
)
from handlers.challenges.leading_store import Counts
from handlers.challenges.managing_views import Standing
from handlers.challenges.rules import State

TITLE = CHALLENGE.title
WHY = "Half of us are new. A week of small steps would help us to get to know each other."
ON = date(2026, 3, 26)
FIRST = packs.shipped()["first_steps"].activities[0]
PACKS = tuple(Option(pack.name, pack.title) for pack in packs.shipped().values())
PREPARED = Prepared(17, "first_steps", date(2026, 3, 23), 540, "every day", "", None, changes=False)
PAUSED = replace(CHALLENGE, state=State.PAUSED)
ANN = Mention("Ann Berger")
COUNTS = Counts(12, 9, 31)


def _preview() -> Message:
    return leading_views.preview(CHALLENGE, FIRST, PREPARED)


def _day_form() -> Form:
    return opened(DayDraft, values={**asdict(FIRST), "called": FIRST.title})


def _choose_day() -> Form:
    days = packs.shipped()["first_steps"].activities[3:]
    options = tuple(Option(str(n), f"Day {n}: {day.title}") for n, day in enumerate(days, start=4))
    return opened(ChooseDayDraft, values={"number": "4"}, options={"number": options})


def _extend_form() -> Form:
    return opened(ExtendDraft, values={"more": 7, "source": SAME}, options={"source": (SAME_AGAIN, *PACKS)})


def _managed() -> Message:
    return managing_views.managed(Standing(CHALLENGE, COUNTS, ["practice", "Praxis"], has_begun=True))


def _managed_before() -> Message:
    announced = replace(CHALLENGE, state=State.ANNOUNCED)
    return managing_views.managed(Standing(announced, Counts(0, 0, 0), [], has_begun=False))


_EXAMPLES: dict[str, Callable[[], Message | Form]] = {
    "announced": lambda: leading_views.announced(CHALLENGE, ["practice", "Praxis"]),
    "announced nowhere": lambda: leading_views.announced(CHALLENGE, []),
    "directory": lambda: leading_views.directory((CHALLENGE,), is_lead=True),
    "directory, a member's, paused": lambda: leading_views.directory((PAUSED,), is_lead=False),
    "directory, a word not understood": lambda: leading_views.not_understood(
        "stats", "/challenge meetup", leading_views.directory((CHALLENGE,), is_lead=True)
    ),
    "no challenge": lambda: leading_views.directory((), is_lead=False),
    "preview": _preview,
    "preview, announced": lambda: leading_views.preview(CHALLENGE, FIRST, None),
    "proposal form": lambda: opened(ProposalDraft, values={"pack": "first_steps"}, options={"pack": PACKS}),
    "proposed": lambda: leading_views.proposed(TITLE),
    "proposed, nobody leads": lambda: leading_views.proposed(TITLE, has_leads=False),
    "proposal": lambda: leading_views.proposal(3, TITLE, WHY, ANN),
    "proposal, announced": lambda: leading_views.decided(TITLE, WHY, "Jürgen Groß", is_announced=True),
    "proposal, not now": lambda: leading_views.decided(TITLE, WHY, "Jürgen Groß", is_announced=False),
    "proposal, announced already": lambda: leading_views.decided_already(TITLE, "Jürgen Groß", is_announced=True),
    "proposal, not now already": lambda: leading_views.decided_already(TITLE, "Jürgen Groß", is_announced=False),
    "proposal waits": lambda: leading_views.proposal_waits(3, TITLE),
    "not now": lambda: leading_views.not_now(TITLE),
    "my proposal, announced": lambda: leading_views.proposal_announced(CHALLENGE),
    "my proposal, not now": lambda: leading_views.proposal_not_now(TITLE),
    "managed": _managed,
    "managed before it begins": _managed_before,
    "managed, paused": lambda: managing_views.managed(Standing(PAUSED, COUNTS, ["practice"], has_begun=True)),
    "managed, cancelled": lambda: managing_views.not_open(replace(CHALLENGE, state=State.CANCELLED)),
    "choose a day": _choose_day,
    "day form": _day_form,
    "day saved": lambda: managing_views.day_saved(CHALLENGE, 4),
    "no day left": lambda: managing_views.no_day_left(CHALLENGE),
    "paused": lambda: managing_views.paused(PAUSED, ON),
    "paused already": lambda: managing_views.paused_already(PAUSED),
    "nothing to pause": lambda: managing_views.nothing_to_pause(CHALLENGE),
    "not begun": lambda: managing_views.not_begun(CHALLENGE),
    "resumed": lambda: managing_views.resumed(CHALLENGE, ON),
    "runs already": lambda: managing_views.runs_already(CHALLENGE),
    "more days form": _extend_form,
    "more days": lambda: managing_views.extended(CHALLENGE, 7),
    "first day form": lambda: opened(RescheduleDraft, values={"starts_on": ON}),
    "first day moved": lambda: managing_views.moved(CHALLENGE),
    "begun already": lambda: managing_views.begun_already(CHALLENGE),
    "hour form": lambda: opened(HourDraft, values={"hour": time(10)}),
    "hour changed": lambda: managing_views.hour_changed(CHALLENGE),
    "cancelled": lambda: managing_views.cancelled(CHALLENGE),
    "card, cancelled": lambda: managing_views.cancelled_card(CHALLENGE),
    "place told: cancelled": lambda: managing_views.place_told_cancelled(CHALLENGE),
    "told: cancelled": lambda: managing_views.told_cancelled(CHALLENGE),
    "told: first day moved": lambda: managing_views.told_moved(CHALLENGE),
    "place told: first day moved": lambda: managing_views.place_told_moved(CHALLENGE),
    "place told: paused": lambda: managing_views.place_told_paused(PAUSED, ON),
    "place told: resumed": lambda: managing_views.place_told_resumed(CHALLENGE, ON),
    "place told: more days": lambda: managing_views.place_told_extended(CHALLENGE, 7),
    "place told: hour": lambda: managing_views.place_told_hour(CHALLENGE),
}

VIEWS = tuple(View(name, example) for name, example in _EXAMPLES.items())
