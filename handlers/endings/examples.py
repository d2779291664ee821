"""Examples of what people see at the end of a challenge, for the gallery and its tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

from bot.chat.form import Form, opened
from bot.chat.language import _
from bot.chat.message import Message
from bot.core.feature import Paper, View
from handlers.challenges import Challenge, DayCount, Outcome, Plan, Rhythm, State, Summary
from handlers.endings import my_things, views
from handlers.endings.composing import FollowUp, Line, Quotable, ReportOf, Said, document
from handlers.endings.payloads import LineDraft, ReportDraft
from handlers.endings.rules import Stuck

CHALLENGE = Challenge(
    17,
    "First steps in learning together",
    "Seven small days that show what a community of practice can do for everyday work.",
    State.CLOSING,
    time(9),
    Plan(date(2026, 3, 23), 7, Rhythm.EVERY_DAY),
)
LINE = "I still write down one question a day."
AFTER_30 = FollowUp(30, (Stuck.STILL,) * 4 + (Stuck.SOMETIMES,) * 2, (Said(LINE, "Ann Berger", 1), Said("Less than I hoped.", None)))
REPORT = ReportOf(
    CHALLENGE,
    Outcome(
        Summary(12, 11, 63, 5),
        3,
        ("Noticing", "Asking"),
        tuple(DayCount(n, title, 12 - n) for n, title in enumerate(("One question about today", "Watch how", "Say what", "Pass it on"), 1)),
    ),
    (
        Said("I asked one question more than usual. It helped.", "Ann Berger", 1),
        *(Said(f"We tried it {n} times.", None) for n in range(2, 8)),
    ),
    "Thank you all. I learned most from the questions.",
    "Begin on a Tuesday, and keep the two-minute versions.",
    "To the kitchen table in the third floor.",
)
QUOTABLES = tuple(Quotable(n, n, said, n == 2) for n, said in enumerate(REPORT.quotes, start=1))
LINES = (Line(1, Said(LINE, "Ann Berger"), False), Line(2, Said("Now and then, on Fridays.", None), True))
SMALL = replace(REPORT, outcome=Outcome(Summary(3, 3, 9, 1), 1, (), ()), quotes=(), opening="", change="", thanks="")


def _report_form() -> Form:
    return opened(ReportDraft, values={"opening": REPORT.opening, "change": REPORT.change, "thanks": REPORT.thanks})


def _waiting() -> Message:
    return Message(_("What waits for you"), my_things.to_post(CHALLENGE))


_EXAMPLES: dict[str, Callable[[], Message | Form]] = {
    "report draft": lambda: views.draft(REPORT),
    "report draft of a small group": lambda: views.draft(SMALL),
    "report draft, quotes left out": lambda: views.draft(replace(REPORT, left_out=2)),
    "report draft, waits": lambda: views.waits(CHALLENGE),
    "report draft, waits no more": lambda: views.waits_no_more(CHALLENGE, "Ann Berger"),
    "quotes": lambda: views.quotes(CHALLENGE, QUOTABLES, 0),
    "quotes, the last page": lambda: views.quotes(CHALLENGE, QUOTABLES, 1),
    "quotes, none": lambda: views.quotes(CHALLENGE, (), 0),
    "report form": _report_form,
    "report saved": lambda: views.saved(CHALLENGE),
    "report": lambda: views.posted(replace(REPORT, follow_ups=(AFTER_30,)), 7),
    "report, posted": lambda: views.posted_by(REPORT, "Ann Berger"),
    "report, posted by one who left": lambda: views.posted_by(REPORT, None),
    "report, kept": lambda: views.kept(REPORT),
    "report receipt": lambda: views.receipt(CHALLENGE, ["practice"], 7),
    "report receipt, nowhere": lambda: views.receipt(CHALLENGE, [], None),
    "report settled": lambda: views.settled(CHALLENGE),
    "report as files": lambda: views.report_files(CHALLENGE.title, b"# First steps\n", b"%PDF"),
    "my last day": lambda: views.farewell(replace(CHALLENGE, state=State.RUNNING), 5),
    "my last day, longer": lambda: views.goes_on(CHALLENGE),
    "my end": lambda: views.farewell(CHALLENGE, 5),
    "my end, none done": lambda: views.farewell(CHALLENGE, 0),
    "my days as files": lambda: views.my_days_files(CHALLENGE.title, b"# My 7 days\n", b"%PDF"),
    "files on their way": views.on_their_way,
    "not your days": views.not_yours,
    "what stuck": lambda: views.ask_stuck(CHALLENGE, 30),
    "what stuck, said": lambda: views.said_stuck(CHALLENGE, 30, Stuck.STILL, "", by_name=False),
    "what stuck, with a line": lambda: views.said_stuck(CHALLENGE, 30, Stuck.SOMETIMES, LINE, by_name=True),
    "what stuck, line form": lambda: opened(LineDraft, values={"line": LINE, "by_name": True}),
    "what stuck, told": lambda: views.told(CHALLENGE, AFTER_30, 7),
    "what stuck, told of few": lambda: views.told(CHALLENGE, FollowUp(90, (Stuck.STILL,)), None),
    "what stuck, lines": lambda: views.lines(CHALLENGE, 30, LINES),
    "what stuck, lines, the last page": lambda: views.lines(CHALLENGE, 30, LINES * 3, 9),
    "what stuck, no lines": lambda: views.lines(CHALLENGE, 30, ()),
    "what stuck, nobody answered": lambda: views.nobody_answered(CHALLENGE, 90),
    "what stuck, not asked": views.not_asked,
    "my things": _waiting,
}

VIEWS = tuple(View(name, example) for name, example in _EXAMPLES.items())
PAPERS = (Paper("report", lambda: document(replace(REPORT, follow_ups=(AFTER_30,)))),)
