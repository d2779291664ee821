"""Installing into many workspaces: Bolt's OAuth flow over our own units, and the pages that a person sees on the way."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import field
from typing import Any
from urllib.parse import urlencode, urljoin

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth import OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation

from adapters.pages import HEADERS, Page, Said, html_of
from adapters.slack.store import StateStore
from adapters.slack.waiting import where
from adapters.slack.workspaces import ManyWorkspaces
from bot.chat.language import Phrase, _
from bot.core.installations import Installations
from bot.lean import dataclass

INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
log = structlog.get_logger("convene.slack")

TRY_AGAIN = _("Begin again")
CANCELLED = _("Nothing was installed. If you changed your mind, you can begin again at any time.")
TOO_LATE = _(
    "This link was used already, is older than ten minutes, or was begun in another browser. "
    "Nothing was installed; please begin again here and stay in one window."
)
NOT_CONFIRMED = _("The platform did not confirm the installation. Nothing was installed; please begin again.")
NOT_KEPT = _("I could not keep the installation just now. Please begin again in a minute.")
NO_ANSWER = _("There was no answer just now. Nothing was installed; please begin again in a minute.")
WHOLE_ORGANISATION = _("I can be installed into single workspaces, not into a whole organisation. Please choose one workspace.")
REASONS: dict[str, Phrase] = {
    "access_denied": CANCELLED,
    "invalid_browser": TOO_LATE,
    "invalid_state": TOO_LATE,
    "missing_code": NOT_CONFIRMED,
    "invalid_code": NOT_CONFIRMED,
    "storage_error": NOT_KEPT,
}


@dataclass(frozen=True, slots=True)
class Installing:
    """What installing takes: the app's own credentials, and the scopes that it asks for, each with its reason."""

    client_id: str
    client_secret: str = field(repr=False)
    scopes: Sequence[tuple[str, Phrase]]
    front_door: str = "/convene"


class WholeOrganisation(BoltError):
    """Somebody installed the app for a whole organisation."""


class InstallFlow(AsyncOAuthFlow):
    """Bolt's flow with our pages."""

    def __init__(self, *, terms: Sequence[tuple[str, Said]], **given: Any) -> None:
        super().__init__(**given)
        self._terms = terms

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002 - the interface is Bolt's
        """The page before: what is asked for, and the way to say yes."""
        return html_of(
            Page(
                _("Add Convene to your workspace"),
                (_("Convene is the companion of a community of practice. You choose the workspace on the next page."),),
                action=(_("Choose a workspace"), url),
                below=_("What I ask for, and why"),
                terms=self._terms,
            )
        )

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep it; whatever fails there is told on a page."""
        if installation.is_enterprise_install or installation.team_id is None or installation.bot_token is None:
            raise WholeOrganisation("not one workspace")
        try:
            await super().store_installation(request, installation)
        except Exception as error:
            log.error("an installation was not kept", error=type(error).__name__, where=where(error))
            raise BoltError("not kept") from error
        log.info("the app was installed", team=installation.team_id, app=installation.app_id)


def flow_of(installing: Installing, workspaces: ManyWorkspaces, installations: Installations, api_url: str) -> InstallFlow:
    """The flow, with every address where the Web API is: left alone, Bolt would send people and refresh tokens to slack.com."""
    site = urljoin(f"{api_url.rstrip('/')}/", "../")
    settings = AsyncOAuthSettings(
        client_id=installing.client_id,
        client_secret=installing.client_secret,
        scopes=[name for name, _reason in installing.scopes],
        user_scopes=[],
        install_path=INSTALL,
        redirect_uri_path=BACK,
        authorization_url=urljoin(site, "oauth/v2/authorize"),
        installation_store=workspaces.store,
        installation_store_bot_only=True,
        state_store=StateStore(installations),
        callback_options=AsyncCallbackOptions(success=_installed(site, installing.front_door), failure=_failed),
    )
    settings.authorize = workspaces.authorize
    logger = logging.getLogger("convene.slack.bolt")  # silent: Bolt's own lines hold codes
    return InstallFlow(client=workspaces.web, logger=logger, settings=settings, terms=installing.scopes)


class InstallPages:
    """The two addresses of the flow on our application."""

    def __init__(self, flow: InstallFlow) -> None:
        self._flow = flow

    def mount(self, app: web.Application) -> None:
        """Put them there."""
        app.router.add_get(INSTALL, self._begin)
        app.router.add_get(BACK, self._back)

    async def _begin(self, request: web.Request) -> web.Response:
        return await self._answered(request, self._flow.handle_installation)

    async def _back(self, request: web.Request) -> web.Response:
        return await self._answered(request, self._flow.handle_callback)

    async def _answered(self, request: web.Request, handle: Any) -> web.Response:
        try:
            answer = await to_aiohttp_response(await handle(await to_bolt_request(request)))
        except Exception as error:  # Slack or the database does not answer
            log.error("an installation was interrupted", error=type(error).__name__, where=where(error))
            answer = await to_aiohttp_response(_page(503, _sorry(NO_ANSWER)))
        answer.headers.update(HEADERS)
        for cookie in answer.cookies.values():
            cookie["samesite"] = "Lax"  # it comes along only where a person is led back by a link
        return answer


def _installed(site: str, front_door: str) -> Any:
    async def success(args: AsyncSuccessArgs) -> BoltResponse:
        made = args.installation
        opens = urljoin(site, "app_redirect?" + urlencode({"app": made.app_id or "", "team": made.team_id or ""}))
        steps = (
            _("Open a channel in which your community meets, write {command} there and send it.", command="/invite @Convene"),
            _("Whoever adds me to the first channel is the community's first lead, and hears from me what comes next."),
            _(
                "Is your community elsewhere already? Then write {command} to me there, and bring the code along.",
                command=f"{front_door} connect",
            ),
        )
        words = (_("I am installed in {workspace}. Three things are good to know:", workspace=made.team_name or ""),)
        return _page(200, Page(_("Convene is here"), words, steps, (_("Open our chat"), opens)), clears=True)

    return success


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("an installation did not happen", why=str(args.reason)[:40])
    words = WHOLE_ORGANISATION if isinstance(args.error, WholeOrganisation) else REASONS.get(args.reason, NOT_CONFIRMED)
    return _page(args.suggested_status_code, _sorry(words), clears=True)


def _sorry(words: Phrase) -> Page:
    return Page(_("Convene was not installed"), (words,), action=(TRY_AGAIN, INSTALL))


def _page(status: int, page: Page, *, clears: bool = False) -> BoltResponse:
    headers: dict[str, Any] = {"Content-Type": HEADERS["Content-Type"]}
    if clears:
        headers["Set-Cookie"] = [OAuthStateUtils().build_set_cookie_for_deletion()]
    return BoltResponse(status=status, body=html_of(page), headers=headers)
