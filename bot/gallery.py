"""The gallery: every view of every feature as both platforms show it, as committed payloads and as pictures."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path

from adapters.playground.gallery import Exhibit, photograph
from bot.chat.form import Form
from bot.chat.message import Message
from bot.chat.reading import resolved
from bot.core.feature import Paper
from bot.papers.document import as_json
from bot.papers.pdf import pages
from handlers import all_papers, all_views

ROOT = Path(__file__).parent.parent
SNAPSHOTS = ROOT / "tests" / "gallery" / "snapshots"
PICTURES = ROOT / "build" / "gallery"
MENDED_BY = "make generate"
LANGUAGE = "en"
DRAWN = re.compile(r"(data:image/png;base64,)[A-Za-z0-9+/=]+")  # snapshots leave the pixels out: they differ with the fonts that are there
SLACK, TEAMS = "slack/T0001", "teams/11111111-2222-4333-8444-555555555555"


def exhibits() -> list[Exhibit]:
    """Every view of every feature on every surface where it can appear."""
    shown: list[Exhibit] = []
    for name, view in all_views().items():
        shown += on_both(file_name(name), resolved(view.example(), LANGUAGE))
    return shown


def on_both(name: str, part: Message | Form) -> list[Exhibit]:
    """One resolved message or form as both platforms show it."""
    from adapters.slack import forms as slack_forms
    from adapters.slack.pictures import pictures_of
    from adapters.slack.render import render as on_slack
    from adapters.teams import forms as teams_forms
    from adapters.teams.render import render as on_teams

    if isinstance(part, Message):
        files = {picture: f"F{number:07}" for number, picture in enumerate(pictures_of(part), start=1)}
        pictures = {file: picture.content for picture, file in files.items()}
        return [
            Exhibit("slack", name, "message", on_slack(part, audience=SLACK, language=LANGUAGE, files=files), pictures),
            Exhibit("teams", name, "message", on_teams(part, audience=TEAMS, language=LANGUAGE)),
        ]
    return [
        Exhibit("slack", name, "dialog", slack_forms.view(part, slack_forms.slip_of(part), audience=SLACK, language=LANGUAGE)),
        Exhibit("teams", name, "dialog", teams_forms.dialog(part, audience=TEAMS, language=LANGUAGE)),
        Exhibit("teams", f"{name}.in_the_chat", "message", teams_forms.form_activity(part, audience=TEAMS, language=LANGUAGE)),
    ]


def file_name(view: str) -> str:
    """A view's name as a file's: "challenges.my day, done" is challenges.my_day_done."""
    return re.sub(r"[^\w.]+", "_", view).strip("_")


def snapshots() -> dict[str, str]:
    """Every payload by the file that keeps it, below the snapshots' folder."""
    return {
        f"{one.platform}/{one.name}.json": DRAWN.sub(r"\1…", json.dumps(one.body, indent=1, ensure_ascii=False)) + "\n"
        for one in exhibits()
    }


def write_snapshots(folder: Path = SNAPSHOTS) -> list[str]:
    """Write what each view sends to each platform, and let go of what no view sends any more; the paths written."""
    wanted = snapshots()
    for name in _kept(folder) - set(wanted):
        (folder / name).unlink()
    for name, content in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return [str(folder / name) for name in wanted]


def stale_snapshots(folder: Path = SNAPSHOTS) -> list[str]:
    """A sentence for each snapshot that is not what its view sends, with the command that mends it."""
    wanted, kept = snapshots(), _kept(folder)
    found = [f"{name} belongs to no view any more; `{MENDED_BY}` removes it" for name in sorted(kept - set(wanted))]
    for name, content in wanted.items():
        if name not in kept:
            found.append(f"{name} is missing; `{MENDED_BY}` writes it")
        elif (folder / name).read_text(encoding="utf-8") != content:
            found.append(f"{name} is not what the view sends; look at the difference, then `{MENDED_BY}` writes it anew")
    return found


def _kept(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}


def draw(out: Path = PICTURES) -> str:
    """Photograph every view on both platforms, light, dark and on a phone, and every page of the papers; the page that shows them."""
    asyncio.run(photograph(exhibits(), out, papers=draw_papers(out)))
    return str(out / "index.html")


def draw_papers(out: Path = PICTURES, shown: Mapping[str, Paper] | None = None) -> list[str]:
    """A picture of each page of each paper that people take along; the files written, below the folder."""
    written: list[str] = []
    for name, paper in (all_papers() if shown is None else shown).items():
        for number, page in enumerate(pages(as_json(paper.example(), LANGUAGE)), start=1):
            path = f"papers/{file_name(name)}.{number}.png"
            (out / "papers").mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(page)
            written.append(path)
    return written
