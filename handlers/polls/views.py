"""What people see of a poll: its card, its preview, receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Items, Message, Option, Paragraph, Picker, Quote
from bot.chat.text import Moment, Strong, Words
from bot.lean import dataclass
from handlers.polls import export_views, result_views
from handlers.polls.kinds import MOST_RANKS, Answer, Kind, State, Terms
from handlers.polls.payloads import AddOption, Compose, Discard, GiveAnswer, Manage, Pick, SeePoll, TellOutcome, Vote, Withdraw
from handlers.polls.payloads import Post as PostIt
from handlers.polls.result_views import Result
from handlers.polls.rules import ON_CARD, pages

ON_BUTTON = 60  # characters of a label that every platform's button shows whole
HOW: dict[Kind, Phrase] = {
    Kind.SINGLE: _("Choose one."),
    Kind.MULTIPLE: _("Choose as many as you like."),
    Kind.RANKED: _("Put them in your order, the best first."),
    Kind.DOTS: _("Give your points to what matters to you."),
    Kind.SCORE: _("Give each a score from 1 to 5."),
    Kind.AGREEMENT: _("How much do you agree?"),
    Kind.CONSENT: _("Can you go along with it?"),
    Kind.OPEN: _("Answer in your own words."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A poll as it stands: how many voted (None where that is not told), and what may be shown of the result."""

    terms: Terms
    voters: int | None = 0
    result: Result = field(default_factory=Result)


def how(terms: Terms) -> Phrase:
    """What is to be done, in a few words."""
    if terms.kind is Kind.MULTIPLE and terms.most:
        return n_("Choose {count} at most.", "Choose up to {count}.", terms.most)
    if terms.kind is Kind.DOTS:
        return n_("Give away {count} point.", "Give away {count} points as you like.", terms.points)
    if terms.kind is Kind.RANKED and len(terms.options) > MOST_RANKS:
        return _("Put your first {count} in your order, the best first.", count=MOST_RANKS)
    return HOW[terms.kind]


def promise(terms: Terms) -> Words:
    """Who may see what; it stands there before the first vote."""
    if terms.is_anonymous:
        return (
            _("Confidential until close, anonymous after: nobody can find out who said what."),
            " ",
            _("No counts before it closes, and no result of fewer than {k} votes.", k=terms.least_shown),
        )
    names = _("Not anonymous: whoever asks this, and leads, can see who said what.")
    counts = _("Counts are shown when it closes.") if terms.is_hidden else _("Everybody sees the counts.")
    return (names, " ", counts)


def ending(terms: Terms) -> Words:
    """When it closes."""
    said: list[Words] = [_("Closes {moment}.", moment=Moment(terms.closes_at)) if terms.closes_at else _("Closes by hand.")]
    if terms.closes_when_all_voted:
        said += [" ", _("Or as soon as everybody has voted.")]
    if terms.quorum:
        said += [" ", n_("It needs {count} vote.", "It needs {count} votes.", terms.quorum)]
    return tuple(said)


# -- the card ------------------------------------------------------------------------------------------------------------


def card(standing: Standing, own: Answer | None = None) -> Message:
    """The living card in a place; to whoever has voted it says how, unless the poll is anonymous."""
    terms = standing.terms
    personal = None if terms.is_anonymous else SeePoll(terms.id)
    mine = _own_vote(terms, own) if own is not None and personal is not None else ()
    if not terms.is_open:
        over = closed_card(standing)
        return replace(over, blocks=(*over.blocks, *mine), personal=personal)
    body = _body(standing, lists=not _says_all_on_buttons(terms))
    change = (Footnote(_("You can change it until it closes: vote again.")),) if mine else ()
    return Message(
        _("Poll: {question}", question=terms.question),
        (Heading(terms.question), *body, *mine, *change, *_ways_to_vote(terms), Footnote(promise(terms))),
        personal=personal,
    )


def _own_vote(terms: Terms, own: Answer) -> tuple[Block, ...]:
    chosen = terms.option(own) if isinstance(own, int) else None
    label = Strong(_("Your vote:"))
    return (Paragraph((label, " ", chosen.label)),) if chosen is not None else (Paragraph(label), *said(terms, own))


