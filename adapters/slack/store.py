"""What slack_sdk keeps of installations, kept in our own units of work: no second engine, tokens sealed, states as digests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.core.installations import Installations, Installed

TOKEN, REFRESH = "bot_token", "refresh_token"


class InstallationStore(AsyncInstallationStore):
    """The bots of all workspaces; of the people who installed them nothing is kept."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def async_save(self, installation: Installation) -> None:
        """Keep a new installation, or one that is there again."""
        bot = installation.to_bot()
        about = {"app_id": bot.app_id, "bot_id": bot.bot_id, "bot_user_id": bot.bot_user_id, "bot_scopes": list(bot.bot_scopes)}
        await self._installations.save(
            str(bot.team_id), name=bot.team_name or "", about=about, tokens=_tokens(bot), expires_at=_instant(bot.bot_token_expires_at)
        )

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep new tokens of an installation."""
        await self._installations.renew(str(bot.team_id), _tokens(bot), _instant(bot.bot_token_expires_at))

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,  # noqa: ARG002 - the interface is slack_sdk's
        team_id: str | None,
        is_enterprise_install: bool | None = False,  # noqa: ARG002
    ) -> Bot | None:
        """The bot of a workspace; an app of a whole organisation is not supported."""
        found = await self._installations.find(team_id) if team_id is not None else None
        return None if found is None else _bot(found)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The installation of a workspace, whoever made it."""
        bot = await self.async_find_bot(enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install)
        if bot is None:
            return None
        return Installation(
            app_id=bot.app_id,
            team_id=bot.team_id,
            team_name=bot.team_name,
            bot_token=bot.bot_token,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_scopes=bot.bot_scopes,
            bot_refresh_token=bot.bot_refresh_token,
            bot_token_expires_at=bot.bot_token_expires_at,
            user_id=user_id or "",
            installed_at=bot.installed_at,
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """The bot's token is good no more, so the installation has ended."""
        await self.async_delete_all(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None) -> None:
        """A person's own token was revoked; we hold none."""

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:  # noqa: ARG002
        """The app was taken out of a workspace."""
        if team_id is not None:
            await self._installations.end(team_id)


class StateStore(AsyncOAuthStateStore):
    """The states of installations that were begun: each is good once."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def async_issue(self, *_args: Any, **_kwargs: Any) -> str:
        """A new state."""
        return await self._installations.issue_state()

    async def async_consume(self, state: str) -> bool:
        """Use a state up; whether it was good."""
        return await self._installations.consume_state(state)


def _tokens(bot: Bot) -> dict[str, str]:
    return {TOKEN: bot.bot_token, **({REFRESH: bot.bot_refresh_token} if bot.bot_refresh_token else {})}


def _instant(stamp: int | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)


def _bot(found: Installed) -> Bot:
    return Bot(
        **found.about,
        team_id=found.workspace,
        team_name=found.name,
        bot_token=found.tokens[TOKEN],
        bot_refresh_token=found.tokens.get(REFRESH),
        bot_token_expires_at=None if found.expires_at is None else int(found.expires_at.timestamp()),
        installed_at=found.installed_at.timestamp(),
    )
