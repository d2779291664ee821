"""The first look of a unit: whether an interaction comes for the first time, who acts where, and of which tables they have no rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.core.ports import Interaction
from bot.core.rows import SeenRow
from bot.data import scope
from bot.data.base import Base, table
from bot.data.inserts import insert_if_new
from bot.people.looking_up import Known, WhoAndWhere

_seen = table(SeenRow)
_HAS_SEEN = select(_seen.c.key).where(_seen.c.key == bindparam("key"))
_MARK: dict[str, Any] = {"key": bindparam("key"), "at": bindparam("at")}


@cache
def _see(kind: str) -> Any:
    return insert_if_new(kind, _seen).values(_MARK).returning(_seen.c.at)


class FirstLook:
    """Built once from the tables whose features want to know early that the actor has nothing in them."""

    def __init__(self, ties: Iterable[type[Base]]) -> None:
        self._who_and_where = WhoAndWhere(ties)

    @cached_property
    def _see_and_find(self) -> Any:
        return self._who_and_where.beside(_see("postgresql").cte("marked"), "is_first")  # SQLite knows no insert in a query

    def take(self, session: Session, event: Interaction, now: datetime) -> tuple[bool, Known | None]:
        """Whether the interaction comes for the first time, and who acts where; on PostgreSQL in one round trip."""
        if event.key is None:
            return True, self.find(session, event)
        if scope.connection(session).dialect.name == "sqlite":
            return (True, self.find(session, event)) if is_first_time(session, event.key, now) else (False, None)
        row = scope.execute(session, self._see_and_find, {"key": event.key, "at": now, **_keys(event)}).one()
        return row.is_first == 1, self._who_and_where.known_from(row, f"{event.platform}/{event.workspace}", event.actor.account)

    def find(self, session: Session, event: Interaction) -> Known | None:
        """Who and where, as far as they are known; None where the workspace belongs to no community."""
        return self._who_and_where.find(session, **_keys(event))


def _keys(event: Interaction) -> dict[str, str]:
    return {
        "platform": event.platform,
        "workspace": event.workspace,
        "account": event.actor.account,
        "conversation": event.conversation.external_id,
    }


def is_first_time(session: Session, key: str, now: datetime) -> bool:
    """Whether nothing was marked with this key yet; it is now."""
    statement = _see(scope.connection(session).dialect.name)
    return scope.execute(session, statement, {"key": key, "at": now}).first() is not None


def has_seen(session: Session, key: str) -> bool:
    """Whether something was marked with this key."""
    return scope.execute(session, _HAS_SEEN, {"key": key}).first() is not None
