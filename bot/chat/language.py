"""Phrases: sentences for people that stay untranslated until the reader is known."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import field
from datetime import date, time
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.lean import dataclass

if TYPE_CHECKING:
    from bot.chat.text import Span

DOMAIN = "convene"
LOCALES = Path(__file__).parent.parent / "locales"
SOURCE_LANGUAGE = "en"

Value: TypeAlias = "str | int | date | time | Phrase | Span | tuple[Span, ...]"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of ours with named places for values; `{name}` in the sentence stands for `values["name"]`."""

    msgid: str
    values: Mapping[str, Value] = field(default_factory=dict)
    plural: str | None = None
    count: int = 0

    def __hash__(self) -> int:
        return hash((self.msgid, self.plural, self.count))


def _(msgid: str, /, **values: Value) -> Phrase:
    """Mark a sentence for translation; what a person wrote goes in as a value, never into the sentence."""
    return Phrase(msgid, values)


def n_(singular: str, plural: str, count: int, /, **values: Value) -> Phrase:
    """Mark a counted sentence; the count itself is available in it as `{count}`."""
    return Phrase(singular, {"count": count, **values}, plural, count)


@lru_cache(maxsize=64)
def _catalogue(language: str) -> gettext.NullTranslations:
    wanted = [language.replace("-", "_"), language.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0]]
    return gettext.translation(DOMAIN, LOCALES, languages=wanted, fallback=True)


def template(phrase: Phrase, language: str) -> str:
    """The sentence in the reader's language, its places still open; English where no translation exists."""
    catalogue = _catalogue(language)
    if phrase.plural is None:
        return catalogue.gettext(phrase.msgid)
    return catalogue.ngettext(phrase.msgid, phrase.plural, phrase.count)


@lru_cache(maxsize=1)
def translations() -> tuple[str, ...]:
    """The languages that the bot speaks: its own, and those of the catalogues that were compiled."""
    return (SOURCE_LANGUAGE, *sorted({path.parent.parent.name for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")} - {SOURCE_LANGUAGE}))


UNASKED = (
    *("territory_languages", "territory_currencies", "all_currencies", "currency_fractions"),
    *("territory_zones", "zone_territories", "meta_zones", "windows_zone_mapping"),
)


@cache
def _forget_the_unasked() -> None:
    """Babel loads what it knows of every territory's languages, money and zones, 0.7 MB of each process, and nobody here asks for it."""
    from babel.core import get_global

    known: Any = get_global
    for name in UNASKED:
        known(name).clear()


@lru_cache(maxsize=256)
def babel_locale(language: str) -> str:
    """The locale in which dates and numbers are written: the reader's where we speak their language, English otherwise."""
    from babel import Locale, UnknownLocaleError

    _forget_the_unasked()
    tag = language.replace("-", "_")
    speaks_it = tag.split("_")[0] == SOURCE_LANGUAGE or type(_catalogue(language)) is gettext.GNUTranslations
    if not speaks_it:
        return SOURCE_LANGUAGE
    for name in (tag, tag.split("_")[0]):
        try:
            return str(Locale.parse(name))
        except (UnknownLocaleError, ValueError):
            continue
    return SOURCE_LANGUAGE
