"""Forms as cards: in a dialog or in the person's own chat, with each error at its field and everything typed kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any, Literal, TypeAlias, assert_never

from adapters.teams.limits import LIMITS, Json, shortened
from adapters.teams.render import Pen, activity, attachment, execute, heading, said, shell
from adapters.teams.text import Writer, line, neutral
from bot.chat.form import Choice, Choices, Day, Field, Form, Hour, Line, Number, Prose, Raw, Toggle
from bot.chat.language import _
from bot.chat.text import label_of, plain
from bot.core.ports import Submitted

OURS = "convene"  # the one key of ours beside the inputs' names
FILL_IN = _("Please fill this in.")
PICK = _("Please pick from the options.")
A_DATE = _("Please give a date like 2026-03-29.")
A_TIME = _("Please give a time like 09:00.")
YES = _("Yes")

Shape: TypeAlias = Literal["text", "many", "yes"]


def dialog(form: Form, *, audience: str, language: str) -> Json:
    """The form as what a dialog continues with."""
    title = shortened(neutral(label_of(form.title)), LIMITS["title"])
    send = {"type": "Action.Submit", "title": _button(form), "data": _data(form), "style": "positive"}
    cut = label_of(form.title) if len(label_of(form.title)) > LIMITS["title"] else ""
    content = _card(form, [heading(cut, 1)] if cut else [], audience, language, [send])
    return {"title": title, "height": "large" if len(form.fields) > 3 else "medium", "width": "medium", "card": attachment(content)}


def form_card(form: Form, *, audience: str, language: str) -> Json:
    """The form as a card that stands in the person's own chat."""
    send = execute(_button(form), "submit", _data(form), inputs="auto") | {"style": "positive"}
    return _card(form, [heading(form.title, 1)], audience, language, [send])


def form_activity(form: Form, *, audience: str, language: str) -> Json:
    """The form's card as an activity."""
    return activity(form_card(form, audience=audience, language=language), label_of(form.title))


def _button(form: Form) -> str:
    return shortened(neutral(label_of(form.submit)), LIMITS["button"])


def submitted(data: Mapping[str, Any]) -> Submitted | None:
    """What came back, every field named; None where it is no form of ours."""
    ours = data.get(OURS)
    if not isinstance(ours, Mapping) or not isinstance(ours.get("form"), str) or not isinstance(ours.get("fields"), Mapping):
        return None
    subject = ours.get("subject")
    values = {str(name): _raw(data.get(name), shape) for name, shape in ours["fields"].items()}
    return Submitted(ours["form"], subject if isinstance(subject, str) else None, str(ours.get("nonce", "")), values)


def introduced(form: Form, value: Any) -> Form:
    """A form that comes back to whoever sent it, with the words before its fields as they stood there."""
    for path in ((), ("data",), ("action", "data")):
        data = value
        for step in (*path, OURS):
            data = data.get(step) if isinstance(data, Mapping) else None
        if isinstance(data, Mapping) and data.get("form") == form.wire_name and isinstance(data.get("intro"), str):
            return form if form.intro else replace(form, intro=data["intro"])
    return form


def _data(form: Form) -> Json:
    fields = {field.name: _shape(field) for field in form.fields}
    subject = None if form.subject is None else str(form.subject)
    ours: Json = {"form": form.wire_name, "subject": subject, "nonce": form.nonce, "fields": fields}
    return {OURS: ours | ({"intro": plain(form.intro)} if form.intro else {})}


def _shape(field: Field) -> Shape:
    match field.kind:
        case Choices():
            return "many"
        case Toggle():
            return "yes"
        case Line() | Prose() | Choice() | Day() | Hour() | Number():
            return "text"
        case _:
            assert_never(field.kind)


def _raw(value: Any, shape: Any) -> Raw:
    """One value as forms know it: clients send text only, and nothing at all for what was left empty."""
    if shape == "yes":
        return str(value).casefold() == "true"
    if value is None:
        return [] if shape == "many" else None
    if shape == "many":
        given = value if isinstance(value, list) else str(value).split(",")
        return [_without_commas_undone(str(each)) for each in given if each]
    return value if isinstance(value, str) else str(value)


def _without_commas(value: str) -> str:
    return value.replace("%", "%25").replace(",", "%2C")  # several choices travel joined by commas


def _without_commas_undone(value: str) -> str:
    return value.replace("%2C", ",").replace("%25", "%")


