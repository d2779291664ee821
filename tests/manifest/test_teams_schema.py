"""The Teams manifest is what Microsoft's own schema allows, in the version that it names and in the newest that we know."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft6Validator

from bot.chat.language import translations
from manifest.teams import VERSION, teams_manifest, translation
from tests.manifest.registries import real

SCHEMAS = Path(__file__).parent / "schemas"
OPTIONS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "of a publisher": {"app_id": "7b1f0c52-93cd-4f3e-8a0f-0d4d2f1f9b11", "domain": "convene.example.org"},
    "that hears all": {"reads_all": True},
    "with languages": {"translations": ["de", "fr"]},
}


@cache
def schema(name: str) -> Any:
    # It says draft 4, but "const" is of draft 6: both look at it, so that nothing in it goes unread.
    found = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return Draft4Validator(found), Draft6Validator(found)


def objections(name: str, part: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for each in schema(name) for error in each.iter_errors(part)]


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_the_manifest_keeps_to_the_published_schema(options: dict[str, Any]) -> None:
    manifest = teams_manifest(real(), **options)
    assert manifest["manifestVersion"] == VERSION == "1.25"
    assert objections("teams_1.25.json", manifest) == []
    assert objections("teams_1.29.json", manifest | {"manifestVersion": "1.29"}) == []


def test_each_translation_keeps_to_the_published_schema() -> None:
    for language in translations():
        assert objections("teams_localization_1.25.json", translation(real(), language)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"manifestVersion": "1.24"},
        {"id": "no guid"},
        {"surplus": 1},
        {"developer": {"name": "x"}},
        {"accentColor": "teal"},
        {"name": {"short": "x" * 31}},
    ],
    ids=str,
)
def test_the_schema_finds_what_is_wrong(change: dict[str, Any]) -> None:
    assert objections("teams_1.25.json", teams_manifest(real()) | change)
