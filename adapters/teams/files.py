"""Files: offered in a person's own chat by a consent card, uploaded once they allow it, shown by a file card."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from yarl import URL

from adapters.downloads import Attached, fetched
from adapters.teams.client import Connector
from adapters.teams.limits import Json
from adapters.teams.references import Spot, split
from adapters.teams.render import render
from bot.chat.errors import DeliveryFailed
from bot.chat.language import SOURCE_LANGUAGE, Phrase, _
from bot.chat.message import Block, File, Footnote, Message, Paragraph
from bot.chat.reading import say_label
from bot.chat.text import Link, label_of
from bot.core.ports import FileLinks, FileLost, Loss, SentFile
from bot.lean import dataclass

log = structlog.get_logger()

INVOKE = "fileConsent/invoke"
CONSENT = "application/vnd.microsoft.teams.card.file.consent"
INFO = "application/vnd.microsoft.teams.card.file.info"
HELD_FOR = 600.0  # seconds between an offer and its acceptance; the content is in memory only, for it may be private
MOST_HELD = 64 * 2**20  # bytes of all offers together, the oldest go first
MOST_ANSWERED = 1000  # tokens remembered, so that a second press changes nothing
PATIENCE = aiohttp.ClientTimeout(total=60, connect=4)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

GONE = _("I no longer have {name} at hand, since I keep files for ten minutes only. Please ask for it again.")
NOT_SAVED = _("I could not save {name} just now. You can allow it once more, or ask for it again.")
GOOD_FOR = _("This link is good for a week, for everybody who has it.")
DECLINED = _("All right, {name} was not saved anywhere.")


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person answered to an offer."""

    token: str
    name: str  # as the platform calls the file, empty where it does not say
    accepted: bool
    account: str
    language: str
    spot: Spot
    card_id: str | None
    upload: Json


