"""Keys and tokens in both directions: what the platform signs for the bot, and what the bot fetches for the connector."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from adapters.playground.driver import Json
from bot.lean import dataclass

ISSUER = "https://api.botframework.com"
CONNECTOR_AUDIENCE = "https://api.botframework.com"
TOKEN_LIFETIME = 3600


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One RSA key pair as it stands in the key set."""

    kid: str
    private: RSAPrivateKey
    endorsements: tuple[str, ...]

    def jwk(self) -> Json:
        """Return the public half as the key set shows it."""
        shown: Json = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return {**shown, "kid": self.kid, "use": "sig", "x5t": self.kid, "endorsements": list(self.endorsements)}

    def public_pem(self) -> bytes:
        """Return the public half as PEM: the secret of the classic HS256 confusion."""
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@cache
def _pooled_pair(_number: int) -> RSAPrivateKey:
    # Making a key takes up to 100 ms, so that one process shares a few of them among all its fakes.
    return generate_private_key(public_exponent=65537, key_size=2048)


class TokenIssuer:
    """Signs every token of the platform, good ones and, for the negative tests, any bad one."""

    def __init__(self, *, app_id: str, app_password: str, tenant_id: str, wall: Callable[[], float] = time.time) -> None:
        self.app_id = app_id
        self.app_password = app_password
        self.tenant_id = tenant_id
        self.service_url = ""
        self._wall = wall
        self._made = 0
        self._revoked_before = 0
        self._serial = 0
        self._signed: dict[str, Json] = {}
        self._carried: tuple[object, str] = None, ""
        self.unendorsed = self._new_key(endorsements=("webchat",))
        self.unpublished = self._new_key()
        self.directory_key = self._new_key()
        self.current = self._new_key()
        self.published = [self.unendorsed, self.current]

    def _new_key(self, endorsements: tuple[str, ...] = ("msteams",)) -> SigningKey:
        key = SigningKey(secrets.token_urlsafe(20), _pooled_pair(self._made), endorsements)
        self._made += 1
        return key

    def rotate_keys(self, *, keep_old: bool = False) -> None:
        """Sign with a new key from now on; the old one leaves the key set unless it is kept."""
        old, self.current = self.current, self._new_key()
        self.published = [key for key in self.published if keep_old or key is not old] + [self.current]

    def key_set(self) -> Json:
        """Return the published keys."""
        return {"keys": [key.jwk() for key in self.published]}

    def claims(self, **changes: Any) -> Json:
        """Return the claims of a good token; a change to None takes the claim away."""
        moment = int(self._wall())
        claims: Json = {
            "serviceurl": self.service_url,
            "nbf": moment,
            "exp": moment + TOKEN_LIFETIME,
            "iss": ISSUER,
            "aud": self.app_id,
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def mint(self, *, key: SigningKey | None = None, kid: str | None = None, algorithm: str = "RS256", **changes: Any) -> str:
        """Mint a token for the bot; without arguments a good one, otherwise exactly as bad as asked for."""
        chosen = key or self.current
        header = {"kid": kid or chosen.kid, "x5t": kid or chosen.kid}
        return jwt.encode(self.claims(**changes), chosen.private, algorithm=algorithm, headers=header)

    def carried(self) -> str:
        """The token that activities come with now: a good one, the same for a minute, as the platform's own is for longer."""
        about = self.current.kid, self.service_url, self.app_id, int(self._wall()) // 60
        if self._carried[0] != about:
            self._carried = about, self.mint()
        return self._carried[1]

    def wrong_key(self) -> str:
        """Mint a token under the right kid, signed by somebody else."""
        return self.mint(key=self.unpublished, kid=self.current.kid)

    def unknown_kid(self) -> str:
        """Mint a token whose key nobody published."""
        return self.mint(key=self.unpublished)

    def not_endorsed(self) -> str:
        """Mint a token with a published key that is good for another channel only."""
        return self.mint(key=self.unendorsed)

    def hs256(self) -> str:
        """Mint the forgery that takes the published key for a shared secret."""
        head = {"alg": "HS256", "typ": "JWT", "kid": self.current.kid}
        signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        unsigned = b".".join(_segment(json.dumps(part).encode()) for part in (head, self.claims()))
        # pyjwt refuses to use a public key as an HMAC secret, so that the signature is made by hand.
        return (unsigned + b"." + _segment(signer.sign(unsigned, self.current.public_pem()))).decode()

    def unsigned(self) -> str:
        """Mint a token of the algorithm `none`."""
        return jwt.encode(self.claims(), "", algorithm="none", headers={"kid": self.current.kid})

    def expired(self, ago: int = 3600) -> str:
        """Mint a token that ended so many seconds ago."""
        moment = int(self._wall())
        return self.mint(nbf=moment - ago - TOKEN_LIFETIME, exp=moment - ago)

    def not_yet_valid(self, ahead: int = 3600) -> str:
        """Mint a token that begins so many seconds from now."""
        moment = int(self._wall())
        return self.mint(nbf=moment + ahead, exp=moment + ahead + TOKEN_LIFETIME)

    def for_connector(self, **changes: Any) -> str:
        """Mint the token with which the bot may call the connector."""
        moment = int(self._wall())
        self._serial += 1
        claims = {
            "aud": CONNECTOR_AUDIENCE,
            "iss": f"https://sts.windows.net/{self.tenant_id}/",
            "iat": moment,
            "nbf": moment,
            "exp": moment + TOKEN_LIFETIME,
            "appid": self.app_id,
            "tid": self.tenant_id,
            "uti": str(uuid.uuid4()),
            "serial": self._serial,
            "ver": "1.0",
        }
        return jwt.encode(claims | changes, self.directory_key.private, algorithm="RS256", headers={"kid": self.directory_key.kid})

    def revoke_connector_tokens(self) -> None:
        """Let every token handed out so far be refused by the connector."""
        self._revoked_before = self._serial

    def connector_problem(self, header: str | None) -> str | None:
        """Say why the connector refuses this Authorization header, or None when it is good."""
        scheme, _, token = (header or "").partition(" ")
        if scheme != "Bearer" or not token:
            return "Authorization has been denied for this request."
        try:
            if token not in self._signed:  # a token is used for an hour, and its signature does not change
                self._signed[token] = self._verified(token)
        except jwt.InvalidTokenError as refusal:
            return f"Token refused: {refusal}"
        return self._claims_problem(self._signed[token])

    def _verified(self, token: str) -> Json:
        claims: Json = jwt.decode(
            token,
            self.directory_key.private.public_key(),
            algorithms=["RS256"],
            audience=CONNECTOR_AUDIENCE,
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
        return claims

    def _claims_problem(self, claims: Json) -> str | None:
        if claims.get("exp", 0) < self._wall():
            return "Token has expired."
        if claims.get("appid") != self.app_id:
            return "Token is for another app."
        if claims.get("serial", 0) <= self._revoked_before:
            return "Token was revoked."
        return None

    def refuse_client(self, tenant: str, form: dict[str, str]) -> tuple[int, str, str] | None:
        """Say why a client-credentials request fails: status, error and description, or None when it is good."""
        if tenant not in {self.tenant_id, "botframework.com"}:
            return 400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found."
        if form.get("grant_type") != "client_credentials":
            return 400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type."
        if form.get("client_id") != self.app_id:
            return 400, "unauthorized_client", "AADSTS700016: Application was not found in the directory."
        if form.get("client_secret") != self.app_password:
            return 401, "invalid_client", "AADSTS7000215: Invalid client secret provided."
        if form.get("scope") != f"{CONNECTOR_AUDIENCE}/.default":
            return 400, "invalid_scope", "AADSTS70011: The provided value for the input parameter 'scope' is not valid."
        return None


def _segment(raw: bytes) -> bytes:
    return jwt.utils.base64url_encode(raw)
