"""A community without any platform: what people do goes straight to the dispatcher, and what they are answered is looked at as words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Machine, machine
from bot.chat import wire
from bot.chat.action import Action, action
from bot.chat.form import Raw
from bot.chat.language import _
from bot.chat.message import Button, Buttons, Message, Paragraph, Picker
from bot.chat.reply import Open, Reply, Say, Silence
from bot.core.clock import WoundClock
from bot.core.context import Context
from bot.core.facts import Fact, PersonArrived, PersonChanged, PersonLeft, PlaceGone, PlaceJoined
from bot.core.feature import Command, Feature, OnAction, OnFact
from bot.core.ports import Actor, Answer, BotAdded, Conversation, Did, Interaction, Pressed, Submitted, Wrote
from bot.core.registry import Registry
from bot.data import scope
from bot.data.units import Units
from bot.people.values import GROUP
from handlers import features

T = TypeVar("T")
TEAM, PLACE = "T1", "C1"


@action("test.break")
class Break(Action):
    """Something goes wrong that nobody thought of."""

    words: str


@dataclass
class World:
    """One community on one workspace, and what its features heard."""

    parts: Machine
    clock: WoundClock
    facts: list[Fact] = field(default_factory=list)

    async def does(
        self,
        account: str,
        did: Did,
        *,
        place: str | None = None,
        key: str | None = None,
        zone: str | None = "Europe/Berlin",
        name: str | None = None,
        at: datetime | None = None,
        team: str = TEAM,
        group: str | None = None,
    ) -> Answer:
        """One interaction, in the person's own chat or in a place, which may belong to a group."""
        reference = {GROUP: group} if group else {}
        where = Conversation(place, "place", "practice", reference) if place else Conversation(account, "chat")
        actor = Actor(account, name or account.title(), zone, "en")
        return await self.parts.dispatcher.dispatch(Interaction("slack", team, actor, where, did, key=key, at=at))

    async def writes(self, account: str, text: str, **more: Any) -> Answer:
        """A text; `message_id`, `mentions_bot` and `reply_to` belong to it, the rest to the interaction."""
        own = {name: more.pop(name) for name in ("message_id", "mentions_bot", "reply_to") if name in more}
        return await self.does(account, Wrote(text, **{"message_id": f"m-{text[:20]}", **own}), **more)

    async def presses(self, account: str, answer: Answer, label: str, **more: Any) -> Answer:
        """The button with this label."""
        return await self.does(account, Pressed(payload(answer, label)), **more)

    async def submits(self, account: str, answer: Answer, values: Mapping[str, Raw], **more: Any) -> Answer:
        """The form that an answer opened, filled in; its nonce is the key, as every adapter has it."""
        assert isinstance(answer.reply, Open)
        form = answer.reply.form
        standing = {each.name: each.value for each in form.fields}
        subject = form.subject if isinstance(form.subject, str) else None
        did = Submitted(form.wire_name, subject, form.nonce, {**standing, **values})
        return await self.does(account, did, key=f"form:{form.nonce}", **more)

    async def stored(self, row: type[T]) -> list[T]:
        """Every row of a table."""

        def work(session: Session) -> list[T]:
            scope.enter(session, scope.SYSTEM)
            return list(session.execute(select(row)).scalars())

        return await self.parts.units.read(work)


def words(answer: Answer) -> str:
    """All that an answer says."""
    match answer.reply:
        case Say(message):
            return wire.encode(message).decode()
        case Open(form):
            return repr(form)
        case Silence():
            return ""


def payload(answer: Answer, label: str) -> str:
    """What the button with this label carries."""
    assert isinstance(answer.reply, Say), answer.reply
    for block in answer.reply.message.blocks:
        for button in block.buttons if isinstance(block, Buttons) else ():
            if button.label == label:
                assert isinstance(button.action, str)
                return button.action
        assert not isinstance(block, Picker)
    raise AssertionError(f"no button {label!r} in {words(answer)}")


def break_down(_ctx: Context, given: object) -> Reply:
    """Raise what nobody expected, with the person's own words in it."""
    raise RuntimeError(f"cannot do anything with {given.words if isinstance(given, Break) else given!r}")


def say_what(_ctx: Context, rest: str) -> Reply:
    """Say what was typed."""
    said = _("You said: {rest}", rest=rest)
    return Say(Message(said, (Paragraph(said), Buttons((Button(_("Break"), Break(rest)),)))))


def tests_feature(heard: Callable[[Fact], None]) -> Feature:
    """A feature for the tests: it listens to everything, echoes, and breaks when it is told to."""

    def hear(_ctx: Context, fact: Fact) -> None:
        heard(fact)

    return Feature(
        "tests",
        commands=(Command("break", _("Break"), break_down), Command("echo", _("Echo"), say_what)),
        actions=(OnAction(Break, break_down),),
        facts=tuple(OnFact(fact, hear) for fact in (PersonArrived, PersonChanged, PersonLeft, PlaceGone, PlaceJoined)),
    )


async def world(units: Units, clock: WoundClock) -> World:
    """A community that Ann, its lead, began by adding the bot to a place."""
    facts: list[Fact] = []
    parts = machine(units, clock, Registry([*features(), tests_feature(facts.append)]))
    made = World(parts, clock, facts)
    await made.does("ann", BotAdded(), place=PLACE)
    facts.clear()
    return made
