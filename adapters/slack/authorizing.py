"""Who the bot is in the workspace of a request: Bolt's own look-up, with what it would keep silent about said."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncInstallationStoreAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import errors
from adapters.slack.store import InstallationStore
from bot.chat.errors import RetryLater, Unreachable
from bot.core.installations import Installations

AHEAD = 120  # minutes before its end in which a token is renewed
LOOKS, PAUSE = 20, 0.25  # for a token that another process is getting
log = structlog.get_logger("convene.slack")


class Rotator(AsyncTokenRotator):
    """Renews tokens once, however many requests and processes see that they end soon; until then the old one is good."""

    def __init__(self, client: AsyncWebClient, store: InstallationStore, installations: Installations, client_id: str, secret: str) -> None:
        super().__init__(client_id=client_id, client_secret=secret, client=client)
        self._store, self._installations = store, installations
        self.given_up: set[str] = set()  # the workspaces whose ended token Slack will not renew
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def perform_bot_token_rotation(self, *, bot: Bot, minutes_before_expiration: int = AHEAD) -> Bot | None:
        """A bot with new tokens, which are kept already; None where the old ones do."""
        if bot.bot_token_expires_at is None or bot.bot_token_expires_at > time.time() + minutes_before_expiration * 60:
            return None
        async with self._turns[str(bot.team_id)]:
            newest = await self._newest(bot)
            if newest is not None:
                return newest
            if not await self._installations.claim_renewal(str(bot.team_id)):
                return await self._awaited(bot)
            if (newest := await self._newest(bot)) is not None:
                return newest  # another process renewed it between our look and our lease, and its refresh token is used up
            try:
                renewed = await super().perform_bot_token_rotation(bot=bot, minutes_before_expiration=minutes_before_expiration)
            except SlackTokenRotationError as refused:
                failed = errors.of(refused.api_error, "repeatable")
                log.warning("a token was not renewed", team=bot.team_id, why=str(failed))
                if is_over(bot) and not isinstance(failed, RetryLater):
                    self.given_up.add(str(bot.team_id))
                return None
            self.given_up.discard(str(bot.team_id))
            if renewed is not None:
                await self._store.async_save_bot(renewed)
            return renewed

    async def _newest(self, bot: Bot) -> Bot | None:
        found = await self._store.async_find_bot(enterprise_id=None, team_id=bot.team_id)
        return found if found is not None and found.bot_token != bot.bot_token else None

    async def _awaited(self, bot: Bot) -> Bot | None:
        """Another process is getting new tokens; whoever holds an old one that has ended waits for them."""
        for _look in range(LOOKS if is_over(bot) else 0):
            await asyncio.sleep(PAUSE)
            if (newest := await self._newest(bot)) is not None:
                return newest
        return None


class Authorize(AsyncInstallationStoreAuthorize):
    """Bolt's own; but where a database or Slack does not answer it says so, and the request is not taken for a stranger's."""

    def __init__(self, client: AsyncWebClient, store: InstallationStore, installations: Installations, client_id: str, secret: str) -> None:
        super().__init__(
            logger=_silent(),
            installation_store=store,
            client_id=client_id,
            client_secret=secret,
            client=client,
            bot_only=True,
            cache_enabled=True,
        )
        self._rotator = Rotator(client, store, installations, client_id, secret)
        self.token_rotator = self._rotator  # Bolt made one of its own, which goes to slack.com
        self.app: str | None = None  # whose requests these are, as soon as any installation tells
        self._client, self._store = client, store

    async def __call__(self, *, context: AsyncBoltContext, team_id: str | None, **asked: Any) -> AuthorizeResult | None:
        """Who the bot is there; None where it is not installed. What cannot be known just now is raised."""
        bot = await self._store.async_find_bot(enterprise_id=None, team_id=team_id)
        if bot is None:
            log.warning("a request of a workspace without an installation", team=team_id)
            return None
        self.app = self.app or bot.app_id
        found = await self._authorised(context, team_id, asked)
        if is_over(bot) and bot.team_id not in self._rotator.given_up and (found is None or found.bot_token == bot.bot_token):
            raise RetryLater(errors.AFTER, "token_expired")
        if found is None:
            await self._look_into(bot)
        return found

    async def _authorised(self, context: AsyncBoltContext, team_id: str | None, asked: dict[str, Any]) -> AuthorizeResult | None:
        """What Bolt finds, by a call of ours: its client of a request knows neither NO_PROXY nor that this machine needs no proxy."""
        its_own, context["client"] = context.client, self._client
        try:
            return await super().__call__(context=context, team_id=team_id, **asked)
        finally:
            context["client"] = its_own

    async def of(self, team: str) -> AuthorizeResult | None:
        """The same for what we say of our own accord."""
        context = AsyncBoltContext({"client": self._client, "is_enterprise_install": False})
        return await self(context=context, team_id=team, enterprise_id=None, user_id=None)

    async def _look_into(self, bot: Bot) -> None:
        """Slack did not know the token: whether it is really over, or Slack is only busy."""
        try:
            await self._client.auth_test(token=bot.bot_token)
        except Exception as error:
            failed = errors.of(error, "repeatable")
            if not isinstance(failed, Unreachable):
                raise failed from error
            log.warning("a workspace's token is good no more", team=bot.team_id, why=str(failed))


def is_over(bot: Bot) -> bool:
    """Whether a bot's token has ended."""
    return bot.bot_token_expires_at is not None and bot.bot_token_expires_at <= time.time()


def _silent() -> logging.Logger:
    logger = logging.getLogger("convene.slack.bolt")
    logger.setLevel(logging.CRITICAL)
    return logger
