"""Doing what was asked: a command, a press, a filled-in form, each with the role that it needs."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.chat.action import Action, Followed, UnknownAction, action, from_wire, to_wire
from bot.chat.errors import CardOutOfDate, FieldErrors, LeadsOnly
from bot.chat.form import Choice, Choices, Draft, Form, Raw, corrected, from_line, kinds, picked_by_name, read
from bot.chat.reading import say_label
from bot.chat.reply import Open, Reply, Say, Silence
from bot.core.context import Context
from bot.core.feature import Command, OnReply, Options, TakesFile
from bot.core.ports import PickedUp, SentFile, Submitted
from bot.people import store as people
from bot.people.values import Role

LONGEST_TYPED = 1000
FOLLOWED = to_wire(Followed())


class FormNotAccepted(Exception):
    """A filled-in form has errors: nothing of its unit is kept, its nonce included, and the form goes back as it was typed."""

    def __init__(self, form: Form, language: str) -> None:
        super().__init__(form.wire_name)
        self.form = form
        self.language = language


@action("command")
class RunCommand(Action):
    """A command as a button, with what was typed behind its name."""

    name: str
    typed: str = ""


@action("shortcut")
class PickUpAgain(Action):
    """A shortcut as a button, with the words of the message that it was chosen on."""

    name: str
    text: str


OURS: dict[str, type[Action]] = {each.wire_name: each for each in (RunCommand, PickUpAgain)}  # the machine's own


def run_command(ctx: Context, command: Command, rest: str) -> Reply:
    """Run a typed command, or open its form where the line does not say everything."""
    reply = _run_command(ctx, command, rest)
    if isinstance(reply, Open):
        return Open(reply.form, RunCommand(command.name, rest if fits(rest) else ""))
    return reply


def fits(typed: str) -> bool:
    """Whether a button has room for it, as it stands on the wire, where some characters take six."""
    return len(json.dumps(typed, ensure_ascii=False)) <= LONGEST_TYPED


def _run_command(ctx: Context, command: Command, rest: str) -> Reply:
    _check_role(ctx, command.role)
    if command.draft is None:
        return command.run(ctx, rest)
    if not rest and command.opens is not None:
        return command.opens(ctx)
    declared = ctx.registry.forms[command.draft.wire_name]
    options = declared.options(ctx, None) if declared.options else None
    values = picked_by_name(command.draft, from_line(command.draft, rest), _labels(ctx, command.draft, options or {}))
    try:
        return command.run(ctx, read(command.draft, values, options))
    except FieldErrors as wrong:
        opening = ctx.open(command.draft, values=values)
        given = {name: phrase for name, phrase in wrong.errors.items() if values.get(name)}
        return Open(corrected(opening.form, values, given)) if given else opening


def _labels(ctx: Context, draft: type[Draft], given: Options) -> dict[str, dict[str, str]]:
    """Field -> value -> label of everything that can be picked by its name on a command line."""
    offered = {name: kind.options for name, (kind, *_) in kinds(draft).items() if isinstance(kind, Choice | Choices)}
    language = ctx.actor.language
    return {name: {o.value: say_label(o.label, language) for o in options} for name, options in {**offered, **given}.items()}


def run_door(ctx: Context, rest: str) -> Reply | None:
    """Run what stands behind the front door's command; None where its first word is no door."""
    word, _space, further = rest.strip().partition(" ")
    door = ctx.registry.doors.get(word.casefold())
    if door is None:
        return None
    _check_role(ctx, door.role)
    return door.run(ctx, further.strip())


def press_line(ctx: Context, payload: str) -> Reply:
    """Do what a button says, given its payload in wire form."""
    if payload == FOLLOWED:
        return Silence()
    if payload.startswith(tuple(f'["{name}",' for name in OURS)):
        return _press_ours(ctx, payload)
    reply = press(ctx, read_payload(ctx, payload))
    if isinstance(reply, Open) and reply.again is None and not ctx.picked:
        return Open(reply.form, payload)  # should the platform's moment for opening it be over
    return reply


def _press_ours(ctx: Context, line: str) -> Reply:
    try:
        payload = from_wire(line, OURS)
    except UnknownAction as error:
        raise CardOutOfDate from error
    if isinstance(payload, PickUpAgain):
        return pick_up(ctx, PickedUp(payload.name, payload.text))
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


def look(ctx: Context, line: str) -> Reply:
    """What a message that many read says to whoever looks at it, given its payload in wire form."""
    payload = read_payload(ctx, line)
    declared = ctx.registry.looks.get(payload.wire_name)
    seen = declared.run(ctx, payload) if declared is not None else None
    return Say(seen) if seen is not None else Silence()


def pick_up(ctx: Context, did: PickedUp) -> Reply:
    """Do with a message what its menu said."""
    declared = ctx.registry.shortcuts.get(did.shortcut)
    if declared is None:
        raise CardOutOfDate
    _check_role(ctx, declared.role)
    reply = declared.run(ctx, did.text)
    if isinstance(reply, Open) and fits(did.text):
        return Open(reply.form, PickUpAgain(did.shortcut, did.text))
    return reply


def take_file(ctx: Context, taker: TakesFile, file: SentFile) -> Reply:
    """Hand a file to the feature that takes its kind."""
    _check_role(ctx, taker.role)
    return taker.take(ctx, file)


def replied(ctx: Context, payload: str | None) -> tuple[OnReply, Action] | None:
    """What takes replies under this payload, and the payload itself; None where nothing of this version does."""
    try:
        about = from_wire(payload or "", ctx.registry.payloads)
    except UnknownAction:
        return None
    declared = ctx.registry.replies.get(about.wire_name)
    return (declared, about) if declared is not None else None


def read_payload(ctx: Context, line: str) -> Action:
    """A payload from its wire form; one that this version cannot read belongs to an old card."""
    try:
        return from_wire(line, ctx.registry.payloads)
    except UnknownAction as error:
        raise CardOutOfDate from error


def _check_role(ctx: Context, role: Role) -> None:
    """The one place where roles are checked."""
    if role is Role.LEAD and not ctx.actor.is_lead:
        raise LeadsOnly(people.names_of_leads(ctx.session))


def submit(ctx: Context, did: Submitted) -> Reply:
    """Take a filled-in form; raises FormNotAccepted with the form as it was typed where it cannot stand."""
    declared = ctx.registry.forms.get(did.form)
    if declared is None:
        raise CardOutOfDate
    _check_role(ctx, declared.role)
    subject = read_payload(ctx, did.subject) if did.subject else None
    if declared.about is not None and not isinstance(subject, declared.about):
        raise CardOutOfDate  # edited by hand, or of a version that opened it with something else
    options = declared.options(ctx, subject) if declared.options else None
    try:
        return declared.run(ctx, read(declared.draft, did.values, options), subject)
    except FieldErrors as wrong:
        form = _reopened(ctx, declared.draft, did, subject)
        raise FormNotAccepted(corrected(form, did.values, wrong.errors), ctx.actor.language) from wrong


def _reopened(ctx: Context, draft: type[Draft], did: Submitted, subject: Action | None) -> Form:
    values: dict[str, Raw] = {name: did.values.get(name) for name in kinds(draft)}
    return replace(ctx.open(draft, values=values, subject=subject).form, nonce=did.nonce)
