"""Polls that people trust: one tally over all places, and what anonymous means is kept."""

from datetime import timedelta

from bot.chat.language import _
from bot.core.facts import CommunityChanged, PeopleLinked, PersonLeft, PlaceJoined
from bot.core.feature import Command, Feature, Job, OnAction, OnFact, OnForm, OnLook
from handlers.polls import cards, closing, exporting, flows, managing, payloads, posing, standing
from handlers.polls.closing import PollClosed
from handlers.polls.kinds import SCALES, Kind
from handlers.polls.payloads import SeePoll
from handlers.polls.posing import leading, pose

feature = Feature(
    name="polls",
    commands=(
        Command(
            "poll",
            _("Ask the community"),
            posing.start,
            button=_("Ask the community"),
            asks=True,
            is_anywhere=True,
            hint=_("Question | option | option"),
            example=_("Lunch? | Pizza | Sushi"),
        ),
    ),
    actions=(
        OnAction(payloads.Vote, flows.vote),
        OnAction(payloads.Pick, flows.pick),
        OnAction(payloads.GiveAnswer, flows.open_form),
        OnAction(payloads.Withdraw, flows.withdraw),
        OnAction(payloads.SeePoll, flows.see),
        OnAction(payloads.Manage, managing.manage),
        OnAction(payloads.Compose, posing.compose),
        OnAction(payloads.Post, posing.post),
        OnAction(payloads.Discard, posing.discard),
        OnAction(payloads.Close, closing.close),
        OnAction(payloads.Extend, closing.ask_extend),
        OnAction(payloads.Cancel, closing.ask_cancel),
        OnAction(payloads.Reword, managing.ask_reword),
        OnAction(payloads.AddOption, managing.ask_option),
        OnAction(payloads.BeStricter, managing.be_stricter),
        OnAction(payloads.TellOutcome, closing.ask_for_outcome),
        OnAction(payloads.RunAgain, posing.run_again),
        OnAction(payloads.StopSeries, posing.stop_series),
        *exporting.ACTIONS,
    ),
    looks=(OnLook(payloads.SeePoll, cards.seen_by),),
    forms=(
        OnForm(payloads.PollDraft, posing.preview, posing.options, about=payloads.Compose, draws=posing.draw),
        OnForm(payloads.ChoicesDraft, flows.answer, flows.choices, about=payloads.GiveAnswer),
        OnForm(payloads.TextDraft, flows.answer, about=payloads.GiveAnswer),
        OnForm(payloads.RankDraft, flows.answer, flows.options, about=payloads.GiveAnswer, draws=flows.draw),
        OnForm(payloads.DotsDraft, flows.answer, about=payloads.GiveAnswer, draws=flows.draw),
        OnForm(payloads.ScoreDraft, flows.answer, about=payloads.GiveAnswer, draws=flows.draw),
        OnForm(payloads.OptionDraft, managing.add_option, about=payloads.AddOption),
        OnForm(payloads.ExtendDraft, closing.extend, about=payloads.Extend),
        OnForm(payloads.CancelDraft, closing.cancel, about=payloads.Cancel),
        OnForm(payloads.RewordDraft, managing.reword, about=payloads.Reword),
        OnForm(payloads.OutcomeDraft, closing.tell_outcome, about=payloads.TellOutcome),
    ),
    facts=(
        OnFact(PlaceJoined, standing.show_to_place),
        OnFact(PersonLeft, standing.release_person),
        OnFact(PeopleLinked, standing.count_once),
        OnFact(CommunityChanged, standing.count_anew),
    ),
    jobs=(
        Job(cards.CARD_JOB, cards.show_due, is_by_minute=True),
        Job(cards.CLOSE_JOB, closing.close_due, grace=timedelta(days=366)),
        Job(cards.REMIND_JOBS[0], standing.remind_first),
        Job(cards.REMIND_JOBS[1], standing.remind_last),
        Job(posing.SERIES_JOB, posing.ask_again),
    ),
    laters=exporting.LATERS,
    upcoming=standing.upcoming,
    my_things=standing.my_things,
    keeps=standing.KEEPS,
)

AGREEMENT = tuple(level.label for level in SCALES[Kind.AGREEMENT])  # how much one agrees, from one end to the other

__all__ = ["AGREEMENT", "PollClosed", "SeePoll", "feature", "leading", "pose"]
