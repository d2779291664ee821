"""Charters: practice groups and practice-development projects, from a question to what came of it."""

from datetime import timedelta

from bot.chat.language import _
from bot.core.facts import CommunityChanged, ErasureBegun, PeopleLinked, PersonLeft, PlaceGone, PlaceJoined
from bot.core.feature import Command, Feature, Job, Later, OnAction, OnFact, OnForm
from bot.papers.files import made
from bot.people.values import Role
from handlers.agenda import QuestionShown
from handlers.charters import (
    ending,
    endorsing,
    examples,
    flows,
    forms,
    leading,
    moves,
    payloads,
    proposing,
    standing,
    taking_along,
    volunteering,
    working,
    writing,
)
from handlers.charters.groups import Group, group, groups_at_work

LATE = timedelta(days=366)  # after downtime, however long, an endorsement ends and a review is asked for

feature = Feature(
    name="charters",
    commands=(
        Command(
            "charter",
            _("See groups and projects, and start one"),
            flows.command,
            button=_("Groups and projects"),
            hint=_("a part of a name"),
            example=_("retro"),
        ),
    ),
    actions=(
        OnAction(payloads.Browse, flows.browse),
        OnAction(payloads.Filter, flows.pick_state),
        OnAction(payloads.Search, flows.ask_name),
        OnAction(payloads.Start, flows.start),
        OnAction(payloads.See, flows.see),
        OnAction(payloads.TakePage, taking_along.take_page),
        OnAction(payloads.TakeOverview, taking_along.take_overview),
        OnAction(payloads.Write, writing.write),
        OnAction(payloads.Complete, writing.complete),
        OnAction(payloads.SeeVersions, writing.see_versions),
        OnAction(payloads.Discard, proposing.discard),
        OnAction(payloads.Propose, proposing.propose),
        OnAction(payloads.Publish, proposing.ask_days, role=Role.LEAD),
        OnAction(payloads.SendBack, proposing.ask_why, role=Role.LEAD),
        OnAction(payloads.Support, endorsing.support),
        OnAction(payloads.Object, endorsing.ask_why),
        OnAction(payloads.TakeBack, endorsing.take_back),
        OnAction(payloads.AnswerIt, endorsing.ask_answer),
        OnAction(payloads.Confirm, endorsing.confirm),
        OnAction(payloads.GiveSignOff, endorsing.open_sign_off),
        OnAction(payloads.AskForSeat, volunteering.open_ask),
        OnAction(payloads.StepBack, volunteering.step_back),
        OnAction(payloads.Follow, volunteering.follow),
        OnAction(payloads.SeeAsking, volunteering.see_asking),
        OnAction(payloads.GiveSeat, volunteering.give),
        OnAction(payloads.Begin, volunteering.begin),
        OnAction(payloads.LinkPlace, volunteering.link_place),
        OnAction(payloads.WriteReport, working.open_report),
        OnAction(payloads.AnswerReport, working.answer),
        OnAction(payloads.SeeAnswers, working.see_answers),
        OnAction(payloads.TellChanged, working.open_changed),
        OnAction(payloads.BringResults, ending.open_results),
        OnAction(payloads.Close, ending.open_close),
        OnAction(payloads.Rest, ending.rest),
        OnAction(payloads.End, ending.open_end),
        OnAction(payloads.Manage, leading.manage),
        OnAction(payloads.HandOver, leading.ask_hand_over),
        OnAction(payloads.AskSupport, leading.open_support),
        OnAction(payloads.TakeOver, leading.take_over),
    ),
    forms=(
        OnForm(forms.SearchDraft, flows.find, about=payloads.Search),
        OnForm(forms.GroupDraft, writing.group, writing.others, about=payloads.Write),
        OnForm(forms.ProjectDraft, writing.project, about=payloads.Write),
        OnForm(forms.ScopeDraft, writing.save, about=payloads.Complete, draws=writing.draw),
        OnForm(forms.OutcomeDraft, writing.save, about=payloads.Complete, draws=writing.draw),
        OnForm(forms.TeamDraft, writing.save, writing.chapter_options, about=payloads.Complete),
        OnForm(forms.ResourcesDraft, writing.save, writing.chapter_options, about=payloads.Complete),
        OnForm(forms.RhythmDraft, writing.save, about=payloads.Complete),
        OnForm(forms.PublishDraft, proposing.publish, about=payloads.Publish, role=Role.LEAD),
        OnForm(forms.SendBackDraft, proposing.send_back, about=payloads.SendBack, role=Role.LEAD),
        OnForm(forms.ObjectionDraft, endorsing.object_to, about=payloads.Object),
        OnForm(forms.ObjectionAnswerDraft, endorsing.answer, about=payloads.AnswerIt),
        OnForm(forms.SignOffDraft, endorsing.sign_off, about=payloads.GiveSignOff),
        OnForm(forms.SeatDraft, volunteering.ask, about=payloads.AskForSeat),
        OnForm(forms.ReportDraft, working.report, about=payloads.WriteReport),
        OnForm(forms.ReportAnswerDraft, working.answer_in_words, about=payloads.AnswerReport),
        OnForm(forms.ChangedDraft, working.tell_changed, about=payloads.TellChanged),
        OnForm(forms.ResultsDraft, ending.bring_results, about=payloads.BringResults),
        OnForm(forms.CloseDraft, ending.close, about=payloads.Close),
        OnForm(forms.EndDraft, ending.end, about=payloads.End),
        OnForm(forms.SupportDraft, leading.ask_support, about=payloads.AskSupport),
        OnForm(forms.HandOverDraft, leading.hand_over, leading.successors, about=payloads.HandOver),
    ),
    facts=(
        OnFact(PlaceJoined, standing.show_to_place),
        OnFact(PlaceGone, standing.follow_place),
        OnFact(CommunityChanged, standing.follow_community),
        OnFact(PeopleLinked, standing.follow_link),
        OnFact(PersonLeft, standing.release_person),
        OnFact(ErasureBegun, standing.let_go),
        OnFact(QuestionShown, standing.offer),
    ),
    jobs=(
        Job(moves.ENDORSED_JOB, endorsing.end_due, grace=LATE),
        Job(moves.REPORT_JOB, working.remind),
        Job(moves.LATE_JOB, working.remind_co_lead),
        Job(moves.REVIEW_JOB, working.review, grace=LATE),
    ),
    laters=(Later(taking_along.FILES, made, taking_along.hand_over),),
    upcoming=standing.upcoming,
    my_things=standing.my_things,
    keeps=standing.KEEPS,
    views=examples.VIEWS,
)

__all__ = ["Group", "feature", "group", "groups_at_work"]
