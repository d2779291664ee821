"""What the ending shows at the top of the front door, and what it keeps about a person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.language import _
from bot.chat.message import Block, Button, Buttons, Paragraph
from bot.chat.text import Strong
from bot.core.context import Context
from bot.core.feature import Keeps
from handlers import challenges
from handlers.challenges import Challenge
from handlers.endings import store
from handlers.endings.payloads import EditReport, PostReport
from handlers.endings.rows import FarewellRow, ReportRow, StuckRow

MOST = 2


def my_things(ctx: Context) -> Sequence[Block]:
    """The reports that wait for a lead."""
    if not ctx.actor.is_lead:
        return ()
    waiting = [challenges.challenge(ctx, each) for each in challenges.closing(ctx)[:MOST]]
    return [block for challenge in waiting if challenge is not None for block in to_post(challenge)]


def to_post(challenge: Challenge) -> tuple[Block, ...]:
    """A report that waits."""
    buttons = (Button(_("Edit the report"), EditReport(challenge.id), asks=True), Button(_("Post the report"), PostReport(challenge.id)))
    return (Paragraph(_("{title} is over; its closing report waits for you.", title=Strong(challenge.title))), Buttons(buttons))


KEEPS = {
    "what_stuck": Keeps(
        _("What you said about what stuck, 30 and 90 days after a challenge, and your line for the report."),
        _("The community sees counts without names, and your line with or without your name, as you chose."),
        store.own_answers,
        (FarewellRow, StuckRow),
    ),
    "reports_written": Keeps(
        _("The words that you wrote into closing reports as a lead."),
        _("The leads; what you posted is seen in its places and in the library."),
        store.own_reports,
        (ReportRow,),
    ),
}
