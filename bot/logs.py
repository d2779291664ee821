"""Logs: one JSON line each, without secrets, message text or local variables."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRETS = re.compile(r"(xox[a-z]-[\w-]+|xapp-[\w-]+|Bearer\s+[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+)")
WORDY = {"text", "body", "message_text", "values", "payload"}  # never logged, whoever passes them


def configure(*, quiet: bool = False) -> None:
    """Set logging up for a process; quiet shows only warnings, in colour-free lines for people."""
    level = logging.WARNING if quiet else logging.INFO
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s")
    renderer: Any = structlog.processors.KeyValueRenderer(key_order=["event"]) if quiet else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


def redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what must never stand in a log."""
    for key, value in event.items():
        if key in WORDY:
            event[key] = "(not logged)"
        elif isinstance(value, str):
            event[key] = SECRETS.sub("(secret)", value)
    return event
