"""The rules' values in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.language import Phrase, _
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
# The answers of a quick request that has no options of its own, from one end to the other.
SCALE: tuple[Phrase, ...] = (
    _("I agree strongly"),
    _("I agree"),
    _("Neither yes nor no"),
    _("I disagree"),
    _("I disagree strongly"),
)
