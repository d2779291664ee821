"""How to find a conversation again: what is remembered of it, and which personal chats are known to this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import field

from bot.core.ports import Address, Reference
from bot.lean import dataclass

THREAD_MARK = ";messageid="
MOST = 50_000


def split(conversation_id: str) -> tuple[str, str | None]:
    """`19:…;messageid=…` as the conversation and the first message of the thread."""
    conversation, _, thread = conversation_id.partition(THREAD_MARK)
    return conversation, thread or None


@dataclass(frozen=True, slots=True)
class Spot:
    """A conversation that can be posted into."""

    service_url: str
    conversation: str
    thread: str | None = None

    @property
    def path(self) -> str:
        """The conversation's id as the connector wants it, with the thread."""
        return f"{self.conversation}{THREAD_MARK}{self.thread}" if self.thread else self.conversation


@dataclass(frozen=True, slots=True)
class Human:
    """A person as the connector knows them, to open their chat."""

    tenant: str
    account: str
    service_url: str
    bot: str
    conversation: str | None = None

    @property
    def reference(self) -> Reference:
        """What is to be remembered of the person."""
        known = {"service_url": self.service_url, "tenant": self.tenant, "account": self.account, "bot": self.bot}
        return known | ({"conversation": self.conversation} if self.conversation else {})


@dataclass(slots=True)
class Acquaintances:
    """Service URLs and personal chats that this process has seen; a cache only, the core keeps the references."""

    _chats: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)
    _names: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)
    _urls: dict[str, str] = field(default_factory=dict)

    def heard_of(self, tenant: str, service_url: str) -> None:
        """Remember a stored service URL of a tenant of which nothing newer is known."""
        self._urls.setdefault(tenant, service_url)

    def met(self, tenant: str, service_url: str) -> None:
        """Remember the newest service URL of a tenant."""
        self._urls[tenant] = service_url

    def chat_is(self, tenant: str, account: str, conversation: str) -> None:
        """Remember somebody's personal chat, forgetting the one unused for longest when there are too many."""
        self._chats[tenant, account] = conversation
        self._chats.move_to_end((tenant, account))
        if len(self._chats) > MOST:
            self._chats.popitem(last=False)

    def forget(self, tenant: str, account: str) -> None:
        """Forget a personal chat that is gone."""
        self._chats.pop((tenant, account), None)

    def chat_of(self, tenant: str, account: str) -> str | None:
        """The personal chat of this person, None where it was not seen yet."""
        return self._chats.get((tenant, account))

    def name_is(self, tenant: str, account: str, name: str) -> None:
        """Remember somebody's principal name, which links need."""
        self._names[tenant, account] = name
        if len(self._names) > MOST:
            self._names.popitem(last=False)

    def name_of(self, tenant: str, account: str) -> str | None:
        """Somebody's principal name, None where it was not asked for yet."""
        return self._names.get((tenant, account))

    def service_url(self, tenant: str) -> str | None:
        """The newest service URL of this tenant."""
        return self._urls.get(tenant)

    def human(self, to: Address, bot: str) -> Human | None:
        """The person behind an address; None where no service URL is known."""
        known: Mapping[str, str] = to.reference
        service_url = known.get("service_url") or self.service_url(to.workspace)
        if not service_url:
            return None
        account = known.get("account") or to.external_id
        conversation = known.get("conversation") or self.chat_of(to.workspace, to.external_id)
        return Human(known.get("tenant") or to.workspace, account, service_url, known.get("bot") or bot, conversation)
