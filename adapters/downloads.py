"""Files that people send: fetched within bounds of size and time, before any unit of work begins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import aiohttp
import structlog
from yarl import URL

from bot.core.ports import LARGEST_FILE, MOST_FILES, FileLost, Loss, SentFile
from bot.lean import dataclass

log = structlog.get_logger()

PATIENCE = aiohttp.ClientTimeout(total=30, connect=5)
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as a message tells of it: where it lies, and how large it says it is."""

    name: str
    url: str
    size: int | None = None


async def fetched(session: aiohttp.ClientSession, file: Attached, headers: Mapping[str, str] | None = None) -> SentFile | FileLost:
    """The file, or why it is not here; a redirection is never followed, since it may lead anywhere."""
    if file.size is not None and file.size > LARGEST_FILE:
        return FileLost(file.name, Loss.TOO_LARGE)
    sent = {"Accept-Encoding": "identity", **(headers or {})}
    try:
        async with session.get(URL(file.url, encoded=True), headers=sent, timeout=PATIENCE, allow_redirects=False) as answer:
            if answer.status != 200:
                log.warning("file_not_fetched", status=answer.status)
                return FileLost(file.name, _loss(answer.status))
            content = await _content(answer)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        log.warning("file_not_fetched", error=type(error).__name__)
        return FileLost(file.name, Loss.LATE)
    if content is None:
        return FileLost(file.name, Loss.TOO_LARGE)
    return SentFile(file.name, content) if content else FileLost(file.name, Loss.EMPTY)


async def each_of(
    files: Sequence[Attached], fetch: Callable[[Attached], Awaitable[SentFile | FileLost]]
) -> AsyncIterator[SentFile | FileLost]:
    """The files of one message, one after the other; those beyond what fits are told once."""
    for file in files[:MOST_FILES]:
        yield await fetch(file)
    for file in files[MOST_FILES : MOST_FILES + 1]:
        yield FileLost(file.name, Loss.TOO_MANY)


async def _content(answer: aiohttp.ClientResponse) -> bytes | None:
    """What is sent, None where it is more than may be; the length that is told is looked at, but not trusted."""
    if (answer.content_length or 0) > LARGEST_FILE:
        return None
    kept = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        kept += chunk
        if len(kept) > LARGEST_FILE:
            return None
    return bytes(kept)


def _loss(status: int) -> Loss:
    if status in (404, 410):
        return Loss.GONE
    return Loss.LATE if status >= 500 or status == 429 else Loss.REFUSED
