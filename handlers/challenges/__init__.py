"""Challenges: a set number of days in which members learn side by side."""

from datetime import timedelta

from bot.chat.language import _
from bot.core.facts import CommunityChanged, PeopleLinked, PersonChanged, PersonLeft, PlaceJoined
from bot.core.feature import Command, Feature, Job, OnAction, OnFact, OnForm, OnReply, TextTaker, View
from bot.people.values import Role
from handlers import journal
from handlers.challenges import cadence, community, examples, flows, payloads, views

feature = Feature(
    name="challenges",
    commands=(
        Command(
            "challenge",
            _("See the challenge, join it, or start one"),
            flows.directory,
            button=_("Challenge"),
        ),
    ),
    actions=(
        OnAction(payloads.Start, flows.open_start, role=Role.LEAD),
        OnAction(payloads.Join, flows.join),
        OnAction(payloads.Leave, flows.leave),
        OnAction(payloads.Progress, flows.progress),
        OnAction(payloads.Done, flows.done),
        OnAction(payloads.NotDone, flows.not_done),
        OnAction(payloads.NotAnEntry, flows.not_an_entry),
    ),
    forms=(OnForm(payloads.ChallengeDraft, flows.start, flows.pack_options, role=Role.LEAD),),
    replies=(OnReply(payloads.AboutDay, flows.reply_to_day),),
    facts=(
        OnFact(journal.EntryWritten, flows.count_entry),
        OnFact(journal.DayEmptied, flows.uncount_entry),
        OnFact(PersonChanged, cadence.follow_person),
        OnFact(PersonLeft, cadence.release_person),
        OnFact(PlaceJoined, cadence.show_to_place),
        OnFact(CommunityChanged, community.follow_community),
        OnFact(PeopleLinked, community.count_anew),
    ),
    jobs=(
        Job(flows.PLACE_JOB, cadence.post_day),
        Job(flows.ACTIVITY_JOB, cadence.send_days),
        Job(flows.END_JOB, cadence.end, grace=timedelta(days=366)),
    ),
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
        View("progress", lambda: views.progress(examples.CHALLENGE, 2, 3)),
        View("progress, none yet", lambda: views.progress(examples.CHALLENGE, 0, 3)),
        View("not in it", lambda: views.not_in_it(examples.CHALLENGE)),
        View("not an entry", views.not_an_entry),
        View("day is over", lambda: views.day_is_over(3)),
        View("announced", lambda: views.announced(examples.CHALLENGE, ["practice", "Praxis"])),
        View("announced nowhere", lambda: views.announced(examples.CHALLENGE, [])),
        View("directory", lambda: views.directory((examples.CHALLENGE,), may_start=True)),
        View("no challenge", lambda: views.directory((), may_start=False)),
        View("over", examples.over),
        View("ended", lambda: views.ended(examples.CHALLENGE, 12)),
        View("my end", lambda: views.my_end(examples.CHALLENGE, 5)),
        View("my end, none done", lambda: views.my_end(examples.CHALLENGE, 0)),
        View("start form", examples.start_form),
    ),
)

__all__ = ["feature"]
