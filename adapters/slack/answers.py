"""How an answer reaches the person who acted: in the HTTP answer when it is there in time, privately afterwards when it is not."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, assert_never

import structlog

from adapters.slack import forms
from adapters.slack.client import WORST_CASE, SlackClient, files_of
from adapters.slack.forms import Slip
from adapters.slack.inbound import EVENT_TYPE, NOBODY, Origin
from adapters.slack.looking import find
from adapters.slack.pictures import pictures_of
from adapters.slack.waiting import Waiting
from bot.chat.errors import DeliveryFailed, RetryLater, Unclear, Unreachable
from bot.chat.form import Form
from bot.chat.language import Phrase, _
from bot.chat.message import Message, Paragraph
from bot.chat.reading import resolved, say_label
from bot.chat.reply import NO_FORM_HERE, Open, Say, Silence, offered
from bot.core.ports import Address, Answer, Look
from bot.lean import dataclass

Json = dict[str, Any]
LOOKS_AFTER = WORST_CASE
LOOKS = 3
TRIES, LONGEST_WAIT = 5, 30.0  # how often a reply that was refused for now is tried, and for how many seconds it waits each time
log = structlog.get_logger("convene.slack")

TOO_SLOW = _("I was too slow to open the form, so nothing has happened yet. This button opens it.")
TOO_SLOW_AGAIN = _("I was too slow to open the form, so nothing has happened yet. Please try it once more.")
ONE_MOMENT = _("One moment, I am still working on it…")
DONE = _("Done. You can close this window; my answer is on its way.")
PERHAPS_AGAIN = _("You may have read this already. I cannot tell whether it reached you where you asked, so here it is.")
NOT_SAVED = _("The form could not be taken as it was, and its window is closed. Here is what you wrote.")


@dataclass(frozen=True, slots=True)
class Answers:
    """Hands replies back to people."""

    client: SlackClient
    under_way: Waiting

    async def opened(self, answer: Answer, origin: Origin) -> Answer:
        """Open the form that was answered with, while the trigger lives; what remains to be said comes back."""
        if not isinstance(answer.reply, Open) or origin.person == NOBODY:
            return answer
        if origin.trigger_id is None:
            return _instead(answer, NO_FORM_HERE, origin.typed)
        form = answer.reply.form
        try:
            view = self._view(form, forms.slip_of(form, origin.place, origin.thread, home=origin.from_home), answer.language)
            await self.client.call("views.open", {"trigger_id": origin.trigger_id, "view": view})
        except (DeliveryFailed, ValueError) as failed:
            log.warning("a form did not open", kind=type(failed).__name__, why=str(failed))
            return _instead(answer, TOO_SLOW if answer.reply.again is not None else TOO_SLOW_AGAIN, origin.typed)
        return Answer(Silence(), answer.language)

    def spoken(self, answer: Answer) -> Json | None:
        """What the HTTP answer to a command says, None for nothing."""
        if not isinstance(answer.reply, Say):
            return None
        return {"response_type": "ephemeral", **self.client.drawn(answer.reply.message, answer.language)}

    async def tell(self, answer: Answer, origin: Origin) -> None:
        """Say it to the person, privately where others read; it is never said twice in one place, and what fails for good is logged."""
        reply = answer.reply
        if isinstance(reply, Open):
            answer = _instead(answer, NO_FORM_HERE, origin.typed)
            reply = answer.reply
        if not isinstance(reply, Say) or origin.person == NOBODY:
            return
        for tries_left in reversed(range(TRIES)):
            try:
                await self._told(reply, answer.language, origin)
            except RetryLater as later:
                if tries_left:
                    await asyncio.sleep(min(later.after, LONGEST_WAIT))
                else:
                    _unsaid(later)
            except DeliveryFailed as failed:
                _unsaid(failed)
                return
            else:
                return

    def has_pictures(self, answer: Answer) -> bool:
        """Whether an answer has pictures, whose upload takes longer than an HTTP answer may."""
        return isinstance(answer.reply, Say) and bool(pictures_of(answer.reply.message))

    def has_files(self, answer: Answer) -> bool:
        """Whether an answer has files, which no HTTP answer can carry."""
        return isinstance(answer.reply, Say) and bool(files_of(answer.reply.message))

    async def files_follow(self, answer: Answer, origin: Origin) -> None:
        """Send the files of an answer that was said in an HTTP answer."""
        if isinstance(answer.reply, Say):
            await self.hand_over(answer.reply.message, origin.person)

    async def hand_over(self, message: Message, person: str) -> None:
        """Send the files of a reply into the person's own chat."""
        files = files_of(message)
        if not files:
            return
        try:
            found = await self.client.call("conversations.open", {"users": person}, "repeatable")
        except DeliveryFailed as failed:
            log.error("a file was not handed over", kind=type(failed).__name__, why=str(failed))
        else:
            await self.client.hand_over(files, str(found["channel"]["id"]))

    async def _told(self, say: Say, language: str, origin: Origin) -> None:
        if origin.is_home:
            await self.client.show_home(origin.person, say.message, language)
            return
        try:
            if not await self._responded(say, language, origin) and not await self._shown_beside(say.message, language, origin):
                await self._in_chat(origin, say.message, language)
                return
        except Unclear:  # nobody can look up what one person alone sees, but in their own chat it stays and can be found
            log.info("an answer may not have arrived, so it goes to the person's chat too")
            await self._in_chat(origin, _perhaps_again(say.message, language), language)
            return
        await self.hand_over(say.message, origin.person)

    async def _responded(self, say: Say, language: str, origin: Origin) -> bool:
        """Whether it was said by the response_url; replacing a card is the same however often it is done."""
        replaces = say.instead and origin.may_replace
        if not origin.response_url or not (replaces or origin.chat is None):
            return False
        threaded = {"thread_ts": origin.thread} if origin.thread and not replaces else {}
        body = {"response_type": "ephemeral", "replace_original": replaces, **threaded}
        try:
            await self.client.respond(origin.response_url, body, say.message, language, "repeatable" if replaces else "post")
        except Unreachable:
            log.info("a response_url was spent")
            return False
        return True

    async def _shown_beside(self, message: Message, language: str, origin: Origin) -> bool:
        """Whether it was said to the person alone, in the place where they acted."""
        if origin.place is None:
            return False
        threaded = {"thread_ts": origin.thread} if origin.thread else {}
        try:
            await self.client.show("chat.postEphemeral", {"channel": origin.place, "user": origin.person, **threaded}, message, language)
        except Unreachable:
            log.info("not in the place of the reply, so it goes to the person's chat")
            return False
        return True

    async def _in_chat(self, origin: Origin, message: Message, language: str) -> None:
        """Say it in the person's own chat; where nobody knows whether it arrived it is looked for, once Slack's worst case has passed."""
        token, since = f"{secrets.token_hex(8)}.1", datetime.now(UTC)
        mark = {"event_type": EVENT_TYPE, "event_payload": {"token": token}}
        chat, thread = origin.chat or origin.person, origin.thread if origin.place is None else None
        try:
            await self.client.say(chat, message, thread, language, mark)
        except Unclear:  # the look outlasts whoever waits for this answer
            there = Address(self.client.me.team, origin.person, "chat", {"channel": origin.chat} if origin.chat else {}, thread)

            async def look() -> None:
                await asyncio.sleep(LOOKS_AFTER)
                if await self._is_missing(there, message, token, since):
                    try:
                        await self.client.say(chat, message, thread, language, mark)
                    except DeliveryFailed as failed:
                        _unsaid(failed)

            self.under_way.start(look())

    async def _is_missing(self, there: Address, message: Message, token: str, since: datetime) -> bool:
        """Whether a look says for sure that a message does not stand there; a look that Slack refuses is taken again, a few times."""
        for _look in range(LOOKS):
            try:
                return await find(self.client, there, message, token, since) is Look.NOT_THERE
            except RetryLater as later:
                await asyncio.sleep(min(later.after, LONGEST_WAIT))
        return False

    def submitted(self, answer: Answer, slip: Slip) -> Json | None:
        """What the HTTP answer to a submitted form says; None closes it."""
        reply = answer.reply
        match reply:
            case Open(form):
                errors = forms.field_errors(form, slip)
                if errors is not None:
                    return {"response_action": "errors", "errors": errors}
                return {"response_action": "update", "view": self._view(form, forms.drawn_again(slip, form), answer.language)}
            case Say() | Silence():
                return None
            case _:
                assert_never(reply)

    def waiting(self) -> Json:
        """What a form shows whose answer takes longer than Slack waits."""
        return {"response_action": "update", "view": forms.notice("Convene", say_label(ONE_MOMENT, "en"), "en")}

    async def submitted_late(self, answer: Answer, origin: Origin, slip: Slip, view_id: str) -> None:
        """Answer a form whose window has been told to wait."""
        if not isinstance(answer.reply, Open):
            await self._show(view_id, forms.notice("Convene", say_label(DONE, answer.language), answer.language))
            await self.tell(answer, origin)
            return
        form = answer.reply.form
        if not await self._show(view_id, self._view(form, forms.drawn_again(slip, form), answer.language)):
            typed = "\n".join(str(field.value) for field in form.fields if field.value and not isinstance(field.value, bool))
            await self.tell(_instead(answer, NOT_SAVED, typed), origin)

    async def _show(self, view_id: str, view: Json) -> bool:
        try:
            await self.client.call("views.update", {"view_id": view_id, "view": view}, "repeatable")
        except DeliveryFailed as failed:
            log.info("a form was closed before its answer came", kind=type(failed).__name__, why=str(failed))
            return False
        return True

    def _view(self, form: Form, slip: Slip, language: str) -> Json:
        return forms.view(form, slip, audience=self.client.audience, language=language)


def _unsaid(failed: DeliveryFailed) -> None:
    log.error("a reply was not said", kind=type(failed).__name__, why=str(failed))


def _perhaps_again(message: Message, language: str) -> Message:
    """A message with a line before it that says why it may stand there for the second time."""
    blocks = message.blocks or (Paragraph(message.summary),)
    return replace(message, blocks=(Paragraph(say_label(PERHAPS_AGAIN, language)), *blocks))


def _instead(answer: Answer, phrase: Phrase, typed: str) -> Answer:
    """A sentence in place of a form that cannot be opened now."""
    assert isinstance(answer.reply, Open)
    return Answer(resolved(offered(answer.reply, phrase, typed), answer.language), answer.language)
