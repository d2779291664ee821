"""The vote on the response, blind until it closes; in a quick request the one poll with its why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.chat.errors import FieldErrors
from bot.chat.language import Phrase, _
from bot.chat.message import Option
from bot.chat.reply import Reply, Say
from bot.chat.text import Label
from bot.core.context import Context
from bot.core.feature import Options
from handlers.opinions import audience, ballot_views, cards, seats, store, taking_part, views
from handlers.opinions.ballot_views import Ballot
from handlers.opinions.forms import POSITION_OPTIONS, BallotDraft
from handlers.opinions.payloads import Ratify, SeeRemarks, WithdrawBallot
from handlers.opinions.requests import Request
from handlers.opinions.rules import Decision, Phase, Position, Printing, Size, decide
from handlers.opinions.words import POSITIONS
from handlers.polls import AGREEMENT

SAY_WHY: dict[Position, Phrase] = {
    Position.SUGGEST: _("Please say what you suggest."),
    Position.ONLY_IF_CHANGED: _("Please say which change you need."),
    Position.DO_NOT_SEND: _("Please say which harm you see."),
}


def is_open(request: Request) -> bool:
    """Whether ballots are taken."""
    return request.phase is Phase.RATIFY or (request.size is Size.QUICK and request.phase is Phase.STATEMENTS)


def choices(request: Request) -> list[Label]:
    """The answers of a quick request."""
    return list(request.options or AGREEMENT)


def options(ctx: Context, subject: Any) -> Options:
    """What one can say."""
    request = store.request(ctx, subject.request) if isinstance(subject, Ratify) else None
    if request is None or request.size is not Size.QUICK:
        return {"position": POSITION_OPTIONS}
    return {"position": tuple(Option(str(number), label) for number, label in enumerate(choices(request)))}


def open_ballot(ctx: Context, payload: Ratify) -> Reply:
    """Open the ballot with what it says now."""
    request = taking_part.asked(ctx, payload.request)
    if not is_open(request):
        return Say(views.past_it(request))
    said = seats.sheet(ctx, request.id, seats.own(ctx, request.id)).ballots.get(request.round, {})
    intro = ballot_views.intro(request, store.newest_version(ctx, request.id))
    return ctx.open(BallotDraft, values=said, subject=payload, intro=intro)


def vote(ctx: Context, draft: BallotDraft, subject: Ratify) -> Reply:
    """Count a ballot in place of an earlier one."""
    request = taking_part.locked(ctx, subject.request)
    if not is_open(request):
        raise FieldErrors({"": _("This vote has closed meanwhile, so nothing was changed.")})
    if request.size is not Size.QUICK and (wrong := SAY_WHY.get(Position(draft.position))) is not None and not draft.words:
        raise FieldErrors({"words": wrong})
    is_new = not seats.is_seated(ctx, request.id)
    seat = seats.take(ctx, request)
    sheet = seats.sheet(ctx, request.id, seat)
    sheet.ballots[request.round] = {"position": draft.position, "words": draft.words, "printing": draft.printing}
    seats.write(ctx, request.id, seat, sheet)
    taking_part.settle(ctx, request)
    if is_new:
        cards.follow(ctx, request)
    return Say(ballot_views.counted(request, _ballot(request, sheet.ballots[request.round])))


def withdraw(ctx: Context, payload: WithdrawBallot) -> Reply:
    """Take one's ballot back."""
    request = taking_part.locked(ctx, payload.request)
    if not is_open(request):
        return Say(views.past_it(request))
    seat = seats.own(ctx, request.id)
    sheet = seats.sheet(ctx, request.id, seat)
    was_there = sheet.ballots.pop(request.round, None) is not None
    if was_there and seat is not None:
        seats.write(ctx, request.id, seat, sheet)
    return Say(ballot_views.withdrawn(request, was_there=was_there))


# -- counting ------------------------------------------------------------------------------------------------------------


def ballots(ctx: Context, request: Request) -> Iterator[tuple[str, Ballot]]:
    """All ballots of this round, in no order that tells anything."""
    for seat, sheet in seats.sheets(ctx, request.id):
        if (said := sheet.ballots.get(request.round)) is not None:
            yield seat, _ballot(request, said)


def decision(ctx: Context, request: Request) -> Decision:
    """What the ballots of this round decide."""
    positions = [Position(ballot.position) for _seat, ballot in ballots(ctx, request)]
    return decide(positions, audience.count(ctx, request), request.rule, request.promises.quorum)


def counts(ctx: Context, request: Request) -> list[int]:
    """How many chose each answer of a quick request, in the answers' order."""
    counted = Counter(ballot.position for _seat, ballot in ballots(ctx, request))
    return [counted[str(number)] for number in range(len(choices(request)))]


def tell(ctx: Context, request: Request, decided: Decision) -> None:
    """The places hear what the vote came to, and its owner what objectors ask for."""
    cards.tell_places(ctx, ballot_views.decided(request, decided), f"{cards.key(request)}/decided/{request.round}")
    if asked := _with_words(ctx, request):
        cards.tell_owner(ctx, request, ballot_views.remarks(request, asked), f"remarks/{request.round}")


def _with_words(ctx: Context, request: Request) -> list[Ballot]:
    return [ballot for _seat, ballot in ballots(ctx, request) if ballot.words]


def see_remarks(ctx: Context, payload: SeeRemarks) -> Reply:
    """What voters wrote, for whoever looks after it, once the vote has closed."""
    request = taking_part.managed(ctx, payload.request)
    if request.phase is not Phase.SEND or request.size is Size.QUICK:
        return Say(views.past_it(request))
    return Say(ballot_views.remarks(request, _with_words(ctx, request), payload.page))


def _ballot(request: Request, said: dict[str, Any]) -> Ballot:
    position = said["position"]
    label = choices(request)[int(position)] if request.size is Size.QUICK else POSITIONS[Position(position)]
    return Ballot(position, label, said["words"], Printing(said["printing"]))
