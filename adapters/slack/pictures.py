"""Pictures in messages: each is uploaded once, to no channel, and then shown by whatever message refers to it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any, TypeVar

import structlog

from bot.chat.errors import DeliveryFailed, Malformed
from bot.chat.message import File, Message, Picture

Json = dict[str, Any]
T = TypeVar("T")
MOST_KNOWN = 200  # pictures of which we remember where they lie; others are uploaded again
PAUSES = (0.7, 1.5, 3.0)  # seconds; a file is looked through after its upload, and refused in messages until then
log = structlog.get_logger("convene.slack")


def pictures_of(message: Message) -> tuple[Picture, ...]:
    """The pictures in a message."""
    return tuple(block for block in message.blocks if isinstance(block, Picture))


class Pictures:
    """Where the pictures lie that were uploaded."""

    def __init__(self, upload: Callable[[File], Awaitable[str]]) -> None:
        self._upload = upload
        self._known: OrderedDict[bytes, str] = OrderedDict()

    async def said(self, message: Message, say: Callable[[Mapping[Picture, str]], Awaitable[T]]) -> T:
        """Say a message with its pictures; where they are refused for good, their words stand for them."""
        if not (wanted := pictures_of(message)):
            return await say({})
        for pause in PAUSES:
            files = await self._files(wanted)
            if not files:
                break
            try:
                return await say(files)
            except Malformed:
                await asyncio.sleep(pause)
        for picture in wanted:
            self._known.pop(_key(picture), None)
        log.warning("a picture was said in words")
        return await say({})

    async def _files(self, wanted: tuple[Picture, ...]) -> Mapping[Picture, str]:
        try:
            return {picture: await self._file(picture) for picture in wanted}
        except DeliveryFailed as failed:
            log.warning("a picture was not uploaded", kind=type(failed).__name__, why=str(failed))
            return {}

    async def _file(self, picture: Picture) -> str:
        key = _key(picture)
        if key not in self._known:
            self._known[key] = await self._upload(File("picture.png", "image/png", picture.alt, picture.content))
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return self._known[key]


def _key(picture: Picture) -> bytes:
    return sha256(picture.content).digest()
