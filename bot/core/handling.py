"""Handling: one verified interaction inside its unit of work, from who acts to what they hear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.chat.action import Action, UnknownAction, action, from_wire
from bot.chat.errors import CardOutOfDate, FieldErrors, LeadsOnly, NoCommunity
from bot.chat.form import Draft, Form, Raw, corrected, from_line, kinds, read
from bot.chat.language import _
from bot.chat.message import Button, Buttons, Footnote, Message, Paragraph, Quote
from bot.chat.reply import Open, Reply, Say, Silence
from bot.chat.text import Code, clean_line
from bot.core import kept, outbox
from bot.core.arrivals import LONGEST_NAME, Scene, arrive, take_profile
from bot.core.context import Context, Written
from bot.core.facts import PersonArrived, PersonChanged, PersonLeft, PlaceGone, PlaceJoined
from bot.core.feature import Command
from bot.core.ports import (
    AccountClosed,
    BotAdded,
    BotRemoved,
    Commanded,
    Deleted,
    Edited,
    Interaction,
    OpenedHome,
    PlaceClosed,
    PlaceRenamed,
    Pressed,
    ProfileChanged,
    Submitted,
    Wrote,
)
from bot.core.registry import Registry
from bot.core.routing import (
    AnswerQuestion,
    AskWhatItIs,
    CommandTyped,
    Help,
    NotForUs,
    Route,
    TakeReply,
    TodaysEntry,
    UnknownCommand,
    route,
)
from bot.core.rows import SeenRow
from bot.data import scope
from bot.data.base import table
from bot.people import store
from bot.people.values import Place, Role

NOBODY = ""
LONGEST_TYPED = 1000
_SEE = {
    "sqlite": sqlite.insert(table(SeenRow)).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(table(SeenRow)).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of an interaction: the reply, unresolved, and what the machine does after the commit."""

    reply: Reply
    language: str
    needs_description: bool = False
    needs_place_name: bool = False


class FormNotAccepted(Exception):
    """A filled-in form has errors: nothing of its unit is kept, its nonce included, and the form goes back as it was typed."""

    def __init__(self, form: Form, language: str) -> None:
        super().__init__(form.wire_name)
        self.form = form
        self.language = language


def handle(session: Session, registry: Registry, event: Interaction, now: datetime, seed: int) -> Handled:
    """Run one interaction; called again with the same arguments when its unit is re-run."""
    scope.enter(session, scope.SYSTEM)
    if _is_for_others(event):
        return Handled(Silence(), "en")
    if event.key is not None and not _is_first_time(session, event.key, now):
        return Handled(Silence(), "en")
    if event.actor.account == NOBODY:
        return _of_nobody(session, registry, event, now)
    scene = arrive(session, event, now)
    if scene is None:
        raise NoCommunity
    scope.enter(session, scene.community.id)
    ctx = _context(session, registry, event, scene, now, seed)
    if scene.has_arrived:
        ctx.publish(PersonArrived(scene.actor))
    reply = _run(ctx, event)
    return Handled(
        reply,
        scene.actor.language,
        needs_description=not scene.is_described,
        needs_place_name=scene.place_is_new and event.conversation.name is None,
    )


def _is_for_others(event: Interaction) -> bool:
    """What people say to each other in a place, outside any thread, is dropped before anything of it is stored."""
    did = event.did
    return event.conversation.kind == "place" and isinstance(did, Wrote) and not did.mentions_bot and did.reply_to is None


def _of_nobody(session: Session, registry: Registry, event: Interaction, now: datetime) -> Handled:
    """Something that happened to a place without anybody being named: its renaming, its end."""
    known = store.find(
        session,
        platform=event.platform,
        workspace=event.workspace,
        account=NOBODY,
        conversation=event.conversation.external_id,
    )
    if known is not None and known.place is not None:
        scope.enter(session, known.community.id)
        ctx = Context(session=session, registry=registry, now=now, seed=0, community=known.community, place=known.place, in_chat=False)
        _to_place(ctx, known.place, event)
    return Handled(Silence(), "en")


def _to_place(ctx: Context, place: Place, event: Interaction) -> None:
    match event.did:
        case PlaceRenamed(name):
            store.remember_place(ctx.session, place.id, name=clean_line(name, LONGEST_NAME))
        case PlaceClosed() | BotRemoved():
            store.remember_place(ctx.session, place.id, closed_at=ctx.now)
            ctx.publish(PlaceGone(place.id))
        case BotAdded():
            store.remember_place(ctx.session, place.id, closed_at=None)
            ctx.publish(PlaceJoined(place))


def front_door(session: Session, registry: Registry, event: Interaction, now: datetime) -> Message | None:
    """How things stand now for whoever pressed an old button."""
    scope.enter(session, scope.SYSTEM)
    scene = arrive(session, event, now)
    door = next((f.front_door for f in registry.features if f.front_door is not None), None)
    if scene is None or door is None:
        return None
    scope.enter(session, scene.community.id)
    return door(_context(session, registry, event, scene, now, seed=0))


