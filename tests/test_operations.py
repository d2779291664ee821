"""docs/operations.md says what there is: its commands, settings, metrics and outcomes."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from bot.__main__ import app, db_app
from bot.app import TICKS_WITHIN
from bot.core import metrics
from bot.settings import Settings
from scheduler import standing

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_metric_is_described_and_every_one_described_exists() -> None:
    shown = {sample.name for family in metrics.REGISTRY.collect() for sample in family.samples}
    families = {family.name + ("_total" if family.type == "counter" else "") for family in metrics.REGISTRY.collect()}
    named = set(re.findall(r"`(convene_\w+)", PAGE))
    assert named == families
    assert {name for name in shown if name.startswith("convene_tick")} <= named


@pytest.mark.parametrize(("module", "function"), [(metrics, metrics.measured), (standing, standing._outcome)])
def test_every_outcome_is_described(module: object, function: object) -> None:
    source = inspect.getsource(function)  # type: ignore[arg-type]
    outcomes = set(re.findall(r'(?:= |, |return |else )"([a-z ]+)"', source))
    assert len(outcomes) >= 4, module
    assert all(f"`{outcome}`" in PAGE for outcome in outcomes), outcomes


def test_settings_and_commands_are_known() -> None:
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)\b", PAGE)) - {"POSTGRES_PASSWORD"}
    assert named <= {name.upper() for name in Settings.model_fields}
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    used = set(re.findall(r"python -m bot (\w+)", PAGE))
    assert used <= commands | {"db"}
    assert {"backup", "restore", "migrate", "check", "serve", "db"} <= used
    assert {command.name for command in db_app.registered_commands} == {"copy"}


def test_limits_are_as_they_are_said() -> None:
    assert (standing.TOO_LATE.total_seconds(), TICKS_WITHIN.total_seconds()) == (300, 60)
    assert "more than five minutes" in PAGE
    assert "for a minute" in PAGE


def test_the_readme_names_every_setting_that_an_operator_may_need() -> None:
    named = set(re.findall(r"[A-Z_]+", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {name.upper() for name in Settings.model_fields} - named == {"TEAMS_TOKEN_URL", "TEAMS_METADATA_URL"}