def _says_all_on_buttons(terms: Terms) -> bool:
    """Whether the buttons to vote say everything about the options, so that a list above them would say it twice."""
    short = all(not each.description and (isinstance(each.label, Phrase) or len(each.label) <= ON_BUTTON) for each in terms.options)
    return terms.kind.is_one_press and len(terms.options) <= ON_CARD and short


def _body(standing: Standing, page: int = 0, *, lists: bool = True) -> tuple[Block, ...]:
    terms = standing.terms
    said: list[Words] = [how(terms), " ", ending(terms)]
    if standing.voters:
        said += [" ", _voted(standing.voters)]
    more = len(terms.options) - ON_CARD
    rest = (Paragraph(n_("And {count} more option.", "And {count} more options.", more)),) if more > 0 and page == 0 else ()
    return (Paragraph(tuple(said)), *result_views.blocks(terms, standing.result, page, lists=lists), *rest)


def _voted(count: int) -> Phrase:
    return n_("{count} person has voted.", "{count} people have voted.", count)


def _ways_to_vote(terms: Terms, *, in_private: bool = False) -> tuple[Block, ...]:
    further = [] if in_private else [Button(_("See all and my vote"), SeePoll(terms.id))]
    further += [Button(_("Add an option"), AddOption(terms.id), asks=True)] if terms.may_add_options else []
    rest = (Buttons(tuple(further)),) if further else ()
    if not terms.kind.is_one_press:
        return (Buttons((Button(_("Vote"), GiveAnswer(terms.id), "primary", asks=True), *further)),)
    if len(terms.options) > ON_CARD:
        options = tuple(Option(str(each.id), each.label) for each in terms.options)
        return (Picker(_("Your vote"), Pick(terms.id), options), *rest)
    votes = tuple(Button(each.label, Vote(terms.id, each.id)) for each in terms.options)
    return (Buttons(votes), *rest)


def closed_card(standing: Standing) -> Message:
    """The card of a poll that is over: nothing on it counts any more."""
    terms = standing.terms
    if terms.state is State.CANCELLED:
        return cancelled(terms)
    return Message(
        _("Closed: {question}", question=terms.question),
        (Heading(terms.question), *_outcome_of_count(standing), *result_views.blocks(terms, standing.result), *_closed_buttons(terms)),
    )


def result(standing: Standing) -> Message:
    """The result, told in every place."""
    terms = standing.terms
    return Message(
        _("Result: {question}", question=terms.question),
        (
            Heading(_("Result: {question}", question=terms.question)),
            *_outcome_of_count(standing),
            *result_views.blocks(terms, standing.result),
            *_closed_buttons(terms),
        ),
    )


def _closed_buttons(terms: Terms) -> tuple[Block, ...]:
    outcome = (Heading(_("What comes of it"), 2), Quote(terms.outcome)) if terms.outcome else ()
    return (*outcome, Buttons((Button(_("See all of it"), SeePoll(terms.id)),)))


def _outcome_of_count(standing: Standing) -> tuple[Block, ...]:
    terms, voters = standing.terms, standing.voters or 0
    said: list[Words] = [_("This poll is closed.")]
    if voters and not standing.result.too_few:
        said += [" ", n_("{count} person voted.", "{count} people voted.", voters)]
    if terms.quorum:
        reached = voters >= terms.quorum
        yes = _("The quorum of {quorum} was reached.", quorum=terms.quorum)
        said += [" ", yes if reached else _("The quorum of {quorum} was not reached.", quorum=terms.quorum)]
    return (Paragraph(tuple(said)),)


def cancelled(terms: Terms) -> Message:
    """The card of a poll that was called off."""
    said = _("This poll was cancelled; nothing was counted.")
    why = (Quote(terms.reason),) if terms.reason else ()
    return Message(_("Cancelled: {question}", question=terms.question), (Heading(terms.question), Paragraph(said), *why))


# -- writing it ----------------------------------------------------------------------------------------------------------


