"""What `convene check` asks Slack: tokens, scopes, the manifest, the socket, the clock, the channels; each finding says what mends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import errors
from adapters.slack.client import opened_session
from adapters.slack.looking import unseen
from bot.core.findings import Finding
from bot.lean import dataclass

Json = dict[str, Any]
SKEW = 60.0  # seconds; Slack's signatures are refused beyond five minutes
LISTED = 20  # names in one sentence
AGAIN = (
    "print the manifest with `python -m bot manifest slack`, paste it under App Manifest at api.slack.com/apps, and install the app again"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the code declares: scopes that are needed, each with its reason; others, with what is lost without; the manifest."""

    needed: Mapping[str, str]
    optional: Mapping[str, str]
    manifest: Json
    drift: Callable[[Json, Json], list[str]]


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace to look at: the token for it, and where that comes from."""

    token: str = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method answered."""

    data: Json
    headers: Mapping[str, str]
    error: str | None = None

    def header(self, name: str) -> str:
        """A header, whatever case it is written in."""
        return next((value for key, value in self.headers.items() if key.casefold() == name), "")


class Check:
    """One look at Slack."""

    def __init__(
        self,
        api_url: str,
        wanted: Wanted,
        *,
        places: Mapping[str, Mapping[str, str]],
        app_token: str | None = None,
        config_token: str | None = None,
    ) -> None:
        self._api_url, self._wanted, self._app_token, self._config_token = api_url, wanted, app_token, config_token
        self._places = places  # team -> channel -> name, of those that the database believes to be open
        self._web = AsyncWebClient(base_url=api_url, timeout=20, retry_handlers=[])
        self._web.proxy = None

    async def findings(self, workspaces: Sequence[Workspace]) -> list[Finding]:
        """Look at every workspace, then at what is the app's own."""
        session: aiohttp.ClientSession
        async with opened_session(self._api_url) as session:
            self._web.session = session
            found: list[Finding] = []
            app = None
            for number, each in enumerate(workspaces):
                seen, app_here = await self._workspace(each, looks_at_clock=number == 0)
                found, app = [*found, *seen], app or app_here
            if self._app_token is not None:
                found.append(await self._socket())
            found.append(await self._manifest(app))
            return found

    async def _workspace(self, at: Workspace, *, looks_at_clock: bool) -> tuple[list[Finding], str | None]:
        who = await self._ask("auth.test", at.token)
        if who.error is not None:
            return [_bad_token(at.source, who.error)], None
        name = f"{who.data.get('team')} ({who.data.get('team_id')})"
        if not who.data.get("bot_id"):
            return [Finding(False, f"{at.source} is a person's token: take the Bot User OAuth Token, which begins with xoxb")], None
        found = [Finding(True, f"Slack: {at.source} is good in {name}"), *self._scopes(name, who)]
        if looks_at_clock:
            found.append(_clock(who))
        found += await self._channels(name, at, self._places.get(str(who.data.get("team_id")), {}))
        bot = await self._ask("bots.info", at.token, {"bot": who.data["bot_id"]})
        return found, (bot.data.get("bot") or {}).get("app_id")

    def _scopes(self, name: str, who: Answer) -> list[Finding]:
        granted = {each.strip() for each in who.header("x-oauth-scopes").split(",") if each.strip()}
        if not granted:
            return [Finding(True, f"Slack did not say which scopes are granted in {name}, so they were not compared")]
        needed, optional = self._wanted.needed, self._wanted.optional
        missing = [f"{scope} ({reason})" for scope, reason in needed.items() if scope not in granted]
        surplus = sorted(granted - needed.keys() - optional.keys())
        found = []
        if missing:
            found.append(Finding(False, f"{name} lacks scopes: {'; '.join(missing)}: {AGAIN}"))
        if surplus:
            mended = "take them away under OAuth & Permissions and install the app again"
            found.append(Finding(False, f"{name} grants more than is used: {_listed(surplus)}: {mended}"))
        if not missing and not surplus:
            found.append(Finding(True, f"{name} grants all {len(needed)} scopes that are needed, and none that is not used"))
        without = dict.fromkeys(lost for scope, lost in optional.items() if scope not in granted)
        found += [Finding(True, f"{name}, as an admin chose: {lost}") for lost in without]
        if blind := unseen(granted):
            why = (
                "I can neither look nor be told whether a message arrived: where its answer is lost, it is said at least once, maybe twice"
            )
            found.append(Finding(True, f"in {' and '.join(blind)} of {name} {why}"))
        return found

    async def _channels(self, name: str, at: Workspace, places: Mapping[str, str]) -> list[Finding]:
        inside: dict[str, Json] = {}
        cursor = ""
        while True:
            asked = {"types": "public_channel,private_channel", "limit": "200", "cursor": cursor}
            page = await self._ask("users.conversations", at.token, asked)
            if page.error is not None:
                return [Finding(False, f"the channels of {name} could not be listed ({page.error}): see docs/slack.md")]
            inside |= {each["id"]: each for each in page.data.get("channels") or []}
            cursor = (page.data.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        out = [called or channel for channel, called in places.items() if channel not in inside]
        archived = [called or channel for channel, called in places.items() if inside.get(channel, {}).get("is_archived")]
        unknown = [each.get("name") or channel for channel, each in inside.items() if channel not in places]
        found = []
        if out:
            found.append(Finding(False, f"I am not in {_listed(out, '#')} of {name} any more: write /invite @Convene there"))
        if archived:
            found.append(
                Finding(False, f"{_listed(archived, '#')} of {name} is archived: open it again, or let the community meet elsewhere")
            )
        if unknown:
            mended = "remove me there and add me again, then it becomes a place of the community"
            found.append(Finding(False, f"I am in {_listed(unknown, '#')} of {name}, but did not hear of it: {mended}"))
        return found or [Finding(True, f"I am in all {len(places)} places of the community in {name}")]

    async def _socket(self) -> Finding:
        answer = await self._ask("apps.connections.open", str(self._app_token))
        if answer.error is None:
            return Finding(True, "Slack opens sockets for SLACK_APP_TOKEN")
        mended = "make one with connections:write under Basic Information, App-Level Tokens, and see that Socket Mode is on"
        return Finding(False, f"Slack opens no socket ({answer.error}): SLACK_APP_TOKEN begins with xapp; {mended}")

    async def _manifest(self, app: str | None) -> Finding:
        if self._config_token is None or app is None:
            why = "there is no SLACK_CONFIG_TOKEN" if self._config_token is None else "the app's id is not known"
            told = "a bot's token tells its scopes, but neither commands, events nor addresses"
            return Finding(True, f"the app's manifest was not compared, because {why}: {told}")
        answer = await self._ask("apps.manifest.export", self._config_token, {"app_id": app})
        if answer.error is not None:
            mended = "such a token lasts twelve hours, make one at api.slack.com/apps under Your App Configuration Tokens"
            return Finding(False, f"the app's manifest could not be read ({answer.error}): {mended}")
        differences = self._wanted.drift(self._wanted.manifest, answer.data.get("manifest") or {})
        if differences:
            return Finding(False, f"the app is not as this program declares it: {_listed(differences, between='; ')}: {AGAIN}")
        return Finding(True, "the app's manifest is as this program declares it")

    async def _ask(self, method: str, token: str, arguments: Json | None = None) -> Answer:
        given = {key: value for key, value in (arguments or {}).items() if value != ""}
        try:
            answer = await self._web.api_call(method, params=given, headers={"Authorization": f"Bearer {token}"})
        except SlackApiError as refused:
            response: Any = refused.response
            data = response.data if isinstance(response.data, dict) else {}
            return Answer(data, response.headers or {}, str(data.get("error") or errors.of(refused)))
        except Exception as error:
            return Answer({}, {}, f"no answer, {type(error).__name__}")
        return Answer(answer.data if isinstance(answer.data, dict) else {}, answer.headers or {})


def _bad_token(source: str, error: str) -> Finding:
    if error.startswith("no answer"):
        return Finding(False, f"Slack does not answer ({error}): check the network, HTTPS_PROXY and SLACK_API_URL")
    if error in ("token_revoked", "account_inactive"):
        return Finding(False, f"{source} is good no more ({error}): the app was taken out of the workspace; install it again")
    if error == "token_expired":
        return Finding(
            False, f"{source} has ended ({error}): tokens of an app with token rotation are renewed only where SLACK_CLIENT_ID is set"
        )
    return Finding(False, f"{source} is not good ({error}): copy the Bot User OAuth Token anew from OAuth & Permissions")


def _clock(who: Answer) -> Finding:
    try:
        theirs = parsedate_to_datetime(who.header("date"))
    except (TypeError, ValueError):
        return Finding(True, "Slack did not tell its time, so the clock was not compared")
    ahead = (datetime.now(UTC) - theirs).total_seconds()
    if abs(ahead) <= SKEW:
        return Finding(True, "the clock agrees with Slack's")
    side = "ahead of" if ahead > 0 else "behind"
    return Finding(
        False,
        f"this machine's clock is {abs(ahead):.0f} seconds {side} Slack's: set it by NTP; beyond five minutes every request is refused",
    )


def _listed(names: Sequence[str], sign: str = "", between: str = ", ") -> str:
    shown = between.join(f"{sign}{each}" for each in names[:LISTED])
    return shown if len(names) <= LISTED else f"{shown} and {len(names) - LISTED} more"
