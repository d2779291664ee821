"""Results given back, the library, thanks; and every other end."""

from __future__ import annotations

from bot.chat.errors import FieldErrors
from bot.chat.language import _
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.people import store as people
from handlers import agenda, library, nudges
from handlers.charters import cards, endorsing, flows, meeting, moves, reports, views, work_views, working
from handlers.charters.asset_payloads import AddAsset
from handlers.charters.charter import About, Charter, Report
from handlers.charters.forms import CloseDraft, EndDraft, ResultsDraft
from handlers.charters.payloads import BringResults, Close, End, Rest
from handlers.charters.rules import Move

KIND = "results"
RESULTS = ("found", "asset", "links", "adopted")


def open_results(ctx: Context, payload: BringResults) -> Reply:
    """Open the form with what is there."""
    charter = moves.managed(ctx, payload.charter)
    if not moves.may(charter, Move.BRING):
        return Say(views.past_it(charter))
    last = reports.newest(ctx, charter.id, About.RESULTS)
    values: dict[str, object] = {name: last.word(name) for name in RESULTS} if last is not None else {"asset": charter.word("asset")}
    return ctx.open(ResultsDraft, values={**values, "presents": bool(last and last.word("presents"))}, subject=payload, intro=charter.name)


def bring_results(ctx: Context, draft: ResultsDraft, subject: BringResults) -> Reply:
    """Every place sees them, the library keeps them, and all who had a hand in it hear what came of it, each once."""
    charter = moves.managed(ctx, subject.charter)
    moves.must(charter, Move.BRING)
    words = {**{name: getattr(draft, name) for name in RESULTS}, "presents": "yes" if draft.presents else ""}
    last = reports.newest(ctx, charter.id, About.RESULTS)
    found = reports.rewrite(ctx, last.id, words) if last is not None else reports.insert(ctx, charter.id, About.RESULTS, words)
    brought = moves.moved(ctx, charter, Move.BRING, item=keep(ctx, charter, found), heard_at=ctx.now)
    working.show(ctx, brought, found)
    working.settle_reminders(ctx, charter, views.news(brought, _("The results are there.")))
    persons = (cards.everybody(ctx, brought) | reports.helpers(ctx, brought.id)) - {ctx.actor.id}
    team, came = flows.team_of(ctx, brought), f"{cards.key(brought)}/came"
    heard = cards.tell(ctx, persons - team, work_views.what_came(brought, found), key=came)
    theirs = work_views.what_came(brought, found, may_add=True)
    heard += cards.tell(ctx, persons & team, theirs, key=came, on_reply=AddAsset(brought.id))
    if brought.question is not None:
        agenda.tell(ctx, brought.question, f"{brought.name}: {draft.found}"[:1000])
    return Say(work_views.brought(brought, heard))


def keep(ctx: Context, charter: Charter, found: Report) -> int:
    """The library has it; the team stands in it as signatures, so that a name can be taken off."""
    team = sorted(flows.team_of(ctx, charter))
    with_lessons = Report(found.id, charter.id, found.about, {**found.words, "lessons": charter.word("lessons")})
    text = work_views.paper(charter, with_lessons, [library.by(number) for number in range(len(team))])
    if charter.item is not None and library.revise(ctx, charter.item, text=text, people=team):
        return charter.item
    return library.keep(ctx, kind=KIND, title=charter.name, text=text, people=team)


def open_close(ctx: Context, payload: Close) -> Reply:
    """Ask what was learned."""
    charter = moves.managed(ctx, payload.charter)
    return ctx.open(CloseDraft, subject=payload, intro=charter.name) if moves.may(charter, Move.CLOSE) else Say(views.past_it(charter))


def close(ctx: Context, draft: CloseDraft, subject: Close) -> Reply:
    """It is complete: the team is thanked by name, and the library has the lessons."""
    charter = moves.managed(ctx, subject.charter)
    moves.must(charter, Move.CLOSE)
    closed = moves.moved(ctx, charter, Move.CLOSE, words={**charter.words, "lessons": draft.lessons})
    found = reports.newest(ctx, closed.id, About.RESULTS)
    if found is not None:
        keep(ctx, closed, found)
    show_thanks(ctx, closed)
    meeting.call_off(ctx, closed)
    return Say(work_views.closed(closed))


def show_thanks(ctx: Context, charter: Charter) -> None:
    """Thanks by name in every place; somebody who is erased is named no more."""
    names = people.names(ctx.session, flows.team_of(ctx, charter))
    cards.tell_places(ctx, work_views.thanks(charter, sorted(names.values()), charter.word("lessons")), f"{cards.key(charter)}/thanks")


# -- other ends ----------------------------------------------------------------------------------------------------------


def rest(ctx: Context, payload: Rest) -> Reply:
    """It rests, or wakes up again."""
    charter = moves.managed(ctx, payload.charter)
    move = Move.REST if payload.rests else Move.WAKE
    if not moves.may(charter, move):
        return Say(views.past_it(charter))
    if payload.rests:
        _drop(ctx, charter)
        return Say(work_views.rests(moves.moved(ctx, charter, move), rests=True))
    return Say(work_views.rests(moves.moved(ctx, charter, move, heard_at=ctx.now), rests=False))


def open_end(ctx: Context, payload: End) -> Reply:
    """Ask why."""
    charter = moves.managed(ctx, payload.charter)
    if not moves.may(charter, Move.SET if payload.sets else Move.CANCEL):
        return Say(views.past_it(charter))
    return ctx.open(EndDraft, subject=payload, intro=charter.name)


def end(ctx: Context, draft: EndDraft, subject: End) -> Reply:
    """Called off, or set down: whoever knew of it hears why."""
    charter = moves.managed(ctx, subject.charter)
    move = Move.SET if subject.sets else Move.CANCEL
    if not moves.may(charter, move):
        raise FieldErrors({"": _("This has moved on meanwhile, so nothing was changed.")})
    _drop(ctx, charter)
    meeting.call_off(ctx, charter)
    over = moves.moved(ctx, charter, move, words={**charter.words, "why": draft.why})
    told = work_views.ended(over, draft.why)
    if over.is_public:
        cards.tell_places(ctx, told)
    cards.tell(ctx, (cards.everybody(ctx, over) | reports.helpers(ctx, over.id)) - {ctx.actor.id}, told)
    return Say(told)


def _drop(ctx: Context, charter: Charter) -> None:
    """Nobody is reminded of it any more."""
    nudges.drop(ctx, *endorsing.reminder_keys(ctx, charter), *working.reminder_keys(charter))
