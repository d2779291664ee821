"""Nudges: the one way to remind people, within their hours, days and budget; and the days on which they are away."""

from bot.chat.language import _
from bot.core.facts import LinkBegun, PeopleLinked, PersonActed, PersonChanged, PersonLeft
from bot.core.feature import Door, Feature, Job, Keeps, OnAction, OnFact, OnForm, TakesFile
from bot.people.values import Role
from handlers.nudges import away, away_store, exporting, flows, payloads, reminding, waking
from handlers.nudges.away import AwayChanged, away_until, days_away, days_away_of
from handlers.nudges.reminding import drop, is_urgent, mark_urgent, remind, remind_all, settle
from handlers.nudges.rows import AwayRow, NudgeRow, NudgeStateRow, ReminderRow, UrgentRow
from handlers.nudges.store import GOES, Reminder

feature = Feature(
    name="nudges",
    doors=(
        Door("away", _("Tell me on which days you are away"), away.see, _("My days away")),
        Door("health", _("See how reminders are received, in counts"), flows.health, _("How reminders do"), role=Role.LEAD),
    ),
    actions=(
        OnAction(payloads.Snooze, flows.snooze),
        OnAction(payloads.AskPause, flows.ask_pause),
        OnAction(payloads.Stop, flows.stop),
        OnAction(payloads.Resume, flows.resume),
        OnAction(payloads.ChooseActivity, flows.choose_activity),
        OnAction(payloads.SeeAway, away.see),
        OnAction(payloads.AddAway, away.open_add),
        OnAction(payloads.CancelAway, away.cancel),
        OnAction(payloads.SeeHealth, flows.health, role=Role.LEAD),
    ),
    forms=(OnForm(payloads.PauseDraft, flows.pause), OnForm(payloads.AwayDraft, away.add)),
    facts=(
        OnFact(PersonActed, reminding.see_act),
        OnFact(PersonChanged, reminding.follow_person),
        OnFact(PersonLeft, reminding.release_person),
        OnFact(LinkBegun, reminding.set_apart),
        OnFact(PeopleLinked, reminding.follow_link),
    ),
    files=(TakesFile((".ics",), away.take_calendar),),
    jobs=(Job(waking.WAKE_JOB, waking.wake, grace=flows.LONGEST_PAUSE),),  # after downtime one look, and what is over is over
    upcoming=flows.upcoming,
    my_things=flows.my_things,
    keeps={
        "reminders": Keeps(
            _("What you are reminded of, and whether it was said, done or over. The words are encrypted."),
            _("Only you. Leads see counts of five people or more, without names."),
            exporting.export,
            (ReminderRow,),
        ),
        "messages_with_reminders": Keeps(
            _("When a reminder was sent, whether you did anything here until the next one, and what you marked as urgent."),
            _("Only you. Leads see counts of five people or more, without names."),
            exporting.export_messages,
            (NudgeRow, NudgeStateRow, UrgentRow),
        ),
        "days_away": Keeps(
            _("The days on which you are away, without a reason."),
            _("Only you. A partner hears until when you are away."),
            away_store.export,
            (AwayRow,),
        ),
    },
    goes=GOES,
)

__all__ = [
    "AwayChanged",
    "Reminder",
    "away_until",
    "days_away",
    "days_away_of",
    "drop",
    "feature",
    "is_urgent",
    "mark_urgent",
    "remind",
    "remind_all",
    "settle",
]
