"""Challenges: a set number of days in which members learn side by side."""

from datetime import timedelta

from bot.chat.language import _
from bot.core.facts import CommunityChanged, LeadNamed, PeopleLinked, PersonArrived, PersonChanged, PersonLeft, PlaceJoined
from bot.core.feature import Command, Feature, Job, OnAction, OnFact, OnForm, OnReply, TextTaker, View
from bot.people.values import Role
from handlers import journal, nudges
from handlers.challenges import (
    cadence,
    closing,
    community,
    examples,
    flows,
    leading,
    leading_examples,
    managing,
    my_data,
    my_things,
    payloads,
    round_up,
    snoozes,
    taking_part,
    taking_part_examples,
    views,
)
from handlers.challenges import leading_payloads as lead
from handlers.challenges import taking_part_payloads as own
from handlers.challenges.leading_payloads import MeetUp
from handlers.challenges.leading_store import places
from handlers.challenges.meeting import can_meet, people_in, to_meet_about
from handlers.challenges.store import Challenge
from handlers.challenges.store import challenge as known

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
        OnAction(lead.EditReport, closing.edit, role=Role.LEAD),
        OnAction(lead.AboutReport, closing.edit, role=Role.LEAD),
        OnAction(lead.PostReport, closing.post, role=Role.LEAD),
        OnAction(payloads.Join, flows.join),
        OnAction(payloads.Leave, flows.leave),
        OnAction(payloads.Progress, taking_part.progress),
        OnAction(payloads.Done, flows.done),
        OnAction(payloads.NotDone, flows.not_done),
        OnAction(payloads.NotAnEntry, flows.not_an_entry),
        OnAction(own.Snooze, snoozes.snooze),
        OnAction(own.ShowNow, snoozes.show_now),
        OnAction(own.AskPause, taking_part.ask_pause),
        OnAction(own.Resume, taking_part.resume),
        OnAction(own.AskAboutMe, taking_part.ask_about_me),
        OnAction(own.CatchUp, taking_part.catch_up),
    ),
    forms=(
        OnForm(payloads.ChallengeDraft, leading.start, leading.start_options, role=Role.LEAD),
        OnForm(lead.ProposalDraft, leading.propose, leading.pack_options),
        OnForm(lead.ChooseDayDraft, managing.open_day, managing.day_options, role=Role.LEAD, about=lead.ChooseDay),
        OnForm(lead.DayDraft, managing.save_day, role=Role.LEAD, about=lead.EditDay),
        OnForm(lead.ExtendDraft, managing.extend, managing.extend_options, role=Role.LEAD, about=lead.AboutPlan),
        OnForm(lead.RescheduleDraft, managing.reschedule, role=Role.LEAD, about=lead.AboutPlan),
        OnForm(lead.HourDraft, managing.change_hour, role=Role.LEAD, about=lead.AboutPlan),
        OnForm(lead.ReportDraft, closing.save, role=Role.LEAD, about=lead.AboutReport),
        OnForm(own.PauseDraft, taking_part.pause),
        OnForm(own.AboutMeDraft, taking_part.about_me),
    ),
    replies=(OnReply(payloads.AboutDay, flows.reply_to_day),),
    facts=(
        OnFact(journal.EntryWritten, flows.count_entry),
        OnFact(journal.DayEmptied, flows.uncount_entry),
        OnFact(journal.EntryChanged, round_up.follow_entry),
        OnFact(PersonChanged, cadence.follow_person),
        OnFact(PersonLeft, cadence.release_person),
        OnFact(PersonLeft, closing.hand_over),
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
        Job(closing.CLOSE_JOB, closing.close, grace=timedelta(days=366)),
    ),
    upcoming=taking_part.upcoming,
    my_things=my_things.my_things,
    keeps=my_data.KEEPS,
    takes_text=TextTaker(flows.has_open_day, flows.take_text),
    views=(
        View("announcement", examples.announcement),
        View("day in a place", examples.place_day),
        View("my day", examples.my_day),
        View("my day, done", examples.my_day_done),
        View("joined", examples.joined),
        View("left", lambda: views.left(examples.CHALLENGE)),
        View("done", lambda: views.done(examples.CHALLENGE, 3, 2, is_new=True)),
        View("done already", lambda: views.done(examples.CHALLENGE, 3, 2, is_new=False)),
        View("not done", lambda: views.not_done(examples.CHALLENGE, 3)),
        View("not in it", lambda: views.not_in_it(examples.CHALLENGE)),
        View("not an entry", views.not_an_entry),
        View("over", examples.over),
        View("ended", lambda: views.ended(examples.CHALLENGE, 12)),
        View("my end", lambda: views.my_end(examples.CHALLENGE, 5)),
        View("my end, none done", lambda: views.my_end(examples.CHALLENGE, 0)),
        View("start form", examples.start_form),
        *taking_part_examples.VIEWS,
        *leading_examples.VIEWS,
        View("my things", my_things.example),
    ),
)

__all__ = ["Challenge", "MeetUp", "can_meet", "feature", "known", "people_in", "places", "to_meet_about"]
