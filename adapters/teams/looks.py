"""Looks: what a card says to whoever looks at it, within bounds."""

from __future__ import annotations

import asyncio

from adapters.teams.bodies import card_body, toast
from adapters.teams.inbound import Turn
from adapters.teams.limits import Json
from adapters.teams.onlookers import refresh
from adapters.teams.render import card
from bot.chat.reply import Say
from bot.core.ports import Dispatcher

MOST_AT_ONCE = 40  # cards ask by themselves, and must not keep from their turn what people do


class Looks:
    """Answers clients that ask by themselves; whoever gets no answer keeps the card that they see."""

    def __init__(self, dispatcher: Dispatcher, patience: float) -> None:
        self._dispatcher = dispatcher
        self._patience = patience
        self._under_way = 0

    async def answered(self, turn: Turn) -> Json:
        """The card as this person sees it; an empty notice when too many look at once or it takes too long."""
        if self._under_way >= MOST_AT_ONCE:
            return toast("")
        self._under_way += 1
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._dispatcher.dispatch(turn.interaction)
        except TimeoutError:
            return toast("")
        finally:
            self._under_way -= 1
        if not isinstance(answer.reply, Say):
            return toast("")
        message, audience = answer.reply.message, f"teams/{turn.interaction.workspace}"
        return card_body(card(message, audience=audience, language=answer.language, refresh=refresh(message, [turn.human.account])))
