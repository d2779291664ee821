"""What a lead sees who pairs people: the preview with the reasons, and the audit."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Column, Fact, Facts, File, Footnote, Heading, Items, Message, Paragraph, Row, Table
from bot.chat.text import Moment, Strong, Words
from bot.lean import dataclass
from handlers.partners.payloads import AskFix, Audit, PairUp, Release, Reroll, Send
from handlers.partners.rules import Why
from handlers.partners.seating import Audit as Audited
from handlers.partners.views import note

MOST_SHOWN = 20
SAME = {True: _("yes"), False: _("no"), None: _("too many people to repeat it here")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A matched group as a lead sees it: the names and why, in counts, never a word of anybody's goal."""

    names: tuple[str, ...]
    reasons: tuple[tuple[Why, int], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A round before it is sent; `sends_at` is when it goes out by itself, None where only a lead sends it."""

    round: int
    title: str
    groups: tuple[Shown, ...]
    waiting: tuple[str, ...]
    sends_at: Moment | None
    has_fixed: bool
    has_changed: bool = False
    is_same: bool = False  # as before, although it was matched anew


def manager_buttons(challenge: int, *, has_rounds: bool) -> list[Button]:
    """What pairing adds to the card of a challenge that a lead manages."""
    if not has_rounds:
        return [Button(_("Pair people"), PairUp(challenge))]
    return [Button(_("Pair people anew"), PairUp(challenge)), Button(_("Audit of the pairs"), Audit(challenge))]


def preview(told: Preview) -> Message:
    """Who would go along with whom, and why these two."""
    said = _("Partners in {title}: a preview", title=told.title)
    blocks: list[Block] = [Heading(said)]
    if told.has_changed:
        blocks.append(Paragraph(_("Somebody came or went meanwhile. These are the pairs as they are now; nothing is sent yet.")))
    if not told.groups:
        blocks.append(Paragraph(_("Fewer than two people want a partner so far.")))
        return Message(said, tuple(blocks))
    if told.is_same:
        blocks.append(Paragraph(_("I matched everybody again, and these pairs came out once more: no others fit better.")))
    blocks.append(Items(tuple(_line(group) for group in told.groups[:MOST_SHOWN])))
    if (more := len(told.groups) - MOST_SHOWN) > 0:
        blocks.append(Paragraph(n_("And {count} more pair.", "And {count} more pairs.", more)))
    if told.waiting:
        blocks.append(Paragraph(_("Without a partner for now: {names}. They are told privately.", names=", ".join(told.waiting))))
    release = (Button(_("Fix none by hand"), Release(told.round)),) if told.has_fixed else ()
    buttons = (Button(_("Send to everybody"), Send(told.round), "primary"), Button(_("Match again"), Reroll(told.round)))
    blocks.append(Buttons((*buttons, Button(_("Fix a pair"), AskFix(told.round), asks=True), *release)))
    if told.sends_at is not None:
        blocks.append(Paragraph(_("If you do nothing, they are sent by themselves: {moment}.", moment=told.sends_at)))
    else:
        blocks.append(Paragraph(_("Nothing changes for anybody until you send it. The pairs that stand now end with it.")))
    return Message(said, (*blocks, Footnote(_("Only you see this. Goals are not shown, and private wishes are kept in silence."))))


def _line(group: Shown) -> Words:
    listed: Phrase | None = None
    for why, number in group.reasons:
        reason = _reason(why, number)
        listed = reason if listed is None else _("{one}, {other}", one=listed, other=reason)
    return (Strong(" + ".join(group.names)), "\n", listed) if listed is not None else Strong(" + ".join(group.names))


def _reason(why: Why, number: int) -> Phrase:
    match why:
        case Why.SHARED_GOAL:
            return n_("{count} word in their goals in common", "{count} words in their goals in common", number)
        case Why.SHARED_HOURS:
            return n_("{count} hour of the day in common", "{count} hours of the day in common", number)
        case Why.SAME_LANGUAGE:
            return _("same language")
        case Why.DIFFERENT_UNIT:
            return _("different units")
        case Why.NOT_MET:
            return _("have not met before")
        case Why.MET_IN:
            return _("have met in round {number}", number=number)
        case Why.FIXED:
            return _("fixed by hand")


def matching(title: str, count: int, round_id: int) -> Message:
    """A large round takes a moment."""
    said = n_("I match {count} person in {title}.", "I match {count} people in {title}.", count, title=title)
    return Message(
        said,
        (Paragraph((said, " ", _("You get the preview here as soon as it is done."))), Buttons((Button(_("Look now"), Send(round_id)),))),
    )


def sent(title: str, challenge: int, groups: int) -> Message:
    """The pairs have been told."""
    said = n_("{count} pair in {title} has been told.", "{count} pairs in {title} have been told.", groups, title=title)
    if not groups:
        said = _("Nobody in {title} could be paired yet. Whoever comes next finds company at once.", title=title)
    return Message(said, (Paragraph(said), Buttons((Button(_("Audit of the pairs"), Audit(challenge)),))))


def sent_already(title: str) -> Message:
    """A second press of a preview that is over."""
    return note(_("These pairs in {title} have been sent already.", title=title))


def over(title: str) -> Message:
    """Nobody is paired in a challenge that is over."""
    return note(_("{title} is over, so nobody is paired there any more.", title=title))


def audit(title: str, rounds: Sequence[Audited], thirds_more_than_once: int) -> Message:
    """The proof, on the card and as a file."""
    said = _("Audit of the pairs in {title}", title=title)
    if not rounds:
        return Message(said, (Heading(said), Paragraph(_("Nobody has been paired here yet."))))
    labels = (_("Round"), _("Pairs"), _("Trios"), _("Met before"))
    columns = (*(Column(label, is_number=True) for label in labels), Column(_("Comes out the same again")))
    rows = tuple(Row((*map(str, (each.number, each.pairs, each.trios, each.repeats)), SAME[each.is_reproducible])) for each in rounds)
    thirds = Fact(_("Third more than once"), _("{count}", count=thirds_more_than_once))
    written = File(
        "pairing-audit.md", "text/markdown", _("The audit with all pairs"), as_text(title, rounds, thirds_more_than_once).encode()
    )
    return Message(
        said,
        (Heading(said), Table(columns, rows), Facts((thirds,)), written, Footnote(_("Private wishes stand neither here nor in the file."))),
    )


def as_text(title: str, rounds: Sequence[Audited], thirds_more_than_once: int) -> str:
    """The audit as a file, with who was with whom."""
    lines = [f"# Pairs in {title}", ""]
    for each in rounds:
        lines += [f"## Round {each.number}", "", f"- seed: {each.seed}", f"- pairs: {each.pairs}", f"- trios: {each.trios}"]
        lines += [f"- pairs that had met before: {each.repeats}", f"- same result again: {each.is_reproducible}", ""]
        lines += [f"- {' + '.join(name for name in group)}" for group in each.groups]
        lines.append("")
    return "\n".join([*lines, f"Third more than once: {thirds_more_than_once}", ""])
