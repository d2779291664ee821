"""Meetups: the hour at the end of a challenge in which members report back."""

from datetime import timedelta

from bot.core.facts import PeopleLinked, PersonChanged, PersonLeft, PlaceJoined
from bot.core.feature import Feature, Job, OnAction, OnFact, OnForm
from bot.people.values import Role
from handlers import challenges
from handlers.meetups import answering, cards, flows, payloads
from handlers.meetups.flows import AgendaBegun, forget_words

feature = Feature(
    name="meetups",
    actions=(
        OnAction(challenges.MeetUp, flows.meet_up, role=Role.LEAD),
        OnAction(payloads.AboutMeetup, flows.open_form, role=Role.LEAD),
        OnAction(payloads.Cancel, flows.ask_to_cancel, role=Role.LEAD),
        OnAction(payloads.Rsvp, answering.answer),
        OnAction(payloads.SendFile, answering.send_file),
    ),
    forms=(
        OnForm(payloads.MeetupDraft, flows.save, role=Role.LEAD, about=payloads.AboutMeetup),
        OnForm(payloads.CancelDraft, flows.cancel, role=Role.LEAD, about=payloads.Cancel),
    ),
    facts=(
        OnFact(PersonLeft, answering.release_person),
        OnFact(PersonChanged, answering.follow_person),
        OnFact(PeopleLinked, answering.count_anew),
        OnFact(PlaceJoined, answering.show_to_place),
        OnFact(challenges.ChallengeEnded, flows.follow_end),
    ),
    jobs=(
        Job(cards.DAY_BEFORE_JOB, answering.remind_day_before),
        Job(cards.SOON_JOB, answering.remind_soon, grace=timedelta(minutes=30)),
        Job(cards.OVER_JOB, answering.end, grace=timedelta(days=366)),
    ),
    upcoming=answering.upcoming,
    my_things=answering.my_things,
    keeps=answering.KEEPS,
)

__all__ = ["AgendaBegun", "feature", "forget_words"]
