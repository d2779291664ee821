"""Examples of the packs' views, for the gallery and its tests."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.form import Form, corrected, opened
from bot.chat.language import _
from bot.chat.message import Message, Option
from handlers.packs import library, views
from handlers.packs.pasting import read_paste, to_list
from handlers.packs.payloads import DayDraft, EditDay, MoreDraft, PackDraft, PasteMore
from handlers.packs.reading import Problem, read_yaml, to_yaml
from handlers.packs.rules import Filled, Pack, resized

PASTED = "1. Draw the road of one change\n2. Ask the next shift one question\n4. Show your desk to a newcomer"
WRONG = "1. Draw the road of one change\n1. Ask the next shift one question\n0. Show your desk to a newcomer"


def own() -> Pack:
    """A pack that a community made."""
    return replace(library.shipped()[library.SMALLEST], name="our_week", version=3, title="Our week")


def long() -> Pack:
    """A pack of more days than a card shows."""
    pack = library.shipped()[library.MODEL]
    activities = (*pack.activities, *pack.activities)
    return replace(pack, name="sixty", title="Sixty days", themes=resized(pack.themes, len(activities)), activities=activities)


def directory() -> Message:
    """All packs."""
    return views.directory(library.shipped(), {"our_week": own()})


def saved() -> Message:
    """The receipt of a pack with gaps that were filled."""
    pack = replace(own(), version=1)
    filled = Filled(pack.themes, pack.activities, whole_days=(3, 5, 6, 7), completed_days=(1, 2, 4))
    return views.saved(pack, filled, library.shipped()[library.MODEL].title)


def as_file() -> Message:
    """A pack handed over."""
    return views.as_file(own(), to_yaml(own()).encode())


def as_text() -> Message:
    """A week as text."""
    return views.as_text(own(), 1, to_list(own(), 1, 7))


def not_read() -> Message:
    """A typed pack with problems."""
    read = read_yaml("title: Our week\npurpose: 7\nactivities: []\ncolour: green\n")
    assert not isinstance(read, Pack)
    return views.not_read([*read, *(Problem(n, _("Day {number} has no title.", number=n)) for n in range(5, 20))])


def file_not_read() -> Message:
    """A table in a file, with a problem."""
    return views.not_read([Problem(3, _("Day {number} is there twice.", number=1))], "our week.csv")


def form() -> Form:
    """The form that makes a pack."""
    return opened(PackDraft, values={"called": "Our week", "text": PASTED}, options={"model": _models()})


def form_with_problems() -> Form:
    """The same form with what does not fit."""
    problem = views.told(read_paste(WRONG).problems)
    return corrected(form(), {"called": "Our week", "text": WRONG}, {"text": problem})


def more_form() -> Form:
    """The form for more days."""
    return opened(MoreDraft, subject=PasteMore("our_week"), intro=_("{title} has {days} days now.", title="Our week", days=7))


def day_form() -> Form:
    """The form with a day's lines."""
    pack = own()
    values = {**pack.activities[2].as_json(), "called": pack.activities[2].title, "theme": pack.themes[0]}
    intro = _("{title}, day {number}", title=pack.title, number=3)
    return opened(DayDraft, values=values, subject=EditDay(pack.name, 3), intro=intro)


def _models() -> tuple[Option, ...]:
    return tuple(Option(pack.name, pack.title) for pack in library.shipped().values())