def _card(form: Form, top: list[Json], audience: str, language: str, actions: list[Json]) -> Json:
    pen = Pen(Writer(audience), language)
    pen.body += top
    if form.error:
        pen.body.append(_error("", label_of(form.error)))
    if form.intro:
        pen.body += pen.paragraph(form.intro)
    for field in form.fields:
        pen.body += _field(field, language)
    if len(label_of(form.submit)) > LIMITS["button"]:
        pen.body += pen.paragraph(f"• {label_of(form.submit)}")
    return shell(pen.body, language=language, fallback=label_of(form.title), writer=pen.writer, actions=actions)


def _field(field: Field, language: str) -> list[Json]:
    drawn = [_input(field, language) | {"spacing": "Medium"}]
    hint = label_of(field.kind.hint)
    if hint:
        look = {"isSubtle": True, "size": "Small", "spacing": "None", "wrap": True}
        drawn.append({"type": "TextBlock", "text": line(hint), **look})
    if field.error:
        drawn.append(_error(field.name, label_of(field.error)))
    return drawn


def _error(name: str, sentence: str) -> Json:
    shown = {"type": "TextBlock", "text": line(f"⚠ {sentence}"), "color": "Attention", "weight": "Bolder", "wrap": True, "spacing": "None"}
    return shown | ({"id": f"error-{name}"} if name else {})


def _input(field: Field, language: str) -> Json:
    kind, value = field.kind, field.value
    drawn: Json = {"id": field.name, "label": neutral(label_of(kind.label)), "isRequired": not field.is_optional}
    drawn["errorMessage"] = said(FILL_IN, language)
    text = value if isinstance(value, str) else ""
    match kind:
        case Line(longest=longest):
            return drawn | {"type": "Input.Text", "maxLength": longest, "value": text}
        case Prose(longest=longest):
            room = 2 * longest  # clients cut off what is pasted beyond it without a word; up to here the form says how much fits
            return drawn | {"type": "Input.Text", "isMultiline": True, "maxLength": room, "value": text}
        case Choice():
            return drawn | _choice(kind, text, language)
        case Choices():
            return drawn | _choices(kind, value, language)
        case Day():
            return drawn | {"type": "Input.Date", "errorMessage": said(A_DATE, language)} | _known(_day(text))
        case Hour():
            return drawn | {"type": "Input.Time", "errorMessage": said(A_TIME, language)} | _known(_hour(text))
        case Number(least=least, most=most):
            message = said(_("Please give a number from {least} to {most}.", least=least, most=most), language)
            return drawn | {"type": "Input.Number", "min": least, "max": most, "errorMessage": message} | _known(_number(value))
        case Toggle():
            # A required toggle would have to be on.
            on = value is True or text.casefold() == "true"
            said_yes = {"title": said(YES, language), "valueOn": "true", "valueOff": "false", "value": "true" if on else "false"}
            return drawn | {"type": "Input.Toggle", "isRequired": False, "wrap": True, **said_yes}
        case _:
            assert_never(kind)


def _choice(kind: Choice, text: str, language: str) -> Json:
    if not kind.options:
        return {"type": "Input.Text", "value": text}
    choices = [{"title": neutral(label_of(o.label)) or "–", "value": o.value} for o in kind.options]
    known = {"value": text} if any(o.value == text for o in kind.options) else {}
    return {
        "type": "Input.ChoiceSet",
        "style": _style(kind),
        "wrap": True,
        "errorMessage": said(PICK, language),
        "choices": choices,
    } | known


def _choices(kind: Choices, value: Raw, language: str) -> Json:
    given = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
    if not kind.options:
        return {"type": "Input.Text", "value": ",".join(_without_commas(each) for each in given)}
    choices = [{"title": neutral(label_of(o.label)) or "–", "value": _without_commas(o.value)} for o in kind.options]
    known = {option.value for option in kind.options}
    picked = ",".join(_without_commas(each) for each in given if each in known)
    look: Json = {"style": _style(kind), "wrap": True, "isMultiSelect": True, "errorMessage": said(PICK, language)}
    return {"type": "Input.ChoiceSet", **look, "choices": choices, "value": picked}


def _style(kind: Choice | Choices) -> str:
    return "expanded" if len(kind.options) <= LIMITS["expanded"] else "compact"


def _known(value: str | int | None) -> Json:
    return {} if value is None else {"value": value}


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _hour(text: str) -> str | None:
    try:
        return time.fromisoformat(text.zfill(5)).strftime("%H:%M")
    except ValueError:
        return None


def _number(value: Raw) -> int | None:
    try:
        return None if value is None or isinstance(value, bool) else int(str(value))
    except ValueError:
        return None
