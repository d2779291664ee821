"""What people see of the files that belong to what a team brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, File, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Code, Moment, Strong, Words
from handlers.charters import views
from handlers.charters.asset_payloads import AddAsset, DropAsset, GetAsset, SeeAssets
from handlers.charters.charter import Asset, Charter

MINUTES = 15  # for which a file is awaited
MOST_NAMES = 8
MOST_VERSIONS = 3
KILO = 1024


def newest(assets: Sequence[Asset]) -> Sequence[Asset]:
    """Of each file its newest version, in the order of their names."""
    ordered = sorted(assets, key=lambda each: (each.name.casefold(), each.version))
    return [list(versions)[-1] for _name, versions in groupby(ordered, key=lambda each: each.name.casefold())]


def version(asset: Asset) -> Phrase:
    """Which version of a file it is."""
    return _("version {number}", number=asset.version)


def line(asset: Asset) -> Words:
    """A file's name and version, in a line."""
    return (Code(asset.name), " (", version(asset), ")")


def named(assets: Sequence[Asset]) -> tuple[Block, ...]:
    """The files by their names, within a card."""
    words: list[Words] = []
    for each in newest(assets):
        words += [", " if words else "", line(each)]
    return (Paragraph((Strong(_("Files")), ": ", *words)),) if words else ()


def see(charter: Charter, assets: Sequence[Asset]) -> tuple[Button, ...]:
    """The way to them, where there are any."""
    return (Button(n_("Get the file", "Get the {count} files", len(newest(assets))), SeeAssets(charter.id)),) if assets else ()


def size(count: int) -> Phrase:
    """How large a file is, as people say it."""
    if count < KILO:
        return n_("{count} byte", "{count} bytes", count)
    if count < KILO * KILO:
        return _("{count} KB", count=round(count / KILO))
    return _("{count} MB", count=f"{count / KILO / KILO:.1f}")


def listed(charter: Charter, assets: Sequence[Asset], names: Mapping[int, str], *, may_add: bool) -> Message:
    """All files with their versions."""
    heading = _("Files: {name}", name=charter.name)
    add = (Buttons((Button(_("Add a file"), AddAsset(charter.id), "primary"),)),) if may_add else ()
    if not assets:
        return Message(heading, (Heading(heading), Paragraph(_("No file belongs to it at the moment.")), *add))
    blocks: list[Block] = []
    for each in newest(assets):
        by = names.get(each.sent_by, "")
        at: tuple[Words, ...] = (", ", Moment(each.sent_at, "day")) if each.sent_at is not None else ()
        blocks.append(Paragraph((*_words(line(each)), ", ", size(each.size), *((", ", by) if by else ()), *at)))
        versions = sorted((one for one in assets if one.name.casefold() == each.name.casefold()), key=lambda one: -one.version)
        buttons = [Button(_("Get version {number}", number=one.version), GetAsset(one.id)) for one in versions]
        away = _("Take version {number} away", number=each.version)
        buttons += [Button(away, DropAsset(each.id), confirm=_("It is gone for everybody then."))] if may_add else []
        blocks.append(Buttons(tuple(buttons)))
    kept = n_("Of each file the newest version is kept.", "Of each file the newest {count} versions are kept.", MOST_VERSIONS)
    return Message(heading, (Heading(heading), *blocks, *add, Footnote(kept)))


def _words(words: Words) -> tuple[Words, ...]:
    return words if isinstance(words, tuple) else (words,)


def send_it(charter: Charter) -> Message:
    """What is sent next belongs to it."""
    said = _("Send me the file now, in our own chat. What you send within {minutes} minutes is added here.", minutes=MINUTES)
    more = _("A file of the same name becomes its next version. All members can get it. At most 5 MB each.")
    return Message(said, (Paragraph((Strong(charter.name), ": ", said)), Footnote(more)))


def added(charter: Charter, asset: Asset) -> Message:
    """The receipt of a file."""
    said = _("Added, for all members to get.") if asset.version == 1 else _("Added as the next version, for all members to get.")
    away = Button(_("Take it away"), DropAsset(asset.id))
    buttons = (Button(_("See the files"), SeeAssets(charter.id)), Button(_("Add another"), AddAsset(charter.id)), away)
    return Message(said, (Paragraph((Strong(charter.name), ": ", said)), Paragraph(line(asset)), Buttons(buttons)))


def is_there(charter: Charter, asset: Asset) -> Message:
    """The same file again."""
    said = _("This very file is there already, so nothing was changed.")
    see_them = Buttons((Button(_("See the files"), SeeAssets(charter.id)),))
    return Message(said, (Paragraph((Strong(charter.name), ": ", said)), Paragraph(line(asset)), see_them))


def too_many(charter: Charter, name: str) -> Message:
    """No further file has room."""
    said = _("{most} files are kept of one charter, so I did not take {name}. Take one away first.", most=MOST_NAMES, name=Code(name))
    short = _("There is no room for another file.")
    see_them = Buttons((Button(_("See the files"), SeeAssets(charter.id)),))
    return Message(short, (Paragraph((Strong(charter.name), ": ", said)), see_them))


def not_yours(charter: Charter, name: str) -> Message:
    """Somebody who is not on the team sent a file."""
    said = _("Only its team adds files, so I did nothing with {name}.", name=Code(name))
    return Message(_("I did nothing with this file."), (Paragraph((Strong(charter.name), ": ", said)),))


def not_now(charter: Charter) -> Message:
    """There are no results to which a file could belong."""
    return views.receipt(charter, _("Files can be added once it has brought back results."))


def only_files(charter: Charter, text: str) -> Message:
    """Words came where a file can come; they go back."""
    said = _("A reply here can be a file that belongs to the results. Words are kept nowhere; these were yours:")
    add = Buttons((Button(_("Add a file"), AddAsset(charter.id)),))
    return Message(said, (Paragraph((Strong(charter.name), ": ", said)), Quote(text), add))


def given(charter: Charter, asset: Asset, content: bytes, media_type: str) -> Message:
    """A file, handed over."""
    said = _("A file of {name}.", name=charter.name)
    about = _("Version {number}, from {name}", number=asset.version, name=charter.name)
    return Message(said, (Paragraph((Strong(charter.name), ": ", *_words(line(asset)))), File(asset.name, media_type, about, content)))


def on_its_way(charter: Charter) -> Message:
    """The file comes in one's own chat."""
    return views.receipt(charter, _("The file comes to you in our own chat."))


def taken_away(charter: Charter, asset: Asset) -> Message:
    """The receipt of taking one away."""
    said = _("Taken away.")
    see_them = Buttons((Button(_("See the files"), SeeAssets(charter.id)),))
    return Message(said, (Paragraph((Strong(charter.name), ": ", said, " ", *_words(line(asset)))), see_them))


def gone() -> Message:
    """It is there no more."""
    said = _("This file is there no more. It was taken away, or a newer version took its room.")
    return Message(said, (Paragraph(said),))
