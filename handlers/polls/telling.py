"""What may be told of a poll's tally: the rules of small groups for each kind; pure."""

from __future__ import annotations

from bot.people.disclosure import VERBATIM_K, Told, may_quote, may_show, told
from handlers.polls.kinds import Kind, Terms
from handlers.polls.tallies import Tally


def needs(terms: Terms, counted: Tally) -> int:
    """How many voters are missing for anything to be told, as the number that there must be; 0 where there are enough."""
    if not terms.is_anonymous or not counted.voters:
        return 0
    if terms.kind is Kind.OPEN:
        return 0 if may_quote(counted.voters, terms.k) else max(terms.k, VERBATIM_K)
    return 0 if may_show(counted.voters, terms.k) else terms.k


def is_exact(terms: Terms, counted: Tally) -> bool:
    """Whether every number may be told, because none of them says what all or nearly all of a few said."""
    return not terms.is_anonymous or all(each.is_exact for each in _told(terms, counted))


def nearly_all(terms: Terms, counted: Tally) -> int | None:
    """The option that all or nearly all chose, where that is what may be said."""
    if is_exact(terms, counted) or not terms.kind.is_one_press:
        return None
    return min(_told(terms, counted)[0].nearly_all)


def _told(terms: Terms, counted: Tally) -> list[Told[int]]:
    """Everything that is counted: choices, first places, or how often each score was given."""
    match terms.kind:
        case Kind.SCORE:
            counts = [dict(enumerate(each.distribution)) for each in counted.scores]
        case Kind.RANKED:
            counts = [dict(counted.rounds[0].counts)] if counted.rounds else []
        case Kind.DOTS | Kind.OPEN:
            counts = []
        case _:
            counts = [dict(counted.counts)]
    return [told(each, counted.voters, terms.k, is_exclusive=terms.kind is not Kind.MULTIPLE) for each in counts]
