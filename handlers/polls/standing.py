"""How polls stand for one person, what reminds them, and what follows from what happens elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bot.chat.language import _
from bot.chat.message import Block
from bot.core.cadences import Occurrence
from bot.core.context import Context
from bot.core.facts import CommunityChanged, PeopleLinked, PersonLeft, PlaceJoined
from bot.core.feature import Keeps, Upcoming
from bot.people import store as people
from handlers import nudges
from handlers.polls import ballots, cards, closing, store, views
from handlers.polls.ballot_rows import ParticipationRow, SecretVoterRow, VoteRow
from handlers.polls.kinds import Terms, said_again
from handlers.polls.rows import OptionRow, PollRow, SeriesRow

MOST = 3  # on the front door
WHY = _("This poll is open, and you have not voted yet.")


def waiting(ctx: Context) -> Sequence[Terms]:
    """The open polls on which the actor has not voted."""
    return [terms for terms in store.open_polls(ctx) if ctx.actor.id not in ballots.has_voted(ctx, terms, [ctx.actor.id])]


def my_things(ctx: Context) -> Sequence[Block]:
    """What needs the actor's vote, and the decisions of which they have not told what comes."""
    polls = [block for terms in waiting(ctx)[:MOST] for block in views.to_vote(terms)]
    open_ones = [block for terms in store.without_outcome(ctx, ctx.actor.id)[:1] for block in views.to_tell(terms)]
    return [*polls, *open_ones]


def upcoming(ctx: Context) -> Sequence[Upcoming]:
    """The reminders of polls on which the actor has not voted."""
    return [
        Upcoming(at, _("Reminder to vote: {question}", question=terms.question), WHY)
        for terms in waiting(ctx)
        for at in cards.reminder_times(terms)
        if at > ctx.now
    ]


# -- reminders -----------------------------------------------------------------------------------------------------------


def remind_first(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Halfway, those who have not voted."""
    _remind(ctx, occurrences, 0)


def remind_last(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Before the end, those who still have not."""
    _remind(ctx, occurrences, 1)


def _remind(ctx: Context, occurrences: Sequence[Occurrence], number: int) -> None:
    for occurrence in occurrences:
        terms = store.poll(ctx, occurrence.subject)
        if terms is None or not terms.is_open or terms.closes_at is None or terms.closes_at <= ctx.now:
            continue
        present = people.members(ctx.session)
        voted = ballots.has_voted(ctx, terms, present)
        reminder = nudges.Reminder(cards.reminder_keys(terms)[number], views.reminder(terms), WHY, terms.closes_at)
        nudges.remind_all(ctx, [(member, reminder) for member in present.values() if member.id not in voted])


# -- what happens elsewhere ----------------------------------------------------------------------------------------------


def show_to_place(ctx: Context, fact: PlaceJoined) -> None:
    """A place that joins late gets the polls that stand in all places."""
    for terms in store.open_polls(ctx):
        cards.show_in(ctx, terms, fact.place)


def release_person(ctx: Context, _fact: PersonLeft) -> None:
    """Nobody waits for the vote of somebody who has left; the vote they gave counts."""
    for terms in store.open_polls(ctx):
        closing.close_if_all_voted(ctx, terms)


def count_once(ctx: Context, fact: PeopleLinked) -> None:
    """Two who became one have one vote, and are told so."""
    if any(ballots.has_voted(ctx, terms, [fact.member.id]) for terms in store.open_polls(ctx)):
        ctx.remarks.append(_("In open polls you have one vote now; where you had voted with both, the later vote counts."))
    count_anew(ctx, fact)


def count_anew(ctx: Context, _fact: PeopleLinked | CommunityChanged) -> None:
    """Who may vote is somebody else now, and two communities that became one have all places of both."""
    for terms in store.open_polls(ctx):
        if not closing.close_if_all_voted(ctx, terms):
            cards.show(ctx, terms)


# -- what is kept --------------------------------------------------------------------------------------------------------


def _export_votes(ctx: Context) -> list[dict[str, Any]]:
    """The actor's votes; of anonymous polls only that they took part, since nobody can tell more."""
    found: list[dict[str, Any]] = []
    for terms in _voted_in(ctx):
        own = ballots.own(ctx, terms)
        found.append({"poll": terms.question, "answer": said_again(own) if own is not None else None})
    return found


def _voted_in(ctx: Context) -> list[Terms]:
    ids = {
        poll
        for row in (VoteRow, SecretVoterRow, ParticipationRow)
        for poll in ctx.session.execute(select(row.poll_id).where(row.person_id == ctx.actor.id)).scalars()
    }
    return [terms for poll in sorted(ids) if (terms := store.poll(ctx, poll)) is not None]


def _export_posed(ctx: Context) -> list[dict[str, Any]]:
    posed = [
        {"question": terms.question, "opened_at": terms.opened_at.isoformat() if terms.opened_at else None, "outcome": terms.outcome}
        for terms in store.posed_by(ctx, ctx.actor.id)
    ]
    return [*posed, *store.added_by_me(ctx), *store.my_series(ctx)]


KEEPS = {
    "votes": Keeps(
        _("What you said in open polls, and in which anonymous ones you took part. The words are encrypted."),
        _("Open polls: whoever asked, and leads. Anonymous ones: nobody, once they are closed."),
        _export_votes,
        (VoteRow, SecretVoterRow, ParticipationRow),
    ),
    "polls": Keeps(
        _("The polls that you asked, and the options that you added to others."),
        _("Everybody in the places where a poll stands."),
        _export_posed,
        (PollRow, OptionRow, SeriesRow),
    ),
}
