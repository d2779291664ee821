"""What outlives the code: names on buttons and in queued posts may be added, never lost; committed files are what the code declares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from bot import generated
from bot.data.base import Base
from bot.generated import GOLDEN, lost_names, stale, wire_names, write_golden

MENDED_BY = "make generate"


def _golden() -> Any:
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_no_name_is_lost() -> None:
    lost = lost_names(_golden(), wire_names())
    assert lost == [], f"cards and queued posts out there still carry {lost}: give them back, if only to answer that they are out of date"


def test_every_name_is_in_the_golden_file() -> None:
    added = lost_names(wire_names(), _golden())
    assert added == [], f"{added} are new: `{MENDED_BY}` adds them to {GOLDEN.relative_to(generated.ROOT)}"


@pytest.mark.thorough
def test_what_is_committed_is_what_the_code_declares() -> None:
    assert stale() == []


@pytest.mark.thorough
def test_a_golden_file_that_lacks_a_name_is_stale_with_what_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = {**wire_names(), "commands": {"brand_new": []}}
    monkeypatch.setattr(generated, "wire_names", lambda: grown)
    assert any("wire_names.json" in line and MENDED_BY in line for line in stale())


@pytest.mark.thorough
def test_a_table_without_a_migration_is_stale_with_what_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = MetaData(naming_convention=Base.metadata.naming_convention)
    for each in Base.metadata.sorted_tables:
        each.to_metadata(grown)
    Table("kudos", grown, Column("id", Integer, primary_key=True), Column("person_id", Integer, index=True))
    grown.tables["people"].append_column(Column("shoe_size", Integer))
    assert generated.unmigrated(grown) == ["no migration makes kudos, people what the code says: run `python -m bot migrate --new <name>`"]


def test_a_lost_name_and_a_lost_field_are_noticed() -> None:
    golden = {"payloads": {"poll.vote": ["poll", "option"], "poll.close": ["poll"]}, "message": {"version": 1}}
    now = {"payloads": {"poll.vote": ["poll", "new"]}, "message": {"version": 2}}
    assert lost_names(golden, now) == ["/payloads/poll.vote/option", "/payloads/poll.close"]


def test_writing_adds_and_never_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "golden" / "wire_names.json"
    monkeypatch.setattr(generated, "GOLDEN", path)
    assert write_golden() == path
    first = json.loads(path.read_text(encoding="utf-8"))
    assert first == wire_names()
    first["payloads"]["poll.gone"] = ["poll"]
    first["payloads"]["journal.undo"].append("once")
    path.write_text(json.dumps(first))
    write_golden()
    again = json.loads(path.read_text(encoding="utf-8"))
    assert lost_names(again, wire_names()) == ["/payloads/journal.undo/once", "/payloads/poll.gone"]
    write_golden()
    assert json.loads(path.read_text(encoding="utf-8")) == again
