"""The edge of one workspace: takes what the door lets in, asks the dispatcher, and acknowledges in time."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog

from adapters.downloads import each_of
from adapters.slack import inbound, text
from adapters.slack.answers import Answers
from adapters.slack.client import SlackClient
from adapters.slack.gathering import gather
from adapters.slack.inbound import BadPayload, Origin
from adapters.slack.places import found
from adapters.slack.waiting import Waiting
from bot.chat.reply import Founding, Say
from bot.core.ports import Answer, Conversation, Dispatcher, FileLost, Founded, Gathered, Interaction, OpenedHome

Json = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]
log = structlog.get_logger("convene.slack")


class NotStored(Exception):
    """An event has not been stored within the time that Slack waits."""


class Edge:
    """Takes a workspace's requests, asks the dispatcher, and acknowledges in time."""

    def __init__(self, dispatcher: Dispatcher, client: SlackClient, waiting: Waiting, *, command_prefix: str, patience: float) -> None:
        self.dispatcher, self.client, self.answers, self.waiting = dispatcher, client, Answers(client), waiting
        self.command_prefix, self.patience = command_prefix, patience

    async def command(self, ack: Ack, body: Json) -> None:
        """A slash command."""
        began = time.monotonic()
        reading = self._read(body, lambda me, read: inbound.command(me, read, self.command_prefix))
        if reading is None:
            await ack()
            return
        interaction, origin = reading
        work = self.waiting.start(self._answer(interaction, origin))
        is_done = await self.waiting.within(work, self._left(began))
        if not is_done or self.answers.has_pictures(work.result()):
            await ack()
            self.waiting.start(self._later(work, origin))
            return
        answer = work.result()
        spoken = self.answers.spoken(answer)
        await (ack() if spoken is None else ack(spoken))
        if spoken is not None and self.answers.has_files(answer):
            self.waiting.start(self.answers.files_follow(answer, origin))

    async def press(self, ack: Ack, body: Json) -> None:
        """A button, or a picked option."""
        await self._acted(ack, body, inbound.press)

    async def shortcut(self, ack: Ack, body: Json) -> None:
        """A shortcut of a message's menu."""
        await self._acted(ack, body, inbound.shortcut)

    async def _acted(self, ack: Ack, body: Json, reader: Callable[[inbound.Self, Json], inbound.Reading]) -> None:
        began = time.monotonic()
        reading = self._read(body, reader)
        if reading is not None:
            interaction, origin = reading
            work = self.waiting.start(self._answer(interaction, origin))
            if await self.waiting.within(work, self._left(began)):
                work.result()
            self.waiting.start(self._pressed(work, interaction, origin))
        await ack()

    async def submission(self, ack: Ack, body: Json) -> None:
        """A filled-in form."""
        began = time.monotonic()
        reading = self._read(body, inbound.submission)
        if reading is None:
            await ack()
            return
        interaction, origin, slip = reading
        work = self.waiting.start(self.dispatcher.dispatch(interaction))
        if not await self.waiting.within(work, self._left(began)):
            await ack(self.answers.waiting())
            self.waiting.start(self._submission_later(work, interaction, origin, slip, str(body["view"]["id"])))
            return
        answer = work.result()
        shown = self.answers.submitted(answer, slip)
        if shown is None:
            await ack()
            self.waiting.start(self._told(answer, interaction, origin))
        else:
            await ack(shown)

    async def event(self, ack: Ack, body: Json, *, comes_again: bool) -> None:
        """Something that happened; what could not be stored is not acknowledged, as long as Slack sends it again."""
        began = time.monotonic()
        reading = self._read(body, inbound.event)
        if reading is not None:
            interaction, origin = reading
            work = self.waiting.start(self.dispatcher.dispatch(interaction))
            is_done = await self.waiting.within(work, self._left(began))
            # What raised is answered with 500, so that Slack sends the event again.
            if is_done and work.result().is_unrun and comes_again:
                raise NotStored
            self.waiting.start(self._unless_it_comes_again(work, origin, comes_again=comes_again))
            if not is_done:
                raise NotStored  # the same, should this process die before it is; what comes again is known by its key
        if body["event"].get("files") and (sent := self._read(body, inbound.sending)) is not None:
            self.waiting.start(self._files(sent))  # a download takes longer than Slack waits
        await ack()

    async def _files(self, sent: inbound.Sending) -> None:
        interaction, origin, attached = sent
        reply_to = interaction.did.reply_to if isinstance(interaction.did, FileLost) else None
        number = 0
        async for file in each_of(attached, self.client.fetch):
            number += 1
            one = replace(interaction, did=replace(file, reply_to=reply_to), key=f"{interaction.key}:{number}")
            await self.answers.tell(await self.dispatcher.dispatch(one), origin)

    async def _answer(self, interaction: Interaction, origin: Origin) -> Answer:
        return await self.answers.opened(await self._gathered(await self.dispatcher.dispatch(interaction), interaction), origin)

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

    async def _later(self, work: Awaitable[Answer], origin: Origin) -> None:
        await self.answers.tell(await work, origin)

    async def _unless_it_comes_again(self, work: Awaitable[Answer], origin: Origin, *, comes_again: bool) -> None:
        answer = await work
        if not (answer.is_unrun and comes_again):
            await self.answers.tell(answer, origin)

    async def _pressed(self, work: Awaitable[Answer], interaction: Interaction, origin: Origin) -> None:
        await self._told(await work, interaction, origin)

    async def _told(self, answer: Answer, interaction: Interaction, origin: Origin) -> None:
        await self.answers.tell(answer, origin)
        await self._redraw_home(answer, interaction, origin)

    async def _redraw_home(self, answer: Answer, interaction: Interaction, origin: Origin) -> None:
        """The home tab that was acted on shows how it stands now."""
        if origin.from_home and isinstance(answer.reply, Say):  # after a form was opened nothing has changed yet
            again = replace(interaction, did=OpenedHome(), key=None)
            await self.answers.tell(await self.dispatcher.dispatch(again), Origin(person=origin.person, is_home=True))

    async def _submission_later(self, work: Awaitable[Answer], interaction: Interaction, origin: Origin, slip: Any, view_id: str) -> None:
        answer = await work
        await self.answers.submitted_late(answer, origin, slip, view_id)
        await self._redraw_home(answer, interaction, origin)

    def _left(self, began: float) -> float:
        return self.patience - (time.monotonic() - began)

    def _read(self, body: Json, reader: Callable[[inbound.Self, Json], Any]) -> Any:
        try:
            if not inbound.meant_for(self.client.me, body):
                log.warning("a request for another workspace was left alone")
                return None
            return reader(self.client.me, text.storable(body))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError) as error:
            raise BadPayload(type(error).__name__) from error
