"""Every view on both platforms: as kept, as the platforms allow, and as the published schema says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import adaptive_cards
import pytest
from jsonschema import Draft6Validator
from jsonschema.validators import extend

from adapters.playground.gallery import CHROMIUM, Exhibit, Seen, index, photograph, problems, seen
from adapters.playground.slack.mrkdwn import broadcasts_in, marked_up
from adapters.slack.limits import LONGEST, MOST_BLOCKS
from adapters.slack.render import render_home
from adapters.teams.limits import LIMITS, size_of
from bot.chat.language import _
from bot.chat.message import BLOCKS, Message, Paragraph
from bot.chat.reading import resolved
from bot.chat.text import LEFT_TO_RIGHT, Strong
from bot.gallery import SNAPSHOTS, exhibits, on_both, stale_snapshots, write_snapshots
from handlers import all_views
from tests.gallery.extremes import LONG_TEXTS, OF_LABELS, OF_WORDS, TEXTS, a_form, legible, messages, squeezed

VIEWS = all_views()
EXTREMES = list(messages())
ONCE = "apostrophes"


def any_of(validator: Any, branches: list[Any], instance: Any, schema: Any) -> Iterator[Any]:
    """Look only at the branch of the element's own type, where there is one: no other can take it, and there are dozens."""
    own = {"$ref": f"#/definitions/{instance.get('type')}"} if isinstance(instance, dict) else None
    named = [branch for branch in branches if own in branch.get("allOf", [branch])]
    yield from Draft6Validator.VALIDATORS["anyOf"](validator, named or branches, instance, schema)


@cache
def schema() -> Any:
    path = Path(adaptive_cards.__file__).parent / "schemas" / "schema-1.5.json"
    return extend(Draft6Validator, {"anyOf": any_of})(json.loads(path.read_text(encoding="utf-8")))  # type: ignore[no-untyped-call]


def test_the_published_schema_finds_what_is_wrong() -> None:
    wrong = {"type": "Container", "items": [{"type": "TextBlock", "text": "x", "weight": "huge"}]}
    for element in ({"type": "TextBlock"}, {"type": "Nonsense"}, {"text": "x"}, wrong):
        assert list(schema().iter_errors({"type": "AdaptiveCard", "version": "1.5", "body": [element]})), element
    right = {"type": "Container", "items": [{"type": "TextBlock", "text": "x"}]}
    assert not list(schema().iter_errors({"type": "AdaptiveCard", "version": "1.5", "body": [right]}))


def published(part: Any) -> Any:
    """A card in the published language: without one client's own keys, newer elements replaced by their fallback."""
    if isinstance(part, list):
        return [published(each) for each in part]
    if not isinstance(part, dict):
        return part
    if str(part.get("type", "")).startswith("Chart."):
        return published(part["fallback"])
    return {key: value if key == "data" else published(value) for key, value in part.items() if key != "msteams"}


def cards(exhibit: Exhibit) -> list[Any]:
    if exhibit.platform == "slack":
        return []
    return [exhibit.body["card"]["content"]] if exhibit.surface == "dialog" else [each["content"] for each in exhibit.body["attachments"]]


def within_limits(exhibit: Exhibit) -> list[str]:
    """What breaks the adapters' own tables, which are stricter than the platforms."""
    labels = [control["label"] for control in seen(exhibit).controls if control["kind"] == "button"]
    longest = LONGEST["button"] if exhibit.platform == "slack" else LIMITS["button"]
    found = [f"a long button: {label}" for label in labels if len(label) > longest]
    if exhibit.platform == "slack":
        most = MOST_BLOCKS["modal" if exhibit.surface == "dialog" else "message"]
        found += ["too many blocks"] if len(exhibit.body["blocks"]) > most else []
    elif size_of(exhibit.body) > LIMITS["card"]:
        found.append("too large")
    return found


def objections(exhibit: Exhibit) -> list[str]:
    return [*problems(exhibit), *within_limits(exhibit)]


def against_schema(exhibit: Exhibit) -> list[str]:
    """What the published schema says against a card; slow, so extreme texts ask it for one text of each shape only."""
    found = [error for card in cards(exhibit) for error in schema().iter_errors(published(card))]
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_what_its_platforms_allow(name: str) -> None:
    for exhibit in on_both(name, resolved(VIEWS[name].example(), "en")):
        assert objections(exhibit) == []
        assert against_schema(exhibit) == []
        assert seen(exhibit).plain.strip()


@pytest.mark.thorough
def test_every_message_could_be_a_home_tab() -> None:
    for name, view in VIEWS.items():
        part = resolved(view.example(), "en")
        if isinstance(part, Message):
            assert problems(Exhibit("slack", name, "home", render_home(part, audience="slack/T0001"))) == []


