"""Files of what a team brought back: its team sends them, everybody gets them, and the team takes them away."""

from __future__ import annotations

import mimetypes
from datetime import timedelta

from bot.chat.reply import Reply, Say
from bot.core.context import Context, Written
from bot.core.outbox import Kind as PostKind
from bot.core.ports import FileLost, SentFile
from bot.people import store as people
from handlers import library
from handlers.charters import asset_views, assets, moves, note_keeping, reports, store, working
from handlers.charters.asset_payloads import AddAsset, DropAsset, GetAsset, SeeAssets
from handlers.charters.asset_views import MINUTES, MOST_NAMES, MOST_VERSIONS
from handlers.charters.charter import About, Charter
from handlers.charters.rules import State

WITH_RESULTS = (State.RESULTS, State.CLOSED)


def may_add(ctx: Context, charter: Charter) -> bool:
    """Whether the actor can add files to it: of the team, or looking after it, once results are there."""
    return charter.state in WITH_RESULTS and (note_keeping.is_on_the_team(ctx, charter) or moves.may_manage(ctx, charter))


def ask(ctx: Context, payload: AddAsset) -> Reply:
    """What the actor sends next belongs to it."""
    charter = moves.known(ctx, payload.charter)
    if charter.state not in WITH_RESULTS:
        return Say(asset_views.not_now(charter))
    if not may_add(ctx, charter):
        raise moves.NotYours
    assets.expect(ctx, charter.id)
    return Say(asset_views.send_it(charter))


def take_awaited(ctx: Context, file: SentFile) -> Reply | None:
    """Take a file that was asked for a moment ago."""
    charter_id = assets.expected(ctx, ctx.now - timedelta(minutes=MINUTES))
    charter = store.charter(ctx, charter_id, lock=True) if charter_id is not None else None
    return _take(ctx, charter, file) if charter is not None and may_add(ctx, charter) else None


def take_reply(ctx: Context, payload: AddAsset, file: SentFile | FileLost) -> Reply | None:
    """Take a file that is a reply to the results."""
    if isinstance(file, FileLost):
        return None
    charter = moves.known(ctx, payload.charter, lock=True)
    if charter.state not in WITH_RESULTS:
        return Say(asset_views.not_now(charter))
    return _take(ctx, charter, file) if may_add(ctx, charter) else Say(asset_views.not_yours(charter, file.name))


def refuse_words(ctx: Context, payload: AddAsset, written: Written) -> Reply:
    """Words that are a reply to the results go back."""
    return Say(asset_views.only_files(moves.known(ctx, payload.charter), written.text))


def _take(ctx: Context, charter: Charter, file: SentFile) -> Reply:
    """Keep it as the first or the next version of its name; the oldest beyond a few goes."""
    standing = assets.of(ctx, charter.id)
    versions = [each for each in standing if assets.is_same_name(each.name, file.name)]
    if not versions and len(asset_views.newest(standing)) >= MOST_NAMES:
        return Say(asset_views.too_many(charter, file.name))
    last = versions[-1] if versions else None
    if last is not None and last.size == len(file.content) and assets.content(ctx, last.id) == file.content:
        return Say(asset_views.is_there(charter, last))
    kept = SentFile(last.name if last is not None else file.name, file.content)
    made = assets.insert(ctx, charter.id, kept, last.version + 1 if last is not None else 1)
    assets.drop(ctx, [each.id for each in versions[: 1 - MOST_VERSIONS]])
    show(ctx, charter)
    return Say(asset_views.added(charter, made))


def show(ctx: Context, charter: Charter) -> None:
    """What stands in the places names the files that are there now."""
    found = reports.newest(ctx, charter.id, About.RESULTS)
    if found is not None:
        working.show(ctx, charter, found)


def see(ctx: Context, payload: SeeAssets) -> Reply:
    """All files, for everybody who can see the charter."""
    charter = moves.known(ctx, payload.charter)
    found = assets.of(ctx, charter.id)
    names = people.names(ctx.session, {each.sent_by for each in found})
    return Say(asset_views.listed(charter, found, names, may_add=may_add(ctx, charter)))


def get(ctx: Context, payload: GetAsset) -> Reply:
    """Hand one over, in the actor's own chat."""
    found = assets.asset(ctx, payload.asset)
    if found is None:
        return Say(asset_views.gone())
    charter = moves.known(ctx, found.charter)
    media_type = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    message = asset_views.given(charter, found, assets.content(ctx, found.id), media_type)
    ctx.post(ctx.actor, message, kind=PostKind.ASKED_FOR)
    return Say(asset_views.on_its_way(charter))


def drop(ctx: Context, payload: DropAsset) -> Reply:
    """The team takes one away."""
    found = assets.asset(ctx, payload.asset)
    if found is None:
        return Say(asset_views.gone())
    charter = moves.known(ctx, found.charter, lock=True)
    if not may_add(ctx, charter):
        raise moves.NotYours
    assets.drop(ctx, [found.id])
    show(ctx, charter)
    return Say(asset_views.taken_away(charter, found))


def offer(ctx: Context, fact: library.ItemShown) -> None:
    """What the library shows of results has the way to their files."""
    charter = store.of_item(ctx, fact.item)
    if charter is not None and charter.is_public:
        ctx.buttons.extend(asset_views.see(charter, assets.of(ctx, charter.id)))
