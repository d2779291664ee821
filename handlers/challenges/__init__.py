"""Challenges: a set number of days in which members learn side by side."""

from datetime import timedelta

from bot.chat.language import _
from bot.core.facts import CommunityChanged, ErasureBegun, LeadNamed, PeopleLinked, PersonArrived, PersonChanged, PersonLeft, PlaceJoined
from bot.core.feature import Command, Feature, Job, OnAction, OnFact, OnForm, OnLook, OnReply, TextTaker
from bot.people.values import Role
from handlers import journal, nudges
from handlers.challenges import (
    cadence,
    community,
    flows,
    leading,
    managing,
    my_data,
    my_things,
    payloads,
    round_up,
    snoozes,
    taking_part,
)
from handlers.challenges import leading_payloads as lead
from handlers.challenges import taking_part_payloads as own_payloads
from handlers.challenges.ending import (
    ChallengePlanned,
    DayCount,
    Outcome,
    OwnPart,
    challenges_of,
    close,
    closing,
    outcome,
    own_part,
    who_did_days,
    who_pauses,
    who_took_part,
)
from handlers.challenges.facts import (
    ChallengeBegun,
    ChallengeEnded,
    DayDone,
    DayUndone,
    ManagerShown,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPaused,
    PartnerWish,
    ProgressShown,
)
from handlers.challenges.leading_payloads import MeetUp
from handlers.challenges.leading_store import leads, places
from handlers.challenges.leading_views import MEETUP, again
from handlers.challenges.meeting import can_meet, people_in, to_meet_about
from handlers.challenges.participants import DayState, Taking, day_state, hours, own, participants, running, wish_partner
from handlers.challenges.rows import ParticipantRow
from handlers.challenges.rules import Plan, Rhythm, State, Summary
from handlers.challenges.store import Challenge, challenge, open_challenges
from handlers.challenges.two_editors import told_what_stands
from handlers.challenges.views import people_of