@pytest.mark.thorough
def test_snapshots_are_what_the_views_send() -> None:
    assert stale_snapshots() == []


@pytest.mark.thorough
def test_stale_missing_and_orphaned_snapshots_are_told_and_mended(tmp_path: Path) -> None:
    write_snapshots(tmp_path)
    assert stale_snapshots(tmp_path) == []
    first, second, *_ = sorted(tmp_path.glob("slack/*.json"))
    first.write_text("{}", encoding="utf-8")
    second.unlink()
    (tmp_path / "teams" / "gone.feature.json").write_text("{}", encoding="utf-8")
    told = stale_snapshots(tmp_path)
    assert len(told) == 3
    assert all("`make generate`" in sentence for sentence in told)
    write_snapshots(tmp_path)
    assert stale_snapshots(tmp_path) == []
    assert {path.name for path in tmp_path.glob("*/*")} == {path.name for path in SNAPSHOTS.glob("*/*")}


def test_the_extremes_cover_every_block() -> None:
    assert OF_WORDS.keys() | OF_LABELS.keys() == set(BLOCKS)


@pytest.mark.parametrize(("called", "blocks", "texts"), EXTREMES, ids=[called for called, _, _ in EXTREMES])
def test_nothing_is_cut_and_nothing_becomes_markup(called: str, blocks: Any, texts: list[str]) -> None:
    for exhibit in on_both("extreme", Message("A summary", blocks)):
        assert objections(exhibit) == []
        if called.endswith(ONCE):
            assert against_schema(exhibit) == []
        read = legible(exhibit)
        assert [text for text in texts if squeezed(text) not in read] == []
        assert mentioned(exhibit) == []


@pytest.mark.parametrize("called", TEXTS)
def test_a_summary_says_everything_and_calls_nobody(called: str) -> None:
    for exhibit in on_both("extreme", Message(TEXTS[called])):
        assert objections(exhibit) == []
        assert mentioned(exhibit) == []
        assert squeezed(TEXTS[called]) in legible(exhibit)


@pytest.mark.parametrize("called", [*TEXTS, *LONG_TEXTS])
def test_a_form_bears_any_text(called: str) -> None:
    text = (TEXTS | LONG_TEXTS)[called][:200]
    for exhibit in on_both("extreme", a_form(text)):
        assert objections(exhibit) == []
        if called == ONCE:
            assert against_schema(exhibit) == []
        assert mentioned(exhibit) == []
        read = legible(exhibit)
        assert squeezed(text) in read
        assert [number for number in range(100) if squeezed(f"{number} {text}") not in read] == []


def mentioned(exhibit: Exhibit) -> list[str]:
    """Whoever is called by name or by broadcast."""
    if exhibit.platform == "teams":
        return [str(entity) for card in cards(exhibit) for entity in card["msteams"].get("entities", [])]
    texts = [str(exhibit.body.get("text", "")), *marked_up(exhibit.body["blocks"])]
    called = [found for text in texts for found in broadcasts_in(text)]
    return called + [kind for kind in ('"user"', '"channel"', '"usergroup"') if f'"type": {kind}' in json.dumps(exhibit.body)]


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no chromium on this machine")
def test_pictures_of_a_message_and_of_a_form_on_both_platforms(tmp_path: Path) -> None:
    some = [one for one in exhibits() if one.name in ("home.help", "journal.form")]
    look = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    with ThreadPoolExecutor(1) as own_thread:  # other browser tests keep a loop running in this one
        taken = own_thread.submit(lambda: asyncio.run(photograph(some, tmp_path, {"dark": look}))).result()
    pictures = sorted(tmp_path.glob("*/*.png"))
    assert taken == len(pictures) == 4
    assert all(path.stat().st_size > 3000 for path in pictures)
    assert (tmp_path / "index.html").read_text(encoding="utf-8").count("<img") == 4


@pytest.mark.thorough
def test_the_index_shows_what_there_is() -> None:
    shown = exhibits()
    page = index(shown)
    assert 'src="slack/home.help.dark.png"' in page
    assert isinstance(seen(shown[0]), Seen)


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_a_sentence_that_begins_with_a_name_of_the_other_direction_is_not_turned_round(platform: str) -> None:
    said = _("{name} cheers for you.", name=Strong("ليلى حداد"))
    shown = next(each for each in on_both("cheer", resolved(Message(said, (Paragraph(said),)), "en")) if each.platform == platform)
    body = json.dumps(shown.body, ensure_ascii=False)
    words = body[body.index("blocks" if platform == "slack" else "TextBlock") :]
    assert words.index(LEFT_TO_RIGHT) < words.index("ليلى") < words.index("cheers")
