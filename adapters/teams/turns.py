"""Turns: from an interaction to the answer in the person's hands, within the platform's patience or after it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import structlog

from adapters.downloads import Attached, each_of
from adapters.teams.answers import ANSWER_WAITS, FORM_IN_CHAT, NOT_INSTALLED, Answers, audience
from adapters.teams.bodies import card_body, ended, says_more, task_continue, task_message, toast
from adapters.teams.client import Connector
from adapters.teams.files import Offers, files_of
from adapters.teams.forms import dialog, form_activity, form_card, introduced
from adapters.teams.gathering import Gatherings
from adapters.teams.inbound import Turn, read
from adapters.teams.limits import Json
from adapters.teams.looks import Looks
from adapters.teams.onlookers import Onlookers
from adapters.teams.references import Acquaintances, Human
from adapters.teams.render import card, said
from bot.chat.errors import DeliveryFailed
from bot.chat.language import _
from bot.chat.message import Button, Buttons, Message
from bot.chat.reading import resolved
from bot.chat.reply import Open, Say, Silence
from bot.chat.text import label_of
from bot.core.incoming import Inbox, Incoming, NotStored
from bot.core.ports import Answer, Dispatcher, FileLost, Looked, SentFile, Submitted, Wrote
from bot.lean import dataclass

T = TypeVar("T")
log = structlog.get_logger()

STILL_WORKING = _("This takes a moment. The answer comes by itself.")
ANSWER_IN_CHAT = _("There is more to read in our chat.")
UNKNOWN = _("I do not know what to do with that. Write help, and I show you what I can do.")
NOTHING_TO_FILL_IN = _("There is nothing to fill in here.")
STORING = 8.0  # seconds beyond the patience; the platform waits for fifteen in all, and does not send again
LAST_PATIENCE = 10.0


@dataclass(slots=True)
class Wait:
    """Whether the platform still waits for the body of its request."""

    over: bool = False


class Turns:
    """Answers turns; a dispatch that has begun is never given up, whoever stops waiting."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        connector: Connector,
        acquaintances: Acquaintances,
        onlookers: Onlookers,
        offers: Offers,
        inbox: Inbox,
        *,
        fetch: Callable[[Attached], Awaitable[SentFile | FileLost]],
        patience: float,
    ) -> None:
        self._dispatcher, self._inbox = dispatcher, inbox
        self._connector = connector
        self._acquaintances = acquaintances
        self._onlookers = onlookers
        self._looks = Looks(dispatcher, patience)
        self._answers = Answers(connector, acquaintances, offers)
        self._gatherings = Gatherings(connector, acquaintances)
        self._fetch = fetch
        self._patience = patience
        self._pending: set[asyncio.Task[Any]] = set()

    async def __call__(self, turn: Turn) -> Json:
        """Answer a turn; the body is for invokes. What takes long is stored before the platform is answered."""
        self._meet(turn)
        if isinstance(turn.interaction.did, Looked):
            return await self._looks.answered(turn)
        incoming = Incoming.of(turn.interaction, "activity", turn.activity)
        if turn.attached:
            await self._stored(incoming)  # a download takes longer than the platform waits
            self.begin(self._with_files(turn, incoming))
            return {}
        wait = Wait()
        work = self.begin(self._work(turn, wait, incoming))
        await asyncio.wait({work}, timeout=self._patience)
        if not work.done():
            storing = self.begin(self._stored(incoming))
            await asyncio.wait({work, storing}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                wait.over = True
                return storing.result() or self._meanwhile(turn)
        return work.result()

    async def take_up(self, incoming: Incoming) -> Answer:
        """Handle what was stored, and tell the person; what was handled is only told."""
        turn = read(dict(incoming.payload))
        if turn is None:
            return Answer(Silence())
        self._meet(turn)
        if turn.attached:
            return await self._with_files(turn, incoming)
        answer = incoming.answer or await self._gathered(turn, await self._dispatcher.dispatch(turn.interaction, incoming))
        if not incoming.is_tried_again(answer):
            await self._say_late(turn, answer)
        return answer

    async def _stored(self, incoming: Incoming) -> Json:
        if not await self._inbox.store(incoming, within=STORING, is_under_way=True):
            raise NotStored
        return {}

    async def regret(self, human: Human, account: str, language: str) -> None:
        """Tell whoever pressed something that we do not know, in their own chat."""
        await self._answers.regret(human, account, language, UNKNOWN)

    async def settles(self) -> None:
        """Wait until every answer that is on its way has arrived."""
        while self._pending:
            await asyncio.wait(set(self._pending))

    async def close(self) -> None:
        """Let what has begun end, but not for ever."""
        if self._pending:
            await asyncio.wait(self._pending, timeout=LAST_PATIENCE)
        for task in list(self._pending):
            task.cancel()

    def begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin what goes on when the platform no longer waits."""
        task = asyncio.create_task(work)
        self._pending.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._pending.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("teams_answer_failed", error=type(task.exception()).__name__, exc_info=task.exception())

    def _meet(self, turn: Turn) -> None:
        human, account = turn.human, turn.interaction.actor.account
        self._acquaintances.met(human.tenant, human.service_url)
        if human.conversation:
            self._acquaintances.chat_is(human.tenant, account, human.conversation)
        elif not isinstance(turn.interaction.did, Looked):
            self._onlookers.heard(turn.spot.conversation, human.account)

    async def _work(self, turn: Turn, wait: Wait, incoming: Incoming) -> Json:
        answer = await self._gathered(turn, await self._dispatcher.dispatch(turn.interaction, incoming))
        if answer.is_unrun and await self._inbox.store(incoming, within=STORING, is_under_way=False):
            return self._meanwhile(turn)  # whoever works off what is stored gives the answer
        if wait.over:
            await self._say_late(turn, answer)
            await self._inbox.forget(incoming)
            return {}
        body = await self._answered(turn, answer)
        if isinstance(answer.reply, Say) and files_of(answer.reply.message):
            self.begin(self._offer_files(turn, answer))
        await self._inbox.forget(incoming)
        return body

    async def _gathered(self, turn: Turn, answer: Answer) -> Answer:
        """An answer with the links that bring the people in it together, where there can be any."""
        if not isinstance(answer.reply, Say):
            return answer
        say, gathering, tenant, bot = answer.reply, answer.reply.gathers, turn.human.tenant, turn.human.bot
        link = await self._gatherings.link(gathering.people, tenant, bot) if gathering is not None else None
        if gathering is None or link is None:
            return replace(answer, reply=replace(say, message=await self._gatherings.linked(say.message, tenant, bot)))
        opened = gathering.opened
        way = Buttons((Button(gathering.way, url=link),))
        return Answer(resolved(Say(Message(opened.summary, (*opened.blocks, way))), answer.language), answer.language)

    async def _with_files(self, turn: Turn, incoming: Incoming) -> Answer:
        """Take in what was written and then the files beside it, of a message that is stored; each part is known by its key."""
        answer = Answer(Silence())
        if not isinstance(turn.interaction.did, FileLost):
            answer = await self._gathered(turn, await self._dispatcher.dispatch(turn.interaction))
            if not incoming.is_tried_again(answer):
                await self._say_late(turn, answer)
        if not (answer.is_unrun or answer.failure):
            answer = await self._files(turn, incoming)
        if incoming.lease is None:  # what was taken up again is looked after by whoever did
            if answer.is_unrun:
                await self._inbox.store(incoming, within=STORING, is_under_way=False)
            else:
                await self._inbox.forget(incoming)
        return answer

    async def _files(self, turn: Turn, incoming: Incoming) -> Answer:
        """Fetch the files of a message and take each in."""
        number, did, answer = 0, turn.interaction.did, Answer(Silence())
        reply_to = did.reply_to if isinstance(did, FileLost | Wrote) else None
        async for file in each_of(turn.attached, self._fetch):
            number += 1
            one = replace(turn.interaction, did=replace(file, reply_to=reply_to), key=f"{turn.interaction.key}:file:{number}")
            answer = await self._dispatcher.dispatch(one)
            if incoming.is_tried_again(answer):
                break
            await self._say_late(replace(turn, interaction=one), answer)
        return answer

    async def _answered(self, turn: Turn, answer: Answer) -> Json:
        if isinstance(answer.reply, Open) and isinstance(turn.interaction.did, Submitted):
            answer = replace(answer, reply=replace(answer.reply, form=introduced(answer.reply.form, turn.activity.get("value"))))
        match turn.manner:
            case "said":
                await self._said(turn, answer)
                return {}
            case "acted":
                return await self._acted(turn, answer)
            case "fetched":
                return await self._fetched(turn, answer)
            case "submitted":
                return await self._submitted(turn, answer)

    def _meanwhile(self, turn: Turn) -> Json:
        words = said(STILL_WORKING, turn.interaction.actor.language or "en")
        match turn.manner:
            case "said":
                self.begin(self._types(turn))
                return {}
            case "acted":
                return toast(words)
            case "fetched" | "submitted":
                return task_message(words)

    async def _types(self, turn: Turn) -> Json:
        with contextlib.suppress(DeliveryFailed):
            await self._connector.post(turn.spot, {"type": "typing"})
        return {}

    # -- the four manners ----------------------------------------------------------------------------------------------

    async def _said(self, turn: Turn, answer: Answer) -> None:
        match answer.reply:
            case Say(message, instead) as say:
                if not (instead and await self._answers.replaces(turn, message, answer.language)):
                    await self._answers.tell(turn, say, answer.language)
            case Open(form):
                await self._answers.ask(turn, form, answer.language)
            case Silence():
                return

    async def _acted(self, turn: Turn, answer: Answer) -> Json:
        language, is_form = answer.language, isinstance(turn.interaction.did, Submitted)
        match answer.reply:
            case Say(message, instead) as say:
                if instead or is_form:
                    # The body changes the card in this person's client only until it is loaded again, the edit for good.
                    await self._answers.replaces(turn, message, language)
                    return card_body(card(message, audience=audience(turn), language=language, offers_files=True))
                return toast(await self._notice(turn, say, language))
            case Open(form):
                if is_form:
                    return card_body(form_card(form, audience=audience(turn), language=language))
                reached = await self._answers.reaches(turn, form_activity(form, audience=audience(turn), language=language))
                return toast(said(FORM_IN_CHAT if reached else NOT_INSTALLED, language) if not (turn.is_private and reached) else "")
            case Silence():
                return toast("")

    async def _notice(self, turn: Turn, say: Say, language: str) -> str:
        """Hand over what a notice does not hold; the notice, which says where the rest is where they do not see it at once."""
        summary, is_all = label_of(say.message.summary), not says_more(say.message)
        if turn.is_in_place and is_all:
            return summary
        way = await self._answers.hand(turn, say, language)
        if turn.is_private:
            return "" if way == "chat" else summary
        if way == "aside" or is_all:
            return summary
        return f"{ended(summary)} {said(ANSWER_IN_CHAT if way == 'chat' else ANSWER_WAITS, language)}"

    async def _fetched(self, turn: Turn, answer: Answer) -> Json:
        match answer.reply:
            case Open(form):
                return task_continue(dialog(form, audience=audience(turn), language=answer.language))
            case Say():
                return task_message(
                    await self._beside_dialog(turn, answer.reply, answer.language) or label_of(answer.reply.message.summary)
                )
            case Silence():
                return task_message(said(NOTHING_TO_FILL_IN, answer.language))

    async def _submitted(self, turn: Turn, answer: Answer) -> Json:
        match answer.reply:
            case Open(form):
                return task_continue(dialog(form, audience=audience(turn), language=answer.language))
            case Say():
                notice = await self._beside_dialog(turn, answer.reply, answer.language)
                return task_message(notice) if notice else {}
            case Silence():
                return {}

    async def _beside_dialog(self, turn: Turn, say: Say, language: str) -> str:
        """Answer a dialog where it came from; what it says at its end, nothing where the answer is seen behind it."""
        if say.instead and await self._answers.replaces(turn, say.message, language):
            return "" if turn.is_private else label_of(say.message.summary)
        return await self._notice(turn, say, language)

    async def _say_late(self, turn: Turn, answer: Answer) -> None:
        """The request is answered already: everything is said by a message."""
        await self._said(turn, answer)
        await self._offer_files(turn, answer)

    async def _offer_files(self, turn: Turn, answer: Answer) -> None:
        if isinstance(answer.reply, Say):
            await self._answers.offer_files(turn, answer.reply.message)
