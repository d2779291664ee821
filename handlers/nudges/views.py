"""What people see of reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from bot.chat.form import Form, opened
from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Divider, Fact, Facts, Footnote, Heading, Message, Option, Paragraph, Picker
from bot.chat.reading import resolved
from bot.chat.text import Moment, Strong, Words
from bot.core.doing import RunCommand
from bot.people.values import HowOften
from handlers.nudges.payloads import AskPause, ChooseActivity, PauseDraft, Resume, Snooze, Stop
from handlers.nudges.rules import PutOff, State
from handlers.nudges.store import Item

MAIN = 2  # so many buttons of each reminder stand where several come together
LATER = (
    Option(PutOff.TWO_HOURS, _("In two hours")),
    Option(PutOff.EVENING, _("This evening")),
    Option(PutOff.TOMORROW, _("Tomorrow")),
)
HOW_OFTEN = {
    HowOften.DAILY: _("Every day"),
    HowOften.WEEKLY: _("Once a week"),
    HowOften.PLACE_ONLY: _("In the places only"),
    HowOften.NEVER: _("Not at all"),
}
AGAIN = Button(_("Remind me again"), Resume())


def reminder(nudge: int, items: Sequence[Item], zone: str = "UTC") -> Message:
    """One message that reminds, as it stands now: of one thing in its own words, of several as a list."""
    if len(items) == 1:
        return _single(nudge, items[0], zone)
    left = [item for item in items if item.state is State.SENT]
    said = n_("{count} thing waits for you", "{count} things wait for you", len(left)) if left else _("All of this is settled.")
    blocks: list[Block] = [Heading(said)]
    for item in items:
        blocks += _line(item, zone)
    return Message(said, (*blocks, *(_controls(nudge) if left else ())))


def _single(nudge: int, item: Item, zone: str) -> Message:
    match item.state:
        case State.SENT:
            return Message(item.message.summary, (*item.message.blocks, Footnote(item.why), *_controls(nudge)))
        case State.WAITING:
            return Message(item.message.summary, (*item.message.blocks, Footnote(_again(item, zone))))
        case _:
            return item.message


def _line(item: Item, zone: str) -> tuple[Block, ...]:
    match item.state:
        case State.SENT:
            buttons = next((block for block in item.message.blocks if isinstance(block, Buttons)), None)
            main = (Buttons(buttons.buttons[:MAIN]),) if buttons is not None else ()
            return (Paragraph(Strong(item.message.summary)), Footnote(item.why), *main)
        case State.WAITING:
            return (Paragraph(item.message.summary), Footnote(_again(item, zone)))
        case _:
            return (Paragraph((_("Done:"), " ", item.message.summary)),)


def _again(item: Item, zone: str) -> Phrase:
    return _("I remind you again {moment}.", moment=Moment(item.ready_at, zone=zone))


def _controls(nudge: int) -> tuple[Block, ...]:
    buttons = (Button(_("Pause until a day"), AskPause(), asks=True), Button(_("Stop reminders"), Stop()))
    return (Picker(_("Remind me later"), Snooze(nudge), LATER), Buttons(buttons))


def over() -> Message:
    """What a reminder says once its matter is over for everybody."""
    return note(_("This is over. There is nothing left to do."))


def keep_going() -> Message:
    """After some reminders that nothing came of: how shall it go on."""
    said = _("Shall I keep going?")
    return Message(
        said,
        (
            Paragraph((said, " ", _("My last reminders came at times that did not suit you, and that is all right."))),
            Paragraph(_("I send no more of them until you do something here: anything you press or write counts.")),
            Paragraph(_("If you take part in a challenge, its daily activity still comes to you. How often would you like it?")),
            Buttons(tuple(Button(label, ChooseActivity(often.value)) for often, label in HOW_OFTEN.items())),
            Buttons((Button(_("Keep reminding me"), Resume(), "primary"), Button(_("Stop reminders"), Stop()))),
        ),
    )


def put_off(at: datetime | None, zone: str, left_out: int = 0) -> Message:
    """The receipt of putting off; what would come only when it is over stays where it is."""
    if at is None:
        return note(_("It would be over by then, so I leave it here."))
    blocks: list[Block] = [Paragraph(said := _("All right. I remind you again {moment}.", moment=Moment(at, zone=zone)))]
    if left_out:
        more = n_("{count} of them is over by then and stays here.", "{count} of them are over by then and stay here.", left_out)
        blocks.append(Footnote(more))
    return Message(said, tuple(blocks))


def nothing_to_put_off() -> Message:
    """A second press, or all of it is done."""
    return note(_("There is nothing left here to put off."))


def paused(until: date) -> Message:
    """The receipt of a pause."""
    said = _("I remind you of nothing until {day}. What you asked for still comes.", day=until)
    return Message(said, (Paragraph(said), Buttons((AGAIN,))))


def stopped(*, is_new: bool) -> Message:
    """The receipt of stopping."""
    said = _("I send you no more reminders.") if is_new else _("Reminders are stopped already.")
    return Message(said, (Paragraph((said, " ", _("The daily activity and the answers to what you do still come."))), Buttons((AGAIN,))))


def resumed(*, is_new: bool, budget: int) -> Message:
    """The receipt of going on; with a budget of nothing it says so."""
    said = _("I remind you again, within your hours and days.") if is_new else _("Reminders come to you as it is.")
    more = (Paragraph(_("Your settings say that none may come in a day. Change that if you like.")),) if not budget else ()
    buttons = Buttons((Button(_("Change my settings"), RunCommand("convene", "settings"), asks=True),))
    return Message(said, (Paragraph(said), *more, buttons))


def activity_chosen(often: HowOften) -> Message:
    """The receipt of choosing how often the daily activity comes."""
    words = {
        HowOften.DAILY: _("The daily activity comes to you every day."),
        HowOften.WEEKLY: _("The daily activities come to you once a week, together."),
        HowOften.PLACE_ONLY: _("The daily activity stays in the places and does not come to this chat."),
        HowOften.NEVER: _("No daily activity comes to this chat. Everything else works as before."),
    }
    others = tuple(Button(label, ChooseActivity(each.value)) for each, label in HOW_OFTEN.items() if each is not often)
    return Message(words[often], (Paragraph(words[often]), Buttons(others)))


def standing(*, is_stopped: bool, paused_until: date | None) -> tuple[Block, ...]:
    """What the front door says of reminders that do not come."""
    if is_stopped:
        return (Paragraph(_("Reminders are stopped.")), Buttons((AGAIN,)))
    if paused_until is not None:
        return (Paragraph(_("Reminders have paused until {day}.", day=paused_until)), Buttons((AGAIN,)))
    return ()


# -- for leads -----------------------------------------------------------------------------------------------------------


def health(counts: dict[str, int | None], first: date, last: date) -> Message:
    """How reminders are received, in counts that tell of nobody."""
    labels = {
        "sent": _("Messages with reminders"),
        "acted": _("Somebody did something after it"),
        "ignored": _("Nothing happened until the next"),
        "open": _("Still open"),
        "stopped": _("People who receive none now"),
    }
    facts = tuple(Fact(label, _count(counts[name])) for name, label in labels.items())
    return Message(
        _("How reminders are received"),
        (
            Heading(_("How reminders are received")),
            Paragraph(_("From {first} to {last}, the last month that is over", first=first, last=last)),
            Facts(facts),
            Footnote(_("A count stays hidden where fewer than 5 people are behind it, or where the other counts would give it away.")),
            Footnote(_("These counts stay as they are. Otherwise a second look would tell what somebody did since the first.")),
            Footnote(_("Everybody sets how many reminders may come in a day. Nobody, leads included, sees who stopped them.")),
        ),
    )


def _count(count: int | None) -> Words:
    return _("{count}", count=count) if count is not None else _("fewer than 5, or hidden")


def note(said: Phrase) -> Message:
    """One sentence."""
    return Message(said, (Paragraph(said),))


# -- examples ------------------------------------------------------------------------------------------------------------

SAMPLE_AT = datetime(2026, 3, 24, 17, 0, tzinfo=UTC)


def _example_item(number: int, summary: Phrase, state: State) -> Item:
    see = (Buttons((Button(_("See it"), RunCommand("challenge"), "primary"),)),) if state is not State.SETTLED else ()
    message = resolved(Message(summary, (Paragraph(summary), *see)), "en")
    return Item(number, 1, f"example/{number}", state, SAMPLE_AT, SAMPLE_AT, message, _("You asked to hear of it."), 7)


def example_single(state: State = State.SENT) -> Message:
    """An example."""
    said = _("Bob has posted the draft") if state is State.SETTLED else _("A draft waits for you")
    return reminder(7, [_example_item(1, said, state)])


def example_digest() -> Message:
    """An example with one thing of each state."""
    items = (
        _example_item(1, _("A draft waits for you"), State.SENT),
        _example_item(2, _("A question waits for your answer"), State.SENT),
        _example_item(3, _("A proposal was answered"), State.SETTLED),
        _example_item(4, _("A report waits to be posted"), State.WAITING),
    )
    return reminder(7, items)


def example_health() -> Message:
    """An example with counts that are hidden."""
    counts = {"sent": 61, "acted": 42, "ignored": 19, "open": None, "stopped": None}
    return health(counts, date(2026, 3, 1), date(2026, 3, 31))


def example_my_things() -> Message:
    """An example."""
    blocks = (*standing(is_stopped=True, paused_until=None), Divider(), *standing(is_stopped=False, paused_until=date(2026, 4, 1)))
    return Message(_("How reminders stand"), blocks)


def example_pause() -> Form:
    """An example."""
    return opened(PauseDraft, values={"until": date(2026, 4, 1)})
