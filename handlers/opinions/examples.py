"""Examples of what people see of opinion requests, for the gallery and its tests."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from bot.chat.form import Draft, Form, opened
from bot.chat.language import _
from bot.chat.message import Message, Option, Paragraph
from bot.core.feature import View
from bot.papers.document import Quotation, Section
from bot.people.disclosure import too_few_to_be_anonymous
from handlers.opinions import (
    ballot_views,
    draft_views,
    ending_views,
    forms,
    managing_views,
    opening_views,
    payloads,
    quick_views,
    statement_views,
    views,
)
from handlers.opinions.ballot_views import Ballot
from handlers.opinions.composing import Change, How, Sentence
from handlers.opinions.gradients import Gradients
from handlers.opinions.requests import About, Contribution, Request, State, Version
from handlers.opinions.rules import Audience, Decision, Missing, Phase, Position, Printing, Promise, Rule, Size, Way
from handlers.opinions.views import Standing
from handlers.opinions.words import POSITIONS
from handlers.polls import AGREEMENT

BEGUN, DUE = datetime(2026, 3, 20, 8, 0, tzinfo=UTC), datetime(2026, 4, 10, 16, 0, tzinfo=UTC)
ENDS = {
    Phase.STATEMENTS: datetime(2026, 3, 30, 16, 0, tzinfo=UTC),
    Phase.DRAFT: datetime(2026, 4, 3, 16, 0, tzinfo=UTC),
    Phase.RATIFY: datetime(2026, 4, 8, 16, 0, tzinfo=UTC),
    Phase.SEND: DUE,
}
RULE = Request(
    7,
    "What do we say to the new rule on tools?",
    phase=Phase.STATEMENTS,
    background="The board wants every tool to be approved before it is used.",
    asker="The board",
    ends=ENDS,
    owner=3,
    opened_at=BEGUN,
)
FULL = replace(RULE, size=Size.FULL, ends={Phase.INFORM: BEGUN, **ENDS, Phase.MAP: ENDS[Phase.DRAFT]}, is_anonymous=True, is_rapid=True)
QUICK = replace(RULE, size=Size.QUICK, ends={Phase.STATEMENTS: ENDS[Phase.DRAFT], Phase.DRAFT: ENDS[Phase.RATIFY], Phase.SEND: DUE})
OURS = replace(RULE, asker="", phase=Phase.OUTCOME, sent_at=DUE, will_do="We look through our tools once a year.", item=9)
SENT = replace(RULE, phase=Phase.OUTCOME, sent_at=DUE, sent_to="The board’s secretary, by mail.", item=9)
UNSENT = replace(RULE, phase=Phase.ENDED, decision=Way.NOT_SENT.value, item=9)
OFF = replace(RULE, phase=Phase.CANCELLED, reason="The board took the rule back.")
OVER = replace(SENT, phase=Phase.ENDED, answer="Small projects are exempt from now on.")
DONE = replace(OURS, phase=Phase.ENDED, did="We looked through them in May.")
SAYING = Contribution(11, 7, About.STATEMENT, State.OPEN, "We would review each tool once a year.", 3, agreed=4, disagreed=1, unclear=2)
OTHER = Contribution(12, 7, About.STATEMENT, State.OPEN, "Every tool should be looked at once a year.", 8, {"reason": "Things change."})
ALL = replace(SAYING, more={"reason": "Nobody knows what is in use.", "evidence": "We found three.", "mind": "A list that is kept."})
ASKED = Contribution(13, 7, About.QUESTION, State.OPEN, "Does the rule hold for tools of our own?")
ANSWERED = replace(ASKED, state=State.ANSWERED, more={"reply": "Yes, for those too."})
HINT = Contribution(
    14,
    7,
    About.SUGGESTION,
    State.OPEN,
    "We review tools every two years.",
    0,
    {"before": "We review each tool.", "reason": "Less work"},
)
SENTENCES = (Sentence("We review each tool once a year.", (3, 8)), Sentence("Small projects are exempt.", (), 1))
VERSION = Version(21, 2, SENTENCES, made_by=3)
LEVELS = (3, 2, 1, 1, 0, 1, 0, 0)
CHANGES = (
    Change(How.KEPT, "Small projects are exempt.", "Small projects are exempt."),
    Change(How.CHANGED, "We review each tool.", "We review each tool once a year."),
    Change(How.ADDED, "", "A list is kept."),
    Change(How.TAKEN_OUT, "Nobody minds.", ""),
)
COUNTS = Counter({Position.SUPPORT: 9, Position.SUGGEST: 2, Position.STAND_ASIDE: 1, Position.ONLY_IF_CHANGED: 1, Position.ABSTAIN: 2})
PASSED = Decision(Rule.TWO_THIRDS, 24, 8, COUNTS, 0, ())
REFUSED = Decision(Rule.CONSENT, 24, 16, COUNTS, 0, (Missing.VOTERS, Missing.CONSENT))
FEW = Decision(Rule.CONSENT, 24, 8, Counter({Position.SUPPORT: 3}), 0, (Missing.VOTERS,))
NEARLY = Decision(Rule.CONSENT, 24, 3, Counter({Position.SUPPORT: 6}), 0, ())
BALLOT = Ballot(
    Position.ONLY_IF_CHANGED.value, POSITIONS[Position.ONLY_IF_CHANGED], "Name the small projects in the first sentence.", Printing.NAMED
)


def standing(request: Request = RULE) -> Standing:
    """How a request stands."""
    return Standing(request, 5, 24, "Ann Berger", 2)


def audience_form() -> Form:
    """Who is invited, and who drafts."""
    group = Option("group/3", "Tool smiths")
    invited = (Option("everybody", _("Everybody")), group, Option("named", _("The people whom I choose below")))
    persons = (Option("1", "Ann Berger"), Option("2", "Bob Smith"))
    options = {"invited": invited, "named": persons, "drafts": (Option("nobody", _("Whoever looks after it")), group)}
    return opened(forms.AudienceDraft, subject=payloads.ChangeAudience(7), options=options, intro=RULE.question)


def at(phase: Phase, request: Request = RULE) -> Request:
    """A request in a phase."""
    return replace(request, phase=phase, decision=Way.SIGNATORIES.value if phase is Phase.SEND else None)


def a_form(draft: type[Draft], subject: Any, **values: object) -> Form:
    """A form about the example."""
    return opened(draft, subject=subject, values=values, intro=RULE.question)


def opening_form(subject: payloads.Compose | None, **values: object) -> Form:
    """The form of a new request."""
    return opening_views.asked_for(a_form(forms.OpeningDraft, subject, **values), subject)


def with_options(draft: type[Draft], subject: Any, name: str, *labels: str) -> Form:
    """A form whose options depend on data."""
    options = {name: tuple(Option(str(number), label) for number, label in enumerate(labels))}
    return opened(draft, subject=subject, options=options, intro=RULE.question)


def quick_result() -> Message:
    """What a quick request came to."""
    return quick_views.quick_result(QUICK, AGREEMENT, (5, 3, 0, 2, 1))


def my_things() -> Message:
    """How requests stand at the top of the front door."""
    return Message(_("Needs your voice"), (*views.needs_voice(standing()), *views.needs_voice(standing(at(Phase.RATIFY)))))


REASONS = (
    Section(_("Reasons"), (Quotation("There is more light."),)),
    Section(_("Dissent"), (Section("No", (Quotation("I would travel an hour.", "Priya Nair"),)),)),
)
BY_NAME = replace(RULE, audience=Audience.NAMED, named=frozenset({1, 2}))
OF_GROUP = replace(
    standing(replace(RULE, audience=Audience.GROUP, invited_group=3, group=3)),
    invited=6,
    drafting_group="Tool smiths",
    invited_group="Tool smiths",
)
OF_REQUEST = (
    *(View(f"card, {phase}", partial(lambda phase: views.card(standing(at(phase, FULL))), phase)) for phase in list(Phase)[2:8]),
    View("card, waits for me", lambda: views.card(standing(at(Phase.STATEMENTS)), waits_for_me=True)),
    View("card, has mine", lambda: views.card(standing(at(Phase.RATIFY)), waits_for_me=False)),
    View("card, quick", lambda: views.card(standing(QUICK))),
    View("card, for ourselves", lambda: views.card(standing(OURS))),
    View("card, sent", lambda: views.card(standing(SENT))),
    View("card, over", lambda: views.card(standing(OVER))),
    View("card, over, ours", lambda: views.card(standing(DONE))),
    View("card, not sent", lambda: views.card(standing(UNSENT))),
    View("card, called off", lambda: views.card(standing(OFF))),
    View("seen", lambda: views.seen(standing(), [_("You answered some statements.")], may_manage=True)),
    View("seen, over", lambda: views.seen(standing(OVER), (), may_manage=False)),
    View("prepared", lambda: opening_views.prepared(standing(), is_lead=True)),
    View("prepared by a member", lambda: opening_views.prepared(standing(FULL), is_lead=False)),
    View("prepared, a group drafts", lambda: opening_views.prepared(OF_GROUP, is_lead=True)),
    View("card, of a group", lambda: views.card(OF_GROUP)),
    View("card, by name", lambda: views.card(replace(standing(BY_NAME), invited=2))),
    View("invitation", lambda: views.invitation(OF_GROUP)),
    View("seen, not asked", lambda: views.seen(OF_GROUP, (), may_manage=False, is_asked=False)),
    View("waits in chat", opening_views.waits_in_chat),
    View("opened", lambda: opening_views.opened(RULE, ["learning", "General"])),
    View("no place", opening_views.no_place),
    View("discarded", opening_views.discarded),
    View("proposed", lambda: opening_views.proposed(RULE)),
    View("proposal, gone", opening_views.gone),
    View("proposal, taken back", lambda: opening_views.taken_back(RULE, "Bob Smith")),
    View("discarded, proposed", lambda: opening_views.discarded(leads_saw_it=True)),
    View("proposal", lambda: opening_views.proposal(standing(), "Bob Smith")),
    View("proposal, opened", lambda: opening_views.proposal_settled(RULE, "Ann Berger", opens=True)),
    View("proposal, not now", lambda: opening_views.proposal_settled(RULE, "Ann Berger", opens=False)),
    View("directory", lambda: opening_views.directory([RULE, at(Phase.RATIFY, FULL)], [OVER])),
    View("directory, empty", lambda: opening_views.directory((), ())),
    *(View(f"moved, {phase}", partial(lambda phase: views.moved(standing(at(phase))), phase)) for phase in (Phase.MAP, Phase.SEND)),
    View("reminder", lambda: views.reminder(standing())),
    View("reminder, done", lambda: views.has_voice(RULE)),
    View("past it", lambda: views.past_it(RULE)),
    View("orphaned", lambda: views.orphaned(RULE)),
    View("my things", my_things),
    View("opening form", lambda: opening_form(None)),
    View("opening form, about a message", lambda: opening_form(payloads.Compose(about_message=True), background=RULE.background)),
    View("message without words", opening_views.no_words),
    View("audience form", audience_form),
    View("terms form", lambda: a_form(forms.TermsDraft, payloads.ChangeTerms(7), question=RULE.question, on=date(2026, 4, 10))),
)
OF_STATEMENTS = (
    View("statement", lambda: statement_views.to_answer(RULE, ALL, "Bob Smith", last=OTHER, left=4)),
    View("statement, answered", lambda: statement_views.to_answer(at(Phase.MAP, FULL), SAYING, None, said_before="u")),
    View("statements, all answered", lambda: statement_views.all_answered(RULE, SAYING, is_empty=False)),
    View("statements, none", lambda: statement_views.all_answered(RULE, None, is_empty=True)),
    View("statements, on the map", lambda: statement_views.all_answered(at(Phase.MAP, FULL), None, is_empty=False)),
    View("submitted", lambda: statement_views.submitted(RULE, SAYING)),
    View("alike", lambda: statement_views.alike(RULE, SAYING, [OTHER])),
    View("word for word", lambda: statement_views.is_there(RULE, OTHER)),
    View("taken back", lambda: statement_views.taken_back(RULE)),
    View("answered, so it stays", lambda: statement_views.is_answered(RULE, SAYING)),
    View("question asked", lambda: statement_views.asked(RULE)),
    View("question to answer", lambda: statement_views.to_reply(RULE, ASKED)),
    View("question answered", lambda: statement_views.replied(RULE, ANSWERED)),
    View("answer told", lambda: statement_views.reply_told(RULE)),
    View("queue", lambda: statement_views.queue(RULE, [SAYING, replace(OTHER, state=State.SENT_BACK)], 0)),
    View("queue, a page", lambda: statement_views.queue(RULE, [SAYING] * 12, 1)),
    View("queue, empty", lambda: statement_views.queue(RULE, (), 0)),
    View("sent back", lambda: statement_views.judged(RULE, replace(SAYING, state=State.SENT_BACK, more={"note": "Two ideas in one."}))),
    View("flagged", lambda: statement_views.judged(RULE, replace(SAYING, state=State.FLAGGED, more={"note": "It names a person."}))),
    View("merged", lambda: statement_views.judged(RULE, replace(SAYING, state=State.MERGED, more={"into": OTHER.text}))),
    View("judgement told", lambda: statement_views.judgement_told(RULE)),
    View("merging told", lambda: statement_views.merged(RULE)),
    View("statement form", lambda: a_form(forms.StatementDraft, payloads.WriteStatement(7))),
    View("question form", lambda: a_form(forms.QuestionDraft, payloads.AskQuestion(7))),
    View("reply form", lambda: a_form(forms.ReplyDraft, payloads.AnswerQuestion(13))),
    View("merge form", lambda: with_options(forms.MergeDraft, payloads.Merge(11), "into", OTHER.text)),
    View("judgement form", lambda: a_form(forms.JudgementDraft, payloads.Judge(11, State.FLAGGED.value))),
)
OF_DRAFT = (
    View("map, around it", lambda: draft_views.map_of(at(Phase.MAP, FULL), (Paragraph(_("All of us agree.")),))),
    View("map, not yet", lambda: draft_views.no_map(at(Phase.MAP, FULL))),
    View("map, being drawn", draft_views.drawing),
    View("draft", lambda: draft_views.draft(at(Phase.DRAFT), VERSION, {3: SAYING.text, 8: OTHER.text}, 2, may_manage=True)),
    View(
        "draft, being tested",
        lambda: draft_views.draft(at(Phase.DRAFT), replace(VERSION, is_tested=True), {}, 0, may_manage=False),
    ),
    View("draft, tested", lambda: draft_views.draft(at(Phase.DRAFT), replace(VERSION, levels=LEVELS), {}, 0, may_manage=True)),
    View("draft, voted on", lambda: draft_views.draft(at(Phase.RATIFY), replace(VERSION, number=1), {}, 0, may_manage=False)),
    View("draft, to send", lambda: draft_views.draft(at(Phase.SEND), VERSION, {}, 0, may_manage=True)),
    View("draft, not voted on", lambda: draft_views.draft(replace(at(Phase.SEND), voted=1), VERSION, {}, 0, may_manage=True)),
    View("draft, quick", lambda: draft_views.draft(at(Phase.DRAFT, QUICK), VERSION, {}, 0, REASONS, may_manage=True)),
    View("draft, none", lambda: draft_views.no_draft(at(Phase.DRAFT), may_manage=True)),
    View("draft, nothing said", lambda: draft_views.nothing_said(at(Phase.DRAFT))),
    View("first draft", lambda: draft_views.first(at(Phase.DRAFT), VERSION)),
    View("saved", lambda: draft_views.saved(at(Phase.DRAFT), VERSION)),
    View("saved, not voted on", lambda: draft_views.saved(replace(at(Phase.SEND), voted=1), VERSION)),
    View("file for none", lambda: draft_views.no_single_draft(0)),
    View("file for several", lambda: draft_views.no_single_draft(2)),
    View("file unreadable", lambda: draft_views.unreadable("notes.md")),
    View("changes", lambda: draft_views.changes(at(Phase.DRAFT), 2, CHANGES)),
    View("changes, none", lambda: draft_views.changes(at(Phase.DRAFT), 2, ())),
    View("suggested", lambda: draft_views.suggested(at(Phase.DRAFT), HINT)),
    View("suggestions wait", lambda: draft_views.suggestions_wait(at(Phase.DRAFT), 2)),
    View("suggestions", lambda: draft_views.suggestions(at(Phase.DRAFT), [HINT])),
    View("suggestions, none", lambda: draft_views.suggestions(at(Phase.DRAFT), ())),
    View("suggestion accepted", lambda: draft_views.suggestion_settled(RULE, replace(HINT, state=State.ACCEPTED))),
    View(
        "suggestion declined",
        lambda: draft_views.suggestion_settled(RULE, replace(HINT, state=State.DECLINED, more={"note": "We can do it yearly."})),
    ),
    View("suggestion, sentence gone", lambda: draft_views.sentence_gone(RULE, HINT)),
    View("suggestion, declining told", lambda: draft_views.declined(RULE)),
    View("test", lambda: draft_views.to_test(at(Phase.DRAFT))),
    View("test begun", lambda: draft_views.test_begun(at(Phase.DRAFT))),
    View("level given", lambda: draft_views.level_given(at(Phase.DRAFT), 2)),
    View("tested", lambda: draft_views.tested(RULE, Gradients(LEVELS))),
    View("tested, split", lambda: draft_views.tested(RULE, Gradients((3, 1, 0, 0, 0, 0, 1, 3)))),
    View("tested, too few", lambda: draft_views.tested(FULL, Gradients((1, 1, 0, 0, 0, 0, 0, 0)))),
    View("tested, nearly all", lambda: draft_views.tested(FULL, Gradients((6, 0, 0, 0, 0, 0, 0, 0)))),
    View("quick result", quick_result),
    View("text form", lambda: a_form(forms.TextDraft, payloads.EditDraft(7, 2), text="We review each tool once a year. [S3]")),
    View("suggestion form", lambda: with_options(forms.SuggestionDraft, payloads.Suggest(7, 2), "sentence", SENTENCES[0].text)),
    View("decline form", lambda: a_form(forms.DeclineDraft, payloads.SettleSuggestion(14, accepts=False))),
    View("level form", lambda: a_form(forms.LevelDraft, payloads.GiveLevel(7))),
)
OF_VOTE = (
    View("ballot form", lambda: opened(forms.BallotDraft, subject=payloads.Ratify(7), intro=ballot_views.intro(FULL, VERSION))),
    View("ballot form, quick", lambda: with_options(forms.BallotDraft, payloads.Ratify(7), "position", "Yes", "No")),
    View("counted", lambda: ballot_views.counted(RULE, BALLOT)),
    View("withdrawn", lambda: ballot_views.withdrawn(RULE, was_there=True)),
    View("nothing to withdraw", lambda: ballot_views.withdrawn(RULE, was_there=False)),
    View("ratified", lambda: ballot_views.decided(replace(RULE, decision=Way.OURS.value), PASSED)),
    View("not ratified", lambda: ballot_views.decided(replace(RULE, decision=Way.ANNEX.value), REFUSED)),
    View("vote, too few", lambda: ballot_views.decided(replace(FULL, decision=Way.NOT_SENT.value), FEW)),
    View("vote, nearly all", lambda: ballot_views.decided(replace(FULL, decision=Way.OURS.value), NEARLY)),
    View("remarks", lambda: ballot_views.remarks(RULE, [BALLOT])),
    View("remarks, a page", lambda: ballot_views.remarks(RULE, [BALLOT] * 25, 1)),
    View("new round", lambda: ballot_views.new_round(at(Phase.RATIFY), tuple(draft_views.change_blocks(CHANGES)))),
    View("new round, same words", lambda: ballot_views.new_round(at(Phase.RATIFY), ())),
    View("new round, receipt", lambda: ballot_views.gone_on(RULE)),
    View("round form", lambda: a_form(forms.RoundDraft, payloads.NewRound(7))),
)
OF_ENDING = (
    View("to send", lambda: ending_views.to_send(replace(RULE, decision=Way.ANNEX.value))),
    View("to send, ours", lambda: ending_views.to_send(replace(RULE, asker=""))),
    View("to send, not ratified", lambda: ending_views.to_send(replace(RULE, decision=Way.NOT_SENT.value))),
    View("files on their way", ending_views.on_their_way),
    View("files", lambda: ending_views.files(RULE.question, b"# Our response\n", b"%PDF")),
    View("kept", lambda: ending_views.is_kept(SENT, 9)),
    View("signed", lambda: ending_views.signed(RULE)),
    View("unsigned", lambda: ending_views.unsigned(RULE)),
    View("sent", lambda: ending_views.sent(SENT)),
    View("sent, ours", lambda: ending_views.sent(replace(OURS, is_anonymous=True))),
    View("sent, in its card", lambda: ending_views.was_sent(SENT)),
    View("sent, receipt", lambda: ending_views.is_sent(SENT, 12)),
    View("not sent", lambda: ending_views.not_sent(UNSENT)),
    View("ended without", lambda: ending_views.ended_without(RULE)),
    View("what came", lambda: ending_views.what_came(SENT)),
    View("what came, ours", lambda: ending_views.what_came(OURS)),
    View("outcome", lambda: ending_views.outcome(OVER)),
    View("outcome, ours", lambda: ending_views.outcome(DONE)),
    View("outcome told", lambda: ending_views.outcome_told(OVER, 12)),
    View("lessons", lambda: ending_views.lessons(OVER, ["An objection can be heard without a quarrel."])),
    View("sign form", lambda: a_form(forms.SignDraft, payloads.Sign(7))),
    View("send form", lambda: ending_views.asked_for(a_form(forms.SendDraft, payloads.Send(7)), RULE)),
    View("answer form", lambda: ending_views.asked_for(a_form(forms.AnswerDraft, payloads.TellAnswer(7)), OURS)),
    View("lesson form", lambda: a_form(forms.LessonDraft, payloads.TellLesson(7))),
)
OF_MANAGING = (
    *(
        View(f"manage, {phase}", partial(lambda phase: managing_views.manage(standing(at(phase)), has_draft=True), phase))
        for phase in (Phase.STATEMENTS, Phase.DRAFT, Phase.RATIFY, Phase.SEND, Phase.OUTCOME)
    ),
    View("manage, quick", lambda: managing_views.manage(standing(at(Phase.DRAFT, QUICK)), has_draft=True)),
    View("moved on", lambda: managing_views.moved_on(RULE)),
    View("refused", lambda: managing_views.refused(RULE, too_few_to_be_anonymous(3, 5))),
    View("looser", lambda: managing_views.refused(RULE, managing_views.is_looser({Promise.QUORUM}))),
    View("terms changed", lambda: managing_views.terms_changed(standing())),
    View("extended", lambda: managing_views.extended(RULE, DUE, "The board gave us another week.")),
    View("grown", lambda: managing_views.grown(standing(FULL))),
    View("yours", lambda: managing_views.is_yours(RULE, "Ann Berger")),
    View("yours, taken", lambda: managing_views.is_yours(RULE, None)),
    View("of your group", lambda: managing_views.is_your_groups(RULE, "Tool smiths")),
    View("audience saved", lambda: managing_views.saved(RULE)),
    View("handed over", lambda: managing_views.handed_over(RULE, "Bob Smith")),
    View("taken already", lambda: managing_views.is_taken(RULE, "Bob Smith")),
    View("extend form", lambda: a_form(forms.ExtendDraft, payloads.Extend(7), on=date(2026, 4, 12), at=time(18))),
    View("cancel form", lambda: a_form(forms.CancelDraft, payloads.Cancel(7))),
    View("hand over form", lambda: with_options(forms.HandOverDraft, payloads.HandOver(7), "to", "Ann Berger", "Bob Smith")),
    View("grow form", lambda: a_form(forms.GrowDraft, payloads.Grow(7), on=date(2026, 4, 12))),
)
VIEWS = (*OF_REQUEST, *OF_STATEMENTS, *OF_DRAFT, *OF_VOTE, *OF_ENDING, *OF_MANAGING)