feature = Feature(
    name="challenges",
    commands=(
        Command(
            "challenge",
            _("See the challenge, join it, or start one"),
            leading.directory,
            button=_("Challenge"),
        ),
    ),
    actions=(
        OnAction(payloads.Start, leading.open_start, role=Role.LEAD),
        OnAction(lead.StartAgain, leading.start_again, role=Role.LEAD),
        OnAction(lead.Remix, leading.remix, role=Role.LEAD),
        OnAction(lead.AboutPlan, managing.manage, role=Role.LEAD),
        OnAction(lead.TryDay, leading.try_day, role=Role.LEAD),
        OnAction(lead.Prepared, leading.use_prepared, role=Role.LEAD),
        OnAction(lead.Propose, leading.open_proposal),
        OnAction(lead.AnnounceProposal, leading.announce_proposal, role=Role.LEAD),
        OnAction(lead.NotNow, leading.decline_proposal, role=Role.LEAD),
        OnAction(lead.Manage, managing.manage, role=Role.LEAD),
        OnAction(lead.ChooseDay, managing.choose_day, role=Role.LEAD),
        OnAction(lead.EditDay, managing.open_edit, role=Role.LEAD),
        OnAction(lead.Pause, managing.pause, role=Role.LEAD),
        OnAction(lead.Resume, managing.resume, role=Role.LEAD),
        OnAction(lead.Extend, managing.open_extend, role=Role.LEAD),
        OnAction(lead.Reschedule, managing.open_reschedule, role=Role.LEAD),
        OnAction(lead.ChangeHour, managing.open_hour, role=Role.LEAD),
        OnAction(lead.Cancel, managing.cancel, role=Role.LEAD),
        OnAction(payloads.Join, flows.join),
        OnAction(payloads.Leave, flows.leave),
        OnAction(payloads.Progress, taking_part.progress),
        OnAction(payloads.Done, flows.done),
        OnAction(payloads.NotDone, flows.not_done),
        OnAction(payloads.NotAnEntry, flows.not_an_entry),
        OnAction(own_payloads.Snooze, snoozes.snooze),
        OnAction(own_payloads.ShowNow, snoozes.show_now),
        OnAction(own_payloads.AskPause, taking_part.ask_pause),
        OnAction(own_payloads.Resume, taking_part.resume),
        OnAction(own_payloads.AskAboutMe, taking_part.ask_about_me),
        OnAction(own_payloads.CatchUp, taking_part.catch_up),
    ),
    looks=(OnLook(payloads.AboutDay, cadence.seen_by),),
    forms=(
        OnForm(payloads.ChallengeDraft, leading.start, leading.start_options, role=Role.LEAD),
        OnForm(lead.ProposalDraft, leading.propose, leading.pack_options),
        OnForm(lead.ChooseDayDraft, managing.open_day, managing.day_options, role=Role.LEAD, about=lead.ChooseDay),
        OnForm(lead.DayDraft, managing.save_day, role=Role.LEAD, about=lead.EditDay),
        OnForm(lead.ExtendDraft, managing.extend, managing.extend_options, role=Role.LEAD, about=lead.AboutPlan),
        OnForm(lead.RescheduleDraft, managing.reschedule, role=Role.LEAD, about=lead.AboutPlan),
        OnForm(lead.HourDraft, managing.change_hour, role=Role.LEAD, about=lead.AboutPlan),
        OnForm(own_payloads.PauseDraft, taking_part.pause),
        OnForm(own_payloads.AboutMeDraft, taking_part.about_me),
    ),
    replies=(OnReply(payloads.AboutDay, flows.reply_to_day),),
    facts=(
        OnFact(journal.EntryWritten, flows.count_entry),
        OnFact(journal.DayEmptied, flows.uncount_entry),
        OnFact(journal.EntryChanged, round_up.follow_entry),
        OnFact(ErasureBegun, round_up.let_go),
        OnFact(PersonChanged, cadence.follow_person),
        OnFact(PersonLeft, cadence.release_person),
        OnFact(LeadNamed, leading.show_open_proposals),
        OnFact(PersonArrived, leading.show_open_proposals),
        OnFact(PersonLeft, leading.release_proposals),
        OnFact(nudges.AwayChanged, cadence.follow_away),
        OnFact(PlaceJoined, cadence.show_to_place),
        OnFact(CommunityChanged, community.follow_community),
        OnFact(CommunityChanged, leading.show_to_all_leads),
        OnFact(PeopleLinked, community.count_anew),
    ),
    jobs=(
        Job(flows.PLACE_JOB, cadence.post_day),
        Job(flows.ACTIVITY_JOB, cadence.send_days),
        Job(snoozes.SNOOZE_JOB, snoozes.come_again),
        Job(flows.END_JOB, cadence.end, grace=timedelta(days=366)),
    ),
    ties=(ParticipantRow,),
    upcoming=taking_part.upcoming,
    my_things=my_things.my_things,
    keeps=my_data.KEEPS,
    takes_text=TextTaker(flows.has_open_day, flows.take_text),
)

__all__ = [
    "MEETUP",
    "Challenge",
    "ChallengeBegun",
    "ChallengeEnded",
    "ChallengePlanned",
    "DayCount",
    "DayDone",
    "DayState",
    "DayUndone",
    "ManagerShown",
    "MeetUp",
    "Outcome",
    "OwnPart",
    "ParticipantJoined",
    "ParticipantLeft",
    "ParticipantPaused",
    "PartnerWish",
    "Plan",
    "ProgressShown",
    "Rhythm",
    "State",
    "Summary",
    "Taking",
    "again",
    "can_meet",
    "challenge",
    "challenges_of",
    "close",
    "closing",
    "day_state",
    "feature",
    "hours",
    "leads",
    "open_challenges",
    "outcome",
    "own",
    "own_part",
    "participants",
    "people_in",
    "people_of",
    "places",
    "running",
    "to_meet_about",
    "told_what_stands",
    "who_did_days",
    "who_pauses",
    "who_took_part",
    "wish_partner",
]
