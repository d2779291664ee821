"""The table of Web API methods: scopes, tiers and what each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adapters.playground.slack.workspace import Channel, Kind, Refusal, Workspace
from bot.lean import dataclass

Json = dict[str, Any]
Run = Callable[[Workspace, Json], Json]
READ: Mapping[Kind, str] = {"channel": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
HISTORY: Mapping[Kind, str] = {"channel": "channels:history", "private": "groups:history", "im": "im:history", "mpim": "mpim:history"}


@dataclass(frozen=True, slots=True)
class Method:
    """One Web API method; any one of `scopes` opens it, `tier` 0 is a limit of its own kind."""

    run: Run
    scopes: tuple[str, ...] = ()
    tier: int = 0
    required: tuple[str, ...] = ()
    open_to_all: bool = False


def missing_scope(ws: Workspace, *needed: str) -> Refusal:
    """The refusal for want of a scope."""
    return Refusal("missing_scope", needed=",".join(needed), provided=",".join(sorted(ws.grants.scopes)))


def need(ws: Workspace, *scopes: str) -> None:
    """Refuse unless one of these scopes was granted."""
    if scopes and not any(scope in ws.grants.scopes for scope in scopes):
        raise missing_scope(ws, *scopes)


def need_for(ws: Workspace, channel: Channel, scopes: Mapping[Kind, str]) -> None:
    """Refuse unless the scope for this kind of conversation was granted."""
    need(ws, scopes[channel.kind])


def truth(value: Any) -> bool:
    """A boolean as forms and JSON write it."""
    return value in (True, "true", "1", 1, "True")


def page(args: Json, items: list[Any], most: int, usual: int = 100) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next."""
    try:
        limit = int(args.get("limit") or usual)
        start = int(str(args.get("cursor") or "c0").removeprefix("c"))
    except ValueError:
        raise Refusal("invalid_cursor") from None
    if limit < 1 or limit > most:
        raise Refusal("invalid_limit")
    rest = items[start : start + limit]
    return rest, f"c{start + limit}" if start + limit < len(items) else ""
