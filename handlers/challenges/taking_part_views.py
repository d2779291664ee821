"""What somebody who takes part sees: how it stands, pauses, what was put off, earlier days, and the week's round-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Count, Fact, Facts, Footnote, Heading, Items, Message, Paragraph, Quote, Tally
from bot.chat.text import Emphasis, Moment, Strong, Words
from bot.lean import dataclass
from handlers.challenges.payloads import Done, Join, Leave, NotDone, Progress
from handlers.challenges.store import Challenge
from handlers.challenges.streaks import Day, Standing, Status, closes_at
from handlers.challenges.taking_part_payloads import AskAboutMe, AskPause, CatchUp, Resume, ShowNow
from handlers.journal import Write
from handlers.packs import Activity

A_PAGE = 7
MOST_TOLD = 5  # days that did not count, the newest


@dataclass(frozen=True, slots=True)
class Mine:
    """What the progress card needs to know of a participant."""

    standing: Standing
    number: int | None  # today's
    zone: str
    goal: str = ""
    hides_streak: bool = False
    resumes_on: date | None = None
    has_earlier: bool = False
    begins_on: date | None = None  # where it has not begun


def progress(challenge: Challenge, mine: Mine, *, is_open: bool = True) -> Message:
    """How it stands for one participant: the total first, the streak second unless hidden, and which day did not count and why."""
    standing = mine.standing
    days = challenge.plan.days
    so_far: Phrase | str = _("Any day is a good one to begin with.")
    if mine.begins_on is not None:
        here, so_far = _("It begins on {day}.", day=mine.begins_on), ""
    elif mine.resumes_on is not None:
        here = _("You have paused; it begins again on {day}.", day=mine.resumes_on)
    elif mine.number is not None:
        here = _("Today is day {number}.", number=mine.number)
    else:
        here = _("There is no activity today.")
    bars: tuple[Block, ...] = ()
    if standing.total:
        so_far = n_("You have done {count} day of {days}.", "You have done {count} days of {days}.", standing.total, days=days)
        bars = (Tally((Count(_("Days done"), standing.total),), whole=days),)
    blocks: list[Block] = [Heading(challenge.title), Paragraph((here, " ", so_far) if so_far else here), *bars]
    if mine.goal:
        blocks += [Paragraph(_("What you would like to come out of it:")), Quote(mine.goal)]
    blocks += [Facts(rows)] if (rows := _rows(mine)) else []
    blocks += _what_did_not_count(mine)
    if is_open:
        blocks += _what_can_change(challenge, mine)
    return Message(
        _("{title}: your progress", title=challenge.title),
        (*blocks, Footnote((_("Only you see this."), " ", RULES))),
    )


RULES = _("A day stays open for 48 hours after it ends at 04:00. Rest days are used by themselves, and the total is what counts.")


def _rows(mine: Mine) -> tuple[Fact, ...]:
    standing = mine.standing
    rows = []
    if standing.streak and not mine.hides_streak:
        rows.append(Fact(_("Streak"), n_("{count} day", "{count} days", standing.streak)))
    if standing.comebacks:
        rows.append(Fact(_("Comebacks"), _("{count}", count=standing.comebacks)))
    if standing.rest_left:
        rows.append(Fact(_("Rest days left"), _("{count}", count=standing.rest_left)))
    elif standing.of(Status.REST):
        rows.append(Fact(_("Rest days left"), _("all of them are used")))
    if rested := standing.of(Status.REST):
        rows.append(Fact(_("Rest days used for"), _numbers(rested)))
    if paused := standing.of(Status.PAUSED):
        rows.append(Fact(_("Paused on"), _numbers(paused)))
    return tuple(rows)


def _numbers(days: Sequence[Day]) -> Phrase:
    numbers = ", ".join(str(day.number) for day in days)
    return n_("day {numbers}", "days {numbers}", len(days), numbers=numbers)


def _what_did_not_count(mine: Mine) -> list[Block]:
    uncounted = mine.standing.of(Status.NOT_COUNTED)
    if not uncounted:
        return []
    lines: list[Words] = [
        _(
            "Day {number}, {day}: it closed {moment}, when the rest days were used.",
            number=day.number,
            day=day.on,
            moment=_closing(day, mine),
        )
        for day in uncounted[-MOST_TOLD:]
    ]
    more = len(uncounted) - MOST_TOLD
    if more > 0:
        lines.append(n_("And {count} earlier day.", "And {count} earlier days.", more))
    said = n_("This day did not count, and that is all right:", "These days did not count, and that is all right:", len(uncounted))
    return [Paragraph(said), Items(tuple(lines))]


def _closing(day: Day, mine: Mine) -> Moment:
    return Moment(closes_at(day.on, mine.zone), zone=mine.zone)


def _what_can_change(challenge: Challenge, mine: Mine) -> list[Block]:
    marks = []
    for day in mine.standing.changeable:
        if day.status is Status.DONE:
            marks.append(Button(_("Undo day {number}", number=day.number), NotDone(challenge.id, day.number)))
        else:
            marks.append(Button(_("Day {number} is done", number=day.number), Done(challenge.id, day.number)))
    rest = [
        Button(_("Write journal"), Write(), asks=True),
        Button(_("Go on now"), Resume(challenge.id)) if mine.resumes_on else Button(_("Pause"), AskPause(challenge.id), asks=True),
        Button(_("My goal and my hour"), AskAboutMe(challenge.id), asks=True),
    ]
    if mine.has_earlier:
        rest.append(Button(_("See earlier days"), CatchUp(challenge.id, 0)))
    rest.append(Button(_("Leave"), Leave(challenge.id)))
    blocks: list[Block] = [Buttons(tuple(marks))] if marks else []
    return [*blocks, Buttons(tuple(rest))]


def day_closed(number: int, on: date, closed_at: datetime | None, zone: str) -> Message:
    """A day that cannot be changed now: which one it is, and when it closed or will open."""
    if closed_at is None:
        said = _("Day {number} is on {day}. You can mark it from that morning on.", number=number, day=on)
        return Message(said, (Paragraph(said),))
    said = _("Day {number} is closed.", number=number)
    why = _("It was on {day} and could be marked until {moment}.", day=on, moment=Moment(closed_at, zone=zone))
    return Message(said, (Paragraph((said, " ", why)), Footnote(_("A day stays open for 48 hours after it ends at 04:00."))))


def entry_without_day(challenge: Challenge, number: int, on: date) -> Phrase:
    """What an entry for a closed day does: it is kept, and the day stays as it was."""
    return _("Day {number} of {title}, {day}, is closed and stays as it was.", number=number, title=Strong(challenge.title), day=on)


def my_week(challenge: Challenge, activities: Sequence[tuple[int, Activity]]) -> Message:
    """The days of a week together, for whoever wants to hear of them once a week."""
    said = _("{title}: your week", title=challenge.title)
    lines = _in_short(activities)
    buttons = (
        Button(_("Mark what you did"), Progress(challenge.id), "primary"),
        Button(_("Write journal"), Write(), asks=True),
        Button(_("See earlier days"), CatchUp(challenge.id, 0)),
    )
    why = _("You chose to hear of it once a week. Your settings can change that.")
    return Message(said, (Heading(challenge.title), Items(lines), Buttons(buttons), Footnote(why)))


def my_day_later(challenge: Challenge, number: int, activity: Activity, on: date, due_at: datetime, zone: str) -> Message:
    """A card that was put off: short, with the way back."""
    comes = _("It comes again {moment}.", moment=Moment(due_at, zone=zone))
    return Message(
        _("Day {number}: {activity}", number=number, activity=activity.title),
        (
            *short_day(challenge, number, activity),
            Paragraph(comes),
            Buttons(
                (
                    Button(_("Done"), Done(challenge.id, number), "primary"),
                    Button(_("Write journal"), Write(on), asks=True),
                    Button(_("Show it now"), ShowNow(challenge.id, number)),
                )
            ),
        ),
    )


def my_day_came_again(challenge: Challenge, number: int, activity: Activity) -> Message:
    """What the earlier card says once the later one has come."""
    return Message(
        _("Day {number}: {activity}", number=number, activity=activity.title),
        (*short_day(challenge, number, activity), Paragraph(_("It came again further down, as you asked."))),
    )


def short_day(challenge: Challenge, number: int, activity: Activity) -> tuple[Block, ...]:
    """A day by its title only."""
    return (
        Heading(activity.title),
        Paragraph(Emphasis(_("{title}, day {number} of {days}", title=challenge.title, number=number, days=challenge.plan.days))),
    )


def snoozed(number: int, due_at: datetime, zone: str, *, is_new: bool = True) -> Message:
    """The receipt of putting a card off."""
    at = Moment(due_at, zone=zone)
    said = _("Day {number} comes again {moment}.", number=number, moment=at)
    was = _("It was put off already.")
    return Message(_("Day {number} comes again later.", number=number), (Paragraph(said if is_new else (was, " ", said)),))


def snoozed_enough(number: int, closed_at: datetime, zone: str) -> Message:
    """A card that does not come a third time."""
    said = _("Day {number} has come again already and stays where it is.", number=number)
    return Message(said, (Paragraph((said, " ", _("It is open until {moment}.", moment=Moment(closed_at, zone=zone)))),))


def shown_now(number: int) -> Message:
    """The receipt of showing a card after all."""
    return _note(_("Day {number} is there again and does not come a second time.", number=number))


def paused(challenge: Challenge, resumes_on: date, following: datetime | None, zone: str) -> Message:
    """The receipt of pausing: until when, and how to end it."""
    said = _("{title} is paused for you until {day}.", title=Strong(challenge.title), day=resumes_on)
    blocks: list[Block] = [Paragraph(said)]
    if following is not None:
        blocks.append(Paragraph(_("Your next activity comes to you: {moment}.", moment=Moment(following, zone=zone))))
    blocks += [
        Buttons((Button(_("Go on now"), Resume(challenge.id)), Button(_("My progress"), Progress(challenge.id)))),
        Footnote(_("Paused days neither count nor break anything. Only you see this.")),
    ]
    return Message(said, tuple(blocks))


def resumed(challenge: Challenge, following: datetime | None, zone: str, *, was_paused: bool, has_todays: bool) -> Message:
    """The receipt of going on."""
    if was_paused:
        said = _("Welcome back to {title}.", title=Strong(challenge.title))
    else:
        said = _("{title} goes on for you.", title=Strong(challenge.title))
    blocks: list[Block] = [Paragraph(said)]
    if has_todays:
        blocks.append(Paragraph(_("Today's activity is in your own chat with me.")))
    if following is not None:
        blocks.append(Paragraph(_("Your next activity comes to you: {moment}.", moment=Moment(following, zone=zone))))
    return Message(said, (*blocks, Buttons((Button(_("My progress"), Progress(challenge.id)),))))


def over_already(challenge: Challenge) -> Message:
    """Nothing of a challenge is still to come for whoever would join it now."""
    said = _(
        "{title} had its last day on {day}. You can still read what it was about.",
        title=Strong(challenge.title),
        day=challenge.plan.last_on,
    )
    return Message(said, (Paragraph(said), Buttons((Button(_("Read the earlier days"), CatchUp(challenge.id, 0)),))))


def hour_of(challenge: Challenge, own: time | None, usual: time) -> Phrase:
    """What a new hour in the settings does to a challenge; an hour that was chosen for it stays."""
    title = Strong(challenge.title)
    if own is not None:
        return _("{title} stays at {hour}, the hour that you chose for it.", title=title, hour=own)
    return _("{title} comes at {hour} from now on.", title=title, hour=usual)


def told(hour: time, following: datetime | None, zone: str, *, wants_partner: bool) -> Message:
    """The receipt of the form about me."""
    said = _("Saved. Your activity comes at {hour}, where you are.", hour=hour)
    blocks: list[Block] = [Paragraph(said)]
    if following is not None:
        blocks.append(Paragraph(_("Your next activity comes to you: {moment}.", moment=Moment(following, zone=zone))))
    if wants_partner:
        blocks.append(Paragraph(_("I have noted that you would like a partner.")))
    return Message(said, tuple(blocks))


def catch_up(challenge: Challenge, days: Sequence[tuple[int, Activity]], page: int) -> Message:
    """The earlier days with their two-minute versions, for reading."""
    said = _("Earlier days of {title}", title=challenge.title)
    if not days:
        none = _("There is no earlier day yet.")
        return Message(none, (Heading(said), Paragraph(none)))
    pages = (len(days) + A_PAGE - 1) // A_PAGE
    page = min(max(page, 0), pages - 1)
    shown = days[page * A_PAGE : (page + 1) * A_PAGE]
    lines = _in_short(shown)
    turns = []
    if page + 1 < pages:
        turns.append(Button(_("Next page"), CatchUp(challenge.id, page + 1)))
    if page:
        turns.append(Button(_("Page before"), CatchUp(challenge.id, page - 1)))
    return Message(
        said,
        (
            Heading(said),
            Items(lines),
            *((Buttons(tuple(turns)),) if turns else ()),
            Footnote(_("They are for reading, whenever you like. You owe nothing: you began on your own first day.")),
        ),
    )


def round_up(
    challenge: Challenge, number: int, theme: str, done: int, shared: Sequence[tuple[str, str]], *, takes_more: bool = True
) -> Message:
    """What the last days came to, for the places: the theme, the days done together, and what people shared with everybody."""
    blocks: list[Block] = [Heading(_("{title}: the week", title=challenge.title))]
    if theme:
        blocks.append(Paragraph((_("This week was about:"), " ", Strong(theme))))
    if done:
        blocks.append(Paragraph(n_("Together you did {count} day.", "Together you did {count} days.", done)))
    else:
        blocks.append(Paragraph(_("Any day is a good one to begin with.")))
    if shared:
        blocks.append(Heading(_("Shared with all of us"), level=2))
        for name, text in shared:
            blocks += [Paragraph(Strong(name)), Quote(text)]
    if takes_more:
        blocks.append(Buttons((Button(_("Join"), Join(challenge.id), "primary"), Button(_("My progress"), Progress(challenge.id)))))
    return Message(_("{title}: the week up to day {number}", title=challenge.title, number=number), tuple(blocks))


def _in_short(days: Sequence[tuple[int, Activity]]) -> tuple[Words, ...]:
    """A line for each day; a title may end in a mark of its own, so a dash follows it."""
    return tuple(
        (Strong(_("Day {number}: {activity}", number=number, activity=activity.title)), " – ", activity.short) for number, activity in days
    )


def _note(said: Phrase) -> Message:
    return Message(said, (Paragraph(said),))
