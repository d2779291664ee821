"""Reading what the page sends: every field is checked, and what is wrong is said in one clear sentence."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.lean import dataclass

LONGEST_TEXT = 100_000
LONGEST_ID = 500
LARGEST_FILE = 8 * 2**20  # more than the bot takes, so that its refusal can be seen
FARTHEST = timedelta(days=800)  # two challenges of the longest kind; a mistyped year would wind for hours


class BadWords(ValueError):
    """The page sent something that cannot be acted on; the message is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Words:
    """The fields of one request, read one by one."""

    fields: Mapping[str, Any]

    @classmethod
    async def heard(cls, request: web.Request) -> Words:
        """Read the JSON object in the body of a request."""
        try:
            fields = await request.json()
        except (ValueError, RecursionError) as broken:
            raise BadWords("The body is not JSON.") from broken
        if not isinstance(fields, dict):
            raise BadWords("The body has to be a JSON object.")
        return cls(fields)

    @classmethod
    def asked(cls, request: web.Request) -> Words:
        """Read the query of an address."""
        return cls(dict(request.query))

    def name(self, field: str) -> str:
        """An id or another short text that may not be missing."""
        value = self.fields.get(field)
        if not isinstance(value, str) or not value:
            raise BadWords(f"“{field}” is missing, or it is not a text.")
        if len(value) > LONGEST_ID:
            raise BadWords(f"“{field}” is longer than {LONGEST_ID} characters.")
        return value

    def optional_name(self, field: str) -> str | None:
        """An id that may be missing."""
        return None if self.fields.get(field) is None else self.name(field)

    def text(self, field: str = "text") -> str:
        """What a person typed; blank is nothing to send."""
        value = self.fields.get(field)
        if not isinstance(value, str) or not value.strip():
            raise BadWords(f"“{field}” is empty: there is nothing to send.")
        if len(value) > LONGEST_TEXT:
            raise BadWords(f"“{field}” is longer than {LONGEST_TEXT:,} characters.")
        return value

    def optional_text(self, field: str = "text") -> str:
        """What a person typed, if anything."""
        return self.text(field) if self.fields.get(field) else ""

    def content(self, field: str = "content") -> bytes:
        """The bytes of a file, in base64."""
        value = self.fields.get(field)
        if not isinstance(value, str):
            raise BadWords(f"“{field}” is missing, or it is not a text.")
        try:
            content = base64.b64decode(value, validate=True)
        except (ValueError, binascii.Error) as broken:
            raise BadWords(f"“{field}” is not in base64.") from broken
        if len(content) > LARGEST_FILE:
            raise BadWords(f"The file is larger than {LARGEST_FILE // 2**20} MB, which is the most that one can send here.")
        return content

    def values(self, field: str) -> dict[str, Any]:
        """Filled-in inputs by their names."""
        value = self.fields.get(field)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise BadWords(f"“{field}” has to be an object of input names and values.")
        return value

    def count(self, field: str) -> int | None:
        """A positive number in an address, or nothing."""
        value = self.fields.get(field)
        if value is None:
            return None
        try:
            number = int(value)
        except (TypeError, ValueError) as broken:
            raise BadWords(f"“{field}” has to be a whole number.") from broken
        if number < 1:
            raise BadWords(f"“{field}” has to be at least 1.")
        return number

    def instant(self, field: str, *, after: datetime) -> datetime:
        """A moment later than `after`, with its offset from UTC."""
        raw = self.fields.get(field)
        try:
            moment = datetime.fromisoformat(raw) if isinstance(raw, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise BadWords(f"“{field}” has to be a moment such as 2026-11-03T09:00:00Z, with its offset from UTC.")
        if moment <= after:
            raise BadWords("The clock only winds forward: that moment is not in the future.")
        if moment - after > FARTHEST:
            raise BadWords(f"That is more than {FARTHEST.days} days away; wind there in smaller steps.")
        return moment.astimezone(UTC)
