"""What people see of the map: sentences in plain words, a table with the same numbers, and the picture."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.language import Phrase
from bot.chat.message import Block, File
from bot.core.feature import View
from bot.papers.document import Part
from handlers.opinions.mapping import OpinionMap
from handlers.opinions.pictures import Drawing


def blocks(opinions: OpinionMap, texts: Mapping[int, str], *, is_anonymous: bool, k: int) -> tuple[Block, ...]:
    """The map for a chat: the clearest of each kind; texts by statement id."""
    raise NotImplementedError


def parts(opinions: OpinionMap, texts: Mapping[int, str], numbers: Mapping[int, int], *, is_anonymous: bool, k: int) -> tuple[Part, ...]:
    """The map for a paper: all sentences and the table; `numbers` are the statements' numbers in the request."""
    raise NotImplementedError


def drawing(opinions: OpinionMap, texts: Mapping[int, str], title: str, language: str, *, is_anonymous: bool, k: int) -> Drawing:
    """The map as a picture for one reader."""
    raise NotImplementedError


def picture(png: bytes, alt: str) -> File:
    """The picture to hand over, with its words."""
    return File("map.png", "image/png", alt, png)


def alt(opinions: OpinionMap) -> Phrase:
    """The words that stand for the picture."""
    raise NotImplementedError


VIEWS: tuple[View, ...] = ()
