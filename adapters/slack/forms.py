"""Forms as modals, and what comes back of them.

Slack keeps what was typed under block_id and action_id and ignores a new initial value under the same two, so the block_id is the field's
name for good and the action_id carries the number of the drawing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, time
from typing import Any, assert_never

from adapters.slack.limits import LONGEST, MOST, MOST_BLOCKS, merged, pieces, shortened
from adapters.slack.render import Drawing, paragraphs
from adapters.slack.text import visible
from adapters.slack.widgets import choices, in_full, option_of, plain
from bot.chat.form import Choice, Choices, Day, Field, Form, Hour, Line, Number, Prose, Raw, Toggle
from bot.chat.language import _
from bot.chat.message import Option
from bot.chat.reading import say_label
from bot.chat.text import label_of
from bot.lean import dataclass

Json = dict[str, Any]
YES = "yes"


@dataclass(frozen=True, slots=True)
class Slip:
    """What a modal remembers of itself: which form, about what, and the place that it was opened from."""

    form: str
    subject: str | None = None
    nonce: str = ""
    place: str | None = None
    thread: str | None = None
    drawing: int = 0
    home: bool = False  # opened from the home tab, which is drawn anew once the form was taken

    def written(self) -> str:
        """The slip as private metadata: a line of JSON, then the subject as it is, so that its quotes are not doubled."""
        head = {
            "form": self.form,
            "nonce": self.nonce,
            "place": self.place,
            "thread": self.thread,
            "drawing": self.drawing,
            "home": self.home,
        }
        line = json.dumps({name: value for name, value in head.items() if value}, ensure_ascii=False, separators=(",", ":"))
        whole = line if self.subject is None else f"{line}\n{self.subject}"
        if len(whole) > LONGEST["metadata"]:
            raise ValueError(f"the form {self.form} remembers more than a modal can carry")
        return whole

    @classmethod
    def read(cls, written: str) -> Slip:
        """The slip of a modal that came back."""
        line, has_subject, subject = written.partition("\n")
        return cls(**json.loads(line), subject=subject if has_subject else None)


def slip_of(form: Form, place: str | None = None, thread: str | None = None, *, home: bool = False) -> Slip:
    """What a modal with this form has to remember."""
    assert form.subject is None or isinstance(form.subject, str), "the form is not resolved"
    return Slip(form.wire_name, form.subject, form.nonce, place, thread, home=home)


def view(form: Form, slip: Slip, *, audience: str, language: str = "en") -> Json:
    """A resolved form as a modal, with every value and error in it."""
    drawing = Drawing(audience, language, "modal")
    title, submit = visible(label_of(form.title)), visible(label_of(form.submit))
    blocks = [*_warning(label_of(form.error)), *in_full([title], LONGEST["modal title"]), *in_full([submit], LONGEST["modal button"])]
    blocks += paragraphs(drawing.elements(form.intro))
    for field in form.fields:
        blocks += _field(field, slip.drawing, language)
    return {
        "type": "modal",
        "callback_id": form.wire_name,
        "title": plain(shortened(title, LONGEST["modal title"])),
        "submit": plain(shortened(submit, LONGEST["modal button"])),
        "close": plain(shortened(say_label(_("Cancel"), language), LONGEST["modal button"])),
        "private_metadata": slip.written(),
        "blocks": merged(blocks, MOST_BLOCKS["modal"]),
    }


def notice(title: str, words: str, language: str) -> Json:
    """A modal that only says something."""
    return {
        "type": "modal",
        "title": plain(shortened(title, LONGEST["modal title"])),
        "close": plain(shortened(say_label(_("Close"), language), LONGEST["modal button"])),
        "blocks": list(paragraphs([{"type": "text", "text": words}])),
    }


def field_errors(form: Form, slip: Slip) -> dict[str, str] | None:
    """The errors that Slack can show inside the open modal; None where the modal has to be drawn again."""
    errors = {field.name: visible(label_of(field.error)) for field in form.fields if label_of(field.error)}
    same = (form.wire_name, form.subject, form.nonce) == (slip.form, slip.subject, slip.nonce)
    return errors if errors and same and not label_of(form.error) else None


def drawn_again(slip: Slip, form: Form) -> Slip:
    """The slip of the modal that takes this one's place."""
    return replace(slip_of(form, slip.place, slip.thread, home=slip.home), drawing=slip.drawing + 1)


def values(state: Mapping[str, Mapping[str, Json]]) -> dict[str, Raw]:
    """The raw values of a submitted modal by field name."""
    return {name: _value(action_id, element) for name, found in state.items() for action_id, element in found.items()}


def _value(action_id: str, element: Json) -> Raw:
    match element["type"]:
        case "checkboxes" | "multi_static_select":
            picked = [str(option["value"]) for option in element.get("selected_options") or []]
            return YES in picked if action_id.startswith("toggle.") else picked
        case "static_select":
            option = element.get("selected_option")
            return str(option["value"]) if option else None
        case "datepicker":
            found = element.get("selected_date")
        case "timepicker":
            found = element.get("selected_time")
        case _:
            found = element.get("value")
    return None if found is None else str(found)


