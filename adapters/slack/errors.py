"""Slack's refusals and failures, mapped to what the outbox understands by one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.chat.errors import Barrier, DeliveryFailed, Malformed, MessageGone, RetryLater, Unclear, Unreachable

Purpose = Literal["post", "repeatable"]
AFTER = 5.0  # seconds, where Slack does not say how long to wait

BUSY = {"ratelimited", "rate_limited", "request_timeout", "accesslimited", "update_failed", "external_channel_migrating"}
UNREACHABLE: dict[str, Barrier] = {
    "channel_is_archived": Barrier.READ_ONLY,
    "is_archived": Barrier.READ_ONLY,
    "channel_is_limited_access": Barrier.NOT_HERE,
    "channel_not_found": Barrier.NOT_HERE,
    "invalid_channel": Barrier.NOT_HERE,
    "is_inactive": Barrier.NOT_HERE,
    "not_in_channel": Barrier.NOT_HERE,
    "enterprise_is_restricted": Barrier.NOT_ALLOWED,
    "message_limit_exceeded": Barrier.NOT_ALLOWED,
    "messages_tab_disabled": Barrier.NOT_ALLOWED,
    "no_permission": Barrier.NOT_ALLOWED,
    "posting_to_channel_denied": Barrier.NOT_ALLOWED,
    "restricted_action": Barrier.NOT_ALLOWED,
    "restricted_action_non_threadable_channel": Barrier.NOT_ALLOWED,
    "restricted_action_read_only_channel": Barrier.READ_ONLY,
    "restricted_action_thread_locked": Barrier.NOT_ALLOWED,
    "restricted_action_thread_only_channel": Barrier.NOT_ALLOWED,
    "cannot_dm_bot": Barrier.CLOSED,
    "user_disabled": Barrier.CLOSED,
    "user_not_found": Barrier.CLOSED,
    "user_not_visible": Barrier.CLOSED,
    "users_not_found": Barrier.CLOSED,
    "access_denied": Barrier.REVOKED,
    "account_inactive": Barrier.REVOKED,
    "ekm_access_denied": Barrier.REVOKED,
    "invalid_auth": Barrier.REVOKED,
    "not_authed": Barrier.REVOKED,
    "not_enabled": Barrier.REVOKED,
    "org_login_required": Barrier.REVOKED,
    "team_access_not_granted": Barrier.REVOKED,
    "team_added_to_org": Barrier.REVOKED,
    "team_not_found": Barrier.REVOKED,
    "token_expired": Barrier.REVOKED,
    "token_revoked": Barrier.REVOKED,
    "two_factor_setup_required": Barrier.REVOKED,
    "missing_scope": Barrier.NO_SCOPE,
    "not_allowed_token_type": Barrier.NO_SCOPE,
    "expired_url": Barrier.UNKNOWN,
    "used_url": Barrier.UNKNOWN,
    "user_not_in_channel": Barrier.UNKNOWN,
}
VIEWS = {
    "hash_conflict",
    "not_found",
    "push_limit_reached",
    "view_too_large",
    "duplicate_external_id",
}  # a window that is another by now, or closed
GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "cant_delete_message", "streaming_state_conflict"}
UNCLEAR = {"fatal_error", "internal_error", "service_unavailable", "team_is_migrating"}  # "some aspect may have succeeded"


class TriggerSpent(Unreachable):
    """A form came too late for the press or command that asked for it."""


SPENT = {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired", "trigger_exchanged"}


def of_code(code: str | None, purpose: Purpose = "post") -> DeliveryFailed:
    """The failure that stands for `ok: false` with this code; a code that nobody knows is a refusal and ours to repair."""
    match code:
        case None | "":
            return _unsettled("no error code", purpose)
        case _ if code in BUSY:
            return RetryLater(AFTER, code)
        case _ if code in SPENT:
            return TriggerSpent(code)
        case _ if code in VIEWS:
            return Unreachable(code)
        case _ if code in UNREACHABLE:
            return Unreachable(code, UNREACHABLE[code])
        case _ if code in GONE:
            return MessageGone(code)
        case _ if code in UNCLEAR:
            return _unsettled(code, purpose)
    return Malformed(code)


def of_status(status: int, headers: Mapping[str, str], purpose: Purpose = "post") -> DeliveryFailed:
    """The failure that stands for an HTTP status without a readable answer."""
    if status == 429:
        return RetryLater(_seconds(headers.get("Retry-After")), "429")
    if status >= 500 or status == 408:
        return _unsettled(str(status), purpose)
    if status in (401, 403, 404, 410):
        return Unreachable(str(status))
    return Malformed(str(status))


def of(error: BaseException, purpose: Purpose = "post") -> DeliveryFailed:
    """The failure that stands for anything that the SDK or the network raises."""
    if isinstance(error, DeliveryFailed):
        return error
    if isinstance(error, SlackApiError):
        return _refused(error, purpose)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return RetryLater(AFTER, type(error).__name__)  # no connection, so nothing was said
    return _unsettled(type(error).__name__, purpose)


def _refused(error: SlackApiError, purpose: Purpose) -> DeliveryFailed:
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    if isinstance(status, int) and status != 200:
        return of_status(status, response.headers, purpose)
    data = getattr(response, "data", None)
    return of_code(data.get("error") if isinstance(data, dict) else None, purpose)


def _unsettled(why: str, purpose: Purpose) -> DeliveryFailed:
    return Unclear(why) if purpose == "post" else RetryLater(AFTER, why)


def _seconds(given: str | None) -> float:
    try:
        return max(0.0, float(given or AFTER))
    except ValueError:
        return AFTER
