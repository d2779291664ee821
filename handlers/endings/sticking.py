"""Thirty and ninety days after: what stuck? One press, perhaps a line, and everybody hears what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.chat.errors import CardOutOfDate
from bot.chat.reply import Reply, Say
from bot.core.cadences import Occurrence
from bot.core.context import Context, For
from bot.core.outbox import Kind
from bot.people import store as people
from handlers import challenges
from handlers.challenges import Challenge, State
from handlers.endings import reporting, store, views
from handlers.endings.payloads import AddLine, LineDraft, SayStuck
from handlers.endings.rules import FOLLOW_UPS, Stuck
from handlers.endings.store import Farewell


def asking(after: int) -> Callable[[Context, Sequence[Occurrence]], None]:
    """The job that asks so many days after."""

    def ask(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
        """Ask whoever is still here, and has not answered yet."""
        farewells = store.farewells(ctx, [occurrence.subject for occurrence in occurrences])
        members = people.members(ctx.session, [each.person for each in farewells.values()])
        for challenge_id in {each.challenge for each in farewells.values()}:
            challenge = challenges.challenge(ctx, challenge_id)
            assert challenge is not None
            has_said = {each.person for each in store.answers(ctx, challenge_id, after)}
            asked = [each.person for each in farewells.values() if each.challenge == challenge_id and each.person not in has_said]
            card = views.ask_stuck(challenge, after)
            ctx.post_all([For(members[person], card) for person in asked if person in members], kind=Kind.ASKED_FOR)

    return ask


def telling(after: int) -> Callable[[Context, Sequence[Occurrence]], None]:
    """The job that tells what came of it."""

    def tell(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
        """The answers stand in the report; the lead and everybody who was asked hear of it."""
        for occurrence in occurrences:
            challenge = challenges.challenge(ctx, occurrence.subject, lock=True)
            if challenge is not None:
                _tell(ctx, challenge, after)

    return tell


def _tell(ctx: Context, challenge: Challenge, after: int) -> None:
    follow_up = reporting.follow_up(ctx, challenge.id, after)
    if not follow_up.answers:
        for lead in reporting.recipients(ctx, challenge):
            ctx.post(lead, views.nobody_answered(challenge, after), kind=Kind.NEWS)
        return
    _show_in_report(ctx, challenge)
    _show_everybody(ctx, challenge, after)


def _show_everybody(ctx: Context, challenge: Challenge, after: int) -> None:
    """The lead and everybody who was asked read what came of it, or read it anew."""
    card = views.told(challenge, reporting.follow_up(ctx, challenge.id, after), store.report(ctx, challenge.id).item)
    asked = people.members(ctx.session, [each.person for each in store.farewells_of(ctx, challenge.id)])
    leads = {lead.id: lead for lead in reporting.recipients(ctx, challenge)}
    ctx.post_all([For(member, card, _key(challenge.id, after)) for member in {**asked, **leads}.values()], kind=Kind.NEWS)


def _show_in_report(ctx: Context, challenge: Challenge) -> None:
    words = store.report(ctx, challenge.id)
    if words.is_posted:
        reporting.keep(ctx, reporting.report_of(ctx, challenge), words.item)
    else:
        reporting.show_kept(ctx, challenge)


def say(ctx: Context, payload: SayStuck) -> Reply:
    """Keep one press; the other buttons change it."""
    found = _asked(ctx, payload.challenge, payload.after)
    if found is None or payload.answer not in set(Stuck):
        return Say(views.not_asked())
    challenge, farewell = found
    before = store.answer(ctx, farewell, payload.after)
    said = Stuck(payload.answer)
    if before is not None and before.answer is said:
        return Say(views.said_stuck(challenge, payload.after, said, before.line, by_name=before.by_name))
    store.save_answer(ctx, farewell, payload.after, said)
    _follow(ctx, challenge, payload.after)
    line, by_name = (before.line, before.by_name) if before is not None else ("", False)
    return Say(views.said_stuck(challenge, payload.after, said, line, by_name=by_name), instead=True)


def open_line(ctx: Context, payload: AddLine) -> Reply:
    """Open the form with the line as it stands."""
    found = _asked(ctx, payload.challenge, payload.after)
    standing = store.answer(ctx, found[1], payload.after) if found is not None else None
    if standing is None:
        return Say(views.not_asked())
    return ctx.open(LineDraft, values={"line": standing.line, "by_name": standing.by_name}, subject=payload)


def save_line(ctx: Context, draft: LineDraft, subject: AddLine) -> Reply:
    """Keep a line for the report; an empty one takes it back."""
    found = _asked(ctx, subject.challenge, subject.after)
    standing = store.answer(ctx, found[1], subject.after) if found is not None else None
    if found is None or standing is None:
        raise CardOutOfDate
    store.save_line(ctx, found[1], subject.after, draft.line, by_name=draft.by_name)
    follow_line(ctx, found[0], subject.after)
    by_name = draft.by_name and bool(draft.line)
    return Say(views.said_stuck(found[0], subject.after, standing.answer, draft.line, by_name=by_name))


def show_anew(ctx: Context, challenge: Challenge) -> None:
    """Somebody is quoted no more: what was told already says what stands now."""
    for after in FOLLOW_UPS:
        if store.answers(ctx, challenge.id, after) or _has_lines(ctx, challenge, after):
            follow_line(ctx, challenge, after)


def follow_line(ctx: Context, challenge: Challenge, after: int) -> None:
    """A line came, changed or went: the leads see it before it is told, and what was told already says what stands now."""
    given = reporting.lines(ctx, store.answers(ctx, challenge.id, after))
    if given or _has_lines(ctx, challenge, after):
        card = views.lines(challenge, after, given)
        leads = reporting.recipients(ctx, challenge)
        ctx.post_all([For(lead, card, _lines_key(challenge.id, after)) for lead in leads], kind=Kind.NEWS)
    _follow(ctx, challenge, after)


def _has_lines(ctx: Context, challenge: Challenge, after: int) -> bool:
    return any(ctx.has_posted(lead, _lines_key(challenge.id, after)) for lead in reporting.recipients(ctx, challenge))


def _lines_key(challenge: int, after: int) -> str:
    return f"challenge/{challenge}/lines/{after}"


def _follow(ctx: Context, challenge: Challenge, after: int) -> None:
    """What was told already says what stands now; before that, nothing leaves."""
    if any(ctx.has_posted(lead, _key(challenge.id, after)) for lead in reporting.recipients(ctx, challenge)):
        _show_in_report(ctx, challenge)
        _show_everybody(ctx, challenge, after)


def _asked(ctx: Context, challenge_id: int, after: int) -> tuple[Challenge, Farewell] | None:
    """The actor's own way out of a challenge that is over."""
    challenge = challenges.challenge(ctx, challenge_id, lock=True)
    farewell = store.farewell(ctx, challenge_id, ctx.actor.id)
    if challenge is None or farewell is None or after not in FOLLOW_UPS or challenge.state not in (State.CLOSING, State.CLOSED):
        return None
    return challenge, farewell


def _key(challenge: int, after: int) -> str:
    return f"challenge/{challenge}/stuck/{after}"
