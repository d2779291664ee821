"""The end of a challenge: a report worth reading, one's own days to keep, and what stuck."""

from datetime import timedelta

from bot.core.facts import ErasureBegun, PersonChanged, PersonLeft
from bot.core.feature import Feature, Job, Later, OnAction, OnFact, OnForm
from bot.papers.files import made
from bot.people.values import Role
from handlers import challenges, journal, meetups
from handlers.endings import agenda, choosing, farewells, flows, my_things, parting, payloads, sticking
from handlers.endings.parting import CheersAsked
from handlers.endings.rules import FOLLOW_UPS

LATE = timedelta(days=366)  # after downtime, however long, the lead still gets what came of it

feature = Feature(
    name="endings",
    actions=(
        OnAction(payloads.EditReport, flows.edit, role=Role.LEAD),
        OnAction(payloads.AboutReport, flows.edit, role=Role.LEAD),
        OnAction(payloads.PostReport, flows.post, role=Role.LEAD),
        OnAction(payloads.ShowQuotes, choosing.show, role=Role.LEAD),
        OnAction(payloads.ChooseQuote, choosing.choose, role=Role.LEAD),
        OnAction(payloads.ShowLines, choosing.show_lines, role=Role.LEAD),
        OnAction(payloads.ChooseLine, choosing.choose_line, role=Role.LEAD),
        OnAction(payloads.TakeReport, flows.take, role=Role.LEAD),
        OnAction(payloads.TakeMyDays, parting.take_my_days),
        OnAction(payloads.SayStuck, sticking.say),
        OnAction(payloads.AddLine, sticking.open_line),
    ),
    forms=(
        OnForm(payloads.ReportDraft, flows.save, role=Role.LEAD, about=payloads.AboutReport),
        OnForm(payloads.LineDraft, sticking.save_line, about=payloads.AddLine),
    ),
    facts=(
        OnFact(challenges.ChallengePlanned, parting.plan_offers),
        OnFact(challenges.ChallengeEnded, flows.begin),
        OnFact(challenges.ParticipantJoined, farewells.welcome),
        OnFact(challenges.DayDone, farewells.follow_day),
        OnFact(meetups.AgendaBegun, agenda.add_highlights),
        OnFact(journal.HighlightsChanged, flows.follow_highlights),
        OnFact(PersonChanged, parting.follow_person),
        OnFact(PersonLeft, flows.hand_over),
        OnFact(ErasureBegun, flows.let_go),
    ),
    jobs=(
        Job(flows.CLOSE_JOB, flows.close, grace=LATE),
        Job(parting.LAST_WEEK_JOB, parting.last_week),
        Job(parting.OFFER_JOB, parting.offer),
        Job(farewells.LAST_DAY_JOB, farewells.last_day),
        Job(farewells.FAREWELL_JOB, farewells.in_the_evening, is_by_minute=True),
        *(Job(parting.STUCK_JOBS[after], sticking.asking(after), grace=timedelta(days=5)) for after in FOLLOW_UPS),
        *(Job(parting.TOLD_JOBS[after], sticking.telling(after), grace=LATE) for after in FOLLOW_UPS),
    ),
    laters=(Later(flows.FILES, made, flows.hand_over_files), Later(parting.MY_DAYS, made, parting.hand_over_my_days)),
    upcoming=parting.upcoming,
    my_things=my_things.my_things,
    keeps=my_things.KEEPS,
)

__all__ = ["CheersAsked", "feature"]
