"""The rules' values in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.language import Phrase, _
from bot.chat.text import Moment
from handlers.opinions.rules import Fallback, Phase, Position, Printing, Rule, Size, Stance

SIZES: Mapping[Size, Phrase] = {
    Size.QUICK: _("Quick: one poll and why"),
    Size.STANDARD: _("Standard: statements, draft, ratify"),
    Size.FULL: _("Full: with a map of opinions"),
}
PHASES: Mapping[Phase, Phrase] = {
    Phase.INFORM: _("What it is about"),
    Phase.STATEMENTS: _("Statements"),
    Phase.MAP: _("Map of opinions"),
    Phase.DRAFT: _("Draft"),
    Phase.RATIFY: _("Vote on the response"),
    Phase.SEND: _("Sending"),
    Phase.OUTCOME: _("What comes of it"),
    Phase.ENDED: _("Over"),
    Phase.CANCELLED: _("Called off"),
}
STANCES: Mapping[Stance, Phrase] = {
    Stance.AGREE: _("Agree"),
    Stance.DISAGREE: _("Disagree"),
    Stance.PASS: _("Pass"),
    Stance.UNCLEAR: _("Unclear"),
}
RULES: Mapping[Rule, Phrase] = {
    Rule.MAJORITY: _("More than half support it"),
    Rule.TWO_THIRDS: _("Two thirds support it"),
    Rule.CONSENT: _("Two thirds, and no open objection"),
}
FALLBACKS: Mapping[Fallback, Phrase] = {
    Fallback.ANNEX: _("Send it with the dissent annex"),
    Fallback.SIGNATORIES: _("Send it in the names of those who sign"),
    Fallback.DO_NOT_SEND: _("Do not send it"),
}
POSITIONS: Mapping[Position, Phrase] = {
    Position.SUPPORT: _("I support it as it is"),
    Position.SUGGEST: _("I support it, with a suggestion"),
    Position.STAND_ASIDE: _("I do not support it, but will not stand in the way"),
    Position.ONLY_IF_CHANGED: _("I support it only if it is changed"),
    Position.DO_NOT_SEND: _("Do not send it"),
    Position.ABSTAIN: _("I abstain"),
}
PRINTINGS: Mapping[Printing, Phrase] = {
    Printing.UNNAMED: _("Print them without my name"),
    Printing.NAMED: _("Print them with my name"),
    Printing.NOT: _("Do not print them"),
}
# The same within the one sentence that tells all that holds.
GOES: Mapping[Size, Phrase] = {
    Size.QUICK: _("One poll and why"),
    Size.STANDARD: _("Statements, a draft, a vote"),
    Size.FULL: _("Statements, a map of opinions, a draft, a vote"),
}
PASSES: Mapping[Rule, Phrase] = {
    Rule.MAJORITY: _("the response passes when more than half support it"),
    Rule.TWO_THIRDS: _("the response passes when two thirds support it"),
    Rule.CONSENT: _("the response passes when two thirds support it and no objection is open"),
}
OTHERWISE: Mapping[Fallback, Phrase] = {
    Fallback.ANNEX: _("otherwise it is sent with the dissent annex"),
    Fallback.SIGNATORIES: _("otherwise it is sent in the names of those who sign it"),
    Fallback.DO_NOT_SEND: _("otherwise it is not sent"),
}


def until(phase: Phase, moment: Moment, *, is_quick: bool) -> Phrase:
    """When a phase ends, within the same sentence."""
    match phase:
        case Phase.INFORM:
            return _("questions first, until {moment}", moment=moment)
        case Phase.STATEMENTS if is_quick:
            return _("answers until {moment}", moment=moment)
        case Phase.STATEMENTS:
            return _("statements until {moment}", moment=moment)
        case Phase.MAP:
            return _("the map until {moment}", moment=moment)
        case Phase.DRAFT:
            return _("the draft until {moment}", moment=moment)
        case Phase.RATIFY:
            return _("the vote until {moment}", moment=moment)
        case _:
            return _("sent by {moment}", moment=moment)
