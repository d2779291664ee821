"""Forms: a dataclass with annotated fields serves the modal, the card and the command line alike."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from datetime import date, time
from typing import Any, ClassVar, TypeAlias, TypeVar, dataclass_transform

from bot.chat.action import Action
from bot.chat.errors import FieldErrors
from bot.chat.language import Phrase, _
from bot.chat.message import Option, Payload
from bot.chat.text import Label, Words, clean_line, clean_prose
from bot.lean import dataclass

Raw: TypeAlias = "str | bool | Sequence[str] | None"  # what a platform sends back for one field


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text."""

    label: Label
    hint: Label = ""
    longest: int = 150


@dataclass(frozen=True, slots=True)
class Prose:
    """Several lines of text."""

    label: Label
    hint: Label = ""
    longest: int = 3000


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options; options that depend on data are given when the form is opened."""

    label: Label
    hint: Label = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """Any of several options."""

    label: Label
    hint: Label = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    label: Label
    hint: Label = ""


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day, not before the earliest."""

    label: Label
    hint: Label = ""
    earliest: time = time(0)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number between two bounds."""

    label: Label
    hint: Label = ""
    least: int = 0
    most: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Toggle:
    """Yes or no."""

    label: Label
    hint: Label = ""


Kind: TypeAlias = Line | Prose | Choice | Choices | Day | Hour | Number | Toggle


class Draft:
    """Base of what a person fills in; a subclass is a frozen dataclass whose fields are annotated with their kind."""

    wire_name: ClassVar[str]
    title: ClassVar[Phrase]
    submit: ClassVar[Phrase]


T = TypeVar("T", bound=type[Draft])
D = TypeVar("D", bound=Draft)


@dataclass_transform(frozen_default=True)
def form(wire_name: str, *, title: Phrase, submit: Phrase) -> Callable[[T], T]:
    """Give a draft its permanent wire name, its title and the words of its button."""

    def named(cls: T) -> T:
        dataclass(frozen=True)(cls)
        cls.wire_name, cls.title, cls.submit = wire_name, title, submit
        return cls

    return named


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an opened form, with what stands in it and what is wrong with it."""

    name: str
    kind: Kind
    is_optional: bool
    value: Raw = None
    error: Label = ""


@dataclass(frozen=True, slots=True)
class Form:
    """An opened form: what a platform draws and sends back; `subject` says what it is about, `nonce` lets it be sent once."""

    wire_name: str
    title: Label
    submit: Label
    fields: tuple[Field, ...]
    intro: Words = ""
    subject: Payload | None = None
    nonce: str = ""
    error: Label = ""


def opened(
    draft: type[Draft],
    *,
    values: Mapping[str, object] | None = None,
    options: Mapping[str, tuple[Option, ...]] | None = None,
    subject: Action | None = None,
    intro: Words = "",
) -> Form:
    """A form of this draft, prefilled as far as values are known."""
    values, options = values or {}, options or {}
    drawn = []
    for name, (kind, is_optional, default) in kinds(draft).items():
        if name in options and isinstance(kind, Choice | Choices):
            kind = replace(kind, options=options[name])
        drawn.append(Field(name, kind, is_optional, raw(values.get(name, default))))
    return Form(draft.wire_name, draft.title, draft.submit, tuple(drawn), intro, subject)


def corrected(form: Form, values: Mapping[str, Raw], errors: Mapping[str, Label]) -> Form:
    """The same form again with everything that was typed, and each error at its field."""
    drawn = tuple(replace(f, value=values.get(f.name, f.value), error=errors.get(f.name, "")) for f in form.fields)
    known = {f.name for f in form.fields}
    rest = next((words for name, words in errors.items() if name not in known), "")
    return replace(form, fields=drawn, error=rest)


def kinds(draft: type[Draft]) -> dict[str, tuple[Kind, bool, Any]]:
    """Field name -> (kind, is optional, default) in declared order."""
    hints = typing.get_type_hints(draft, include_extras=True)
    found: dict[str, tuple[Kind, bool, Any]] = {}
    for f in fields(typing.cast(Any, draft)):
        default = None if f.default is MISSING else f.default
        found[f.name] = (hints[f.name].__metadata__[0], f.default is not MISSING, default)
    return found


def raw(value: object) -> Raw:
    """A typed value in the shape in which platforms carry it."""
    match value:
        case None | bool() | str():
            return value
        case time():
            return value.strftime("%H:%M")
        case date():
            return value.isoformat()
        case list() | tuple():
            return [str(v) for v in value]
    return str(value)


