"""Settings: everything that is wrong is told at once, and no secret is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, WrongSettings, load


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_every_problem_is_told_at_once_without_values(environment: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SLACK_APP_TOKEN": "xapp-canary",
        "APP_ID": "an-app",
        "PORT": "99999",
        "DATABASE_URL": "mysql://canary:pw@host/db",
        "CONVENE_SECRET_KEY": "canary",
    }.items():
        environment.setenv(name, value)
    with pytest.raises(WrongSettings) as wrong:
        load(None)
    told = "\n".join(wrong.value.problems)
    for name in ("SLACK_BOT_TOKEN", "APP_PASSWORD", "APP_TENANTID", "PORT", "DATABASE_URL", "CONVENE_SECRET_KEY"):
        assert name in told
    assert "canary" not in told


def test_secrets_do_not_show(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CONVENE_SECRET_KEY", "a canary of at least 32 characters in length")
    environment.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    environment.setenv("SLACK_SIGNING_SECRET", "canary")
    settings = load(None)
    assert "canary" not in repr(settings)
    assert settings.has_slack


def test_the_file_is_read_and_the_environment_wins(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=9001\nHOST=127.0.0.2\nSOMETHING_ELSE=1\n")
    environment.setenv("PORT", "9002")
    settings = load(file)
    assert (settings.host, settings.port) == ("127.0.0.2", 9002)


def test_teams_without_an_app_id_is_half_a_platform_and_an_empty_one_is_none(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("APP_ID", "")
    assert not load(None).has_teams
    environment.setenv("APP_PASSWORD", "canary")
    environment.setenv("HOST", "192.0.2.1")
    with pytest.raises(WrongSettings) as wrong:
        load(None)
    assert wrong.value.problems == ["APP_ID and APP_PASSWORD belong together"]


def test_keys_are_a_list_and_the_first_one_writes(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CONVENE_SECRET_KEY", f"{'a' * 32}, {'b' * 32}")
    assert load(None).keys == ["a" * 32, "b" * 32]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"SLACK_CLIENT_ID": "1.2"}, "belong together"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "canary"}, "SLACK_CLIENT_ID needs SLACK_SIGNING_SECRET"),
        (
            {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "canary", "SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": "xoxb"},
            "leave one of the two out",
        ),
        ({"SLACK_SIGNING_SECRET": "canary"}, "SLACK_CLIENT_ID for many workspaces"),
    ],
)
def test_one_workspace_or_many_is_told_apart(environment: pytest.MonkeyPatch, given: dict[str, str], words: str) -> None:
    for name, value in given.items():
        environment.setenv(name, value)
    with pytest.raises(WrongSettings) as wrong:
        load(None)
    assert words in "\n".join(wrong.value.problems)
    assert "canary" not in "\n".join(wrong.value.problems)


def test_many_workspaces_need_no_bot_token(environment: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
        environment.setenv(name, "x")
    settings = load(None)
    assert (settings.has_slack, settings.has_many_workspaces, settings.convene_keep_days) == (True, True, 30)
