"""What people see of the vote on a response: the ballot, its receipt, what it decided and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Count, Footnote, Heading, Message, Paragraph, Quote, Tally
from bot.chat.text import Label, Strong, Words
from bot.lean import dataclass
from bot.people import disclosure
from handlers.opinions import views
from handlers.opinions.payloads import NewRound, Ratify, SeeDraft, SeeRemarks, WithdrawBallot
from handlers.opinions.requests import Request, Version
from handlers.opinions.response import as_text
from handlers.opinions.rules import Decision, Missing, Position, Printing, Rule, Size, Way
from handlers.opinions.words import POSITIONS, PRINTINGS

PAGE = 10
LONGEST_INTRO = 2000  # characters of the response above its ballot; more is read by its button
WORDS_ARE_KNOWN = _("Small groups know each other's ways of writing. Nobody is told who wrote your words, and some may guess.")
MISSING: dict[Missing, Phrase] = {
    Missing.VOTERS: _("Too few voted."),
    Missing.SUPPORT: _("Too few support it."),
}


@dataclass(frozen=True, slots=True)
class Ballot:
    """What somebody said, in its words, and how it may be printed."""

    position: str
    label: Label
    words: str
    printing: Printing


def intro(request: Request, version: Version | None) -> Words:
    """What is voted on, above the ballot."""
    seen = _("Whoever looks after this reads your words after the vote, without your name.")
    if request.size is Size.QUICK or version is None:
        return (request.question, "\n", seen, " ", views.promise(request))
    text = as_text(version.sentences)
    shown = text if len(text) <= LONGEST_INTRO else text[: LONGEST_INTRO - 1].rstrip() + "…"
    small = (" ", WORDS_ARE_KNOWN) if request.is_anonymous else ()
    return (shown, "\n\n", seen, *small)


def counted(request: Request, ballot: Ballot) -> Message:
    """The private receipt of a ballot."""
    said = _("Your ballot is counted.")
    words: tuple[Block, ...] = (Quote(ballot.words), Paragraph(PRINTINGS[ballot.printing])) if ballot.words else ()
    buttons = (Button(_("Change my ballot"), Ratify(request.id), asks=True), Button(_("Take it back"), WithdrawBallot(request.id)))
    until = _("Until the vote closes you can change it or take it back.")
    return Message(
        said,
        (
            Paragraph((Strong(request.question), " ", said, " ", Strong(ballot.label))),
            *words,
            Buttons(buttons),
            Footnote((until, " ", views.promise(request))),
        ),
    )


def withdrawn(request: Request, *, was_there: bool) -> Message:
    """The receipt of taking a ballot back."""
    said = _("Your ballot is taken back; nothing of it counts.") if was_there else _("There is no ballot of yours to take back.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)),))


# -- what it decided -----------------------------------------------------------------------------------------------------


def decided(request: Request, decision: Decision) -> Message:
    """What the vote came to, and how the rule read it."""
    passed = _("The response is ratified.") if decision.passed else _("The response is not ratified.")
    way = () if decision.passed or request.decision is None else (Paragraph(views.WAYS[Way(request.decision)]),)
    return Message(
        _("The vote: {question}", question=request.question),
        (
            Heading(_("The vote on the response")),
            Paragraph((Strong(request.question), " ", passed)),
            *numbers(request, decision),
            *way,
            Buttons((Button(_("Read the response"), SeeDraft(request.id)),)),
        ),
    )


def numbers(request: Request, decision: Decision) -> Iterator[Block]:
    """The numbers that the rule read, as far as they may be told."""
    yield Paragraph((n_("{count} person voted.", "{count} people voted.", decision.voted), " ", _quorum(decision)))
    if not decision.voted:
        yield Paragraph(MISSING[Missing.VOTERS])
        return
    if request.is_anonymous and not disclosure.may_show(decision.voted, request.k):
        yield Paragraph(disclosure.fewer_than(request.k))
        return
    tally = {position: decision.counts[position] for position in Position}
    told = disclosure.told(tally, decision.voted, request.k, is_exclusive=True) if request.is_anonymous else disclosure.Told(tally)
    if told.is_exact:
        yield Tally(tuple(Count(POSITIONS[position], count) for position, count in tally.items()), decision.voted)
        yield Paragraph(tuple(_why(decision)))
        return
    for position in told.nearly_all:
        yield Paragraph((_("All or nearly all said:"), " ", POSITIONS[position]))


def _quorum(decision: Decision) -> Phrase:
    if decision.voted >= decision.quorum:
        return n_("At least {count} had to vote, and did.", "At least {count} had to vote, and did.", decision.quorum)
    return n_("At least {count} had to vote.", "At least {count} had to vote.", decision.quorum)


def _why(decision: Decision) -> Iterator[Words]:
    yield _("{support} of {deciding} who did not abstain support it.", support=decision.support, deciding=decision.deciding)
    if decision.rule is Rule.CONSENT:
        yield " "
        yield n_("{count} objection is open.", "{count} objections are open.", decision.objections)
    for missing in decision.missing:
        if missing in MISSING:  # open objections are told by their number
            yield " "
            yield MISSING[missing]


def remarks(request: Request, ballots: Sequence[Ballot], page: int = 0) -> Message:
    """Whoever looks after it reads what voters wrote, and may work it in."""
    blocks: list[Block] = []
    pages = max(1, -(-len(ballots) // PAGE))
    page = min(max(page, 0), pages - 1)
    for ballot in ballots[page * PAGE : (page + 1) * PAGE]:
        blocks += [Paragraph(Strong(ballot.label)), Quote(ballot.words)]
    said = _("This is what voters wrote. You can change the response and let all vote again, as long as it is not sent.")
    turn = [Button(_("Earlier page"), SeeRemarks(request.id, page - 1))] if page else []
    turn += [Button(_("Next page"), SeeRemarks(request.id, page + 1))] if page < pages - 1 else []
    new = Button(_("Change it, vote again"), NewRound(request.id), asks=True)
    return Message(
        _("What voters wrote: {question}", question=request.question),
        (Heading(request.question), Paragraph(said), *blocks, Buttons((*turn, Button(_("See the draft"), SeeDraft(request.id)), new))),
    )


def new_round(request: Request, changes: Sequence[Block]) -> Message:
    """Everybody is asked again, with what changed since the last vote."""
    said = _("The response was changed, and all of us vote on it anew. Earlier ballots do not count.")
    if not changes:
        said = _("All of us vote on the response anew, in the words it had. Earlier ballots do not count.")
    return Message(
        _("A new round: {question}", question=request.question),
        (
            Heading(_("A new round")),
            Paragraph((Strong(request.question), " ", said)),
            *changes,
            Buttons(
                (
                    Button(_("Vote on the response"), Ratify(request.id), "primary", asks=True),
                    Button(_("Read the response"), SeeDraft(request.id)),
                )
            ),
        ),
    )


def gone_on(request: Request) -> Message:
    """The receipt of a new round."""
    said = _("The vote is open again, and everybody is told.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)),))
