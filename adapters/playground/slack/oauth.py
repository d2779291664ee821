"""The app's credentials from Slack's side: codes that people bring back, tokens that end, refresh tokens that are good once."""

from __future__ import annotations

import base64
import secrets
import time
from typing import Any

from adapters.playground.slack.workspace import APP, BOT_USER, Refusal, Workspace

Json = dict[str, Any]
CLIENT_ID, CLIENT_SECRET = "1111.2222", "fake-client-secret"
LASTS = 43_200  # seconds that a token is good for where tokens are rotated


class OAuth:
    """Who may speak for the app in one workspace."""

    def __init__(self, ws: Workspace, token: str) -> None:
        self._ws = ws
        self.tokens: dict[str, float | None] = {token: None}  # -> when it ends
        self.codes: set[str] = set()
        self.refreshes: set[str] = set()
        self.rotates = False
        self.lasts = LASTS
        self.renewed = 0

    def approve(self) -> str:
        """Somebody says yes; the code that their browser brings back."""
        code = secrets.token_hex(8)
        self.codes.add(code)
        return code

    def check(self, token: str) -> None:
        """Refuse a token that is not good."""
        if not token:
            raise Refusal("not_authed")
        if token not in self.tokens:
            raise Refusal("invalid_auth")
        if not self._ws.installed:
            raise Refusal("account_inactive")
        ends = self.tokens[token]
        if ends is not None and ends <= time.time():
            raise Refusal("token_expired")

    def access(self, args: Json, basic: str) -> Json:
        """oauth.v2.access: a code or a refresh token against a token, for who knows the app's own credentials."""
        client, _colon, secret = base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        if client != CLIENT_ID:
            raise Refusal("invalid_client_id")
        if secret != CLIENT_SECRET:
            raise Refusal("bad_client_secret")
        if args.get("grant_type") == "refresh_token":
            self._use(self.refreshes, args.get("refresh_token"), "invalid_refresh_token")
            self.renewed += 1
        else:
            self._use(self.codes, args.get("code"), "invalid_code")
            self._ws.installed = True
        return self._granted()

    def _use(self, given: set[str], one: Any, error: str) -> None:
        if one not in given:
            raise Refusal(error)
        given.discard(one)

    def _granted(self) -> Json:
        token = f"xoxb-{secrets.token_hex(8)}"
        self.tokens[token] = time.time() + self.lasts if self.rotates else None
        answer: Json = {
            "ok": True,
            "app_id": APP,
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(self._ws.grants.scopes)),
            "bot_user_id": BOT_USER,
            "team": {"id": self._ws.team_id, "name": self._ws.team_name},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": "UINSTALLER"},
        }
        if self.rotates:
            refresh = f"xoxe-1-{secrets.token_hex(8)}"
            self.refreshes.add(refresh)
            answer |= {"refresh_token": refresh, "expires_in": self.lasts}
        return answer