def preview(standing: Standing, places: Sequence[str]) -> Message:
    """What it will look like, before anybody else sees it."""
    terms = standing.terms
    buttons = (
        Button(_("Post it"), PostIt(terms.id), "primary"),
        Button(_("Change it"), Compose(terms.id), asks=True),
        Button(_("Discard"), Discard(terms.id)),
    )
    where = _("This comes to: {places}.", places=", ".join(places))
    return Message(
        _("Preview: {question}", question=terms.question),
        (
            Heading(terms.question),
            *_body(standing),
            Footnote(promise(terms)),
            Paragraph((_("Nobody else sees this yet."), " ", where)),
            Buttons(buttons),
        ),
    )


def posted(terms: Terms, places: Sequence[str]) -> Message:
    """The poser's receipt."""
    said = _("Your poll is open in: {places}.", places=", ".join(places))
    return Message(said, (Paragraph((Strong(terms.question), " ", said)), Buttons((Button(_("Close, extend, change"), Manage(terms.id)),))))


def discarded() -> Message:
    """A preview is gone."""
    said = _("Discarded. Nobody saw it.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Ask something else"), Compose(None), asks=True),))))


def no_place() -> Message:
    """A community without a place."""
    said = _("A poll needs a place where people see it. Add me to a channel first, then ask again; nothing was posted.")
    return Message(said, (Paragraph(said),))


# -- voting --------------------------------------------------------------------------------------------------------------


def counted(terms: Terms, answer: Answer, what: str) -> Message:
    """The private receipt of a vote."""
    lead = {"new": _("Counted:"), "changed": _("Changed to:"), "same": _("It stands as it was:")}[what]
    until = _("You can change or withdraw it until it closes.")
    change = Button(_("Change my vote"), SeePoll(terms.id)) if terms.kind.is_one_press else _form_again(terms)
    chosen = terms.option(answer) if isinstance(answer, int) else None
    summary = _("{lead} {answer}", lead=lead, answer=chosen.label) if chosen is not None else _("Your vote is counted.")
    return Message(
        summary,
        (
            Paragraph((Strong(terms.question), " ", lead)),
            *said(terms, answer),
            Buttons((change, Button(_("Withdraw my vote"), Withdraw(terms.id)))),
            Footnote((until, " ", promise(terms))),
        ),
    )


def _form_again(terms: Terms) -> Button:
    return Button(_("Change my vote"), GiveAnswer(terms.id), asks=True)


def said(terms: Terms, answer: Answer) -> tuple[Block, ...]:
    """An answer in words."""
    labels = {each.id: each.label for each in terms.options}
    if isinstance(answer, str):
        return (Quote(answer),)
    if isinstance(answer, int):
        return (Paragraph(Strong(labels[answer])),)
    lines: list[Words] = [(labels[each[0]], f": {each[1]}") if isinstance(each, tuple) else labels[each] for each in answer]
    return (Items(tuple(lines), ordered=terms.kind is Kind.RANKED),)


def withdrawn(terms: Terms, *, was_there: bool) -> Message:
    """The receipt of taking a vote back."""
    words = _("Your vote is withdrawn; nothing of it counts.") if was_there else _("There is no vote of yours to withdraw.")
    return Message(words, (Paragraph((Strong(terms.question), " ", words)),))


def over(terms: Terms) -> Message:
    """A vote that came too late."""
    words = _("This poll is over, so nothing was changed. What was counted until then stands.")
    return Message(words, (Paragraph((Strong(terms.question), " ", words)), Buttons((Button(_("See how it ended"), SeePoll(terms.id)),))))


