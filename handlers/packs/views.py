"""What leads see of packs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import (
    Block,
    Button,
    Buttons,
    Fact,
    Facts,
    File,
    Footnote,
    Heading,
    Items,
    Message,
    Option,
    Paragraph,
    Picker,
)
from bot.chat.text import Emphasis, Strong, Words
from handlers.packs.payloads import AsText, Delete, EditDay, Export, Make, Packs, PasteMore, Pick, Restore, See, SeeDay, Undo
from handlers.packs.reading import Problem
from handlers.packs.rules import MOST_DAYS, WEEK, Filled, Pack, runs, weeks_of

MOST_TOLD = 12  # problems that are told at a field; the others follow once these are mended
SHOWN_DAYS = 42
FIRST_DAYS = 3


def directory(shipped: Mapping[str, Pack], own: Mapping[str, Pack]) -> Message:
    """All packs, with how many days each has."""
    packs = [*own.values(), *shipped.values()]
    blocks: list[Block] = [
        Heading(_("Packs")),
        Paragraph(_("A pack is a list of activities, one for each day. A challenge is started from one.")),
    ]
    if own:
        blocks += [Heading(_("Made here"), 2), Items(tuple(_line(pack) for pack in own.values()))]
    blocks += [Heading(_("Ready to use"), 2), Items(tuple(_line(pack) for pack in shipped.values()))]
    blocks += [
        Picker(_("Look at a pack"), Pick(), tuple(Option(pack.name, pack.title) for pack in packs)),
        Buttons((Button(_("Make a pack"), Make(), "primary", asks=True),)),
        Footnote(_("You can also send me a file in our chat: an exported pack, a list, or a table from a spreadsheet.")),
    ]
    return Message(_("Packs"), tuple(blocks))


def card(pack: Pack, *, is_own: bool) -> Message:
    """One pack: what it is for, and what its days are called."""
    days = len(pack.activities)
    blocks: list[Block] = [
        Heading(pack.title),
        Paragraph(pack.purpose),
        Facts((Fact(_("Length"), _days(days)), Fact(_("Version"), str(pack.version)))),
    ]
    for week in range(1, weeks_of(min(days, SHOWN_DAYS)) + 1):
        first = (week - 1) * WEEK
        titles = [a.title for a in pack.activities[first : first + WEEK]]
        blocks += [
            Paragraph(Strong(_("Week {week}: {theme}", week=week, theme=pack.themes[week - 1]))),
            Items(tuple(_("Day {number}: {title}", number=first + n, title=title) for n, title in enumerate(titles, 1))),
        ]
    if days > SHOWN_DAYS:
        blocks.append(Paragraph(_("The other days can be read one by one.")))
    buttons = [Button(_("Read the days"), SeeDay(pack.name, 1), "primary"), Button(_("Hand over as a file"), Export(pack.name))]
    if is_own:
        if days < MOST_DAYS:
            buttons += [
                Button(_("Add a day"), EditDay(pack.name, days + 1), asks=True),
                Button(_("Paste more days"), PasteMore(pack.name), asks=True),
            ]
        buttons.append(Button(_("Delete"), Delete(pack.name)))  # asks nothing first, because it can be undone for a week
    buttons.append(Button(_("All packs"), Packs()))
    return Message(pack.title, (*blocks, Buttons(tuple(buttons))))


def day(pack: Pack, number: int, *, is_own: bool) -> Message:
    """One day of a pack, with the way to the days beside it."""
    activity = pack.activities[number - 1]
    rows = [
        Fact(_("In two minutes"), activity.short),
        Fact(_("First time?"), activity.first_time),
        Fact(_("Go further"), activity.go_further),
        *((Fact(_("Share, if you like"), activity.share),) if activity.share else ()),
        Fact(_("The point"), activity.point),
    ]
    beside = []
    if number < len(pack.activities):
        beside.append(Button(_("Next day"), SeeDay(pack.name, number + 1), "primary"))
    if number > 1:
        beside.append(Button(_("Day before"), SeeDay(pack.name, number - 1)))
    edit = _("Edit this day") if is_own else _("Edit in a copy of our own")
    where = _("{title}, day {number} of {days}", title=pack.title, number=number, days=len(pack.activities))
    return Message(
        _("Day {number}: {activity}", number=number, activity=activity.title),
        (
            Heading(activity.title),
            Paragraph((Emphasis(where), ". ", pack.themes[(number - 1) // WEEK])),
            Paragraph(activity.practice),
            Facts(tuple(rows)),
            Paragraph((Strong(_("To reflect on:")), " ", activity.reflect)),
            Buttons((*beside, Button(edit, EditDay(pack.name, number), asks=True), Button(_("The whole pack"), See(pack.name)))),
        ),
    )


def saved(pack: Pack, filled: Filled | None = None, model: str = "") -> Message:
    """The receipt of a saved pack: its first days, and what came from elsewhere."""
    said = n_("{title} is saved with {count} day.", "{title} is saved with {count} days.", len(pack.activities), title=Strong(pack.title))
    version = _("This is version {version}; challenges that have begun keep theirs.", version=pack.version)
    first = pack.activities[:FIRST_DAYS]
    return Message(
        _("{title} is saved.", title=pack.title),
        (
            Paragraph((said, " ", version) if pack.version > 1 else said),
            Items(tuple(_("Day {number}: {title}", number=n, title=activity.title) for n, activity in enumerate(first, 1))),
            *_borrowed(filled, model),
            Buttons(
                (
                    Button(_("Read the days"), SeeDay(pack.name, 1), "primary"),
                    Button(_("The whole pack"), See(pack.name)),
                    Button(_("Undo"), Undo(pack.name, pack.version)),
                )
            ),
            Footnote(_("It can be chosen now when a challenge is started.")),
        ),
    )


def saved_day(pack: Pack, number: int, *, is_copy: bool, is_completed: bool) -> Message:
    """The receipt of an edited or added day."""
    said = _("Day {number} of {title} is saved.", number=number, title=Strong(pack.title))
    more: list[Words] = []
    if is_copy:
        more.append(_("The pack that came ready to use is as it was; this is a copy that is yours to change."))
    if is_completed:
        more.append(_("Lines that you left empty have words that fit any day."))
    following = min(number + 1, MOST_DAYS)
    is_new = following > len(pack.activities)
    edit = _("Add another day") if is_new else _("Edit the next day")
    return Message(
        _("Day {number} of {title} is saved.", number=number, title=pack.title),
        (
            Paragraph(said),
            *(Paragraph(words) for words in more),
            Buttons(
                (
                    Button(edit, EditDay(pack.name, following), "primary", asks=True),
                    Button(_("Read this day"), SeeDay(pack.name, number)),
                    Button(_("Undo"), Undo(pack.name, pack.version)),
                )
            ),
        ),
    )


def unchanged(pack: Pack, number: int) -> Message:
    """A day was sent as it was."""
    said = _("Day {number} of {title} is as it was; there is nothing to save.", number=number, title=Strong(pack.title))
    return Message(said, (Paragraph(said), Buttons((Button(_("Read this day"), SeeDay(pack.name, number)),))))


def taken_back(title: str, kept: int, *, standing: Pack | None) -> Message:
    """A version that was taken back."""
    said: Phrase = _("Taken back. {title} is no longer among the packs.", title=Strong(title))
    buttons = [Button(_("Save it after all"), Restore(kept))]
    if standing is not None:
        said = _("Taken back. {title} is as it was in version {version}.", title=Strong(standing.title), version=standing.version)
        buttons.append(Button(_("The whole pack"), See(standing.name)))
    return Message(said, (Paragraph(said), Buttons(tuple(buttons))))


def deleted(title: str, kept: int) -> Message:
    """A pack that was deleted, with a week to think again."""
    said = _("{title} is deleted. Challenges that began with it keep their days.", title=Strong(title))
    return Message(said, (Paragraph(said), Buttons((Button(_("Undo"), Restore(kept)),)), Footnote(_("You can bring it back for a week."))))


def not_newest(pack: Pack) -> Message:
    """Undo of a version after which another one came."""
    said = _("{title} was saved again since, so this version stays as it is.", title=Strong(pack.title))
    return Message(said, (Paragraph(said), Buttons((Button(_("The whole pack"), See(pack.name)),))))


def gone() -> Message:
    """A pack that is no longer there."""
    said = _("This pack is no longer here.")
    return Message(said, (Paragraph(said), Buttons((Button(_("All packs"), Packs()),))))


def as_file(pack: Pack, content: bytes) -> Message:
    """A pack handed over."""
    said = _("Here is {title} as a file. Its text becomes a pack again where packs are made.", title=Strong(pack.title))
    about = _("{title}: {days}, as a file", title=pack.title, days=_days(len(pack.activities)))
    return Message(
        said,
        (
            Paragraph(said),
            File(f"{pack.name}.yaml", "application/yaml", about, content),
            Buttons((Button(_("Show it as text to copy"), AsText(pack.name, 1)), Button(_("The whole pack"), See(pack.name)))),
        ),
    )


def as_text(pack: Pack, first: int, text: str) -> Message:
    """A few days of a pack as text to be copied."""
    last = min(first + WEEK - 1, len(pack.activities))
    buttons = [Button(_("The whole pack"), See(pack.name))]
    if last < len(pack.activities):
        buttons.insert(0, Button(_("Go on"), AsText(pack.name, last + 1), "primary"))
    said = _("{title}, days {days}", title=pack.title, days=runs(range(first, last + 1)))
    return Message(said, (Heading(said), Paragraph(text), Buttons(tuple(buttons))))


def not_read(problems: Sequence[Problem], file: str = "") -> Message:
    """A typed pack, or one in a file, that cannot stand: every problem with its line."""
    said = _("This cannot be read as a pack yet. Your text stands above as you typed it.")
    if file:
        said = _("{name} cannot be read as a pack yet. Please change these lines and send it again.", name=file)
    told = tuple(_told(problem) for problem in problems[:MOST_TOLD])
    return Message(
        said, (Paragraph(said), Items(told), *_others(problems), Buttons((Button(_("Make a pack"), Make(), "primary", asks=True),)))
    )


def needs_title() -> Message:
    """A typed list without a name."""
    said = _("Please begin with a line that says what the pack is called; the days come below it.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Make a pack"), Make(), "primary", asks=True),))))


def told(problems: Sequence[Problem]) -> Phrase:
    """All problems in a field's error, as far as they can be taken in at once."""
    words = _told(problems[0])
    for problem in problems[1:MOST_TOLD]:
        words = _("{first} {second}", first=words, second=_told(problem))
    rest = len(problems) - MOST_TOLD
    if rest > 0:
        words = _("{first} {second}", first=words, second=n_("And {count} more.", "And {count} more.", rest))
    return words


def _told(problem: Problem) -> Phrase:
    return _("Line {line}: {words}", line=problem.line, words=problem.words)


def _others(problems: Sequence[Problem]) -> tuple[Block, ...]:
    rest = len(problems) - MOST_TOLD
    return (Paragraph(n_("And {count} more.", "And {count} more.", rest)),) if rest > 0 else ()


def _borrowed(filled: Filled | None, model: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if filled is not None and filled.whole_days:
        said = n_("Day {days} comes from {model}.", "Days {days} come from {model}.", len(filled.whole_days),
                  days=runs(filled.whole_days), model=Strong(model))  # fmt: skip
        blocks.append(Paragraph(said))
    if filled is not None and filled.completed_days:
        said = n_("On day {days}, lines that you left open have words that fit any day.",
                  "On days {days}, lines that you left open have words that fit any day.", len(filled.completed_days),
                  days=runs(filled.completed_days))  # fmt: skip
        blocks.append(Paragraph(said))
    return tuple(blocks)


def _line(pack: Pack) -> Words:
    return (Strong(pack.title), ", ", _days(len(pack.activities)))


def _days(days: int) -> Phrase:
    return n_("{count} day", "{count} days", days)
