"""What people see of a challenge."""

from __future__ import annotations

from datetime import date, datetime

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Fact, Facts, Footnote, Heading, Message, Paragraph
from bot.chat.text import Moment, Strong
from handlers.challenges.payloads import AboutDay, Done, Join, Leave, NotDone, Progress
from handlers.challenges.rules import Rhythm, State, Summary
from handlers.challenges.store import Challenge
from handlers.challenges.taking_part_payloads import AskAboutMe, AskPause, CatchUp, Snooze
from handlers.challenges.taking_part_views import short_day
from handlers.journal import Write
from handlers.packs import Activity

RHYTHMS: dict[Rhythm, Phrase] = {Rhythm.EVERY_DAY: _("every day"), Rhythm.WORKING_DAYS: _("Monday to Friday")}


def announcement(challenge: Challenge, joined: int) -> Message:
    """The living card of a challenge in a place."""
    plan = challenge.plan
    pauses = (Paragraph(_("It pauses now, and goes on when a lead resumes it.")),) if challenge.state is State.PAUSED else ()
    return Message(
        _("A challenge begins on {day}: {title}", day=plan.starts_on, title=challenge.title),
        (
            Heading(challenge.title),
            Paragraph(challenge.purpose),
            Facts(
                (
                    Fact(_("Begins") if challenge.state is State.ANNOUNCED else _("Began"), _("{day}", day=plan.starts_on)),
                    Fact(_("Length"), length_of(challenge)),
                    Fact(_("Taking part"), people_of(joined)),
                )
            ),
            *pauses,
            Buttons((Button(_("Join"), Join(challenge.id), "primary"), Button(_("My progress"), Progress(challenge.id)))),
            Footnote(
                _("Each day's activity comes here and, if you take part, in your own chat with me. Only you can read what you write there.")
            ),
        ),
    )


def ended(challenge: Challenge, joined: int) -> Message:
    """The living card once the challenge is over: nothing on it can be pressed any more."""
    plan = challenge.plan
    rows = [Fact(_("Began"), _("{day}", day=plan.starts_on)), Fact(_("Ended"), _("{day}", day=plan.last_on))]
    if joined:
        rows.append(Fact(_("Took part"), people_of(joined)))
    return Message(
        _("{title} is over.", title=challenge.title),
        (Heading(challenge.title), Paragraph(challenge.purpose), Facts(tuple(rows)), Paragraph(_("This challenge is over."))),
    )


def over(challenge: Challenge, summary: Summary) -> Message:
    """What a challenge came to, told to the places; a count that is zero is not told."""
    counts = (
        (_("Took part"), summary.joined),
        (_("Did at least one day"), summary.active),
        (_("Did every day"), summary.finished),
    )
    facts = tuple(Fact(label, people_of(count)) for label, count in counts if count)
    done = Paragraph(Strong(n_("{count} day was done together.", "{count} days were done together.", summary.days_done)))
    return Message(
        _("{title} is over. Thank you for learning side by side.", title=challenge.title),
        (
            Heading(challenge.title),
            Paragraph(_("This challenge is over. Thank you for learning side by side.")),
            *((Facts(facts),) if facts else ()),
            *((done,) if summary.days_done else ()),
        ),
    )


def place_day(challenge: Challenge, number: int, activity: Activity, *, is_done: bool = False) -> Message:
    """A day's activity as a place gets it; to whoever has done it, it says so."""
    buttons = Buttons((Button(_("Done"), Done(challenge.id, number), "primary"), Button(_("Join"), Join(challenge.id))))
    return Message(
        _("Day {number}: {activity}", number=number, activity=activity.title),
        (
            *_activity(challenge, number, activity),
            Paragraph(Strong(_("Done. It counts."))) if is_done else buttons,
            Footnote(
                _(
                    "If you take part, this comes in your own chat with me as well. Only you can read what you write there. "
                    "To answer here, mention me."
                )
            ),
        ),
        personal=AboutDay(challenge.id, number),
    )


def my_day(challenge: Challenge, number: int, activity: Activity, *, is_done: bool, on: date | None = None, came: int = 0) -> Message:
    """A day's activity as a participant gets it, `came` times again already; once done, the card is short and says so."""
    summary = _("Day {number}: {activity}", number=number, activity=activity.title)
    write = Button(_("Write journal"), Write(on), asks=True)
    if is_done:
        state = Paragraph(Strong(_("Done. It counts.")))
        buttons = Buttons((write, Button(_("Not done after all"), NotDone(challenge.id, number))))
        return Message(summary, (*short_day(challenge, number, activity), state, buttons))
    snooze = (Button(_("Snooze"), Snooze(challenge.id, number)),) if came < 2 else ()
    return Message(
        summary,
        (
            *_activity(challenge, number, activity),
            Buttons(
                (
                    Button(_("Done"), Done(challenge.id, number), "primary"),
                    write,
                    *snooze,
                    Button(_("Pause"), AskPause(challenge.id), asks=True),
                )
            ),
            Footnote(_("Or just write to me: your words become today's journal entry, which only you can read, and the day is done.")),
        ),
    )


