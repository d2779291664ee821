"""Logs: one JSON line each, without secrets, message text or local variables."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

if "rich" in sys.modules:
    import structlog
else:
    # structlog loads it and all of its lexers for coloured tracebacks, which nobody sees in lines of JSON: 4 MB of every process.
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog

    del sys.modules["rich"]

SECRETS = re.compile(r"(xox[a-z]-[\w-]+|xapp-[\w-]+|Bearer\s+[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+)")
WORDY = {"text", "body", "message_text", "values", "payload"}  # never logged, whoever passes them


def configure(*, quiet: bool = False, more: bool = False) -> None:
    """Set logging up for a process; quiet shows only warnings, in colour-free lines for people; more is told by ourselves alone."""
    level = logging.WARNING if quiet else logging.INFO
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a strike that is left out because the last one still runs is no news
    logging.getLogger("slack_sdk").setLevel(logging.INFO)  # below that it writes down whole messages
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s")
    renderer: Any = structlog.processors.KeyValueRenderer(key_order=["event"]) if quiet else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=processors(renderer),
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if more else level),
        cache_logger_on_first_use=True,
    )


def processors(renderer: Any) -> list[Any]:
    """What every event goes through on its way to the log."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    return [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, stamp, tell_exception, redact, renderer]


def tell_exception(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say which exceptions they were and where they came from, never in their own words: those may be a person's."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    told: list[str] = []
    while error is not None:
        told = [*traceback.format_tb(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}\n", *told]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if told:
        event["exception"] = "".join(told)
    return event


def redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what must never stand in a log."""
    for key, value in event.items():
        if key in WORDY:
            event[key] = "(not logged)"
        elif isinstance(value, str):
            event[key] = SECRETS.sub("(secret)", value)
    return event
