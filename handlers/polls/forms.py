"""How the forms of answers look: a field for every option."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.form import Form
from bot.chat.language import _
from handlers.polls.kinds import Kind, Terms


def named(terms: Terms, form: Form) -> Form:
    """The form with a field for each of a poll's options."""
    drawn = []
    for number, field in enumerate(form.fields[: len(terms.options)]):
        is_rank = terms.kind is Kind.RANKED
        label = _("Rank {rank}", rank=number + 1) if is_rank else terms.options[number].label
        hint = "" if is_rank else terms.options[number].description
        drawn.append(replace(field, kind=replace(field.kind, label=label, hint=hint)))
    return replace(form, fields=tuple(drawn))