def _is_first_time(session: Session, key: str, now: datetime) -> bool:
    statement = _SEE[session.get_bind().dialect.name]
    result = session.connection().execute(statement, {"key": key, "at": now})
    return result.rowcount == 1


def _context(session: Session, registry: Registry, event: Interaction, scene: Scene, now: datetime, seed: int) -> Context:
    did = event.did
    at = event.at or now
    lane = scene.place.id if scene.place else scene.actor.identities[0].id
    written = None
    if isinstance(did, Wrote | Edited | Deleted):
        written = Written("" if isinstance(did, Deleted) else did.text, at, lane, did.message_id)
    return Context(
        session=session,
        registry=registry,
        now=now,
        seed=seed,
        community=scene.community,
        actor=scene.actor,
        place=scene.place,
        in_chat=event.conversation.kind == "chat",
        event_at=at,
        written=written,
        picked=did.picked if isinstance(did, Pressed) else None,
    )


def _run(ctx: Context, event: Interaction) -> Reply:
    did = event.did
    match did:
        case Commanded(command, rest):
            found = ctx.registry.commands.get(command)
            return run_command(ctx, found, rest) if found else _unknown(ctx, f"/{command}", None)
        case Wrote():
            return _wrote(ctx, did)
        case Pressed(payload) if payload.startswith(f'["{RunCommand.wire_name}",'):
            return _press_command(ctx, payload)
        case Pressed(payload):
            return press(ctx, _payload(ctx, payload))
        case Submitted():
            return _submit(ctx, did)
        case Edited():
            return _edited(ctx)
        case Deleted():
            return _deleted(ctx)
        case OpenedHome():
            return _welcome(ctx)
        case BotAdded():
            return _added(ctx)
        case BotRemoved() | PlaceClosed() | PlaceRenamed():
            return _place_changed(ctx, event)
        case ProfileChanged():
            ctx.publish(PersonChanged(take_profile(ctx.session, event, ctx.actor, ctx.now)))
            return Silence()
        case AccountClosed():
            return _account_closed(ctx)
        case _:
            assert_never(did)


@action("command")
class RunCommand(Action):
    """A command as a button, with what was typed behind its name."""

    name: str
    typed: str = ""


def run_command(ctx: Context, command: Command, rest: str) -> Reply:
    """Run a typed command, or open its form where the line does not say everything."""
    reply = _run_command(ctx, command, rest)
    if isinstance(reply, Open):
        return Open(reply.form, RunCommand(command.name, rest if len(rest) <= LONGEST_TYPED else ""))
    return reply


def _run_command(ctx: Context, command: Command, rest: str) -> Reply:
    _check_role(ctx, command.role)
    if command.draft is None:
        return command.run(ctx, rest)
    if not rest and command.opens is not None:
        return command.opens(ctx)
    values = from_line(command.draft, rest)
    declared = ctx.registry.forms[command.draft.wire_name]
    options = declared.options(ctx, None) if declared.options else None
    try:
        return command.run(ctx, read(command.draft, values, options))
    except FieldErrors as wrong:
        opening = ctx.open(command.draft, values=values)
        given = {name: phrase for name, phrase in wrong.errors.items() if values.get(name)}
        return Open(corrected(opening.form, values, given)) if given else opening


def _press_command(ctx: Context, line: str) -> Reply:
    try:
        payload = from_wire(line, {RunCommand.wire_name: RunCommand})
    except UnknownAction as error:
        raise CardOutOfDate from error
    assert isinstance(payload, RunCommand)
    command = ctx.registry.commands.get(payload.name)
    if command is None:
        raise CardOutOfDate
    return run_command(ctx, command, payload.typed)


def press(ctx: Context, payload: Action) -> Reply:
    """Do what a button says."""
    declared = ctx.registry.actions.get(payload.wire_name)
    if declared is None:
        raise CardOutOfDate
    _check_role(ctx, declared.role)
    return declared.run(ctx, payload)


def _payload(ctx: Context, line: str) -> Action:
    try:
        return from_wire(line, ctx.registry.payloads)
    except UnknownAction as error:
        raise CardOutOfDate from error


def _check_role(ctx: Context, role: Role) -> None:
    """The one place where roles are checked."""
    if role is Role.LEAD and not ctx.actor.is_lead:
        raise LeadsOnly


def _submit(ctx: Context, did: Submitted) -> Reply:
    declared = ctx.registry.forms.get(did.form)
    if declared is None:
        raise CardOutOfDate
    _check_role(ctx, declared.role)
    subject = _payload(ctx, did.subject) if did.subject else None
    options = declared.options(ctx, subject) if declared.options else None
    try:
        return declared.run(ctx, read(declared.draft, did.values, options), subject)
    except FieldErrors as wrong:
        form = _reopened(ctx, declared.draft, did, subject)
        raise FormNotAccepted(corrected(form, did.values, wrong.errors), ctx.actor.language) from wrong


