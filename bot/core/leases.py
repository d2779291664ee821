"""Leases: until when something is in one process's hands, in real time; one that ran out means a process that died."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_

from bot.data.base import Instant

LEASE = timedelta(seconds=60)  # longer than a send or a unit takes
FAR = 2 * LEASE  # none ends so far ahead, unless a clock was set back since
_real, _far = bindparam("real", type_=Instant()), bindparam("far", type_=Instant())


def is_over(until: Any) -> ColumnElement[bool]:
    """Whether a lease that lasts until then is nobody's any more, in a statement that is given what `asked` says."""
    return or_(until <= _real, until > _far)


def asked(real: datetime | None = None) -> dict[str, datetime]:
    """What such a statement is given."""
    real = real or datetime.now(UTC)
    return {"real": real, "far": real + FAR}


def has_ended(until: datetime, real: datetime | None = None) -> bool:
    """The same of one that was read."""
    real = real or datetime.now(UTC)
    return not real < until <= real + FAR
