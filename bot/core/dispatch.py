"""The dispatcher: every adapter's one door into the machine. It never raises; whatever went wrong is said, and nothing typed is lost."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars, get_contextvars

from bot.chat.errors import CardOutOfDate, NoCommunity, StillBusy, UserError
from bot.chat.form import Line, Prose, kinds
from bot.chat.language import Phrase, _
from bot.chat.message import Divider, Message, Paragraph, Quote
from bot.chat.reading import resolved
from bot.chat.reply import Open, Reply, Say, Silence
from bot.chat.text import Code
from bot.core import inbox, metrics
from bot.core.clock import Clock
from bot.core.doing import FormNotAccepted
from bot.core.handling import NOBODY, Handled, front_door, handle, look
from bot.core.incoming import Incoming
from bot.core.outbox import has_queued
from bot.core.ports import Actor, Address, Answer, Commanded, Interaction, Looked, PlaceRenamed, Platform, ProfileChanged, Submitted, Wrote
from bot.core.registry import Registry
from bot.data.units import Units

log = structlog.get_logger()


class UnitDispatcher:
    """Runs interactions as units of work; `wake` is called after each commit of a post, so that it need not wait for the next look."""

    def __init__(self, units: Units, registry: Registry, clock: Clock, wake: Callable[[], None] = lambda: None) -> None:
        self._units = units
        self._registry = registry
        self._clock = clock
        self._wake = wake
        self._platforms: Mapping[str, Platform] = {}
        self._background: set[asyncio.Task[None]] = set()

    def attach(self, platforms: Mapping[str, Platform]) -> None:
        """Tell by which platform a person's profile can be looked up."""
        self._platforms = platforms

    async def dispatch(self, interaction: Interaction, incoming: Incoming | None = None) -> Answer:
        """Run the interaction's unit of work; returns after the commit, with the reply in the person's language."""
        if isinstance(interaction.did, Looked):
            return await self._look(interaction, interaction.did.payload)
        now, seed = self._clock.now(), random.getrandbits(64)
        bind_contextvars(reference=secrets.token_hex(3).upper())  # of every line that is logged for it from here on
        try:
            unit = partial(self._unit, interaction=interaction, incoming=incoming, now=now, seed=seed)
            handled, has_queued = await metrics.measured(interaction.platform, type(interaction.did).__name__, self._units.run(unit))
        except FormNotAccepted as refused:
            return Answer(resolved(Open(refused.form), refused.language), refused.language)
        except CardOutOfDate as stale:
            return await self._fresh(interaction, stale)
        except (NoCommunity, StillBusy) as refused:
            sorry = _answer(interaction, self._sorry(interaction, refused.phrase))
            return replace(sorry, is_unrun=isinstance(refused, StillBusy))
        except UserError as fact:
            return _answer(interaction, self._sorry(interaction, fact.phrase) if self._typed(interaction) else _said(fact.phrase))
        except Exception as error:
            return self._unexpected(interaction, error)
        if has_queued:
            self._wake()
        if handled.needs_description or handled.needs_place_name:
            self._look_up(interaction, handled)
        answer = Answer(resolved(handled.reply, handled.language), handled.language)
        if incoming is not None:
            incoming.answer = answer
        return answer

    def _unit(
        self, session: Session, interaction: Interaction, incoming: Incoming | None, now: datetime, seed: int
    ) -> tuple[Handled, bool]:
        """The handling, and with it the end of what is stored of the request by now; and whether anything is to be delivered."""
        if incoming is not None and incoming.lease is not None and not inbox.is_ours(session, incoming):
            return Handled(Silence(), "en"), False
        handled = handle(session, self._registry, interaction, now, seed)
        if incoming is not None and incoming.row is not None:
            inbox.settle(session, incoming, handled.reply, handled.language)
        return handled, has_queued(session)

    async def settle(self) -> None:
        """Wait until profile look-ups that were begun have ended."""
        while self._background:
            await asyncio.gather(*self._background, return_exceptions=True)

    async def _look(self, interaction: Interaction, payload: str) -> Answer:
        """What a message says to one of its readers; whatever is in the way, the message that stands there is good enough."""
        now = self._clock.now()
        try:
            handled = await self._units.read(lambda session: look(session, self._registry, interaction, payload, now))
        except UserError:
            return Answer(Silence())
        except Exception:
            log.exception("nobody could say what a message says to its reader", platform=interaction.platform)
            return Answer(Silence())
        return Answer(resolved(handled.reply, handled.language), handled.language)

    async def _fresh(self, interaction: Interaction, stale: CardOutOfDate) -> Answer:
        now = self._clock.now()
        try:  # whoever presses an old button may be here for the first time, so this writes
            door = await self._units.run(lambda session: front_door(session, self._registry, interaction, now))
        except StillBusy:
            door = None
        except Exception as error:
            return self._unexpected(interaction, error)
        blocks = (Paragraph(stale.phrase), Divider(), *door.blocks) if door is not None else (Paragraph(stale.phrase),)
        return _answer(interaction, Say(Message(stale.phrase, blocks)))

    def _unexpected(self, interaction: Interaction, error: Exception) -> Answer:
        reference = get_contextvars()["reference"]
        log.exception("interaction failed", reference=reference, platform=interaction.platform, did=type(interaction.did).__name__)
        sorry = _(
            "Something went wrong on our side, and nothing was changed. If it happens again, tell your lead this reference: {reference}.",
            reference=Code(reference),
        )
        return replace(_answer(interaction, self._sorry(interaction, sorry)), failure=f"{type(error).__name__}, reference {reference}")

    def _sorry(self, interaction: Interaction, phrase: Phrase) -> Say:
        typed = self._typed(interaction)
        if not typed:
            return _said(phrase)
        kept = _("Here is what you wrote, so that it is not lost:")
        return Say(Message(phrase, (Paragraph(phrase), Paragraph(kept), Quote(typed))))

    def _typed(self, interaction: Interaction) -> str:
        """What the person typed in this interaction, to give back when it could not be kept."""
        match interaction.did:
            case Wrote(text=text):
                return "" if self._registry.command(text.strip().removeprefix("/").casefold()) is not None else text
            case Commanded(command, rest):
                return f"/{command} {rest}" if rest else ""
            case Submitted(form=form, values=values) if form in self._registry.forms:
                typed = [name for name, (kind, *_) in kinds(self._registry.forms[form].draft).items() if isinstance(kind, Line | Prose)]
                return "\n\n".join(str(values[name]) for name in typed if values.get(name))
        return ""

    def _look_up(self, interaction: Interaction, handled: Handled) -> None:
        """Ask the platform, after the answer, for what its payload did not tell."""
        platform = self._platforms.get(interaction.platform)
        if platform is None:
            return
        if handled.needs_description:
            self._later(self._describe(platform, interaction))
        if handled.needs_place_name:
            self._later(self._name_place(platform, interaction))

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _describe(self, platform: Platform, interaction: Interaction) -> None:
        try:
            told = await platform.describe(interaction.workspace, interaction.actor.account)
        except Exception as error:
            log.info("profile not available", platform=interaction.platform, why=type(error).__name__)
            return
        if told.name is None and told.zone is None:
            return
        known = replace(told, account=interaction.actor.account)
        await self.dispatch(replace(interaction, actor=known, did=ProfileChanged(), key=None, at=None))

    async def _name_place(self, platform: Platform, interaction: Interaction) -> None:
        where = interaction.conversation
        try:
            name = await platform.name_of(Address(interaction.workspace, where.external_id, where.kind, where.reference))
        except Exception as error:
            log.info("place name not available", platform=interaction.platform, why=type(error).__name__)
            return
        if name:
            await self.dispatch(replace(interaction, actor=Actor(NOBODY), did=PlaceRenamed(name), key=None, at=None))


def _answer(interaction: Interaction, reply: Reply) -> Answer:
    language = interaction.actor.language or "en"
    return Answer(resolved(reply, language), language)


def _said(phrase: Phrase) -> Say:
    return Say(Message(phrase, (Paragraph(phrase),)))
