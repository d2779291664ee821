"""People's own chats with the bot: found where they are known, opened where they are not."""

from __future__ import annotations

from adapters.teams.client import Connector
from adapters.teams.references import Acquaintances, Human, Spot
from bot.chat.errors import Barrier, Unreachable


class Chats:
    """Leads from a person to the chat in which they can be written to."""

    def __init__(self, connector: Connector, acquaintances: Acquaintances) -> None:
        self._connector = connector
        self._acquaintances = acquaintances

    async def of(self, human: Human, account: str) -> Spot:
        """The person's own chat; opening one that exists already returns it."""
        conversation = human.conversation or self._acquaintances.chat_of(human.tenant, account)
        if conversation is None:
            conversation = await self._connector.open_chat(human)
            self._acquaintances.chat_is(human.tenant, account, conversation)
        return Spot(human.service_url, conversation)

    async def post(self, human: Human, account: str, activity: dict[str, object]) -> tuple[Spot, str]:
        """Post into the person's own chat; Unreachable where the app is not there for them."""
        spot = await self.of(human, account)
        try:
            return spot, await self._connector.post(spot, activity)
        except Unreachable as nobody:
            self._acquaintances.forget(human.tenant, account)
            if nobody.barrier is Barrier.NOT_HERE:  # in somebody's own chat that means that they have not added us, or no longer
                raise Unreachable(str(nobody), Barrier.NOT_ADDED) from nobody
            raise