def joined(
    challenge: Challenge, following: datetime | None, zone: str, *, is_new: bool, has_todays: bool, is_late: bool = False
) -> Message:
    """The receipt of joining: what is there already, and when the next one comes."""
    said = _("You are in: {title}.", **_title(challenge)) if is_new else _("You are in already: {title}.", **_title(challenge))
    blocks: list[Block] = [Paragraph(said)]
    if has_todays:
        blocks.append(Paragraph(_("Today's activity is in your own chat with me.")))
    if following is not None:
        comes = _("Your next activity comes to you: {moment}.", moment=Moment(following, zone=zone))
        blocks.append(Paragraph(comes))
    buttons = [Button(_("My progress"), Progress(challenge.id)), Button(_("My goal and my hour"), AskAboutMe(challenge.id), asks=True)]
    if is_late:
        buttons.append(Button(_("See earlier days"), CatchUp(challenge.id, 0)))
    blocks.append(Buttons((*buttons, Button(_("Leave"), Leave(challenge.id)))))
    return Message(said, tuple(blocks))


def left(challenge: Challenge) -> Message:
    """The receipt of leaving."""
    said = _("You have left {title}. What you did and wrote stays yours.", **_title(challenge))
    return Message(said, (Paragraph(said), Buttons((Button(_("Join again"), Join(challenge.id)),))))


def done(challenge: Challenge, number: int, total: int, *, is_new: bool, on: date | None = None) -> Message:
    """The receipt of a day done; a second press changes nothing and says so."""
    said = _("Day {number} is done.", number=number) if is_new else _("Day {number} was done already.", number=number)
    return Message(
        said,
        (
            Paragraph((said, " ", so_far(challenge, total))),
            Buttons((Button(_("Write journal"), Write(on), asks=True), Button(_("Undo"), NotDone(challenge.id, number)))),
        ),
    )


def not_done(challenge: Challenge, number: int) -> Message:
    """The receipt of taking a done day back."""
    said = _("Day {number} is open again.", number=number)
    return Message(said, (Paragraph(said), Buttons((Button(_("Done"), Done(challenge.id, number)),))))


def day_by_entry(challenge: Challenge, number: int, total: int) -> Phrase:
    """What a journal entry did for the challenge."""
    return _("Day {number} of {title} is done as well. {so_far}", number=number, so_far=so_far(challenge, total), **_title(challenge))


def so_far(challenge: Challenge, total: int) -> Phrase:
    """How many days are done: the total comes first, always."""
    return n_("That makes {count} day of {days}.", "That makes {count} days of {days}.", total, days=challenge.plan.days)


def not_in_it(challenge: Challenge) -> Message:
    """Somebody pressed Done who does not take part."""
    said = _("You do not take part in {title} yet. Join, and your days count.", **_title(challenge))
    return Message(said, (Paragraph(said), Buttons((Button(_("Join"), Join(challenge.id), "primary"),))))


def not_an_entry() -> Message:
    """The receipt of "not an entry"."""
    return _note(_("All right, that was no journal entry. I have forgotten it, and the day is as it was before."))


def day_blocks(challenge: Challenge, number: int, activity: Activity) -> tuple[Block, ...]:
    """What a day's card says, without its buttons."""
    return _activity(challenge, number, activity)


def _activity(challenge: Challenge, number: int, activity: Activity) -> tuple[Block, ...]:
    rows = [
        Fact(_("In two minutes"), activity.short),
        Fact(_("First time?"), activity.first_time),
        Fact(_("Go further"), activity.go_further),
    ]
    if activity.share:
        rows.append(Fact(_("Share, if you like"), activity.share))
    return (
        *short_day(challenge, number, activity),
        Paragraph(activity.practice),
        Facts(tuple(rows)),
        Paragraph((Strong(_("To reflect on:")), " ", activity.reflect)),
    )


def people_of(count: int) -> Phrase:
    """How many people."""
    return n_("{count} person", "{count} people", count) if count else _("nobody yet")


def length_of(challenge: Challenge) -> Phrase:
    """How many days, and on which."""
    plan = challenge.plan
    return n_("{count} day, {rhythm}", "{count} days, {rhythm}", plan.days, rhythm=RHYTHMS[plan.rhythm])


def _title(challenge: Challenge) -> dict[str, Strong]:
    return {"title": Strong(challenge.title)}  # set off, since a title may read like the rest of the sentence


def _note(said: Phrase) -> Message:
    return Message(said, (Paragraph(said),))
