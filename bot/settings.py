"""Settings: read once from the environment and `.env`, checked together, frozen; secrets never show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_KEY = 32
ADMIN = re.compile(r"(slack|teams):\S+")


class WrongSettings(Exception):
    """Everything that is wrong with the configuration, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """The configuration by the names that each ecosystem uses itself."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_optional: str = ""
    slack_config_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    app_id: str | None = None
    app_password: SecretStr | None = None
    app_type: Literal["SingleTenant", "MultiTenant"] = "SingleTenant"
    app_tenantid: str | None = None
    teams_token_url: str | None = None  # other addresses than the public cloud's: government clouds, and tests
    teams_metadata_url: str | None = None
    database_url: str = "sqlite:///var/convene.db"
    convene_secret_key: SecretStr | None = None
    convene_admins: str = ""
    convene_keep_days: int = Field(default=30, ge=0, le=365)
    convene_command_prefix: str = Field(default="", pattern=r"^[a-z0-9_-]{0,12}$")
    convene_url: str | None = Field(default=None, pattern=r"^https?://[^/\s?#]+(/[^\s?#]*)?$")  # where the outside world reaches us
    convene_privacy_url: str | None = Field(default=None, pattern=r"^https://\S+$")
    convene_terms_url: str | None = Field(default=None, pattern=r"^https://\S+$")
    log_level: Literal["info", "debug"] = "info"
    metrics_token: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        return known_database(value)

    @field_validator("convene_secret_key")
    @classmethod
    def _long_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and any(len(key) < SHORTEST_KEY for key in keys_in(value.get_secret_value())):
            raise ValueError(f"every key in the list needs at least {SHORTEST_KEY} characters (`openssl rand -hex 32` makes one)")
        return value

    @field_validator("convene_admins")
    @classmethod
    def _known_platforms(cls, value: str) -> str:
        if not all(ADMIN.fullmatch(admin) for admin in keys_in(value)):
            raise ValueError("is a list like slack:U0123ABCD, teams:11111111-2222-4333-8444-555555555555")
        return value

    @model_validator(mode="after")
    def _whole_platforms(self) -> Settings:
        problems = []
        problems += self._slack_problems()
        if bool(self.app_id) != bool(self.app_password):
            problems.append("APP_ID and APP_PASSWORD belong together")
        if self.app_id and self.app_type == "SingleTenant" and not self.app_tenantid:
            problems.append("APP_TYPE SingleTenant needs APP_TENANTID")
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _slack_problems(self) -> list[str]:
        problems = []
        if bool(self.slack_client_id) != bool(self.slack_client_secret):
            problems.append("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together")
        if self.slack_bot_token and self.slack_client_id:
            problems.append("SLACK_BOT_TOKEN serves one workspace, SLACK_CLIENT_ID lets many install: leave one of the two out")
        if self.slack_bot_token and not (self.slack_app_token or self.slack_signing_secret):
            problems.append("SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) beside it")
        if self.slack_client_id and not self.slack_signing_secret:
            problems.append("SLACK_CLIENT_ID needs SLACK_SIGNING_SECRET beside it: workspaces are installed over HTTP")
        if (self.slack_app_token or self.slack_signing_secret) and not (self.slack_bot_token or self.slack_client_id):
            problems.append(
                "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET need SLACK_BOT_TOKEN beside them, or SLACK_CLIENT_ID for many workspaces"
            )
        return problems

    @property
    def has_slack(self) -> bool:
        """Whether Slack can be served."""
        return self.slack_bot_token is not None or self.has_many_workspaces

    @property
    def has_many_workspaces(self) -> bool:
        """Whether workspaces of Slack install the app themselves."""
        return self.slack_client_id is not None and self.slack_client_secret is not None

    @property
    def slack_extras(self) -> list[str]:
        """What more is asked of Slack than is needed, by the names of manifest/scopes.py."""
        return keys_in(self.slack_optional)

    @property
    def has_teams(self) -> bool:
        """Whether Teams can be served."""
        return bool(self.app_id)

    @property
    def admins(self) -> list[str]:
        """Accounts that count as leads of the community they belong to."""
        return keys_in(self.convene_admins)

    @property
    def keys(self) -> list[str]:
        """The keys of sealed columns; the first one writes."""
        return keys_in(self.convene_secret_key.get_secret_value()) if self.convene_secret_key else []


def known_database(url: str) -> str:
    """The address of a database of a kind that we know; anything else is refused."""
    if not url.startswith(("sqlite:///", "postgresql+asyncpg://")):
        raise ValueError("begins with sqlite:/// or postgresql+asyncpg://")
    return url


def keys_in(line: str) -> list[str]:
    """The parts of a list separated by commas."""
    return [key.strip() for key in line.split(",") if key.strip()]


def load(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings; raises WrongSettings with every problem at once, never with a value."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        problems = _sentences(error)
        wrong = {str(found["loc"][0]) for found in error.errors() if found["loc"]}
        if wrong:  # what belongs together is only looked at once every field stands: look again without the wrong ones
            try:
                Settings(_env_file=env_file, **{name: Settings.model_fields[name].default for name in wrong})
            except ValidationError as further:
                problems += _sentences(further)
        raise WrongSettings(problems) from None


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for wrong in error.errors(include_input=False, include_url=False, include_context=False):
        name = str(wrong["loc"][0]).upper() if wrong["loc"] else ""
        sentence = wrong["msg"].removeprefix("Value error, ")
        sentences += [f"{name}: {line}" if name else line for line in sentence.split("\n")]
    return sentences
