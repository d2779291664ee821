"""What people see of a charter as a whole: its card, all of it, and the directory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Fact, Facts, Footnote, Heading, Items, Message, Option, Paragraph, Picker, Quote
from bot.chat.text import Label, Moment, Strong, Words, clean_line
from bot.lean import dataclass
from handlers.charters.asset_payloads import AddAsset
from handlers.charters.charter import Charter, Part, SignOff, Standing, Taking, Variant
from handlers.charters.payloads import (
    AskForSeat,
    Browse,
    Filter,
    Follow,
    LeadCall,
    Manage,
    Object,
    Search,
    See,
    SeeMeeting,
    SeeNotes,
    SeeVersions,
    Start,
    StepBack,
    Support,
    TakeBack,
    TakeOverview,
    TakePage,
    Write,
)
from handlers.charters.rules import Kind, Stance, State
from handlers.charters.words import FIELDS, RHYTHMS, STANCES, STATES, VARIANTS, sort_of

ALL = "all"
PAGE = 5
ON_BUTTON = 20
ON_CARD = 300  # characters of a long goal
WORKED_ON = {State.RECRUITING, State.ACTIVE, State.DORMANT, State.RESULTS}
SIGN_OFFS: dict[SignOff, Phrase] = {
    SignOff.ASKED: _("asked, no answer yet"),
    SignOff.CONFIRMED: _("confirmed"),
    SignOff.DECLINED: _("not confirmed"),
}
NOW: dict[State, Phrase] = {
    State.DRAFT: _("Its leads are working on the proposal."),
    State.PROPOSED: _("A lead of the community looks at it before everybody is asked."),
    State.CONFIRMING: _("The community endorsed it. Its lead confirms it next."),
    State.RECRUITING: _("The team comes together."),
    State.ACTIVE: _("The team is at work, and the community hears from it."),
    State.DORMANT: _("It rests for now, and may wake up again."),
    State.RESULTS: _("The team brought back what it found."),
    State.CLOSED: _("What came of it stays."),
    State.SUNSET: _("It was set down at its review."),
    State.CANCELLED: _("It was called off."),
}


def day(on: date) -> Phrase:
    """A date with its year."""
    return _("{day} {year}", day=on, year=str(on.year))


def now(standing: Standing) -> Words:
    """Where it stands, in a sentence or two."""
    charter = standing.charter
    if charter.state is not State.ENDORSING or charter.until is None:
        return (Strong(STATES[charter.state]), ". ", NOW[charter.state])
    ends = _("The community says what it thinks until {moment}.", moment=Moment(charter.until))
    return (Strong(STATES[charter.state]), ". ", ends)


# -- the card ------------------------------------------------------------------------------------------------------------


def card(standing: Standing) -> Message:
    """The living card in every place."""
    charter = standing.charter
    return Message(
        _("{name}: {state}", name=charter.name, state=STATES[charter.state]),
        (
            Heading(charter.name),
            Paragraph(sort_of(charter)),
            Quote(clean_line(charter.word("goal"), ON_CARD)),
            Paragraph(now(standing)),
            *_reason(charter),
            Facts(tuple(_facts(standing))),
            *_said(standing),
            *open_seats(standing),
            Buttons((*_likely(standing), Button(_("See all of it"), See(charter.id)))),
        ),
    )


def _reason(charter: Charter) -> tuple[Block, ...]:
    return (Quote(charter.word("why")),) if charter.state.is_over and charter.word("why") else ()


def _facts(standing: Standing) -> Iterator[Fact]:
    charter = standing.charter
    yield contact(standing)
    if standing.team:
        yield Fact(_("Team"), ", ".join(standing.team))
    if charter.ends_on is not None:
        yield Fact(_("Until"), day(charter.ends_on))
    if charter.word("hours"):
        yield Fact(_("Hours asked"), charter.word("hours"))
    if charter.pledged:
        yield Fact(_("Hours in all"), n_("{count} hour", "{count} hours", charter.pledged))
    if charter.word("budget"):
        yield Fact(_("Budget asked"), charter.word("budget"))
    if standing.sponsor:
        said = SIGN_OFFS[charter.sign_off] if charter.sign_off is not None else _("to be asked")
        yield Fact(_("Sponsor"), (standing.sponsor, ": ", said))
    if standing.place:
        yield Fact(_("Its place"), standing.place)


def contact(standing: Standing) -> Fact:
    """Who leads it; of a call, whom to ask until somebody of the team does."""
    if standing.charter.is_call:
        return Fact(_("Contact"), (standing.lead, ". ", _("Nobody of the team leads it yet.")))
    return Fact(_("Lead"), standing.lead or _("Nobody yet"))


def last_heard(charter: Charter, zone: str) -> Phrase:
    """When the community last heard from it."""
    at = charter.heard_at or charter.opened_at
    assert at is not None, "it was opened"
    return _("Last heard on {day}.", day=day(at.astimezone(ZoneInfo(zone)).date()))


def _said(standing: Standing) -> tuple[Block, ...]:
    return (Paragraph(counted(standing)),) if standing.charter.state is State.ENDORSING else ()


def _result(standing: Standing) -> tuple[Block, ...]:
    """What the community said stays with the charter."""
    return (Paragraph(counted(standing)),) if standing.charter.state is State.ENDORSING or any(standing.said.values()) else ()


def counted(standing: Standing) -> Words:
    """How many said what."""
    said = standing.said
    if not any(said.values()):
        return _("Nobody has answered yet.")
    return (
        n_("{count} person supports it", "{count} people support it", said.get(Stance.SUPPORT, 0)),
        ", ",
        n_("{count} on a condition", "{count} on a condition", said.get(Stance.CONDITION, 0)),
        ", ",
        n_("{count} has a concern.", "{count} have a concern.", said.get(Stance.CONCERN, 0)),
    )


def open_seats(standing: Standing) -> tuple[Block, ...]:
    """The open seats, and how many have asked for each."""
    seats = standing.open_seats
    if not seats or standing.charter.state not in {State.ENDORSING, State.CONFIRMING, State.RECRUITING, State.ACTIVE}:
        return ()
    lines = tuple(_seat(standing, seat.role, seat.takes, seat.id) for seat in seats)
    return (Paragraph(n_("{count} open seat:", "{count} open seats:", len(seats))), Items(lines))


def _seat(standing: Standing, role: str, takes: str, seat: int) -> Words:
    asked = standing.asking.get(seat, 0)
    counted: Words = n_("{count} person has asked", "{count} people have asked", asked) if asked else _("nobody has asked yet")
    more = (f" ({takes})",) if takes else ()
    return (Strong(role), *more, ": ", counted)


def _likely(standing: Standing) -> Iterator[Button]:
    charter = standing.charter
    if charter.state is State.ENDORSING:
        yield Button(STANCES[Stance.SUPPORT], Support(charter.id), "primary")
        for stance in (Stance.CONDITION, Stance.CONCERN):
            yield Button(STANCES[stance], Object(charter.id, stance.value), asks=True)
    if standing.charter.state in {State.RECRUITING, State.ACTIVE}:
        yield from seat_buttons(standing)


def seat_buttons(standing: Standing, most: int = 3) -> Iterator[Button]:
    """A button for each kind of seat that is open."""
    for seat in _one_of_each(standing)[:most]:
        yield Button(_("Ask for: {role}", role=clean_line(seat[0], ON_BUTTON)), AskForSeat(seat[1]), asks=True)


def _one_of_each(standing: Standing) -> list[tuple[str, int]]:
    """Seats of the same name are asked for once."""
    return list({seat.role: (seat.role, seat.id) for seat in reversed(standing.open_seats)}.values())[::-1]


# -- all of it -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mine:
    """What the reader has to do with it."""

    part: Taking | None = None
    stance: Stance | None = None
    may_manage: bool = False
    leads: bool = False


def seen(
    standing: Standing, mine: Mine, objections: Sequence[Block] = (), reports: Sequence[Block] = (), *, changed: bool = False
) -> Message:
    """All of it for one person, with what they can do."""
    charter = standing.charter
    origin: tuple[Block, ...] = () if charter.is_group or charter.variant is Variant.OWN else (Paragraph(VARIANTS[charter.variant]),)
    versions = (Button(_("What changed"), SeeVersions(charter.id)),) if changed else ()
    page = Button(_("Take it along"), TakePage(charter.id))
    manage = (Button(_("Look after it"), Manage(charter.id)),) if mine.may_manage else ()
    is_in = mine.leads or (mine.part is not None and mine.part.part is Part.TEAM)
    endorses = charter.state is State.ENDORSING
    likely = () if (mine.leads if endorses else is_in) else _likely(standing)
    buttons = (*likely, *_mine(standing, mine), *versions, page, *manage)
    return Message(
        _("{name}: {state}", name=charter.name, state=STATES[charter.state]),
        (
            Heading(charter.name),
            Paragraph(sort_of(charter)),
            *origin,
            Paragraph(now(standing)),
            *_reason(charter),
            Facts((*_facts(standing), Fact(_("Reports"), RHYTHMS[charter.rhythm]), *_review(charter))),
            *_written(charter),
            *_result(standing),
            *objections,
            *open_seats(standing),
            *reports,
            Buttons(buttons),
            Footnote((last_heard(charter, standing.zone), " ", _("What you say to it stands here with your name."))),
        ),
    )


def _review(charter: Charter) -> tuple[Fact, ...]:
    return (Fact(_("Looked at again"), day(charter.review_on)),) if charter.review_on is not None else ()


def _written(charter: Charter) -> Iterator[Block]:
    for field, label in FIELDS.items():
        if field not in {"name", "hours", "pledged", "budget"} and charter.word(field):
            yield Paragraph(Strong(label))
            yield Quote(charter.word(field))


def _mine(standing: Standing, mine: Mine) -> Iterator[Button]:
    charter = standing.charter
    if mine.stance is not None and charter.state is State.ENDORSING:
        yield Button(_("Take back what I said"), TakeBack(charter.id))
    part = mine.part.part if mine.part is not None else None
    if charter.state.is_over:
        return
    if charter.state in WORKED_ON and (part is Part.TEAM or mine.leads):
        yield Button(_("Notes and decisions"), SeeNotes(charter.id))
        yield Button(_("When the team meets"), SeeMeeting(charter.id))
    if charter.state is State.RESULTS and (part is Part.TEAM or mine.leads):
        yield Button(_("Add a file"), AddAsset(charter.id))
    if part is Part.TEAM and charter.is_call:
        yield Button(_("Lead it"), LeadCall(charter.id), "primary")
    if part is Part.TEAM:
        yield Button(_("Leave the team"), StepBack(charter.id), confirm=_("Your seat is open again then."))
    elif part is Part.ASKS:
        yield Button(_("Ask no more"), StepBack(charter.id))
    elif standing.seats and not standing.open_seats and charter.state in {State.RECRUITING, State.ACTIVE} and not mine.leads:
        yield Button(_("Join the waiting list"), AskForSeat(standing.seats[0].id), asks=True)
    if part is Part.FOLLOWS:
        yield Button(_("Hear of it no more"), Follow(charter.id, follows=False))
    elif part not in {Part.TEAM, Part.ASKS} and charter.state.is_known and not mine.may_manage:
        yield Button(_("Follow it"), Follow(charter.id, follows=True))


# -- the directory -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One charter in the directory: how many seats are open, and whom to ask."""

    charter: Charter
    seats: int = 0
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the directory, and how many there are."""

    lines: tuple[Line, ...] = ()
    total: int = 0
    page: int = 0
    state: str = ""
    name: str = ""
    zone: str = "UTC"
    may_overview: bool = False


def directory(shelf: Shelf) -> Message:
    """Groups and projects, the newest first."""
    heading = _("Groups and projects")
    start = Button(_("Start one"), Start(), "primary")
    if not shelf.total and not shelf.state and not shelf.name:
        nothing = _("There is none yet. What would you like to work out together, more than fits into spare hours?")
        return Message(heading, (Heading(heading), Paragraph(nothing), Buttons((start,))))
    blocks: list[Block] = [Heading(heading)]
    if shelf.name:
        found = n_("{count} with “{name}” in its name.", "{count} with “{name}” in their names.", shelf.total, name=shelf.name)
        blocks.append(Paragraph(found if shelf.total else _("Nothing has “{name}” in its name.", name=shelf.name)))
    elif not shelf.total:
        blocks.append(Paragraph(_("None of these at the moment.")))
    for line in shelf.lines:
        blocks += _line(line, shelf.zone)
    states = (Option(ALL, _("All of them")), *(Option(state.value, STATES[state]) for state in State if state is not State.DRAFT))
    blocks.append(Picker(_("Show only"), Filter(), states, shelf.state or ALL))
    blocks.append(Buttons((*_turning(shelf), start, Button(_("Find by name"), Search(), asks=True))))
    return Message(heading, tuple(blocks))


def _line(line: Line, zone: str) -> tuple[Block, ...]:
    charter = line.charter
    said: list[Words] = [Strong(charter.name), "\n", STATES[charter.state], ". "]
    if line.seats:
        said += [n_("{count} open seat.", "{count} open seats.", line.seats), " "]
    said += [last_heard(charter, zone), " ", _("Ask {name}.", name=line.contact) if line.contact else _("Nobody leads it now.")]
    label = _("See {name}", name=clean_line(charter.name, ON_BUTTON))
    return (Paragraph(tuple(said)), Buttons((Button(label, See(charter.id)),)))


def _turning(shelf: Shelf) -> Iterator[Button]:
    if shelf.page:
        yield Button(_("Newer"), Browse(shelf.state, shelf.page - 1))
    if (shelf.page + 1) * PAGE < shelf.total:
        yield Button(_("Older"), Browse(shelf.state, shelf.page + 1))
    if shelf.may_overview:
        yield Button(_("All of them as a page"), TakeOverview())


# -- starting ------------------------------------------------------------------------------------------------------------


def start(question: int | None, words: str = "") -> Message:
    """The one question that decides."""
    asked = _("Is it more than a member can give in passing?")
    light = _("No: a practice group. It has a name, a question, people and an end, and is announced at once.")
    whole = _("Yes: a practice-development project. The community charters it, hears from it, and gets the results.")
    buttons = (
        Button(_("A practice group"), Write(Kind.GROUP.value, question), asks=True),
        Button(_("A project"), Write(Kind.PROJECT.value, question), asks=True),
    )
    grows = (Quote(words),) if words else ()
    return Message(asked, (Heading(_("Start something together")), *grows, Paragraph(asked), Items((light, whole)), Buttons(buttons)))


def no_place() -> Message:
    """A community without a place."""
    said = _("A group needs a place where people see it. Add me to a channel first, then start it; nothing was announced.")
    return Message(said, (Paragraph(said),))


def receipt(charter: Charter, said: Phrase, *buttons: Button, more: Sequence[Block] = ()) -> Message:
    """What was done, in a sentence or two, with the way on."""
    way = Buttons((*buttons, Button(_("See all of it"), See(charter.id))))
    return Message(said, (Paragraph((Strong(charter.name), ": ", said)), *more, way))


def announced(charter: Charter, places: Sequence[str]) -> Message:
    """The receipt of a group."""
    said = _("Announced in: {places}.", places=", ".join(places))
    return receipt(charter, said, Button(_("Look after it"), Manage(charter.id)))


def done(charter: Charter) -> Message:
    """What stands in place of a card that was answered; the answer itself comes beside it."""
    return receipt(charter, _("You have answered this."))


def past_it(charter: Charter) -> Message:
    """A press that came after it moved on."""
    return receipt(charter, _("This has moved on meanwhile, so nothing was changed."))


def news(charter: Charter, said: Words, why: Label = "", *buttons: Button) -> Message:
    """Something that happened, told with its reason in somebody's words."""
    quote = (Quote(why),) if why else ()
    more = Buttons((*buttons, Button(_("See all of it"), See(charter.id))))
    return Message(_("{name}: news", name=charter.name), (Paragraph((Strong(charter.name), ": ", said)), *quote, more))


def until(at: datetime) -> Phrase:
    """An instant as an end."""
    return _("until {moment}", moment=Moment(at))
