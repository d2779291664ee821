"""The platform's signing keys: fetched beside the event loop's other work, with time limits, and anew when a key is unknown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import jwt

from bot.lean import dataclass

CHANNEL = "msteams"
FRESH = 24 * 3600.0  # after that newer keys are fetched beside the work
STALE = 2 * FRESH  # after that a key counts no more
PATIENCE = aiohttp.ClientTimeout(total=5, connect=2)


class UnknownKey(Exception):
    """The token names a key that the platform does not publish for this channel."""


class KeysUnavailable(Exception):
    """The platform's keys could not be fetched, so that nothing can be verified now."""


@dataclass(frozen=True, slots=True)
class Key:
    """One published key, in the shape that the SDK's extractor reads."""

    public_key: Any
    endorsements: tuple[str, ...]


class SigningKeys:
    """Stands in for the SDK's own metadata object, which blocks the event loop and is deaf to a rotation for a day."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, pause: float = 10.0) -> None:
        self._session = session
        self._url = url
        self._pause = pause  # an unknown key refreshes at most this often, so that forged tokens cannot make us fetch all day
        self._keys: Mapping[str, Key] = {}
        self._fetched_at = -STALE
        self._missed_at = self._failed_at = -STALE
        self._fetching: asyncio.Task[None] | None = None

    async def get(self, key_id: str | None) -> Key:
        """The key of this id; the SDK's extractor calls it for every token."""
        if not key_id:
            raise UnknownKey("a token without a key id")
        if self._is_missing(key_id):
            # However many come with a key that we do not know, they wait for one fetch.
            await asyncio.shield(self._fetch())
            if key_id not in self._keys:
                self._missed_at = time.monotonic()
        elif self._age() > FRESH and time.monotonic() - self._failed_at > self._pause:
            self._fetch()  # nobody who comes with a key that we know waits for newer ones
        key = self._keys.get(key_id)
        if key is None or CHANNEL not in key.endorsements:
            raise UnknownKey("not a key of this channel")
        return key

    def close(self) -> None:
        """Let go of a fetch that is under way."""
        if self._fetching is not None:
            self._fetching.cancel()

    def _age(self) -> float:
        return time.monotonic() - self._fetched_at

    def _is_missing(self, key_id: str) -> bool:
        if self._age() > STALE:
            return True
        return key_id not in self._keys and time.monotonic() - self._missed_at > self._pause

    def _fetch(self) -> asyncio.Task[None]:
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._refresh())
            self._fetching.add_done_callback(_heard)
        return self._fetching

    async def _refresh(self) -> None:
        try:
            document = await self._json(self._url)
            key_set = await self._json(str(document["jwks_uri"]))
            self._keys = _readable(key_set["keys"])
            self._fetched_at = time.monotonic()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            self._failed_at = time.monotonic()
            raise KeysUnavailable(type(error).__name__) from error

    async def _json(self, url: str) -> dict[str, Any]:
        async with self._session.get(url, timeout=PATIENCE) as answer:
            answer.raise_for_status()
            found: dict[str, Any] = await answer.json(content_type=None)
            return found


def _heard(fetch: asyncio.Task[None]) -> None:
    """A fetch that failed with nobody waiting for it is looked at all the same."""
    if not fetch.cancelled():
        fetch.exception()


def _readable(published: list[dict[str, Any]]) -> dict[str, Key]:
    keys = {}
    for each in published:
        if each.get("kty") == "RSA" and isinstance(each.get("kid"), str):
            keys[each["kid"]] = Key(jwt.PyJWK(each, algorithm="RS256").key, tuple(each.get("endorsements") or ()))
    return keys