def _field(field: Field, drawing: int, language: str) -> Iterator[Json]:
    label, hint = visible(label_of(field.kind.label)), visible(label_of(field.kind.hint))
    yield from _warning(label_of(field.error))
    yield from in_full([label, hint], LONGEST["label"])
    if isinstance(field.kind, Choice | Choices):
        yield from in_full([label_of(option.label) for option in field.kind.options], LONGEST["option"])
        if not field.kind.options:
            yield from paragraphs([{"type": "text", "text": f"{label}: "}, {"type": "text", "text": say_label(NOTHING, language)}])
            return
    element = _element(field, drawing, language)
    if _kept_out(field, element):
        typed = field.value if isinstance(field.value, str) else ", ".join(map(str, field.value or ()))  # type: ignore[arg-type]
        yield from paragraphs([{"type": "text", "text": visible(typed)}], "rich_text_quote")
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain(shortened(label, LONGEST["label"])),
        "element": element,
        "optional": field.is_optional or isinstance(field.kind, Toggle),  # a box that must be ticked would be no question
    }
    if hint:
        block["hint"] = plain(shortened(hint, LONGEST["label"]))
    yield block


NOTHING = _("There is nothing to choose from yet.")


def _element(field: Field, drawing: int, language: str) -> Json:
    kind, given = field.kind, field.value
    typed = given if isinstance(given, str) else ""
    match kind:
        case Line(longest=longest) | Prose(longest=longest):
            several = isinstance(kind, Prose) or "\n" in typed
            # What is too long already stays in the field, so that it can be made shorter there.
            room = min(longest, LONGEST["typed"]) if len(typed) <= longest else LONGEST["typed"]
            drawn: Json = {"type": "plain_text_input", "action_id": f"text.{drawing}", "multiline": several, "max_length": room}
            return drawn | ({"initial_value": typed[: LONGEST["typed"]]} if typed else {})
        case Choice(options=options):
            drawn = {"type": "static_select", "action_id": f"choice.{drawing}", **choices(options)}
            return drawn | _initial("initial_option", [option_of(o) for o in options if o.value == typed][:1])
        case Choices(options=options):
            return _several(options, given, drawing)
        case Day():
            drawn = {"type": "datepicker", "action_id": f"day.{drawing}"}
            return drawn | ({"initial_date": typed} if _is_day(typed) else {})
        case Hour():
            drawn = {"type": "timepicker", "action_id": f"hour.{drawing}"}
            return drawn | ({"initial_time": typed.zfill(5)} if _is_hour(typed) else {})
        case Number(least=least, most=most):
            drawn = {"type": "number_input", "action_id": f"number.{drawing}", "is_decimal_allowed": False}
            drawn |= {"min_value": str(least), "max_value": str(most)}
            return drawn | ({"initial_value": typed.strip()} if _is_number(typed, least, most) else {})
        case Toggle():
            box = {"text": plain(say_label(_("Yes"), language)), "value": YES}
            drawn = {"type": "checkboxes", "action_id": f"toggle.{drawing}", "options": [box]}
            return drawn | ({"initial_options": [box]} if given is True else {})
        case _:
            assert_never(kind)


def _several(options: tuple[Option, ...], given: Raw, drawing: int) -> Json:
    wanted = set(given) if isinstance(given, list | tuple) else {given}
    boxes = {"type": "checkboxes", "options": [option_of(option) for option in options]}
    few = len(options) <= MOST["checkboxes"]
    drawn = boxes if few else {"type": "multi_static_select", **choices(options)}
    picked = [option_of(option) for option in options if option.value in wanted]
    return {**drawn, "action_id": f"choices.{drawing}"} | ({"initial_options": picked} if picked else {})


def _initial(name: str, found: list[Json]) -> Json:
    return {name: found[0]} if found else {}


def _kept_out(field: Field, element: Json) -> bool:
    """Whether something was typed that the element itself cannot show."""
    if not field.value or isinstance(field.value, bool):
        return False
    if not any(key.startswith("initial") for key in element):
        return True
    return isinstance(field.value, str) and len(field.value) > LONGEST["typed"]


def _is_day(typed: str) -> bool:
    with suppress(ValueError):
        return date.fromisoformat(typed).isoformat() == typed
    return False


def _is_hour(typed: str) -> bool:
    with suppress(ValueError):
        return time.fromisoformat(typed.zfill(5)).strftime("%H:%M") == typed.zfill(5)
    return False


def _is_number(typed: str, least: int, most: int) -> bool:
    with suppress(ValueError):
        return len(typed) <= 50 and str(int(typed)) == typed.strip() and least <= int(typed) <= most
    return False


def _warning(error: str) -> Iterator[Json]:
    for piece in pieces(visible(error), LONGEST["paragraph"] - 10):
        yield {"type": "section", "text": plain(f"⚠️ {piece}")}
