"""Examples of the charters' views, for the gallery and its tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

from bot.chat.action import Action
from bot.chat.form import Draft, Form, opened
from bot.chat.message import Message, Option
from bot.chat.text import Mention
from bot.core.feature import Paper, View
from bot.papers.document import Document
from handlers.charters import endorsing_views, forms, lead_views, page_views, payloads, seat_views, views, work_views
from handlers.charters.charter import (
    About,
    Answer,
    Answered,
    Charter,
    Endorsement,
    Part,
    Report,
    Seat,
    SignOff,
    Standing,
    Taking,
    Variant,
)
from handlers.charters.page_views import Told
from handlers.charters.rules import Kind, Missing, Rhythm, Stance, State, changes
from handlers.charters.views import Line, Mine, Shelf
from handlers.charters.words import Chapter

AT = datetime(2026, 3, 23, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 15, 0, tzinfo=UTC)
WORDS = {
    "name": "Shorter handovers",
    "goal": "Find out what makes a handover short and safe.",
    "scope_in": "Handovers between shifts.",
    "scope_out": "The software that we use.",
    "hours": "2 hours a week for four of us",
    "pledged": "200",
    "budget": "300 for travel",
    "deliverables": "A checklist, and a talk about it.",
    "measures": "Minutes per handover, before and after.",
}
SEATS = (Seat(31, "Interviewer", "patient, likes to listen"), Seat(32, "Writer"), Seat(33, "Counter", person=5))
PROJECT = Charter(
    7,
    Kind.PROJECT,
    "research",
    WORDS,
    state=State.ENDORSING,
    round=1,
    lead=1,
    co_lead=2,
    sponsor=4,
    sign_off=SignOff.ASKED,
    opened_at=AT,
    until=LATER,
    shown_at=AT,
    ends_on=date(2026, 9, 30),
    review_on=date(2026, 7, 1),
)
GROUP = Charter(
    8,
    Kind.GROUP,
    "better together",
    {"name": "Retro circle", "goal": "How do we learn from small mishaps?"},
    state=State.ACTIVE,
    lead=1,
    rhythm=Rhythm.NEVER,
    opened_at=AT,
    heard_at=AT,
    ends_on=date(2026, 6, 30),
)
SAID = {Stance.SUPPORT: 4, Stance.CONDITION: 1, Stance.CONCERN: 1}
CONDITION = Endorsement(41, 7, 5, Stance.CONDITION, "The night shift is asked first.")
CONCERN = Endorsement(42, 7, 6, Stance.CONCERN, "Another group works on this.", "We talked to them, and share the work.")
NAMES = {5: "Bob Schmidt", 6: "ليلى حداد"}
CHANGED = changes(WORDS, {**WORDS, "goal": "Find out what makes a handover safe.", "budget": ""})
REPORT = Report(
    51,
    7,
    About.PROGRESS,
    {
        "done": "Five interviews.",
        "learned": "Most time goes into searching.",
        "stuck": "No date with the night shift.",
        "ask": "Who knows it?",
    },
    1,
    AT,
)
RESULTS = Report(
    52,
    7,
    About.RESULTS,
    {"found": "A list of five points halves the time.", "asset": "The checklist", "adopted": "Wards 3 and 4", "presents": "yes"},
    1,
)
ANSWERS = (
    ("Bob Schmidt", Answered(5, Answer.KUDOS)),
    ("ليلى حداد", Answered(6, Answer.SUGGESTION, "Ask the day shift, too.")),
    ("Wei Chen", Answered(9, Answer.ENDORSE)),
)


def standing(state: State = State.ENDORSING, charter: Charter = PROJECT) -> Standing:
    """A project in a state."""
    return Standing(
        replace(charter, state=state),
        "Ann Keller",
        "Hanako Sato",
        "Jürgen Weiß" if charter.sponsor else "",
        ("Hanako Sato", "Bob Schmidt"),
        SEATS if charter is PROJECT else (),
        {31: 2},
        SAID,
        "learning",
        "Europe/Berlin",
        LATER,
    )


def card(state: State) -> Message:
    """The card of a project in a state."""
    over = replace(PROJECT, words={**WORDS, "why": "The ward is closed."}) if state.is_over else PROJECT
    return views.card(standing(state, over) if over is PROJECT else Standing(replace(over, state=state), "Ann Keller"))


def seen() -> Message:
    """All of a project for whoever leads it."""
    objections = endorsing_views.objections((CONDITION, CONCERN), NAMES, may_answer=True)
    own = replace(PROJECT, variant=Variant.FOR_SOMEONE, words={**WORDS, "served": "The night shift of ward 3", "gets": "Ten minutes more"})
    mine = Mine(Taking(1, Part.FOLLOWS), Stance.SUPPORT, may_manage=True)  # a lead of the community, who endorses it as well
    return views.seen(standing(charter=own), mine, objections, work_views.newest(REPORT, "Ann Keller"), changed=True)


def shelf(**values: object) -> Shelf:
    """A page of the directory."""
    lines = (Line(replace(PROJECT, state=State.RECRUITING), 2, "Ann Keller"), Line(GROUP, 0, ""))
    return replace(Shelf(lines, 12, 1, zone="Europe/Berlin", may_overview=True), **values)  # type: ignore[arg-type]


def manage(state: State) -> Message:
    """What can be done with a project in a state."""
    return lead_views.manage(standing(state), ((1, "learning"), (2, "practice")), is_lead=True)


def form(draft: type[Draft], subject: Action) -> Form:
    """A form with its choices."""
    people = (Option("1", "Ann Keller"), Option("2", "ليلى حداد"))
    with_nobody = (Option(forms.NOBODY, "Nobody"), *people)
    return opened(
        draft,
        subject=subject,
        intro="Shorter handovers",
        options={"people": people, "co_lead": with_nobody, "sponsor": with_nobody, "to": people},
    )


FORMS: tuple[tuple[str, type[Draft], Action], ...] = (
    ("search form", forms.SearchDraft, payloads.Search()),
    ("group form", forms.GroupDraft, payloads.Write("group")),
    ("project form", forms.ProjectDraft, payloads.Write("project")),
    ("scope form", forms.ScopeDraft, payloads.Complete(7, Chapter.SCOPE.value, 1)),
    ("outcome form", forms.OutcomeDraft, payloads.Complete(7, Chapter.OUTCOME.value, 1)),
    ("team form", forms.TeamDraft, payloads.Complete(7, Chapter.TEAM.value, 1)),
    ("resources form", forms.ResourcesDraft, payloads.Complete(7, Chapter.RESOURCES.value, 1)),
    ("rhythm form", forms.RhythmDraft, payloads.Complete(7, Chapter.RHYTHM.value, 1)),
    ("publish form", forms.PublishDraft, payloads.Publish(7)),
    ("send back form", forms.SendBackDraft, payloads.SendBack(7)),
    ("objection form", forms.ObjectionDraft, payloads.Object(7, "condition")),
    ("objection answer form", forms.ObjectionAnswerDraft, payloads.AnswerIt(41)),
    ("sign off form", forms.SignOffDraft, payloads.GiveSignOff(7, confirms=True)),
    ("seat form", forms.SeatDraft, payloads.AskForSeat(31)),
    ("report form", forms.ReportDraft, payloads.WriteReport(7)),
    ("report answer form", forms.ReportAnswerDraft, payloads.AnswerReport(51, "suggestion")),
    ("changed form", forms.ChangedDraft, payloads.TellChanged(51)),
    ("results form", forms.ResultsDraft, payloads.BringResults(7)),
    ("close form", forms.CloseDraft, payloads.Close(7)),
    ("end form", forms.EndDraft, payloads.End(7, sets=False)),
    ("support form", forms.SupportDraft, payloads.AskSupport(7)),
    ("hand over form", forms.HandOverDraft, payloads.HandOver(7)),
)

TOLD = Told((REPORT, RESULTS), {(51, Answer.KUDOS): 7, (51, Answer.HELP): 2})


def page() -> Document:
    """One charter on paper."""
    return page_views.page(standing(State.RESULTS), TOLD)


def overview() -> Document:
    """All of them on paper."""
    entries = [(standing(State.RESULTS), TOLD), (standing(State.ACTIVE, GROUP), Told())]
    return page_views.overview("Learning Engineers", entries)


PAPERS = (Paper("page", page), Paper("overview", overview))

VIEWS = (
    *(View(f"card, {state.value}", partial(card, state)) for state in State if state.is_known),
    View("card, group", lambda: views.card(standing(State.ACTIVE, GROUP))),
    View("seen", seen),
    View("seen, by its lead", lambda: views.seen(standing(), Mine(may_manage=True, leads=True))),
    View("seen, by somebody", lambda: views.seen(standing(State.ACTIVE, GROUP), Mine())),
    View("seen, by one of the team", lambda: views.seen(standing(State.ACTIVE), Mine(Taking(5, Part.TEAM)))),
    View("seen, by one who asks", lambda: views.seen(standing(State.RECRUITING), Mine(Taking(5, Part.ASKS)))),
    View("directory", lambda: views.directory(shelf())),
    View("directory, empty", lambda: views.directory(Shelf())),
    View("directory, none of these", lambda: views.directory(Shelf(state="dormant"))),
    View("directory, by name", lambda: views.directory(shelf(name="hand", total=1, page=0))),
    View("start", lambda: views.start(None)),
    View("start, from the agenda", lambda: views.start(3, "How do we hand over in ten minutes?")),
    View("no place", views.no_place),
    View("announced", lambda: views.announced(GROUP, ["learning", "practice"])),
    View("done", lambda: views.done(PROJECT)),
    View("moved on", lambda: views.past_it(PROJECT)),
    View(
        "draft",
        lambda: lead_views.drafted(
            Standing(replace(PROJECT, state=State.DRAFT, round=0, words={"name": "Shorter handovers", "goal": WORDS["goal"]})),
            is_lead=False,
        ),
    ),
    View("draft, a lead's", lambda: lead_views.drafted(standing(State.DRAFT), is_lead=True)),
    View("discarded", lead_views.discarded),
    View("you are in", lambda: lead_views.you_are_in(GROUP, "Ann Keller")),
    View("proposal", lambda: lead_views.proposal(standing(State.PROPOSED), "Bob Schmidt")),
    View("proposed", lambda: lead_views.proposed(PROJECT, is_lead=False)),
    View("proposed, by a lead", lambda: lead_views.proposed(PROJECT, is_lead=True)),
    View("published", lambda: lead_views.published(PROJECT, "Ann Keller")),
    View("sent back", lambda: lead_views.sent_back(PROJECT, "Ann Keller", "Another group works on this already.")),
    View("amended", lambda: lead_views.amended(PROJECT, CHANGED)),
    View("saved", lambda: lead_views.saved(PROJECT, ())),
    View("saved, told", lambda: lead_views.saved(GROUP, CHANGED)),
    View("saved, asked again", lambda: lead_views.saved(PROJECT, CHANGED)),
    View("versions", lambda: lead_views.versions(PROJECT, [(2, CHANGED)])),
    View("versions, one", lambda: lead_views.versions(PROJECT, ())),
    *(View(f"manage, {state.value}", partial(manage, state)) for state in State),
    View("yours", lambda: lead_views.is_yours(PROJECT, "Ann Keller")),
    View("yours, taken on", lambda: lead_views.is_yours(PROJECT, None)),
    View("stands in", lambda: lead_views.stands_in(PROJECT)),
    View("handed over", lambda: lead_views.handed_over(PROJECT, "Bob Schmidt")),
    View("taken on already", lambda: lead_views.is_taken(PROJECT, "Bob Schmidt")),
    View("orphaned", lambda: lead_views.orphaned(PROJECT)),
    View("support asked", lambda: lead_views.support_asked(PROJECT, Mention("Bob Schmidt", ()), "We have no room on Tuesdays.")),
    View("support on its way", lambda: lead_views.support_on_its_way(PROJECT, ["Ann Keller"])),
    View("support, nobody to ask", lambda: lead_views.support_on_its_way(PROJECT, [])),
    View("review", lambda: lead_views.to_review(replace(PROJECT, state=State.ACTIVE))),
    *(
        View(f"said, {stance.value}", partial(endorsing_views.said, PROJECT, stance, "The night shift is asked first.", is_new=True))
        for stance in Stance
    ),
    View("still open", lambda: endorsing_views.still_open(PROJECT)),
    View("said, the same", lambda: endorsing_views.said(PROJECT, Stance.SUPPORT, "", is_new=False)),
    View("taken back", lambda: endorsing_views.taken_back(PROJECT, was_there=True)),
    View("nothing to take back", lambda: endorsing_views.taken_back(PROJECT, was_there=False)),
    View("your own", lambda: endorsing_views.your_own(PROJECT)),
    View("to answer", lambda: endorsing_views.to_answer(PROJECT, (CONDITION,), NAMES)),
    View("all answered", lambda: endorsing_views.to_answer(PROJECT, (), NAMES)),
    View("answered", lambda: endorsing_views.answered(PROJECT, CONCERN, "Ann Keller")),
    View("answer given", lambda: endorsing_views.answer_given(PROJECT)),
    View("asked again", lambda: endorsing_views.asked_again(PROJECT, CHANGED)),
    View("ended, endorsed", lambda: endorsing_views.ended(standing(State.CONFIRMING), ())),
    View("ended, not endorsed", lambda: endorsing_views.ended(standing(State.DRAFT), tuple(Missing))),
    View("to work on", lambda: endorsing_views.work_on(PROJECT, (Missing.CONDITIONS,))),
    View("to confirm", lambda: endorsing_views.to_confirm(PROJECT)),
    View("confirmed", lambda: endorsing_views.confirmed(PROJECT)),
    View("to sign off", lambda: endorsing_views.to_sign_off(PROJECT)),
    View(
        "signed off",
        lambda: endorsing_views.signed_off(
            replace(PROJECT, sign_off=SignOff.CONFIRMED, words={**WORDS, "sign_off": "The hours."}), "Ann Keller"
        ),
    ),
    View(
        "not signed off",
        lambda: endorsing_views.signed_off(
            replace(PROJECT, sign_off=SignOff.DECLINED, words={**WORDS, "sign_off": "Next year."}), "Ann Keller"
        ),
    ),
    View("open seats", lambda: seat_views.open_seats(standing(State.RECRUITING))),
    View("begun", lambda: seat_views.begun(standing(State.ACTIVE))),
    View("place gone", lambda: seat_views.place_gone(PROJECT)),
    View("asked", lambda: seat_views.asked(PROJECT, SEATS[0], LATER)),
    View("asked, waiting list", lambda: seat_views.asked(PROJECT, SEATS[2], LATER)),
    View(
        "asking",
        lambda: seat_views.asking(
            PROJECT, (("ليلى حداد", Taking(6, Part.ASKS, "I did ten of these.", 31)),), {31: SEATS[0]}, LATER, may_give=True
        ),
    ),
    View(
        "asking, too early",
        lambda: seat_views.asking(PROJECT, (("Bob", Taking(5, Part.ASKS, "I like to listen.", 0)),), {}, LATER, may_give=False),
    ),
    View("one more asks", lambda: seat_views.one_more(PROJECT, SEATS[0], "ليلى حداد", "I did ten of these.")),
    View("asking, nobody", lambda: seat_views.asking(PROJECT, (), {}, LATER, may_give=True)),
    View("not yet", lambda: seat_views.not_yet(PROJECT, LATER)),
    View("taken", lambda: seat_views.taken(PROJECT)),
    View("given", lambda: seat_views.given(PROJECT, SEATS[0], "Bob Schmidt")),
    View("your seat", lambda: seat_views.yours(PROJECT, SEATS[0])),
    View("thanked", lambda: seat_views.thanked(PROJECT)),
    View("thanks given", lambda: seat_views.thanks_given(PROJECT, "Bob Schmidt")),
    View("on the team", lambda: seat_views.on_the_team(PROJECT)),
    View("asks already", lambda: seat_views.asks_already(PROJECT)),
    View("follows", lambda: seat_views.follows(PROJECT, follows=True)),
    View("follows no more", lambda: seat_views.follows(PROJECT, follows=False)),
    View("left", lambda: seat_views.left(PROJECT)),
    View("has left", lambda: seat_views.has_left(PROJECT, "Bob Schmidt")),
    View("report", lambda: work_views.posted(PROJECT, REPORT, [each for _name, each in ANSWERS])),
    View("results", lambda: work_views.posted(replace(PROJECT, item=9), RESULTS, ())),
    View("new report", lambda: work_views.new_report(PROJECT, REPORT)),
    View("page", lambda: page_views.files("Shorter handovers", "charter", b"# Shorter handovers\n", b"%PDF")),
    View("page on its way", page_views.on_its_way),
    View("reported", lambda: work_views.reported(PROJECT, ["learning", "practice"])),
    View("answer kept", lambda: work_views.answered(PROJECT, Answer.HELP, "I know the head of ward 3.", is_new=True)),
    View("answer, the same", lambda: work_views.answered(PROJECT, Answer.KUDOS, "", is_new=False)),
    View("answer, changed", lambda: work_views.answered(PROJECT, Answer.QUESTION, "When?", is_new=False)),
    View("digest", lambda: work_views.digest(PROJECT, REPORT, ANSWERS)),
    View("digest, empty", lambda: work_views.digest(PROJECT, REPORT, ())),
    View("what changed", lambda: work_views.changed(PROJECT, replace(REPORT, words={"changed": "We asked the day shift, too."}))),
    View("change told", lambda: work_views.change_told(PROJECT, 3)),
    View("change told, nobody", lambda: work_views.change_told(PROJECT, 0)),
    View("to report", lambda: work_views.to_report(PROJECT)),
    View("what came", lambda: work_views.what_came(replace(PROJECT, item=9), RESULTS)),
    View("brought", lambda: work_views.brought(PROJECT, 9)),
    View("thanks", lambda: work_views.thanks(PROJECT, ["Ann Keller", "ليلى حداد"], "Begin with the night shift.")),
    View("closed", lambda: work_views.closed(PROJECT)),
    View("called off", lambda: work_views.ended(replace(PROJECT, state=State.CANCELLED), "The ward is closed.")),
    View("set down", lambda: work_views.ended(replace(PROJECT, state=State.SUNSET), "The question is answered.")),
    View("rests", lambda: work_views.rests(PROJECT, rests=True)),
    View("goes on", lambda: work_views.rests(PROJECT, rests=False)),
    *(View(name, partial(form, draft, subject)) for name, draft, subject in FORMS),
)
