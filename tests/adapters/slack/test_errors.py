"""One table says what every refusal means."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack import errors
from bot.chat.errors import Malformed, MessageGone, RetryLater, Unclear, Unreachable


@pytest.mark.parametrize(
    ("code", "post", "repeatable"),
    [
        (None, Unclear, RetryLater),
        ("fatal_error", Unclear, RetryLater),
        ("ratelimited", RetryLater, RetryLater),
        ("channel_not_found", Unreachable, Unreachable),
        ("message_not_found", MessageGone, MessageGone),
        ("cant_update_message", MessageGone, MessageGone),
        ("invalid_blocks", Malformed, Malformed),
        ("expired_trigger_id", errors.TriggerSpent, errors.TriggerSpent),
        ("never_heard_of", Malformed, Malformed),
    ],
)
def test_codes(code: str | None, post: type, repeatable: type) -> None:
    assert type(errors.of_code(code)) is post
    assert type(errors.of_code(code, "repeatable")) is repeatable


@pytest.mark.parametrize(
    ("error", "post"),
    [
        (TimeoutError(), Unclear),
        (ConnectionResetError(), Unclear),
        (aiohttp.ServerDisconnectedError(), Unclear),
        (aiohttp.ClientOSError(), Unclear),
        (aiohttp.ConnectionTimeoutError(), RetryLater),
        (SlackApiError("x", {"ok": False}), Unclear),  # type: ignore[no-untyped-call]
        (ValueError(), Unclear),
        (Unreachable("x"), Unreachable),
    ],
)
def test_what_is_raised(error: Exception, post: type) -> None:
    assert type(errors.of(error)) is post


def test_every_code_has_one_meaning() -> None:
    groups = [errors.BUSY, errors.UNREACHABLE, errors.GONE, errors.UNCLEAR, errors.SPENT]
    assert sum(map(len, groups)) == len(set().union(*groups))


def test_waiting_times() -> None:
    limited = errors.of_status(429, {"Retry-After": "30"})
    assert isinstance(limited, RetryLater)
    assert limited.after == 30
    unsaid = errors.of_status(429, {"Retry-After": "soon"})
    assert isinstance(unsaid, RetryLater)
    assert unsaid.after == errors.AFTER
