"""Accountability partners: two, or three, who go through a challenge side by side."""

from datetime import timedelta

from bot.chat.language import _
from bot.core.facts import PeopleLinked, PersonChanged, WordsRefused
from bot.core.feature import Command, Feature, Job, Later, OnAction, OnFact, OnForm, OnReply
from bot.people.values import Role
from handlers import challenges, endings, journal, nudges
from handlers.partners import answering, evening, flows, following, grouping, leading, my_things, payloads, relaying
from handlers.partners.rows import MemberRow
from handlers.partners.store import partners_of_actor

LONG_AFTER = timedelta(days=366)

feature = Feature(
    name="partners",
    commands=(Command("partner", _("See how the day stands for your partner, cheer and write"), flows.command, button=_("My partner")),),
    actions=(
        OnAction(payloads.ShowMine, flows.show_mine),
        OnAction(payloads.Wish, flows.wish),
        OnAction(payloads.WantCompany, flows.want_company),
        OnAction(payloads.Cheer, flows.cheer),
        OnAction(payloads.AskHow, flows.ask_how),
        OnAction(payloads.ReplyTo, relaying.open_reply),
        OnAction(payloads.TakeBack, relaying.take_back),
        OnAction(payloads.MeetUp, relaying.meet_up),
        OnAction(payloads.AskAgreement, flows.open_agreement),
        OnAction(payloads.AskEvening, flows.open_evening),
        OnAction(payloads.Decline, flows.decline),
        OnAction(payloads.AskNever, flows.open_never),
        OnAction(payloads.Answer, answering.answer),
        OnAction(payloads.PairUp, leading.pair_up, role=Role.LEAD),
        OnAction(payloads.Reroll, leading.reroll, role=Role.LEAD),
        OnAction(payloads.AskFix, leading.open_fix, role=Role.LEAD),
        OnAction(payloads.Release, leading.release, role=Role.LEAD),
        OnAction(payloads.Send, leading.send, role=Role.LEAD),
        OnAction(payloads.Audit, leading.audit, role=Role.LEAD),
    ),
    forms=(
        OnForm(payloads.ReplyDraft, relaying.reply, about=payloads.ReplyTo),
        OnForm(payloads.AgreementDraft, flows.agree, about=payloads.AskAgreement),
        OnForm(payloads.EveningDraft, flows.save_evening),
        OnForm(payloads.NeverDraft, flows.save_never, flows.never_options),
        OnForm(payloads.FixDraft, leading.fix, leading.fix_options, role=Role.LEAD, about=payloads.AskFix),
    ),
    replies=(
        OnReply(payloads.ReplyTo, relaying.reply_to_sign, on_file=relaying.refuse_file),
        OnReply(payloads.Relayed, relaying.reply_to_words, on_file=relaying.refuse_file, on_reaction=relaying.follow_reaction),
    ),
    on_edit=relaying.follow_edit,
    on_delete=relaying.follow_deletion,
    facts=(
        OnFact(challenges.ParticipantJoined, following.greet),
        OnFact(challenges.ParticipantLeft, following.let_go),
        OnFact(challenges.ParticipantPaused, following.follow_pause),
        OnFact(challenges.PartnerWish, following.follow_wish),
        OnFact(challenges.ChallengeBegun, leading.at_the_start),
        OnFact(challenges.ChallengeEnded, following.end),
        OnFact(challenges.DayDone, evening.follow_day),
        OnFact(challenges.DayUndone, evening.follow_day),
        OnFact(nudges.AwayChanged, following.follow_away),
        OnFact(endings.CheersAsked, following.count_cheers),
        OnFact(challenges.ProgressShown, following.add_button),
        OnFact(challenges.ManagerShown, leading.offer_buttons),
        OnFact(journal.EntryWritten, following.share),
        OnFact(journal.EntryChanged, following.follow_entry),
        OnFact(PersonChanged, following.follow_person),
        OnFact(PeopleLinked, following.follow_link),
        OnFact(WordsRefused, relaying.tell_refused),
    ),
    jobs=(
        Job(grouping.EVENING_JOB, evening.send, grace=timedelta(hours=6)),
        Job(relaying.FORGET_JOB, relaying.forget, grace=LONG_AFTER),
        Job(grouping.INVITATION_JOB, grouping.let_invitations_pass, grace=LONG_AFTER),
        Job(leading.SEND_JOB, leading.send_by_itself, grace=LONG_AFTER),
    ),
    laters=(Later("partners.match", leading.compute, leading.take_match),),
    upcoming=my_things.upcoming,
    my_things=my_things.my_things,
    ties=(MemberRow,),
    partners=partners_of_actor,
    keeps=my_things.KEEPS,
    goes=relaying.GOES,
)

__all__ = ["feature"]
