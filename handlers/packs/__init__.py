"""Packs: named, versioned lists of activities, shipped or made by the community."""

from bot.chat.language import _
from bot.core.feature import Command, Feature, Keeps, OnAction, OnForm, TakesFile, View
from bot.people.values import Role
from handlers.packs import examples, flows, payloads, uploading, views
from handlers.packs.flows import pack_from_days
from handlers.packs.library import SMALLEST, shipped
from handlers.packs.rows import PackRow
from handlers.packs.rules import LONGEST_TITLE, Activity, Pack
from handlers.packs.store import available, find, made_by_actor

feature = Feature(
    name="packs",
    commands=(
        Command(
            "pack",
            _("See the packs of activities, and make your own"),
            flows.directory,
            button=_("Packs"),
            hint=_("[name]"),
            example=_("devops"),
            role=Role.LEAD,
        ),
    ),
    actions=(
        OnAction(payloads.Packs, flows.see_all, role=Role.LEAD),
        OnAction(payloads.Pick, flows.pick, role=Role.LEAD),
        OnAction(payloads.See, flows.see, role=Role.LEAD),
        OnAction(payloads.SeeDay, flows.see_day, role=Role.LEAD),
        OnAction(payloads.Make, flows.open_make, role=Role.LEAD),
        OnAction(payloads.EditDay, flows.open_day, role=Role.LEAD),
        OnAction(payloads.PasteMore, flows.open_more, role=Role.LEAD),
        OnAction(payloads.Export, flows.export, role=Role.LEAD),
        OnAction(payloads.AsText, flows.show_text, role=Role.LEAD),
        OnAction(payloads.Delete, flows.delete, role=Role.LEAD),
        OnAction(payloads.Undo, flows.undo, role=Role.LEAD),
        OnAction(payloads.Restore, flows.restore, role=Role.LEAD),
    ),
    forms=(
        OnForm(payloads.PackDraft, flows.make, flows.models, role=Role.LEAD),
        OnForm(payloads.MoreDraft, flows.paste_more, role=Role.LEAD, about=payloads.PasteMore),
        OnForm(payloads.DayDraft, flows.edit_day, role=Role.LEAD, about=payloads.EditDay),
    ),
    files=(
        TakesFile(uploading.WHOLE_PACKS, uploading.take_pack, role=Role.LEAD),
        TakesFile(uploading.LISTS, uploading.take_list, role=Role.LEAD),
    ),
    keeps={
        "packs": Keeps(
            _("The packs that you made or changed."),
            _("The leads; whoever takes part in a challenge made from one sees its days, never who wrote them."),
            made_by_actor,
            (PackRow,),
        )
    },
    views=(
        View("directory", examples.directory),
        View("directory, none made here", lambda: views.directory(shipped(), {})),
        View("card", lambda: views.card(examples.own(), is_own=True)),
        View("card of a shipped pack", lambda: views.card(shipped()["devops"], is_own=False)),
        View("card of a long pack", lambda: views.card(examples.long(), is_own=True)),
        View("day", lambda: views.day(examples.own(), 3, is_own=True)),
        View("day of a shipped pack", lambda: views.day(shipped()[SMALLEST], 7, is_own=False)),
        View("saved", examples.saved),
        View("saved again", lambda: views.saved(examples.own())),
        View("saved day", lambda: views.saved_day(examples.own(), 3, is_copy=True, is_completed=True)),
        View("saved last day", lambda: views.saved_day(examples.own(), 7, is_copy=False, is_completed=False)),
        View("unchanged", lambda: views.unchanged(examples.own(), 3)),
        View("taken back", lambda: views.taken_back(examples.own().title, 9, standing=None)),
        View("taken back to a version", lambda: views.taken_back(examples.own().title, 9, standing=examples.own())),
        View("deleted", lambda: views.deleted(examples.own().title, 9)),
        View("not the newest", lambda: views.not_newest(examples.own())),
        View("gone", views.gone),
        View("file", examples.as_file),
        View("text", examples.as_text),
        View("not read", examples.not_read),
        View("file not read", examples.file_not_read),
        View("needs a title", views.needs_title),
        View("form", examples.form),
        View("form with problems", examples.form_with_problems),
        View("form for more days", examples.more_form),
        View("form of a day", examples.day_form),
    ),
)

__all__ = ["LONGEST_TITLE", "SMALLEST", "Activity", "Pack", "available", "feature", "find", "pack_from_days", "shipped"]