def _reopened(ctx: Context, draft: type[Draft], did: Submitted, subject: Action | None) -> Form:
    values: dict[str, Raw] = {name: did.values.get(name) for name in kinds(draft)}
    return replace(ctx.open(draft, values=values, subject=subject).form, nonce=did.nonce)


def _wrote(ctx: Context, did: Wrote) -> Reply:
    assert ctx.written is not None
    where = _routed(ctx, did)
    match where:
        case CommandTyped(typed):
            return run_command(ctx, ctx.registry.commands[typed.command], typed.rest)
        case Help():
            return _welcome(ctx)
        case UnknownCommand(word, meant):
            return _unknown(ctx, word, meant)
        case TakeReply(payload):
            action = _payload(ctx, payload)
            declared = ctx.registry.replies.get(action.wire_name)
            if declared is None:
                raise CardOutOfDate
            return declared.run(ctx, action, ctx.written)
        case AnswerQuestion(is_yes):
            return _answer(ctx, is_yes)
        case TodaysEntry():
            taker = next(f.takes_text for f in ctx.registry.features if f.takes_text and f.takes_text.is_open(ctx))
            return taker.take(ctx, ctx.written)
        case AskWhatItIs():
            return _ask(ctx, ctx.written)
        case NotForUs():
            return Silence()
        case _:
            assert_never(where)


def _routed(ctx: Context, did: Wrote) -> Route:
    takers = [f.takes_text for f in ctx.registry.features if f.takes_text is not None]
    lane = ctx.place.id if ctx.place else ctx.actor.identities[0].id
    replies_to = outbox.said(ctx.session, lane=lane, message_id=did.reply_to) if did.reply_to else None
    is_free = ctx.in_chat and not did.text.lstrip().startswith("/")
    return route(
        did.text,
        in_chat=ctx.in_chat,
        mentions_bot=did.mentions_bot,
        replies_to=replies_to,
        question_is_open=is_free and kept.open_question(ctx.session, ctx.actor.id, ctx.now) is not None,
        day_is_open=is_free and any(taker.is_open(ctx) for taker in takers),
        known=ctx.registry.commands,
    )


def _ask(ctx: Context, written: Written) -> Reply:
    text = kept.keep(ctx, written)
    offers = [offer for f in ctx.registry.features for offer in f.offers]
    offers.sort(key=lambda offer: offer.declines)
    buttons = tuple(Button(o.label, o.payload(text), "primary" if not i and not o.declines else "plain") for i, o in enumerate(offers))
    return Say(
        Message(
            _("I kept what you wrote. What shall I do with it?"),
            (
                Paragraph(_("I kept what you wrote. What shall I do with it?")),
                Quote(written.text),
                Buttons(buttons),
                Footnote(_("Only you see this. I keep the text for a week, then it is gone.")),
            ),
        )
    )


def _answer(ctx: Context, is_yes: bool) -> Reply:
    text = kept.open_question(ctx.session, ctx.actor.id, ctx.now)
    assert text is not None
    offers = [offer for f in ctx.registry.features for offer in f.offers]
    return press(ctx, next(o for o in offers if o.declines is not is_yes).payload(text))


def _unknown(ctx: Context, word: str, meant: str | None) -> Reply:
    if meant is None:
        said = _("I do not know {word}. Here is what I can do.", word=Code(word[:80]))
    else:
        said = _("I do not know {word}. Did you mean {meant}?", word=Code(word[:80]), meant=Code(f"/{meant}"))
    welcome = _welcome(ctx)
    blocks = welcome.message.blocks if isinstance(welcome, Say) else ()
    return Say(Message(said, (Paragraph(said), *blocks)))


def _welcome(ctx: Context) -> Reply:
    door = next((f.front_door for f in ctx.registry.features if f.front_door is not None), None)
    return Say(door(ctx)) if door is not None else Silence()


def _added(ctx: Context) -> Reply:
    """Whoever adds us to a place is told privately what we do; who installs us for themselves hears it when our chat opens."""
    if ctx.place is None:
        return Silence()
    ctx.publish(PlaceJoined(ctx.place))
    return _welcome(ctx)


def _edited(ctx: Context) -> Reply:
    assert ctx.written is not None
    for feature in ctx.registry.features:
        if feature.on_edit is not None:
            reply = feature.on_edit(ctx, ctx.written)
            if not isinstance(reply, Silence):
                return reply
    return Silence()


def _deleted(ctx: Context) -> Reply:
    assert ctx.written is not None
    for feature in ctx.registry.features:
        if feature.on_delete is not None:
            reply = feature.on_delete(ctx, ctx.written)
            if not isinstance(reply, Silence):
                return reply
    return Silence()


def _place_changed(ctx: Context, event: Interaction) -> Reply:
    if ctx.place is not None:
        _to_place(ctx, ctx.place, event)
        return Silence()
    return _account_closed(ctx) if event.conversation.kind == "chat" else Silence()


def _account_closed(ctx: Context) -> Reply:
    if store.close_identity(ctx.session, ctx.actor.identities[0].id, ctx.actor.id, ctx.now):
        ctx.publish(PersonLeft(ctx.actor.id))
    return Silence()
