"""Examples of maps and responses, for the gallery and its tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from bot.chat.message import Message
from bot.core.feature import Paper, View
from bot.papers.document import Document
from handlers.opinions import draft_views, examples, map_views, response
from handlers.opinions.annex import Dissent
from handlers.opinions.composing import Sentence
from handlers.opinions.mapping import Group, NoGroups, OpinionMap, standing
from handlers.opinions.pictures import small, svg
from handlers.opinions.response import Responded, Signatory
from handlers.opinions.rules import (
    Decision,
    Fallback,
    Phase,
    Position,
    Printing,
    Promises,
    Quorum,
    Rule,
    Size,
    Stance,
    Way,
    decide,
    plan,
)
from handlers.opinions.voices import Voices

QUESTION = "What should the new rule for releases say?"
TEXTS: Mapping[int, str] = {
    1: "whoever writes a change should see it run for real",
    2: "releases on a Friday should be forbidden",
    3: "a second pair of eyes is enough for small changes",
    4: "the checklist should be half as long",
    5: "one person should be able to stop any release",
    6: "release notes should be written for customers first",
    7: "we should go back to one release in a quarter",
    8: "نحتاج إلى وقت أطول للاختبار",
}
OPENED, DEADLINE = datetime(2026, 3, 20, 8, tzinfo=UTC), datetime(2026, 4, 3, 16, tzinfo=UTC)
Row = Sequence[tuple[int, int, int]]  # agree, disagree and not sure, in each group


def _map(rows: Sequence[Row], sizes: Sequence[int], places: Sequence[tuple[float, float]], **more: object) -> OpinionMap:
    """A map of these voices, with seats counted through."""
    standings = []
    for number, row in enumerate(rows, start=1):
        of_groups = [Voices(*each) for each in row]
        total = Voices(*(sum(each[column] for each in row) for column in range(3)))
        standings.append(standing(number, total, of_groups if sizes else [], sizes, 0.0, 5))
    seats = iter(range(1, 1 + sum(sizes)))
    groups = tuple(Group(tuple(next(seats) for _seat in range(size)), at) for size, at in zip(sizes, places, strict=True))
    found = OpinionMap(max(sum(sizes), max((each.total.seen for each in standings), default=0)), tuple(standings), groups)
    return replace(found, **more)  # type: ignore[arg-type]  # the names are those of the fields


TWO = _map(
    [
        [(9, 2, 1), (5, 1, 0)],
        [(11, 1, 0), (0, 6, 0)],
        [(7, 5, 0), (4, 2, 0)],
        [(12, 0, 0), (2, 0, 0)],
        [(2, 9, 1), (0, 5, 1)],
        [(4, 2, 6), (2, 1, 3)],
        [(1, 11, 0), (5, 1, 0)],
        [(11, 1, 0), (6, 0, 0)],
    ],
    (12, 6),
    ((1.6, 0.2), (-2.4, -0.4)),
    is_tentative=True,
    silhouette=0.52,
    unplaced=1,
)
TWO = replace(
    TWO,
    groups=(
        replace(TWO.groups[0], marks=((2, Stance.AGREE), (7, Stance.DISAGREE))),
        replace(TWO.groups[1], marks=((2, Stance.DISAGREE), (7, Stance.AGREE))),
    ),
)
THREE = _map(
    [
        [(35, 3, 2), (20, 4, 1), (12, 2, 1)],
        [(30, 8, 2), (3, 20, 2), (7, 6, 2)],
        [(5, 30, 5), (2, 22, 1), (1, 13, 1)],
        [(20, 15, 5), (12, 10, 3), (2, 0, 0)],
    ],
    (40, 25, 15),
    ((1.5, 1.0), (-1.8, 0.6), (0.2, -1.9)),
    silhouette=0.44,
)
UNGROUPED = _map([[(10, 1, 1)], [(5, 5, 2)], [(1, 9, 2)], [(3, 3, 6)], [(2, 1, 0)]], (), (), why_no_groups=NoGroups.FEW_VOTERS)
ONE = _map([[(4, 0, 0)]], (), (), why_no_groups=NoGroups.FEW_VOTERS)
NOBODY = _map([], (), (), why_no_groups=NoGroups.FEW_VOTERS)


REQUEST = replace(examples.RULE, size=Size.FULL, phase=Phase.MAP, question=QUESTION)


@cache
def _png(opinions_drawn: str) -> bytes:
    return small(opinions_drawn)


def _pixels(opinions: OpinionMap, *, is_anonymous: bool = False) -> bytes:
    """The picture of a map, painted once."""
    return _png(svg(map_views.drawing(opinions, TEXTS, QUESTION, "en", is_anonymous=is_anonymous, k=5)))


def _message(opinions: OpinionMap, *, is_anonymous: bool = False) -> Message:
    """A map as one looks at it."""
    png = _pixels(opinions, is_anonymous=is_anonymous)
    request = replace(REQUEST, is_anonymous=is_anonymous)
    return draft_views.map_of(request, map_views.blocks(opinions, TEXTS, is_anonymous=is_anonymous, k=5, png=png))


def _in_place(opinions: OpinionMap) -> Message:
    """A map as it stands in a place."""
    blocks = map_views.in_short(opinions, TEXTS, is_anonymous=False, k=5, png=_pixels(opinions))
    return draft_views.map_in_place(REQUEST, blocks)


def _picture() -> Message:
    """The picture as it is handed over."""
    drawing = map_views.drawing(TWO, TEXTS, QUESTION, "en", is_anonymous=False, k=5)
    table = map_views.table_in_chat(TWO, TEXTS, is_anonymous=False, k=5)
    return draft_views.drawn(QUESTION, map_views.picture(b"", drawing.alt), drawing.alt, table)


VIEWS = (
    View("map of two groups", lambda: _message(TWO)),
    View("map of two groups, anonymous", lambda: _message(TWO, is_anonymous=True)),
    View("map of three groups", lambda: _message(THREE)),
    View("map without groups", lambda: _message(UNGROUPED)),
    View("map of one statement", lambda: _message(ONE)),
    View("map in a place", lambda: _in_place(TWO)),
    View("map gone", lambda: draft_views.map_gone(REQUEST)),
    View("map as a file", _picture),
    View("map of nothing", lambda: _message(NOBODY)),
)

SENTENCES = (
    Sentence("We were asked what the new rule for releases should say."),
    Sentence("Whoever writes a change should see it run for real.", (1,), 1),
    Sentence("It takes the guessing out of the night shift.", (1, 4), 1),
    Sentence("Whether Fridays should be free of releases, we do not see alike.", (2, 7), 2),
)
DISSENTS = (
    Dissent(
        Position.DO_NOT_SEND, "It asks for more than we can staff. Two of five teams have no night shift.", Printing.NAMED, "Priya Nair"
    ),
    Dissent(Position.ONLY_IF_CHANGED, "Without the sentence about small changes it slows us down.", Printing.UNNAMED),
    Dissent(Position.ONLY_IF_CHANGED, "نريد أن يُذكر وقت الاختبار.", Printing.UNNAMED),
    Dissent(Position.STAND_ASIDE, "I have other reasons.", Printing.NOT),
)


def _decision(**counts: int) -> Decision:
    positions = [position for position in Position for _n in range(counts.get(position.name.lower(), 0))]
    return decide(positions, 24, Rule.TWO_THIRDS, Quorum())


RESPONSE = Responded(
    "Release engineers",
    QUESTION,
    "The architecture board",
    "Ann Berger",
    Size.FULL,
    "Europe/Berlin",
    OPENED,
    DEADLINE,
    plan(Size.FULL, OPENED, DEADLINE, "Europe/Berlin"),
    Promises(False, 5, Rule.TWO_THIRDS, Quorum(), Fallback.ANNEX, frozenset(), DEADLINE),
    SENTENCES,
    tuple(TEXTS.items()),
    24,
    19,
    2,
    TWO,
    tuple((number, number) for number in TEXTS),
    _decision(support=9, suggest=4, stand_aside=1, only_if_changed=2, do_not_send=1, abstain=1),
    Way.OURS,
    DISSENTS,
)
SIGNED = replace(
    RESPONSE,
    decision=_decision(support=3, only_if_changed=5),
    way=Way.SIGNATORIES,
    signatories=(Signatory("Ann Berger", "Hospital North"), Signatory("Bob Achterberg"), Signatory("王伟", "上海")),
    promises=replace(RESPONSE.promises, is_anonymous=True),
    opinions=UNGROUPED,
)
QUICK = replace(
    RESPONSE,
    size=Size.QUICK,
    stops=plan(Size.QUICK, OPENED, DEADLINE, "Europe/Berlin"),
    asker="",
    speaker=None,
    statements=(),
    opinions=None,
    numbers=(),
    decision=None,
    dissents=(),
    rounds=1,
)


def _response() -> Document:
    return response.document(RESPONSE)


PAPERS = (
    Paper("response", _response),
    Paper("response of signatories", lambda: response.document(SIGNED)),
    Paper("response, quick", lambda: response.document(QUICK)),
)
