"""What reasons, kinds of work, states and answers are called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.chat.language import Phrase, _
from handlers.charters.charter import Answer, Charter, Sort, Variant
from handlers.charters.rules import Missing, Rhythm, Stance, State

REASONS: Mapping[str, Phrase] = {
    "subtopic": _("Subtopic: one aspect that some care about, and the rest can use"),
    "project": _("Project: a set result for the learning agenda"),
    "better together": _("Better together: we face the same job and share it"),
    "state of the art": _("State of the art: find out in an orderly way what is known"),
    "out of the box": _("Out of the box: fresh answers to a stubborn problem"),
    "cross-boundary": _("Cross-boundary: reach other practices for a wider matter"),
    "advisory group": _("Advisory group: stand by one or a few of us over time"),
    "contextual subset": _("Contextual subset: how the domain looks from where some stand"),
}
WORKS: Mapping[str, Phrase] = {
    "research": _("Research"),
    "data": _("Data: collect and look at it"),
    "survey": _("A survey of others"),
    "method": _("Trying a method"),
    "expedition": _("An expedition"),
    "other": _("Something else"),
}
VARIANTS: Mapping[Variant, Phrase] = {
    Variant.OWN: _("A project of our own"),
    Variant.EXISTING: _("An existing project, taken as a case study"),
    Variant.FOR_SOMEONE: _("Something useful for someone"),
}
STATES: Mapping[State, Phrase] = {
    State.DRAFT: _("Draft"),
    State.PROPOSED: _("Proposed"),
    State.ENDORSING: _("Being endorsed"),
    State.CONFIRMING: _("Endorsed, to be confirmed"),
    State.RECRUITING: _("Recruiting"),
    State.ACTIVE: _("Active"),
    State.DORMANT: _("Resting"),
    State.RESULTS: _("Results brought back"),
    State.CLOSED: _("Closed"),
    State.SUNSET: _("Set down"),
    State.CANCELLED: _("Called off"),
}
RHYTHMS: Mapping[Rhythm, Phrase] = {
    Rhythm.WEEKLY: _("Every week"),
    Rhythm.FORTNIGHTLY: _("Every two weeks"),
    Rhythm.MONTHLY: _("Every four weeks"),
    Rhythm.NEVER: _("Never by itself"),
}
WEEKS: Mapping[int, Phrase] = {
    0: _("Once"),
    1: _("Every week"),
    2: _("Every two weeks"),
    4: _("Every four weeks"),
}
SORTS: Mapping[Sort, Phrase] = {
    Sort.NOTE: _("A note"),
    Sort.DECISION: _("A decision"),
}
STANCES: Mapping[Stance, Phrase] = {
    Stance.SUPPORT: _("Support"),
    Stance.CONDITION: _("Support on a condition"),
    Stance.CONCERN: _("Concern"),
}
MISSING: Mapping[Missing, Phrase] = {
    Missing.SUPPORTS: _("It needs at least three who support it."),
    Missing.CONCERNS: _("It needs more who support it than have a concern."),
    Missing.CONDITIONS: _("Not every condition was answered."),
}
ANSWERS: Mapping[Answer, Phrase] = {
    Answer.ENDORSE: _("Endorse"),
    Answer.KUDOS: _("Well done"),
    Answer.SUGGESTION: _("Suggest a refinement"),
    Answer.CRITIQUE: _("Critique"),
    Answer.QUESTION: _("Ask a question"),
    Answer.HELP: _("Offer help"),
}
FIELDS: Mapping[str, Phrase] = {
    "name": _("Name"),
    "goal": _("Question or goal"),
    "scope_in": _("In scope"),
    "scope_out": _("Out of scope"),
    "hours": _("Members' hours"),
    "pledged": _("Hours in all"),
    "budget": _("Budget"),
    "deliverables": _("Deliverables"),
    "asset": _("Asset"),
    "measures": _("Measures"),
    "served": _("Whom it serves"),
    "gets": _("What they get"),
    "interaction": _("With the community"),
    "link": _("Existing project"),
}


class Chapter(StrEnum):
    """A short form that completes a charter."""

    SCOPE = "scope"
    OUTCOME = "outcome"
    TEAM = "team"
    RESOURCES = "resources"
    RHYTHM = "rhythm"


CHAPTERS: Mapping[Chapter, Phrase] = {
    Chapter.SCOPE: _("Name, goal, scope"),
    Chapter.OUTCOME: _("Deliverables, measures"),
    Chapter.TEAM: _("Team and open seats"),
    Chapter.RESOURCES: _("Hours, budget, sponsor"),
    Chapter.RHYTHM: _("Rhythm and dates"),
}


def sort_of(charter: Charter) -> Phrase:
    """What kind of group or project it is."""
    if charter.is_group:
        return _("Practice group. {reason}", reason=REASONS[charter.sort])
    return _("Practice-development project. {work}", work=WORKS[charter.sort])
