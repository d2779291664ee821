"""The edge of one workspace: takes what the door lets in, asks the dispatcher, and acknowledges in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from adapters.downloads import each_of
from adapters.slack import inbound, text
from adapters.slack.answers import Answers
from adapters.slack.client import SlackClient
from adapters.slack.forms import Slip
from adapters.slack.gathering import gather
from adapters.slack.inbound import BadPayload, Origin
from adapters.slack.places import found
from adapters.slack.waiting import Waiting
from bot.chat.reply import Founding, Say, Silence
from bot.core.handling import TOLD
from bot.core.incoming import Inbox, Incoming, NotStored
from bot.core.ports import Answer, Conversation, Dispatcher, FileLost, Founded, Gathered, Interaction, OpenedHome, Wrote

Json = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]
Tell = Callable[[Answer], Awaitable[None]]
log = structlog.get_logger("convene.slack")

STORING = 0.5  # seconds beyond the patience, in which something is stored or Slack sends it again
TRIES_FOR, TRIES_AGAIN = 5.0, 2.0  # seconds, to store what Slack will not send again
MOST_HELD = 5000  # events in memory that could not be stored yet


class Edge:
    """Takes a workspace's requests, asks the dispatcher, and acknowledges in time; what takes longer is stored first."""

    def __init__(
        self, dispatcher: Dispatcher, client: SlackClient, waiting: Waiting, inbox: Inbox, *, command_prefix: str, patience: float
    ) -> None:
        self.dispatcher, self.client, self.answers, self.waiting = dispatcher, client, Answers(client, waiting), waiting
        self.inbox, self.command_prefix, self.patience = inbox, command_prefix, patience

    async def command(self, ack: Ack, body: Json) -> None:
        """A slash command."""
        began = time.monotonic()
        reading = self._read(body, self._command)
        if reading is None or await self._waits_for_names(reading, "command", body, began):
            await ack()
            return
        interaction, origin = reading
        incoming = Incoming.of(interaction, "command", body)
        work = self.waiting.start(self._answer(interaction, origin, incoming))
        if not await self._is_in_time(work, incoming, began, lambda answer: self.answers.tell(answer, origin)):
            await ack()
            return
        answer = work.result()
        if self.answers.has_pictures(answer):  # they are uploaded first
            await ack()
            self.waiting.start(self.answers.tell(answer, origin))
            return
        spoken = self.answers.spoken(answer)
        await (ack() if spoken is None else ack(spoken))
        if spoken is not None and self.answers.has_files(answer):
            self.waiting.start(self.answers.files_follow(answer, origin))

    async def press(self, ack: Ack, body: Json) -> None:
        """A button, or a picked option."""
        await self._acted(ack, body, "press", inbound.press)

    async def shortcut(self, ack: Ack, body: Json) -> None:
        """A shortcut of a message's menu."""
        await self._acted(ack, body, "shortcut", inbound.shortcut)

    async def anywhere(self, ack: Ack, body: Json) -> None:
        """A shortcut that is there wherever one is."""
        await self._acted(ack, body, "anywhere", inbound.anywhere)

    async def _acted(self, ack: Ack, body: Json, kind: str, reader: Callable[[inbound.Self, Json], inbound.Reading]) -> None:
        began = time.monotonic()
        reading = self._read(body, reader)
        if reading is not None and not (kind == "shortcut" and await self._waits_for_names(reading, kind, body, began)):
            interaction, origin = reading
            incoming = Incoming.of(interaction, kind, body)
            work = self.waiting.start(self._answer(interaction, origin, incoming))
            tell = partial(self._told, interaction=interaction, origin=origin)
            if await self._is_in_time(work, incoming, began, tell):
                self.waiting.start(tell(work.result()))
        await ack()

    async def submission(self, ack: Ack, body: Json) -> None:
        """A filled-in form."""
        began = time.monotonic()
        reading = self._read(body, inbound.submission)
        if reading is None:
            await ack()
            return
        interaction, origin, slip = reading
        incoming = Incoming.of(interaction, "form", body)
        work = self.waiting.start(self.dispatcher.dispatch(interaction, incoming))
        tell = partial(self._submitted_late, interaction=interaction, origin=origin, slip=slip, view_id=str(body["view"]["id"]))
        if not await self._is_in_time(work, incoming, began, tell):
            await ack(self.answers.waiting())
            return
        answer = work.result()
        shown = self.answers.submitted(answer, slip)
        if shown is None:
            await ack()
            self.waiting.start(self._told(answer, interaction, origin))
        else:
            await ack(shown)

    async def event(self, ack: Ack, body: Json, *, comes_again: bool, is_put_by: bool = False) -> None:
        """Something that happened; what is neither handled nor stored is not acknowledged, and held where Slack sends it no more.

        What is put by is stored at once: there is too much under way. So is what must not overtake others that were.
        """
        began = time.monotonic()
        reading, sent = self._event(body)
        if reading is None and sent is None:
            await ack()
            return
        first: Interaction = reading[0] if reading is not None else sent[0]
        incoming = Incoming.of(first, "event", body)
        gives_back = False
        try:
            if is_put_by or self.inbox.is_behind(incoming):
                await self._stored(incoming, began, is_under_way=False, is_urgent=False)
            elif sent is not None or inbound.unnamed(self.client.me, body):  # an acknowledgement waits for neither files nor names
                await self._stored(incoming, began, is_under_way=True)
                self.waiting.start(self._in_its_own_time(incoming, body))
            else:
                gives_back = not comes_again and isinstance(first.did, Wrote)  # their words, should they find no time
                await self._happened(reading, incoming, began, gives_back=gives_back)
        except NotStored:
            if not comes_again and not gives_back:
                self.waiting.start(self._held(partial(Incoming.of, first, "event", body)))
            raise
        await ack()

    async def _happened(self, reading: inbound.Reading, incoming: Incoming, began: float, *, gives_back: bool) -> None:
        interaction, origin = reading
        work = self.waiting.start(self.dispatcher.dispatch(interaction, incoming))
        tell = partial(self._tell_event, origin=origin, gives_back=gives_back)
        if await self._is_in_time(work, incoming, began, tell):
            answer = work.result()
            if answer.is_unrun and not gives_back:
                raise NotStored
            if answer.failure is not None and isinstance(interaction.did, TOLD):  # nobody would hear of it
                await self._stored(incoming, began, is_under_way=False)
            else:
                self.waiting.start(tell(answer))

    async def _tell_event(self, answer: Answer, origin: Origin, *, gives_back: bool) -> None:
        """What did not even begin is told only where words are given back: anything else comes again, or is held."""
        if gives_back or not answer.is_unrun:
            await self.answers.tell(answer, origin)

    async def _held(self, incoming: Callable[[], Incoming]) -> None:
        """What Slack sends no more is tried again until it can be stored, as long as this process lives; then it is worked off."""
        if self.waiting.held >= MOST_HELD:
            log.error("an event is lost: it could not be stored, and too many are held already")
            return
        self.waiting.held += 1
        try:
            while not await self.inbox.store(incoming(), within=TRIES_FOR, is_under_way=False, is_urgent=False):  # noqa: ASYNC110
                await asyncio.sleep(TRIES_AGAIN)
        except asyncio.CancelledError:
            log.error("an event is lost: it could not be stored while this process lived")
            raise
        finally:
            self.waiting.held -= 1

    async def take_up(self, incoming: Incoming) -> Answer:
        """Handle what was stored, and tell the person; what was handled is only told."""
        body, silence = dict(incoming.payload), Answer(Silence())
        await self._learn_names(body)
        if incoming.kind == "event":
            return await self._take_up_event(incoming, body) or silence
        reading = self._read(body, self._readers[incoming.kind])
        if reading is None:
            return silence
        interaction, origin, *slip = reading
        origin = origin.after(incoming.age)
        answer = incoming.answer or await self._gathered(await self.dispatcher.dispatch(interaction, incoming), interaction)
        if incoming.is_tried_again(answer):
            return answer
        if slip:
            await self._submitted_late(answer, interaction, origin, slip[0], str(body["view"]["id"]))
        else:
            await self._told(answer, interaction, origin)
        return answer

    async def _waits_for_names(self, reading: inbound.Reading, kind: str, body: Json, began: float) -> bool:
        """Whether what somebody asked for is stored, and handled once the names that it mentions are told; otherwise ids will do."""
        if not inbound.unnamed(self.client.me, body):
            return False
        incoming = Incoming.of(reading[0], kind, body)
        if not await self.inbox.store(incoming, within=self._left(began) / 2, is_under_way=True):
            return False
        self.waiting.start(self._with_names(incoming, body))
        return True

    async def _with_names(self, incoming: Incoming, body: Json) -> None:
        await self._learn_names(body)
        interaction, origin = self._read(body, self._readers[incoming.kind])
        tell = partial(self._told, interaction=interaction, origin=origin)
        await self._later(self._answer(interaction, origin, incoming), incoming, tell)

    async def _in_its_own_time(self, incoming: Incoming, body: Json) -> None:
        """Handle an event that is stored and acknowledged."""
        await self._learn_names(body)
        answer = await self._take_up_event(incoming, body)
        await self._settled(answer or Answer(Silence()), incoming)

    async def _take_up_event(self, incoming: Incoming, body: Json) -> Answer | None:
        reading, sent = self._event(body)
        if sent is not None:
            return await self._with_files(reading, sent, incoming)
        if reading is None:
            return None
        interaction, origin = reading
        answer = incoming.answer or await self.dispatcher.dispatch(interaction, incoming)
        if not incoming.is_tried_again(answer):
            await self.answers.tell(answer, origin)
        return answer

    def _event(self, body: Json) -> tuple[Any, Any]:
        """What happened, and the files that came with it."""
        return self._read(body, inbound.event), self._read(body, inbound.sending) if body["event"].get("files") else None

    @property
    def _readers(self) -> dict[str, Callable[[inbound.Self, Json], Any]]:
        return {
            "command": self._command,
            "press": inbound.press,
            "shortcut": inbound.shortcut,
            "anywhere": inbound.anywhere,
            "form": inbound.submission,
        }

    def _command(self, me: inbound.Self, body: Json) -> inbound.Reading:
        return inbound.command(me, body, self.command_prefix)

    async def _is_in_time(self, work: asyncio.Task[Answer], incoming: Incoming, began: float, tell: Tell) -> bool:
        """Whether the answer is there while Slack waits; otherwise what came in is stored, and told afterwards.

        What could not even begin is stored for whoever has time first; where that is not possible, the answer that says so is there.
        """
        is_done = await self.waiting.within(work, self._left(began))
        if is_done and not work.result().is_unrun:
            return True
        is_stored = await self.inbox.store(incoming, within=max(0.05, self._left(began) + STORING), is_under_way=not is_done)
        if is_done:
            return not is_stored
        if not is_stored and await self.waiting.within(work, self._left(began) + STORING):
            return True
        self.waiting.start(self._later(work, incoming, tell))
        if not is_stored:
            raise NotStored
        return False

    async def _later(self, work: Awaitable[Answer], incoming: Incoming, tell: Tell) -> None:
        answer = await work
        if not (answer.is_unrun and incoming.row is not None):
            await tell(answer)
        await self._settled(answer, incoming)

    async def _settled(self, answer: Answer, incoming: Incoming) -> None:
        """It is over, unless it is left to whoever works off what is stored."""
        if answer.is_unrun and incoming.row is not None:
            await self.inbox.store(incoming, within=self.patience, is_under_way=False)
        else:
            await self.inbox.forget(incoming)

    async def _stored(self, incoming: Incoming, began: float, *, is_under_way: bool, is_urgent: bool = True) -> None:
        within = self._left(began) + STORING
        if not await self.inbox.store(incoming, within=within, is_under_way=is_under_way, is_urgent=is_urgent):
            raise NotStored

    async def _with_files(self, reading: inbound.Reading | None, sent: inbound.Sending, incoming: Incoming) -> Answer:
        """Take in the words and then the files of a message that is stored; each part is known by its key, should it be done again."""
        answer = Answer(Silence())
        if reading is not None:
            answer = await self.dispatcher.dispatch(reading[0])
            if not incoming.is_tried_again(answer):
                await self.answers.tell(answer, reading[1])
        if answer.failure is None and not answer.is_unrun:
            answer = await self._files(sent, incoming)
        return answer

    async def _files(self, sent: inbound.Sending, incoming: Incoming) -> Answer:
        interaction, origin, attached = sent
        reply_to = interaction.did.reply_to if isinstance(interaction.did, FileLost) else None
        number, answer = 0, Answer(Silence())
        async for file in each_of(attached, self.client.fetch):
            number += 1
            one = replace(interaction, did=replace(file, reply_to=reply_to), key=f"{interaction.key}:{number}")
            answer = await self.dispatcher.dispatch(one)
            if incoming.is_tried_again(answer):
                break
            await self.answers.tell(answer, origin)
        return answer

    async def _answer(self, interaction: Interaction, origin: Origin, incoming: Incoming) -> Answer:
        answer = await self.dispatcher.dispatch(interaction, incoming)
        return await self.answers.opened(await self._gathered(answer, interaction), origin)

    async def _gathered(self, answer: Answer, interaction: Interaction) -> Answer:
        """An answer after the people in it were brought together, where they could be."""
        if isinstance(answer.reply, Say) and answer.reply.founds is not None:
            return await self._founded(answer, answer.reply.founds, interaction)
        gathering = answer.reply.gathers if isinstance(answer.reply, Say) else None
        channel = await gather(self.client, gathering) if gathering is not None else None
        if gathering is None or channel is None:
            return answer
        await self.dispatcher.dispatch(replace(interaction, conversation=Conversation(channel, "place"), did=Gathered(), key=None))
        return Answer(Say(gathering.opened), answer.language)

    async def _founded(self, answer: Answer, founding: Founding, interaction: Interaction) -> Answer:
        """The answer to what was asked the new place for, where it could be opened."""
        made = await found(self.client, founding)
        if made is None:
            return answer
        there, then = Conversation(made[0], "place", made[1]), Founded(str(founding.then))
        return await self.dispatcher.dispatch(replace(interaction, conversation=there, did=then, key=None))

    async def _told(self, answer: Answer, interaction: Interaction, origin: Origin) -> None:
        await self.answers.tell(answer, origin)
        await self._redraw_home(answer, interaction, origin)

    async def _redraw_home(self, answer: Answer, interaction: Interaction, origin: Origin) -> None:
        """The home tab that was acted on shows how it stands now."""
        if origin.from_home and isinstance(answer.reply, Say):  # after a form was opened nothing has changed yet
            again = replace(interaction, did=OpenedHome(), key=None)
            await self.answers.tell(await self.dispatcher.dispatch(again), Origin(person=origin.person, is_home=True))

    async def _submitted_late(self, answer: Answer, interaction: Interaction, origin: Origin, slip: Slip, view_id: str) -> None:
        await self.answers.submitted_late(answer, origin, slip, view_id)
        await self._redraw_home(answer, interaction, origin)

    def _left(self, began: float) -> float:
        return self.patience - (time.monotonic() - began)

    async def _learn_names(self, body: Json) -> None:
        """Slack tells ids of whom people mention; their words are to say names."""
        if mentioned := inbound.unnamed(self.client.me, body):
            await self.client.names.learn(mentioned)

    def _read(self, body: Json, reader: Callable[[inbound.Self, Json], Any]) -> Any:
        try:
            if not inbound.meant_for(self.client.me, body):
                log.warning("a request for another workspace was left alone")
                return None
            return reader(self.client.me, text.storable(body))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError) as error:
            raise BadPayload(type(error).__name__) from error
