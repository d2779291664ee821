"""Two leads who edit the same thing: nothing is overwritten unseen."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.form import corrected, raw
from bot.chat.language import Phrase, _
from bot.chat.reply import Open
from bot.core.context import Context
from bot.people import store as people


def told_what_stands(ctx: Context, form: Open, fields: dict[str, tuple[str, str]], editor: int | None) -> Open:
    """The form again with everything typed, and at each field that differs what another lead made of it meanwhile.

    `fields` has what was typed and what stands now. Sent again, it is saved: by then it is no surprise.
    """
    errors: dict[str, Phrase] = {
        field: _("It says now: {text}", text=now if len(now) <= 300 else f"{now[:299]}…") if now else _("It is empty now.")
        for field, (typed, now) in fields.items()
        if typed != now
    }
    return told_of_change(ctx, form, {field: typed for field, (typed, _now) in fields.items()}, errors, editor)


def told_of_change(ctx: Context, form: Open, typed: Mapping[str, object], now: Mapping[str, Phrase], editor: int | None) -> Open:
    """The form again with everything typed, who changed what it is about meanwhile, and how that stands now."""
    names = people.names(ctx.session, [editor]) if editor is not None else {}
    name: str | Phrase = names.get(editor or 0) or _("Somebody")
    changed = _("{name} has changed this meanwhile. Nothing is saved yet. Send it again to let yours stand.", name=name)
    return Open(corrected(form.form, {field: raw(value) for field, value in typed.items()}, {**now, "": changed}))
