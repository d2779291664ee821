"""Packs: named, versioned lists of activities, shipped or made by the community."""

from bot.chat.language import _
from bot.core.feature import Command, Feature, Keeps, OnAction, OnForm, TakesFile
from bot.people.values import Role
from handlers.packs import flows, payloads, uploading
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
)

__all__ = ["LONGEST_TITLE", "SMALLEST", "Activity", "Pack", "available", "feature", "find", "pack_from_days", "shipped"]
