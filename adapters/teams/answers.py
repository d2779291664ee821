"""How an answer reaches the person who acted: aside where they acted, in their own chat, or nowhere."""

from __future__ import annotations

import contextlib
from typing import Literal, TypeAlias

import structlog

from adapters.teams.asides import Asides
from adapters.teams.chats import Chats
from adapters.teams.client import Connector
from adapters.teams.files import Offers, files_of
from adapters.teams.forms import form_activity
from adapters.teams.inbound import Turn
from adapters.teams.limits import Json
from adapters.teams.pauses import patiently
from adapters.teams.references import Acquaintances, Human
from adapters.teams.render import render, said
from bot.chat.errors import DeliveryFailed
from bot.chat.form import Form
from bot.chat.language import Phrase, _
from bot.chat.message import Message, Paragraph
from bot.chat.reply import Say
from bot.core.ports import Submitted, Wrote

log = structlog.get_logger()

FORM_IN_CHAT = _("I sent you a form in our chat.")
ANSWERED_IN_CHAT = _("I answered you in our chat.")
NOT_INSTALLED = _("I cannot write to you yet. Please add me for yourself, then try again.")
ANSWER_WAITS = _("I have something for you alone. Please add me for yourself, then I can write to you.")

Way: TypeAlias = Literal["aside", "chat", "nowhere"]


class Answers:
    """Hands replies to the person who acted; in a place nobody else ever reads them."""

    def __init__(self, connector: Connector, acquaintances: Acquaintances, offers: Offers) -> None:
        self._connector = connector
        self._offers = offers
        self._chats = Chats(connector, acquaintances)
        self._asides = Asides(connector)

    async def hand(self, turn: Turn, say: Say, language: str) -> Way:
        """Give somebody a message; what stays, or has files, which can be offered in their own chat alone, goes there first."""
        activity = drawn(turn, say.message, language)
        is_aside_first = turn.is_in_place and turn.is_act and not (say.stays or files_of(say.message))
        if is_aside_first and await self._says_aside(turn, activity):
            return "aside"
        if await self.reaches(turn, activity):
            return "chat"
        if turn.is_in_place and not is_aside_first and await self._says_aside(turn, activity):
            return "aside"
        return "nowhere"

    async def tell(self, turn: Turn, say: Say, language: str) -> None:
        """Answer what was typed, or what the platform told of; whoever called us in a place reads there where the answer is."""
        way = await self.hand(turn, say, language)
        did = turn.interaction.did
        if way == "aside" or not turn.is_in_place:
            return
        if way == "chat":
            if isinstance(did, Wrote) and did.mentions_bot:
                await self._point(turn, ANSWERED_IN_CHAT, language)
        elif turn.is_act:
            await self._point(turn, ANSWER_WAITS, language)
        else:
            await patiently(lambda: self._connector.post(turn.spot, drawn(turn, say.message, language)))

    async def ask(self, turn: Turn, form: Form, language: str) -> None:
        """A form as a card, in the person's own chat only: nothing unfinished stands before everybody."""
        activity = form_activity(form, audience=audience(turn), language=language)
        if turn.card_id and turn.is_private and isinstance(turn.interaction.did, Submitted):
            with contextlib.suppress(DeliveryFailed):
                await self._connector.edit(turn.spot, turn.card_id, activity)
                return
        reached = await self.reaches(turn, activity)
        if turn.is_in_place and (not reached or isinstance(turn.interaction.did, Wrote)):
            await self._point(turn, FORM_IN_CHAT if reached else NOT_INSTALLED, language)

    async def replaces(self, turn: Turn, message: Message, language: str) -> bool:
        """Put the message in the place of the card that was acted on, which only a card bears that nobody else sees."""
        if not turn.card_id:
            return False
        activity = drawn(turn, message, language)
        if not turn.is_private:
            return await self._asides.replace(turn.spot, turn.human.account, turn.card_id, activity)
        try:
            await self._connector.edit(turn.spot, turn.card_id, activity)
        except DeliveryFailed as failure:
            log.info("teams_card_not_replaced", why=str(failure))
            return False
        return True

    async def reaches(self, turn: Turn, activity: Json) -> bool:
        """Post into the person's own chat; false where they cannot be reached there."""
        account = turn.interaction.actor.account
        return await patiently(lambda: self._chats.post(turn.human, account, activity))

    async def offer_files(self, turn: Turn, message: Message) -> None:
        """Offer the files of an answer in the person's own chat, the only place where that is possible."""
        for file in files_of(message):
            await self.reaches(turn, self._offers.make(file, turn.interaction.actor.account))

    async def regret(self, human: Human, account: str, language: str, words: Phrase) -> None:
        """Tell somebody a sentence of the adapter's own in their own chat."""
        sentence = said(words, language)
        activity = render(Message(sentence, (Paragraph(sentence),)), audience="", language=language)
        await patiently(lambda: self._chats.post(human, account, activity))

    async def _point(self, turn: Turn, words: Phrase, language: str) -> None:
        """A short sentence in the place: for one person where that is possible, harmless where it is not."""
        pointer = drawn(turn, Message(said(words, language)), language)
        if not await self._says_aside(turn, pointer):
            await patiently(lambda: self._connector.post(turn.spot, pointer))

    async def _says_aside(self, turn: Turn, activity: Json) -> bool:
        return await self._asides.say(turn.spot, turn.human.account, activity)


def drawn(turn: Turn, message: Message, language: str) -> Json:
    """An answer as an activity."""
    return render(message, audience=audience(turn), language=language, offers_files=True)


def audience(turn: Turn) -> str:
    """For whom cards are drawn."""
    return f"teams/{turn.interaction.workspace}"
