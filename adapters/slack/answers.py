"""How an answer reaches the person who acted: in the HTTP answer when it is there in time, privately afterwards when it is not."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, assert_never

import structlog

from adapters.slack import forms
from adapters.slack.client import WORST_CASE, SlackClient, files_of
from adapters.slack.forms import Slip
from adapters.slack.inbound import EVENT_TYPE, NOBODY, Origin
from adapters.slack.looking import find
from adapters.slack.pictures import pictures_of
from bot.chat.errors import DeliveryFailed, RetryLater, Unclear, Unreachable
from bot.chat.form import Form
from bot.chat.language import Phrase, _
from bot.chat.message import Message
from bot.chat.reading import resolved, say_label
from bot.chat.reply import NO_FORM_HERE, Open, Say, Silence, offered
from bot.core.ports import Address, Answer, Look

Json = dict[str, Any]
LOOKS_AFTER = WORST_CASE
LOOKS = 3
LONGEST_WAIT = 30.0  # seconds that a reply waits for Slack to take messages again
log = structlog.get_logger("convene.slack")

TOO_SLOW = _("I was too slow to open the form, so nothing has happened yet. This button opens it.")
TOO_SLOW_AGAIN = _("I was too slow to open the form, so nothing has happened yet. Please try it once more.")
ONE_MOMENT = _("One moment, I am still working on it…")
DONE = _("Done. You can close this window; my answer is on its way.")
NOT_SAVED = _("The form could not be taken as it was, and its window is closed. Here is what you wrote.")


@dataclass(frozen=True, slots=True)
class Answers:
    """Hands replies back to people."""

    client: SlackClient

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
        """Say it to the person, privately where others read; failures are logged, for a reply is said at most once."""
        reply = answer.reply
        if isinstance(reply, Open):
            answer = _instead(answer, NO_FORM_HERE, origin.typed)
            reply = answer.reply
        if not isinstance(reply, Say) or origin.person == NOBODY:
            return
        try:
            try:
                await self._told(reply, answer.language, origin)
            except RetryLater as later:
                await asyncio.sleep(min(later.after, LONGEST_WAIT))
                await self._told(reply, answer.language, origin)
        except DeliveryFailed as failed:
            log.error("a reply was not said", kind=type(failed).__name__, why=str(failed))

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
        replaces = say.instead and origin.may_replace
        if origin.response_url and (replaces or origin.chat is None):
            try:
                threaded = {"thread_ts": origin.thread} if origin.thread and not replaces else {}
                body = {"response_type": "ephemeral", "replace_original": replaces, **threaded}
                await self.client.respond(origin.response_url, body, say.message, language)
            except Unreachable:
                log.info("a response_url was spent")
            else:
                await self.hand_over(say.message, origin.person)
                return
        await self._posted(say.message, language, origin)

    async def _posted(self, message: Message, language: str, origin: Origin) -> None:
        if origin.place is not None:
            threaded = {"thread_ts": origin.thread} if origin.thread else {}
            try:
                there = {"channel": origin.place, "user": origin.person, **threaded}
                await self.client.show("chat.postEphemeral", there, message, language)
            except Unreachable:
                log.info("not in the place of the reply, so it goes to the person's chat")
            else:
                await self.hand_over(message, origin.person)
                return
        await self._in_chat(origin, message, language)

    async def _in_chat(self, origin: Origin, message: Message, language: str) -> None:
        """Say it in the person's own chat; where nobody knows whether it arrived it is looked for, once Slack's worst case has passed."""
        token, since = f"{secrets.token_hex(8)}.1", datetime.now(UTC)
        mark = {"event_type": EVENT_TYPE, "event_payload": {"token": token}}
        chat, thread = origin.chat or origin.person, origin.thread if origin.place is None else None
        try:
            await self.client.say(chat, message, thread, language, mark)
        except Unclear:
            await asyncio.sleep(LOOKS_AFTER)
            there = Address(self.client.me.team, origin.person, "chat", {"channel": origin.chat} if origin.chat else {}, thread)
            if await self._is_missing(there, message, token, since):
                await self.client.say(chat, message, thread, language, mark)

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


def _instead(answer: Answer, phrase: Phrase, typed: str) -> Answer:
    """A sentence in place of a form that cannot be opened now."""
    assert isinstance(answer.reply, Open)
    return Answer(resolved(offered(answer.reply, phrase, typed), answer.language), answer.language)