def from_line(draft: type[Draft], typed: str) -> dict[str, Raw]:
    """Field values from a command line: parts between bars fill the fields in order, what is left over goes to the last one."""
    names = list(kinds(draft))
    if not typed.strip():
        return {}
    if len(names) == 1:
        return {names[0]: typed.strip()}
    parts = [part.strip() for part in typed.split("|")]
    last = len(names) - 1
    values: dict[str, Raw] = dict(zip(names, parts[:last], strict=False))
    if parts[last:]:
        values[names[last]] = "\n".join(parts[last:])
    return values


def picked_by_name(draft: type[Draft], values: Mapping[str, Raw], names: Mapping[str, Mapping[str, str]]) -> dict[str, Raw]:
    """Values from a command line with what was named replaced by the option that is meant: `names` is field -> value -> label.

    The whole label is meant, or the only one that has a word beginning like that; what stays unclear stays as it was typed.
    """
    found = dict(values)
    for name, labels in names.items():
        given = values.get(name)
        if isinstance(given, str) and name in kinds(draft) and given not in labels:
            found[name] = _meant(given.strip().lstrip("@").casefold(), labels) or given
    return found


def _meant(word: str, labels: Mapping[str, str]) -> str | None:
    whole = [value for value, label in labels.items() if label.casefold() == word]
    begun = [value for value, label in labels.items() if any(part.startswith(word) for part in label.casefold().split())]
    near = whole or (begun if word else [])
    return near[0] if len(near) == 1 else None


def read(draft: type[D], values: Mapping[str, Raw], options: Mapping[str, tuple[Option, ...]] | None = None) -> D:
    """Check and type what a person filled in; raises FieldErrors with a sentence for every field that cannot stand."""
    errors: dict[str, Phrase] = {}
    typed: dict[str, object] = {}
    for name, (kind, is_optional, default) in kinds(draft).items():
        given = values.get(name)
        if isinstance(given, str):
            given = given.strip() or None
        if given is None or given == []:
            if is_optional:
                typed[name] = default
            else:
                errors[name] = _("Please fill this in.")
            continue
        if isinstance(kind, Choice | Choices):
            kind = replace(kind, options=(options or {}).get(name, kind.options))
        try:
            typed[name] = _value(kind, given)
        except _Wrong as wrong:
            errors[name] = wrong.phrase
    if errors:
        raise FieldErrors(errors)
    return draft(**typed)


class _Wrong(Exception):
    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.msgid)
        self.phrase = phrase


def _value(kind: Kind, given: Raw) -> object:
    match kind, given:
        case Line(longest=longest) | Prose(longest=longest), str():
            text = clean_prose(given) if isinstance(kind, Prose) else clean_line(given, len(given) + 1)
            if not text:
                raise _Wrong(_("Please fill this in."))
            if len(text) > longest:
                raise _Wrong(_("This has {length} characters; {longest} fit here.", length=len(text), longest=longest))
            return text
        case Choice(options=options), str():
            if given not in {o.value for o in options}:
                raise _Wrong(_("Please pick one of the options."))
            return given
        case Choices(options=options), list() | tuple():
            if not set(given) <= {o.value for o in options}:
                raise _Wrong(_("Please pick from the options."))
            return tuple(given)
        case Day(), str():
            return _parsed(date.fromisoformat, given, _("Please give a date like 2026-03-29."))
        case Hour(earliest=earliest), str():
            hour: time = _parsed(_hour, given, _("Please give a time like 09:00."))
            if hour < earliest:
                raise _Wrong(_("A day begins at {hour} here, so please choose that hour or a later one.", hour=earliest))
            return hour
        case Number(least=least, most=most), str() | int():
            number: int = _parsed(int, str(given), _("Please give a whole number."))
            if not least <= number <= most:
                raise _Wrong(_("Please give a number from {least} to {most}.", least=least, most=most))
            return number
        case Toggle(), bool():
            return given
        case Toggle(), str():
            return given.casefold() in {"true", "yes", "on", "1"}
    raise _Wrong(_("This cannot be read."))


def _hour(given: str) -> time:
    hour = time.fromisoformat(given.zfill(5))
    if hour.tzinfo is not None:
        raise ValueError("an hour is meant in the zone that the form names")
    return hour


def _parsed(parse: Callable[[str], Any], given: str, otherwise: Phrase) -> Any:
    try:
        return parse(given)
    except ValueError as error:
        raise _Wrong(otherwise) from error
