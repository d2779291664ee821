"""docs/slack.md says what the code does: its settings, its error texts, its scopes and its pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.slack import errors
from bot.settings import Settings
from manifest.write import BEGINS, ENDS, stale, write
from tests.manifest.registries import real

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
TROUBLES = PAGE.split("## When something does not work")[1].split("\n## ")[0]
READ = [line.split("|")[1].strip() for line in TROUBLES.splitlines() if line.startswith("| ")][1:]
ELSEWHERE = {"dispatch_failed", "operation_timeout", "bad_redirect_uri"}  # what Slack itself shows to people, and never answers to a call
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "adapters" / "slack").glob("*.py")))


def test_every_setting_it_names_exists_and_every_one_of_slack_is_named() -> None:
    named = set(re.findall(r"\b(?:SLACK|CONVENE)_[A-Z_]+\b", PAGE)) - {"SLACK_MANIFEST_SCHEMA"}
    known = {name.upper() for name in Settings.model_fields}
    assert named <= known
    assert {name for name in known if name.startswith("SLACK_")} <= named


@pytest.mark.parametrize("code", sorted({code for cell in READ if not cell.startswith("log") for code in re.findall(r"`(\w+)`", cell)}))
def test_every_code_in_the_table_is_one_that_slack_gives(code: str) -> None:
    known = errors.BUSY | errors.UNREACHABLE.keys() | errors.GONE | errors.UNCLEAR | errors.SPENT | ELSEWHERE
    assert code in known


def test_every_sentence_and_log_line_in_the_table_is_said_somewhere() -> None:
    quoted = [words for cell in READ for words in re.findall(r"\*([^*]+)\*", cell)]
    logged = [words for cell in READ if cell.startswith("log") for words in re.findall(r"`([^`]+)`", cell)]
    assert len(quoted) > 2
    assert len(logged) > 5
    for words in (*quoted, *logged):
        assert words in SOURCES, words


def test_its_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE)
    assert pictures
    assert all((ROOT / "docs" / each).is_file() for each in pictures)


@pytest.mark.thorough
def test_a_page_with_other_scopes_is_stale(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "slack.md"
    page.parent.mkdir()
    page.write_text(f"Before.\n{BEGINS.format('scopes')}old\n{ENDS.format('scopes')}After.\n", encoding="utf-8")
    write(real(), tmp_path)
    written = page.read_text(encoding="utf-8")
    assert written.startswith("Before.\n")
    assert written.endswith("After.\n")
    assert "`im:history`" in written
    assert stale(real(), tmp_path) == []
    page.write_text(written.replace("`im:history`", "`im:read`"), encoding="utf-8")
    assert [line.split()[0] for line in stale(real(), tmp_path)] == ["docs/slack.md"]
