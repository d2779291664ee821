"""What is generated from the declarations: manifests, migrations, golden wire names."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

from sqlalchemy import MetaData

from bot.chat import wire
from bot.chat.language import translations
from bot.core.registry import Registry
from bot.data import schema
from bot.data.base import Base
from handlers import features

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "bot" / "locales" / "convene.pot"
KEPT_IN = (ROOT / "manifest", ROOT / "bot" / "locales", ROOT / "tests" / "golden", ROOT / "tests" / "gallery", ROOT / "docs")
PRIVACY, GOES_BEGINS, GOES_ENDS = ROOT / "PRIVACY.md", "<!-- generated: what goes -->\n", "<!-- end: what goes -->\n"
GOLDEN = ROOT / "tests" / "golden" / "wire_names.json"


def registry() -> Registry:
    """Every feature's declarations."""
    return Registry(features())


def new_migration(name: str) -> str:
    """Write the migration from the newest revision to the tables in the code; its path."""
    registry()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/newest.db"
        if schema.head():
            asyncio.run(schema.migrate(url))
        return schema.new_revision(url, Base.metadata, name)


def unmigrated(declared: MetaData = Base.metadata) -> list[str]:
    """The tables of the code that differ from what the migrations make of an empty database, with the command that mends it."""
    registry()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/newest.db"
        asyncio.run(schema.migrate(url))
        changes = asyncio.run(schema.differences(url, declared))
    tables = sorted({schema.table_of(change) for change in changes})
    return [f"no migration makes {', '.join(tables)} what the code says: run `python -m bot migrate --new <name>`"] if tables else []


def write() -> list[str]:
    """Write whatever is generated; the paths of what is another than it was."""
    from bot.gallery import write_snapshots
    from manifest.write import write as write_manifests

    before = {path: path.read_bytes() for folder in KEPT_IN for path in folder.rglob("*") if path.is_file()}
    before[PRIVACY] = PRIVACY.read_bytes()
    CATALOGUE.write_bytes(catalogue())
    PRIVACY.write_bytes(privacy_page())
    written: list[Path | str] = [*write_manifests(registry(), ROOT), write_golden(), CATALOGUE, PRIVACY, *write_snapshots()]
    return [str(path) for path in (Path(each) for each in written) if before.get(path) != path.read_bytes()]


def stale() -> list[str]:
    """What is generated and stale, each with the command that mends it."""
    from bot.gallery import stale_snapshots
    from manifest.write import stale as stale_manifests

    golden = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    found = [*stale_manifests(registry(), ROOT), *stale_snapshots()]
    if not CATALOGUE.exists() or CATALOGUE.read_bytes() != catalogue():
        found.append(f"{CATALOGUE.relative_to(ROOT)} does not know every sentence: run `make generate`")
    if PRIVACY.read_bytes() != privacy_page():
        found.append(f"{PRIVACY.relative_to(ROOT)} does not say what goes by itself: run `make generate`")
    found += unmigrated()
    if _merged(golden, wire_names()) != golden:
        found.append(f"{GOLDEN.relative_to(ROOT)} does not know every wire name: run `make generate`")
    return found


def privacy_page() -> bytes:
    """The page about privacy, with the table of what goes by itself as the sweep carries it out."""
    from scheduler.sweep import what_goes

    before, _begins, rest = PRIVACY.read_text(encoding="utf-8").partition(GOES_BEGINS)
    _old, _ends, after = rest.partition(GOES_ENDS)
    rows = "\n".join(f"| {each.what} | {_lasting(each.kept)} | {each.why} |" for each in what_goes(registry()))
    return f"{before}{GOES_BEGINS}\n| what | kept for | why so long |\n|---|---|---|\n{rows}\n\n{GOES_ENDS}{after}".encode()


def _lasting(kept: timedelta) -> str:
    return f"{kept.days} days" if kept.days else f"{kept.seconds // 60} minutes"


def slack_manifest_text(prefix: str, request_url: str | None, *, is_for_many: bool = False, extras: Sequence[str] = ()) -> str:
    """The Slack manifest as JSON."""
    from manifest.slack import slack_manifest

    back = urljoin(request_url, "/slack/oauth_redirect") if request_url is not None and is_for_many else None
    made = slack_manifest(
        registry(), prefix=prefix, socket_mode=request_url is None, request_url=request_url, redirect_url=back, capabilities=extras
    )
    return json.dumps(made, indent=2, ensure_ascii=False)


def write_teams_package(app_id: str, domain: str | None, out: Path, *, hears_all: bool = False) -> Path:
    """Write the Teams package."""
    from manifest.teams import teams_manifest, teams_package, translation

    manifest = teams_manifest(registry(), app_id=app_id, domain=domain, reads_all=hears_all, translations=translations()[1:])
    translated = {language: translation(registry(), language) for language in translations()[1:]}
    teams_package(manifest, out, translated)
    return out


def catalogue() -> bytes:
    """Every sentence of ours, for translators: the template of the message catalogues."""
    import io

    from babel.messages import Catalog
    from babel.messages.extract import extract_from_dir
    from babel.messages.pofile import write_po

    sentences = Catalog(project="convene", charset="utf-8", header_comment="# Sentences of Convene, for translators.")
    keywords = {"_": None, "n_": (1, 2)}
    found: set[tuple[str | tuple[str, ...], str]] = set()
    for room in ("bot", "handlers", "adapters", "manifest"):
        for path, _line, message, _comments, _context in extract_from_dir(str(ROOT / room), [("**.py", "python")], keywords=keywords):
            found.add((message, f"{room}/{path}"))
    for message, path in sorted(found, key=lambda pair: (pair[1], str(pair[0]))):
        sentences.add(message, locations=[(path, 0)])
    out = io.BytesIO()
    write_po(out, sentences, width=120, omit_header=True, include_lineno=False, sort_by_file=True)
    return out.getvalue()


def wire_names() -> dict[str, object]:
    """Every name and field that outlives the code."""
    return {**registry().wire_names(), "message": {"version": wire.VERSION, "parts": wire.shape()}}


def lost_names(golden: object, now: object, path: str = "") -> list[str]:
    """What stood in the golden file and is gone: queued posts and cards out there still carry it."""
    lost: list[str] = []
    if isinstance(golden, dict) and isinstance(now, dict):
        for name, below in golden.items():
            lost += [f"{path}/{name}"] if name not in now else lost_names(below, now[name], f"{path}/{name}")
    elif isinstance(golden, list) and isinstance(now, list):
        lost += [f"{path}/{name}" for name in golden if name not in now]
    return lost


def write_golden() -> Path:
    """Add new names to the golden file; a name that is gone stays in it and fails the test."""
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    merged = _merged(kept, wire_names())
    GOLDEN.write_text(json.dumps(merged, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return GOLDEN


def _merged(kept: object, now: object) -> object:
    if isinstance(kept, dict) and isinstance(now, dict):
        return {name: _merged(kept.get(name), now.get(name)) for name in sorted({*kept, *now})}
    if isinstance(kept, list) and isinstance(now, list):
        return [*kept, *(name for name in now if name not in kept)]
    return kept if now is None else now