class Offers:
    """The files that were offered and not yet answered, for a while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._held: OrderedDict[str, tuple[File, str, float]] = OrderedDict()
        self._answered: OrderedDict[str, None] = OrderedDict()
        self._clock = clock

    def make(self, file: File, account: str) -> Json:
        """The consent card by which one person is offered a file."""
        token = secrets.token_urlsafe(16)
        self._held[token] = file, account, self._clock() + HELD_FOR
        self._tidy()
        context = {"file": token, "name": file.name}
        content = {
            "description": label_of(file.alt),
            "sizeInBytes": len(file.content),
            "acceptContext": context,
            "declineContext": context,
        }
        return {"type": "message", "attachments": [{"contentType": CONSENT, "name": file.name, "content": content}]}

    def take(self, token: str, account: str) -> File | None:
        """What was offered under this token to this person; None when it is gone."""
        self._tidy()
        held = self._held.get(token)
        if held is None or held[1] != account:
            return None
        del self._held[token]
        self._answered[token] = None
        while len(self._answered) > MOST_ANSWERED:
            self._answered.popitem(last=False)
        return held[0]

    def is_answered(self, token: str) -> bool:
        """Whether a second press, or a second delivery, finds the thing under way or done."""
        return token in self._answered

    def put_back(self, token: str, file: File, account: str) -> None:
        """Offer a file again that could not be handed over."""
        self._answered.pop(token, None)
        self._held[token] = file, account, self._clock() + HELD_FOR

    def forget(self) -> None:
        """Let go of everything."""
        self._held.clear()
        self._answered.clear()

    def _tidy(self) -> None:
        now = self._clock()
        for token in [token for token, (_file, _account, until) in self._held.items() if until <= now]:
            del self._held[token]
        while len(self._held) > 1 and sum(len(file.content) for file, _account, _until in self._held.values()) > MOST_HELD:
            self._held.popitem(last=False)


async def fetch(session: aiohttp.ClientSession, file: Attached) -> SentFile | FileLost:
    """Fetch a file that a person sent; its address is a key by itself, so our own token has no business there."""
    return await fetched(session, file) if is_safe(file.url) else FileLost(file.name, Loss.REFUSED)


class Handover:
    """Answers consents: uploads what was allowed, then shows it."""

    def __init__(self, session: aiohttp.ClientSession, connector: Connector, offers: Offers) -> None:
        self._session = session
        self._connector = connector
        self._offers = offers

    async def __call__(self, consent: Consent) -> Json:
        """Do as the person answered; whatever goes wrong is said in a sentence."""
        if self._offers.is_answered(consent.token):
            return {}
        file = self._offers.take(consent.token, consent.account)
        if not consent.accepted:
            await self._instead(consent, DECLINED, file)
        elif file is None:
            await self._instead(consent, GONE, file)
        elif await self._uploaded(consent, file):
            await self._show(consent, file)
        else:
            self._offers.put_back(consent.token, file, consent.account)
            await self._say(consent, NOT_SAVED, file)
        return {}

    async def _uploaded(self, consent: Consent, file: File) -> bool:
        address = consent.upload.get("uploadUrl")
        if not isinstance(address, str) or not is_safe(address):
            log.warning("teams_file_refused", why="no address to upload to")
            return False
        size = len(file.content)
        # The address is a key by itself: our own token has no business there.
        headers = {"Content-Range": f"bytes 0-{size - 1}/{size}", "Content-Type": "application/octet-stream"}
        where = URL(address, encoded=True)
        try:
            async with self._session.put(where, data=file.content, headers=headers, timeout=PATIENCE, allow_redirects=False) as answer:
                if answer.status in (200, 201):
                    return True
                log.warning("teams_file_not_uploaded", status=answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("teams_file_not_uploaded", error=type(error).__name__)
        return False

    async def _show(self, consent: Consent, file: File) -> None:
        upload = consent.upload
        info = {"uniqueId": upload.get("uniqueId"), "fileType": upload.get("fileType")}
        shown = {"contentType": INFO, "contentUrl": upload.get("contentUrl"), "name": upload.get("name") or file.name, "content": info}
        try:
            await self._connector.post(consent.spot, {"type": "message", "attachments": [shown]})
            if consent.card_id:
                await self._connector.delete(consent.spot, consent.card_id)
        except DeliveryFailed as failure:
            log.warning("teams_file_not_shown", why=str(failure))

    async def _instead(self, consent: Consent, words: Phrase, file: File | None) -> None:
        """Say it in the place of the card, whose buttons lead nowhere any more."""
        try:
            if consent.card_id:
                await self._connector.edit(consent.spot, consent.card_id, _sentence(consent, words, file))
                return
        except DeliveryFailed as failure:
            log.info("teams_card_not_replaced", why=str(failure))
        await self._say(consent, words, file)

    async def _say(self, consent: Consent, words: Phrase, file: File | None) -> None:
        try:
            await self._connector.post(consent.spot, _sentence(consent, words, file))
        except DeliveryFailed as failure:
            log.warning("teams_reply_lost", why=str(failure))


def read_consent(activity: Json) -> Consent | None:
    """What a verified activity says about an offer; None where it says nothing about one."""
    if activity.get("type") != "invoke" or activity.get("name") != INVOKE:
        return None
    value, sender, place = _object(activity.get("value")), _object(activity.get("from")), _object(activity.get("conversation"))
    context = _object(value.get("context"))
    card_id = activity.get("replyToId")
    return Consent(
        token=str(context.get("file") or ""),
        name=str(context.get("name") or ""),
        accepted=value.get("action") == "accept",
        account=str(sender.get("aadObjectId") or sender.get("id") or ""),
        language=str(activity.get("locale") or SOURCE_LANGUAGE),
        spot=Spot(str(activity["serviceUrl"]), split(str(place.get("id") or ""))[0]),
        card_id=str(card_id) if card_id else None,
        upload=_object(value.get("uploadInfo")),
    )


def is_safe(address: str) -> bool:
    """Whether a file may go there: encrypted on its way, or not leaving this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


async def with_links(message: Message, links: FileLinks | None, tenant: str) -> Message:
    """The message with a link in the place of each file: where many read, nobody can be asked for their consent."""
    if links is None or not files_of(message):
        return message
    blocks: list[Block] = []
    for block in message.blocks:
        linked = await _link_to(block, links, tenant, message.language) if isinstance(block, File) and block.content else None
        blocks += [block] if linked is None else linked
    return replace(message, blocks=tuple(blocks))


async def _link_to(file: File, links: FileLinks, tenant: str, language: str | None) -> list[Block] | None:
    """Where a file is to be had; whatever is in the way, the message is said without it."""
    try:
        address = await links.link("teams", tenant, file)
    except Exception as failed:
        log.warning("no_link_to_a_file", error=type(failed).__name__)
        return None
    if address is None:
        return None
    told = Paragraph((Link(file.name, address), " – ", label_of(file.alt))) if label_of(file.alt) else Paragraph(Link(file.name, address))
    return [told, Footnote(say_label(GOOD_FOR, language or SOURCE_LANGUAGE))]


def files_of(message: Message) -> tuple[File, ...]:
    """The files of a message that can be offered; an empty one cannot be uploaded."""
    return tuple(block for block in message.blocks if isinstance(block, File) and block.content)


def _sentence(consent: Consent, words: Phrase, file: File | None) -> Json:
    name = (file.name if file is not None else consent.name)[:120] or "–"
    said = say_label(Phrase(words.msgid, values={"name": name}), consent.language)
    return render(Message(said, (Paragraph(said),)), audience="", language=consent.language)


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
