"""What a refusal of the connector means: one table from operation and status to the facts that the machine knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import aiohttp

from bot.chat.errors import Barrier, DeliveryFailed, Malformed, MessageGone, RetryLater, Unclear, Unreachable

Operation: TypeAlias = Literal["post", "edit", "delete", "create", "read"]
Meaning: TypeAlias = Literal["later", "unreachable", "malformed", "gone", "unclear"]

PAUSES: Final[Mapping[int, float]] = {401: 60, 408: 15, 412: 5, 429: 5, 500: 15, 502: 5, 503: 15, 504: 15}
REFUSED_CONNECTION = 5.0
LOST = 5.0

# A post may have taken effect before a 5xx, anything else may simply be repeated.
# A 412 says that two writers met and this one was not let in.
TABLE: Final[Mapping[tuple[Operation, int], Meaning]] = {
    **{("post", status): "unclear" for status in (408, 500, 502, 503, 504)},
    **{(operation, status): "later" for operation in ("edit", "delete", "create", "read") for status in (408, 500, 502, 503, 504)},
    **{(operation, status): "later" for operation in ("post", "edit", "delete", "create", "read") for status in (401, 412, 429)},
    **{(operation, status): "unreachable" for operation in ("post", "create", "read") for status in (403, 404, 410)},
    ("create", 400): "unreachable",  # the platform says so of people who are gone or in no reach
    ("edit", 403): "unreachable",
    ("edit", 404): "gone",
    ("edit", 405): "gone",
    ("edit", 410): "gone",
    ("delete", 403): "gone",
    ("delete", 404): "gone",
    ("delete", 410): "gone",
}

# Some codes say more than their status.
CODES: Final[Mapping[tuple[Operation, str], Meaning]] = {
    ("edit", "ConversationNotFound"): "unreachable",
    ("edit", "ActivityNotFoundInConversation"): "gone",
    ("post", "MessageWritesBlocked"): "unreachable",
    ("post", "MessageSizeTooBig"): "malformed",
    ("edit", "MessageSizeTooBig"): "malformed",
}


# What to tell a lead: by the platform's code where it says more, otherwise by what was tried.
BARRIERS: Final[Mapping[str, Barrier]] = {
    "BotNotInConversationRoster": Barrier.NOT_HERE,
    "BotDisabledByAdmin": Barrier.NOT_HERE,
    "ConversationNotFound": Barrier.GONE,
    "ConversationBlockedByUser": Barrier.BLOCKED,
    "MessageWritesBlocked": Barrier.BLOCKED,
    "MemberNotFoundInConversation": Barrier.GONE,
    "NotEnoughPermissions": Barrier.READ_ONLY,
}
OF_OPERATION: Final[Mapping[tuple[Operation, int], Barrier]] = {
    ("create", 400): Barrier.GONE,
    ("create", 403): Barrier.NOT_ADDED,
    ("create", 404): Barrier.GONE,
    ("create", 410): Barrier.GONE,
    ("post", 403): Barrier.NOT_HERE,
    ("post", 404): Barrier.GONE,
    ("post", 410): Barrier.GONE,
    ("edit", 403): Barrier.NOT_HERE,
    ("read", 403): Barrier.NOT_HERE,
    ("read", 404): Barrier.GONE,
}


def refusal(operation: Operation, status: int, code: str = "", retry_after: float | None = None) -> DeliveryFailed:
    """The fact behind an answer of the connector that is no success."""
    unknown: Meaning = ("unclear" if operation == "post" else "later") if status >= 500 else "malformed"
    why = f"{operation}: {status} {code}".strip()
    after = retry_after if retry_after is not None else PAUSES.get(status, 15)
    if status == 503 and retry_after is not None:
        return RetryLater(after, why)  # who names a time has not begun with it
    match CODES.get((operation, code)) or TABLE.get((operation, status), unknown):
        case "later":
            return RetryLater(after, why)
        case "unreachable":
            return Unreachable(why, BARRIERS.get(code) or OF_OPERATION.get((operation, status), Barrier.UNKNOWN))
        case "gone":
            return MessageGone(why)
        case "unclear":
            return Unclear(why, after)  # nothing can be looked up here, so waiting for the worst case would tell nothing
        case "malformed":
            return Malformed(why)


def lost(operation: Operation, error: Exception) -> DeliveryFailed:
    """The fact behind a connection that failed: refused before anything was sent, or lost on the way."""
    why = f"{operation}: {type(error).__name__}"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return RetryLater(REFUSED_CONNECTION, why)
    return Unclear(why) if operation == "post" else RetryLater(LOST, why)
