"""Examples of what people see while they connect, for the gallery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.chat.errors import Barrier
from bot.chat.message import Message
from bot.core.reach import Missed
from handlers.community import connect_views as views
from handlers.community import reach_views
from handlers.community.connect_views import AT, BOB
from handlers.community.store import Code
from handlers.community.views import SAMPLE, note

ANN = replace(BOB, person=8, name="Ann Keller", community=SAMPLE)
SPREAD = replace(BOB, workspace_count=2, workspace_names=("Weavers Ltd", "Weavers of the North"))
MISSED = (
    Missed("Priya Nair", False, Barrier.NOT_ADDED, AT),
    Missed("王小明", False, Barrier.BLOCKED, AT),
    Missed("Everything about feedback", True, Barrier.READ_ONLY, AT),
)
CODE = Code(7, "K7MWQ2XR", AT)

CONNECTING: dict[str, Callable[[], Message]] = {
    "code": lambda: views.code_card(CODE, is_lead=True),
    "code of a member": lambda: views.code_card(CODE, is_lead=False),
    "code cancelled": views.cancelled,
    "code used already": views.used_already,
    "code wrong": lambda: views.wrong(4),
    "code no longer good": lambda: views.no_longer_good(1),
    "code too often": views.too_many,
    "own code": views.own_code,
    "offer to link": lambda: views.offer(7, ANN, replace(BOB, community=SAMPLE), links=True, joins=False),
    "offer to join": lambda: views.offer(7, ANN, BOB, links=False, joins=True),
    "offer of both": lambda: views.offer(7, ANN, replace(BOB, member_count=1), links=True, joins=True),
    "waiting": lambda: views.waiting(ANN.name),
    "nothing connected": views.nothing_connected,
    "asked to link": lambda: views.asked_to_link(7, BOB),
    "asked to join": lambda: views.asked_to_join(7, BOB),
    "asked to join, several workspaces": lambda: views.asked_to_join(7, SPREAD),
    "offer to join, several workspaces": lambda: views.offer(7, ANN, SPREAD, links=False, joins=True),
    "brought along": lambda: views.brought_along(ANN.name, BOB.community.name, SAMPLE.name),
    "linked": views.linked,
    "joined": lambda: views.joined(BOB.community.name, 1),
    "you joined": lambda: views.you_joined(ANN.name, SAMPLE.name),
    "refused": views.refused,
    "they refused": lambda: views.they_refused(ANN.name),
    "answered already": views.answered_already,
    "asked too long ago": views.too_long_ago,
    "same workspace": lambda: note(views.same_workspace()),
    "one community already": lambda: note(views.one_community_already(SAMPLE.name)),
    "lead needed": lambda: note(views.lead_needed(BOB.community.name)),
    "lead needed there": lambda: note(views.lead_needed_there(ANN.name, SAMPLE.name)),
    "others here": lambda: note(views.others_here(BOB.community.name, ANN.name)),
}

REFUSED: dict[str, Callable[[], Message]] = {
    **{f"refused {each.value}": partial(reach_views.refused, 7, "practice", each, 3) for each in Barrier if each is not Barrier.CLOSED},
    "refused closed": lambda: reach_views.refused(7, "Bob O'Brien", Barrier.CLOSED, 0, is_place=False),
    "refused person": lambda: reach_views.refused(7, "Bob O'Brien", Barrier.GONE, 1, is_place=False),
    "refused people": reach_views.people_refused,
    "places gone": lambda: reach_views.places_gone(("practice", "王小明's circle")),
    "places back": reach_views.places_back,
    "refused tried again": lambda: reach_views.tried_again(3),
    "refused nothing waits": reach_views.nothing_waits,
}