def seen(standing: Standing, own: Answer | None, page: int, *, may_manage: bool) -> Message:
    """How it stands for one person: one page of the options, their own vote, and what they can do."""
    terms = standing.terms
    texts = standing.result.counted.texts if standing.result.counted is not None else ()
    count = pages(max(len(terms.options), len(texts)))
    page = min(max(page, 0), count - 1)
    may_change = own is not None and terms.is_open
    mine: tuple[Block, ...] = (Heading(_("Your vote"), 2), *said(terms, own)) if own is not None else ()
    mine += _ways_to_vote(terms, in_private=True) if may_change and terms.kind.is_one_press else ()
    buttons = [Button(_("Earlier options"), SeePoll(terms.id, page - 1))] if page else []
    buttons += [Button(_("Further options"), SeePoll(terms.id, page + 1))] if page < count - 1 else []
    buttons += [_form_again(terms)] if may_change and not terms.kind.is_one_press else []
    buttons += [Button(_("Withdraw my vote"), Withdraw(terms.id))] if may_change else []
    buttons += [Button(_("Close, extend, change"), Manage(terms.id))] if may_manage else []
    buttons += export_views.buttons(terms) if terms.shows_counts and standing.voters else []
    where = (Paragraph(_("Page {page} of {pages}", page=page + 1, pages=count)),) if count > 1 else ()
    body = _body(standing, page)[:1] if terms.is_open else _outcome_of_count(standing)
    shown = (Heading(terms.question), *body, *result_views.blocks(terms, standing.result, page), *where, *mine)
    rest = (Buttons(tuple(buttons)),) if buttons else ()
    return Message(_("Poll: {question}", question=terms.question), (*shown, *rest, Footnote(promise(terms))))


def to_vote(terms: Terms) -> tuple[Block, ...]:
    """One poll that waits for a vote, at the top of the front door."""
    button = (
        Button(_("Vote"), SeePoll(terms.id), "primary")
        if terms.kind.is_one_press
        else Button(_("Vote"), GiveAnswer(terms.id), "primary", asks=True)
    )
    return (Paragraph((Strong(terms.question), " ", _("This waits for your vote."), " ", ending(terms))), Buttons((button,)))


def ballot(standing: Standing, *, may_manage: bool = False) -> Message:
    """A poll to vote on in one's own chat."""
    terms = standing.terms
    return Message(
        _("Your vote: {question}", question=terms.question),
        (
            Heading(terms.question),
            *_body(standing, lists=not _says_all_on_buttons(terms)),
            *_ways_to_vote(terms, in_private=True),
            *_further(terms, may_manage),
            Footnote(promise(terms)),
        ),
    )


def _further(terms: Terms, may_manage: bool) -> tuple[Block, ...]:
    buttons = [Button(_("Further options"), SeePoll(terms.id, 1))] if len(terms.options) > ON_CARD else []
    buttons += [Button(_("Close, extend, change"), Manage(terms.id))] if may_manage else []
    return (Buttons(tuple(buttons)),) if buttons else ()


def reminder(terms: Terms) -> Message:
    """Brought back to mind, to those who have not voted."""
    return Message(_("Not voted yet: {question}", question=terms.question), to_vote(terms))


def voted(terms: Terms) -> Message:
    """What stands in the place of a reminder once it is done."""
    words = _("You have voted: {question}", question=terms.question)
    return Message(words, (Paragraph(words),))


def is_later(terms: Terms, closes_at: datetime) -> Message:
    """Voters and places hear of another end."""
    words = _("Open for longer, until {moment}: {question}", moment=Moment(closes_at), question=terms.question)
    return Message(_("Open for longer: {question}", question=terms.question), (Paragraph(words),))


def ask_outcome(standing: Standing) -> Message:
    """The poser of a decision is asked what comes of it."""
    terms = standing.terms
    words = _("Your poll has closed. What do we do with this? Those who voted would like to hear it.")
    button = Button(_("Say what comes of it"), TellOutcome(terms.id), "primary", asks=True)
    return Message(
        _("What comes of it? {question}", question=terms.question),
        (Heading(terms.question), *result_views.blocks(terms, standing.result), Paragraph(words), Buttons((button,))),
    )


def outcome(terms: Terms, *, to_voter: bool = True) -> Message:
    """What comes of it, for those who took part, and on the card of whoever says it."""
    why = (Footnote(_("This came because you voted.")),) if to_voter else ()
    return Message(
        _("What comes of it: {question}", question=terms.question),
        (
            Heading(_("What comes of it")),
            Paragraph(Strong(terms.question)),
            Quote(terms.outcome),
            *why,
        ),
    )


def to_tell(terms: Terms) -> tuple[Block, ...]:
    """A decision of which those who voted have not heard what comes of it, at the top of its poser's front door."""
    words = _("Your poll has closed. Those who voted would like to hear what comes of it.")
    button = Button(_("Say what comes of it"), TellOutcome(terms.id), asks=True)
    return (Paragraph((Strong(terms.question), " ", words)), Buttons((button,)))
