"""Generated files are written by one command, and a stale one is named with the command that mends it."""

from __future__ import annotations

from pathlib import Path

from manifest import stale, write
from manifest.scopes import CAPABILITIES, CORE
from manifest.write import FOLDER, contents, scopes_page
from tests.manifest.registries import command, of, real

ROOT = Path(__file__).parents[2]


def test_the_files_of_the_project_are_what_the_code_declares() -> None:
    assert stale(real(), ROOT) == []


def test_what_was_written_is_not_stale(tmp_path: Path) -> None:
    written = write(real(), tmp_path)
    assert {path.relative_to(tmp_path / FOLDER).as_posix() for path in written} == set(contents(real()))
    assert stale(real(), tmp_path) == []


def test_a_missing_and_a_changed_file_are_named_with_what_mends_them(tmp_path: Path) -> None:
    write(real(), tmp_path)
    (tmp_path / FOLDER / "slack.json").write_text("{}")
    (tmp_path / FOLDER / "teams" / "outline.png").unlink()
    assert stale(real(), tmp_path) == [
        "manifest/generated/slack.json is not what the code declares; `make generate` writes it anew.",
        "manifest/generated/teams/outline.png is missing; `make generate` writes it.",
    ]


def test_a_new_command_makes_the_manifests_stale(tmp_path: Path) -> None:
    write(of(command("poll")), tmp_path)
    found = stale(of(command("poll"), command("vision")), tmp_path)
    assert [line.split()[0] for line in found] == [
        f"{FOLDER}/{name}" for name in ("slack.json", "slack_optional.json", "teams/manifest.json")
    ]


def test_line_ends_of_a_checkout_do_not_matter(tmp_path: Path) -> None:
    write(real(), tmp_path)
    path = tmp_path / FOLDER / "slack_scopes.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert stale(real(), tmp_path) == []


def test_the_page_names_every_scope() -> None:
    page = scopes_page()
    for scope in (*CORE, *(scope for each in CAPABILITIES for scope in each.scopes)):
        assert f"| `{scope.name}` |" in page
