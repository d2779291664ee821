"""What whoever looks after a charter sees and can do, and what others hear of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Items, Message, Paragraph, Quote
from bot.chat.text import Label, Mention, Strong, Words, clean_line
from handlers.charters import home_views, views
from handlers.charters.asset_payloads import AddAsset
from handlers.charters.charter import Charter, Standing
from handlers.charters.payloads import (
    AskSupport,
    Begin,
    BringResults,
    Close,
    Complete,
    Confirm,
    Discard,
    End,
    HandOver,
    LeadCall,
    Manage,
    Propose,
    Publish,
    Rest,
    See,
    SeeAsking,
    SeeMeeting,
    SendBack,
    StepBack,
    TakeOver,
    WriteReport,
)
from handlers.charters.rules import Change, Move, State, next_state
from handlers.charters.words import CHAPTERS, FIELDS, Chapter

TO_COME: tuple[tuple[Phrase, tuple[str, ...]], ...] = (
    (_("What is in scope, and what is not"), ("scope_in", "scope_out")),
    (_("Deliverables, measures"), ("deliverables", "measures")),
    (_("Hours and budget"), ("hours", "budget")),
    (_("How it works with the community"), ("interaction",)),
)
LONGEST_DIFF = 300


def chapters(charter: Charter) -> Buttons:
    """The short forms that complete it."""
    return Buttons(
        tuple(Button(label, Complete(charter.id, chapter.value, charter.version), asks=True) for chapter, label in CHAPTERS.items())
    )


def still_empty(charter: Charter) -> tuple[Block, ...]:
    """What nobody has written yet; it can come later."""
    empty = [label for label, names in TO_COME if not any(charter.word(name) for name in names)]
    if charter.is_group or not empty:
        return ()
    return (Paragraph(_("It can be completed now or later. Still empty:")), Items(tuple(empty)))


def drafted(standing: Standing, *, is_lead: bool) -> Message:
    """A draft: nobody else sees it yet, and it can be proposed as it is."""
    charter = standing.charter
    if charter.state is State.PROPOSED:
        return proposed(charter, is_lead=is_lead)
    buttons = [Button(_("Publish it"), Publish(charter.id), "primary", asks=True)] if is_lead else []
    buttons += [] if is_lead else [Button(_("Propose it"), Propose(charter.id), "primary")]
    buttons += [] if charter.round else [Button(_("Discard"), Discard(charter.id), confirm=_("The draft is gone then."))]
    kept = _("Nobody else sees this yet. The draft is kept until you go on.")
    again = _("It can be put to the community again.")
    return Message(
        _("Draft: {name}", name=charter.name),
        (
            Heading(charter.name),
            Quote(clean_line(charter.word("goal"), views.ON_CARD)),
            *still_empty(charter),
            chapters(charter),
            Buttons((*buttons, Button(_("See all of it"), See(charter.id)))),
            Footnote(again if charter.round else kept),
        ),
    )


def discarded() -> Message:
    """A draft is gone."""
    said = _("Discarded. Nobody saw it.")
    return Message(said, (Paragraph(said),))


def to_lead(charter: Charter) -> tuple[Block, ...]:
    """Nobody of the team leads it yet: whoever is on it can."""
    return (Paragraph(_("Nobody of the team leads it yet. You can, with one press.")),) if charter.is_call else ()


def you_are_in(charter: Charter, by: Label, place: str = "") -> Message:
    """Somebody was named as a member of the team."""
    said = _("{name} named you as one of the team.", name=by)
    lead = (Button(_("Lead it"), LeadCall(charter.id), "primary"),) if charter.is_call else ()
    return Message(
        _("You are in: {name}", name=charter.name),
        (
            Paragraph((Strong(charter.name), ": ", said)),
            Quote(clean_line(charter.word("goal"), views.ON_CARD)),
            *to_lead(charter),
            *home_views.where(place),
            Buttons((*lead, Button(_("Leave the team"), StepBack(charter.id)))),
        ),
    )


# -- the proposal --------------------------------------------------------------------------------------------------------


def proposal(standing: Standing, by: Label) -> Message:
    """The leads get what a member proposes."""
    charter = standing.charter
    said = _("{name} proposes this. Once you publish it, the community says what it thinks.", name=by)
    buttons = (
        Button(_("Publish it"), Publish(charter.id), "primary", asks=True),
        Button(_("Give it back"), SendBack(charter.id), asks=True),
        Button(_("See all of it"), See(charter.id)),
    )
    return Message(
        _("Proposed: {name}", name=charter.name),
        (Heading(charter.name), Quote(clean_line(charter.word("goal"), views.ON_CARD)), Paragraph(said), Buttons(buttons)),
    )


def proposed(charter: Charter, *, is_lead: bool) -> Message:
    """The receipt of proposing; a lead of the community can publish it themselves."""
    publish = (Button(_("Publish it"), Publish(charter.id), "primary", asks=True),) if is_lead else ()
    said = _("Proposed. You can publish it now.") if is_lead else _("Proposed. A lead publishes it, and you hear of it.")
    return views.receipt(charter, said, *publish, Button(_("Look after it"), Manage(charter.id)))


def published(charter: Charter, by: Label) -> Message:
    """The endorsement has begun."""
    assert charter.until is not None, "it was published"
    said = _("{name} published it. The community says what it thinks {until}.", name=by, until=views.until(charter.until))
    return views.receipt(charter, said, Button(_("Look after it"), Manage(charter.id)))


def sent_back(charter: Charter, by: Label, why: str) -> Message:
    """It goes back to whoever proposed it."""
    said = _("{name} gives it back to its lead as a draft. It can be proposed again.", name=by)
    return views.news(charter, said, why, Button(_("Look after it"), Manage(charter.id)))


# -- changes -------------------------------------------------------------------------------------------------------------


def diff(found: Collection[Change]) -> tuple[Block, ...]:
    """What changed, field by field, as it was and as it is."""
    lines: list[Words] = []
    for change in found:
        before, after = (clean_line(text, LONGEST_DIFF) if text else _("(empty)") for text in (change.before, change.after))
        lines.append((Strong(FIELDS[change.field]), ": ", before, " → ", after))
    return (Items(tuple(lines)),) if lines else ()


def amended(charter: Charter, found: Collection[Change]) -> Message:
    """Everybody who had a hand in it sees what changed."""
    said = _("Its leads changed this:")
    see = Buttons((Button(_("See all of it"), See(charter.id)),))
    return Message(_("Changed: {name}", name=charter.name), (Paragraph((Strong(charter.name), ": ", said)), *diff(found), see))


def saved(charter: Charter, found: Collection[Change]) -> Message:
    """The receipt of a change."""
    asked = _("Saved. Everybody is asked for endorsement again.")
    told = _("Saved. All who had a hand in it see what changed.")
    said = asked if charter.state is State.ENDORSING and found else told if found else _("Saved.")
    look = Buttons((Button(_("Look after it"), Manage(charter.id)), Button(_("See all of it"), See(charter.id))))
    return Message(said, (Paragraph((Strong(charter.name), ": ", said)), *diff(found), look))


def versions(charter: Charter, diffs: Sequence[tuple[int, Collection[Change]]]) -> Message:
    """What changed from version to version."""
    heading = _("What changed: {name}", name=charter.name)
    if not diffs:
        return Message(heading, (Heading(heading), Paragraph(_("Nothing has changed since it was published."))))
    blocks: list[Block] = []
    for number, found in diffs:
        blocks += [Heading(_("Version {number}", number=number), 2), *diff(found)]
    return Message(heading, (Heading(heading), *blocks, Buttons((Button(_("See all of it"), See(charter.id)),))))


# -- looking after it ----------------------------------------------------------------------------------------------------


def manage(standing: Standing, places: Sequence[tuple[int, str]], *, is_lead: bool) -> Message:
    """All that can be done with it."""
    charter = standing.charter
    asks = _("Changes of goal, scope, hours or budget ask the community again. Everything is kept in versions.")
    rows = (tuple(_work(standing, is_lead=is_lead)), tuple(_course(charter)))
    picker = home_views.places(charter, places) if charter.state in {State.RECRUITING, State.ACTIVE, State.DORMANT} else ()
    return Message(
        _("To look after: {name}", name=charter.name),
        (
            Heading(charter.name),
            Paragraph(views.now(standing)),
            *(() if charter.state.is_over else (*still_empty(charter), chapters(charter))),
            *(Buttons(row) for row in rows if row),
            *picker,
            *(
                ()
                if charter.state.is_over
                else (Footnote(asks if charter.is_endorsed else _("All who had a hand in it see what you change.")),)
            ),
        ),
    )


def _can(charter: Charter, move: Move) -> bool:
    return next_state(charter.state, move) is not None


def _work(standing: Standing, *, is_lead: bool) -> Iterator[Button]:
    charter = standing.charter
    if charter.state is State.DRAFT and not is_lead:
        yield Button(_("Propose it"), Propose(charter.id), "primary")
    if _can(charter, Move.PUBLISH) and is_lead:
        yield Button(_("Publish it"), Publish(charter.id), "primary", asks=True)
    if _can(charter, Move.CONFIRM):
        yield Button(_("Confirm it"), Confirm(charter.id), "primary")
    if _can(charter, Move.BEGIN):
        yield Button(_("Begin the work"), Begin(charter.id), "primary")
    if charter.state in {State.RECRUITING, State.ACTIVE} and standing.seats:
        yield Button(_("Who asks for a seat"), SeeAsking(charter.id))
    if charter.state.is_at_work:
        yield Button(_("Report"), WriteReport(charter.id), asks=True)
        yield Button(_("When the team meets"), SeeMeeting(charter.id))
        yield Button(_("Ask for support"), AskSupport(charter.id), asks=True)
    if _can(charter, Move.BRING):
        yield Button(_("Bring back results"), BringResults(charter.id), asks=True)
    if charter.state is State.RESULTS:
        yield Button(_("Add a file"), AddAsset(charter.id))
    if _can(charter, Move.CLOSE):
        yield Button(_("Close it with thanks"), Close(charter.id), "primary", asks=True)


def _course(charter: Charter) -> Iterator[Button]:
    if _can(charter, Move.REST):
        yield Button(_("Let it rest"), Rest(charter.id, rests=True))
    if _can(charter, Move.WAKE):
        yield Button(_("Wake it up"), Rest(charter.id, rests=False), "primary")
    if not charter.state.is_over:
        yield Button(_("Hand it over"), HandOver(charter.id), asks=True)
    if _can(charter, Move.SET):
        yield Button(_("Set it down"), End(charter.id, sets=True), asks=True)
    if _can(charter, Move.CANCEL):
        yield Button(_("Call it off"), End(charter.id, sets=False), "danger", asks=True)


def is_yours(charter: Charter, by: Label | None, place: str = "") -> Message:
    """Somebody leads it from now on."""
    said = _("You lead this now.") if by is None else _("{name} has handed this over to you.", name=by)
    return views.receipt(charter, said, Button(_("Look after it"), Manage(charter.id)), more=home_views.where(place))


def is_led(charter: Charter, by: Label) -> Message:
    """Whoever opened a call hears who of the team leads it now."""
    said = _("{name} of the team leads it now. You follow it, and can hear of it no more at any time.", name=by)
    return views.receipt(charter, said)


def stands_in(charter: Charter) -> Message:
    """The co-lead leads it, because the lead has left."""
    said = _("Its lead has left, so you lead it now. You can hand it over.")
    return views.receipt(charter, said, Button(_("Look after it"), Manage(charter.id)))


def handed_over(charter: Charter, to: Label) -> Message:
    """The receipt of handing over."""
    return views.receipt(charter, _("{name} leads it now, and hears of it.", name=to))


def is_taken(charter: Charter, by: Label) -> Message:
    """Somebody leads it already."""
    return views.receipt(charter, _("{name} leads it now.", name=by))


def orphaned(charter: Charter) -> Message:
    """Nobody leads it any more; the community's leads hear."""
    said = _("Its lead has left, and nobody stands in. Somebody can take it on, or it is set down.")
    return views.receipt(charter, said, Button(_("Take it on"), TakeOver(charter.id), "primary"))


def support_asked(charter: Charter, by: Mention, words: str) -> Message:
    """A team asks for support with what is in the way."""
    said = _("{name} asks for support. Please get in touch with each other.", name=by)
    see = Buttons((Button(_("See all of it"), See(charter.id)),))
    return Message(_("Support for: {name}", name=charter.name), (Paragraph((Strong(charter.name), ": ", said)), Quote(words), see))


def support_on_its_way(charter: Charter, names: Sequence[str]) -> Message:
    """The receipt of asking for support."""
    return views.receipt(
        charter, _("Asked. It reaches {names}.", names=", ".join(names)) if names else _("There is nobody else to ask yet.")
    )


def to_review(charter: Charter) -> Message:
    """The day on which it is looked at again."""
    said: Phrase = _("This is the day to look at it again. Does it bring results, go on, rest, or end?")
    more = (Button(_("Go on until another day"), Complete(charter.id, Chapter.RHYTHM.value, charter.version), asks=True),)
    return Message(
        _("To look at again: {name}", name=charter.name),
        (Paragraph((Strong(charter.name), ": ", said)), Buttons((*_work(Standing(charter), is_lead=False), *more, *_course(charter)))),
    )
