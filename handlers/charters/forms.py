"""The forms of charters, each short, with an example in every field."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from bot.chat.form import Choice, Choices, Day, Draft, Hour, Line, Number, Prose, Toggle, form
from bot.chat.language import _, n_
from bot.chat.message import Option
from handlers.charters.charter import LONGEST_LINE, LONGEST_NAME, LONGEST_NOTE, LONGEST_WHY, Sort, Variant
from handlers.charters.rules import FEWEST_DAYS, MOST_DAYS, USUAL_DAYS, Rhythm
from handlers.charters.words import REASONS, RHYTHMS, SORTS, VARIANTS, WEEKS, WORKS

REASON_OPTIONS = tuple(Option(value, label) for value, label in REASONS.items())
WORK_OPTIONS = tuple(Option(value, label) for value, label in WORKS.items())
VARIANT_OPTIONS = tuple(Option(variant.value, label) for variant, label in VARIANTS.items())
LENGTH_OPTIONS = tuple(Option(str(minutes), n_("{count} minute", "{count} minutes", minutes)) for minutes in (30, 45, 60, 90, 120, 180))
WEEKS_OPTIONS = tuple(Option(str(weeks), label) for weeks, label in WEEKS.items())
SORT_OPTIONS = tuple(Option(sort.value, label) for sort, label in SORTS.items())
RHYTHM_OPTIONS = tuple(Option(rhythm.value, label) for rhythm, label in RHYTHMS.items())
NOBODY = "nobody"
MOST_SEATS = 20
MOST_HOURS = 100_000
PLEDGED = _("All members together, to its end; 0 if nobody can tell.")
NO_TEAM = _("No team yet: call for volunteers")  # for leads of the community alone


@form("charter.search_draft", title=_("Find a charter"), submit=_("Find"))
class SearchDraft(Draft):
    """A part of its name."""

    name: Annotated[str, Line(_("A part of its name"), _("For instance: retro"), longest=LONGEST_NAME)]


@form("charter.group", title=_("Practice group"), submit=_("Announce it"))
class GroupDraft(Draft):
    """A practice group: light, announced at once."""

    name: Annotated[str, Line(_("What is it called?"), _("For instance: Retro circle"), longest=LONGEST_NAME)]
    goal: Annotated[str, Line(_("Its question"), _("For instance: How do we learn from small mishaps?"), longest=LONGEST_LINE)]
    reason: Annotated[str, Choice(_("What is it for?"), options=REASON_OPTIONS)]
    ends_on: Annotated[date, Day(_("Until"), _("A group has an end; it can go on from there."))]
    people: Annotated[tuple[str, ...], Choices(_("Who is in it?"), _("Beside you. They hear of it, and can leave with one press."))] = ()
    seats: Annotated[int, Number(_("Open seats"), _("Shown to everybody; 0 if it is complete."), most=MOST_SEATS)] = 0
    hours: Annotated[
        str, Line(_("Members' hours asked"), _("For instance: 2 hours a week each. The community endorses it then."), longest=LONGEST_LINE)
    ] = ""
    pledged: Annotated[int, Number(_("Hours in all, as a number"), PLEDGED, most=MOST_HOURS)] = 0
    budget: Annotated[str, Line(_("Money asked"), _("For instance: 300 for books. Endorsed likewise."), longest=LONGEST_LINE)] = ""
    calls: Annotated[bool, Toggle(NO_TEAM)] = False


@form("charter.project", title=_("Development project"), submit=_("Keep the draft"))
class ProjectDraft(Draft):
    """The first version of a project: three minutes."""

    name: Annotated[str, Line(_("What is it called?"), _("For instance: Shorter handovers"), longest=LONGEST_NAME)]
    goal: Annotated[str, Prose(_("Its goal"), _("For instance: Find out what makes a handover short and safe."), longest=3000)]
    work: Annotated[str, Choice(_("What is its work?"), options=WORK_OPTIONS)]
    ends_on: Annotated[date, Day(_("Until"), _("When you expect to bring results back."))]
    variant: Annotated[str, Choice(_("Where does it come from?"), options=VARIANT_OPTIONS)] = Variant.OWN.value
    seats: Annotated[str, Prose(_("Open seats"), _("One a line, for instance: Interviewer | patient, likes to listen"), longest=2000)] = ""
    calls: Annotated[bool, Toggle(NO_TEAM)] = False


@form("charter.scope", title=_("Name, goal, scope"), submit=_("Save"))
class ScopeDraft(Draft):
    """What it is about, and what not."""

    name: Annotated[str, Line(_("What is it called?"), _("For instance: Shorter handovers"), longest=LONGEST_NAME)]
    goal: Annotated[str, Prose(_("Its question or goal"), _("For instance: Find out what makes a handover short and safe."), longest=3000)]
    scope_in: Annotated[str, Prose(_("In scope"), _("For instance: handovers between shifts"), longest=3000)] = ""
    scope_out: Annotated[str, Prose(_("Out of scope"), _("For instance: the software that we use"), longest=3000)] = ""
    link: Annotated[str, Line(_("Existing project"), _("Where it can be found, if there is one already."), longest=LONGEST_LINE)] = ""


@form("charter.outcome", title=_("What comes of it"), submit=_("Save"))
class OutcomeDraft(Draft):
    """What it brings back, and how one tells that it worked."""

    deliverables: Annotated[str, Prose(_("Deliverables"), _("For instance: a checklist, and a talk about it"), longest=2000)] = ""
    asset: Annotated[str, Line(_("What stays in the library"), _("For instance: the checklist"), longest=LONGEST_LINE)] = ""
    measures: Annotated[str, Prose(_("Measures"), _("For instance: minutes per handover, before and after"), longest=2000)] = ""
    served: Annotated[str, Line(_("Whom does it serve?"), _("For instance: the night shift of ward 3"), longest=LONGEST_LINE)] = ""
    gets: Annotated[str, Line(_("What do they get?"), _("For instance: ten minutes more with patients"), longest=LONGEST_LINE)] = ""


@form("charter.team", title=_("Team and open seats"), submit=_("Save"))
class TeamDraft(Draft):
    """Who does it, and who is missing."""

    seats: Annotated[str, Prose(_("Open seats"), _("One a line, for instance: Interviewer | patient, likes to listen"), longest=2000)] = ""
    people: Annotated[tuple[str, ...], Choices(_("Who is on the team?"), _("Beside the lead. They hear of it, and can leave."))] = ()
    co_lead: Annotated[str, Choice(_("Who stands in for the lead?"), _("For instance: whoever answers when the lead is away"))] = NOBODY


@form("charter.resources", title=_("Hours, budget, sponsor"), submit=_("Save"))
class ResourcesDraft(Draft):
    """What it takes, and who pays for it."""

    hours: Annotated[str, Line(_("Members' hours"), _("For instance: 2 hours a week for four of us"), longest=LONGEST_LINE)] = ""
    pledged: Annotated[int, Number(_("Hours in all, as a number"), PLEDGED, most=MOST_HOURS)] = 0
    budget: Annotated[str, Line(_("Budget"), _("For instance: 300 for travel"), longest=LONGEST_LINE)] = ""
    sponsor: Annotated[str, Choice(_("Who pays for it?"), _("They are asked to confirm it, apart from the endorsement."))] = NOBODY


@form("charter.rhythm", title=_("Rhythm and dates"), submit=_("Save"))
class RhythmDraft(Draft):
    """How the community hears from it."""

    rhythm: Annotated[str, Choice(_("How often does it report?"), options=RHYTHM_OPTIONS)] = Rhythm.MONTHLY.value
    interaction: Annotated[str, Prose(_("With the community"), _("For instance: an open session a month"), longest=1000)] = ""
    ends_on: Annotated[date | None, Day(_("Until"), _("When you expect to bring results back."))] = None
    review_on: Annotated[date | None, Day(_("Looked at again on"), _("Does it go on, rest, or end? Left empty: at its end."))] = None


@form("charter.publish_draft", title=_("Publish the proposal"), submit=_("Publish it"))
class PublishDraft(Draft):
    """For how long the community endorses it."""

    days: Annotated[int, Number(_("Days for the endorsement"), _("For instance: 7"), least=FEWEST_DAYS, most=MOST_DAYS)] = USUAL_DAYS


@form("charter.sent_back", title=_("Your reason"), submit=_("Give it back"))
class SendBackDraft(Draft):
    """Why a proposal goes back."""

    why: Annotated[str, Prose(_("Why?"), _("For instance: another group works on this already"), longest=LONGEST_WHY)]


@form("charter.ended", title=_("Your reason"), submit=_("Tell everybody"))
class EndDraft(Draft):
    """Why a charter ends before its results."""

    why: Annotated[str, Prose(_("Why?"), _("For instance: the tool that it is about is gone"), longest=LONGEST_WHY)]


@form("charter.objection", title=_("What you say to it"), submit=_("Say it"))
class ObjectionDraft(Draft):
    """A condition or a concern."""

    why: Annotated[
        str,
        Prose(
            _("Which condition, or why?"),
            _("For instance: the night shift is asked first. All see it with your name."),
            longest=LONGEST_WHY,
        ),
    ]


@form("charter.objection_answer", title=_("Your answer"), submit=_("Answer"))
class ObjectionAnswerDraft(Draft):
    """What the lead answers to it."""

    answer: Annotated[str, Prose(_("Your answer"), _("For instance: we ask them first. They hear it."), longest=LONGEST_WHY)]


@form("charter.sign_off_draft", title=_("Your answer as sponsor"), submit=_("Tell them"))
class SignOffDraft(Draft):
    """What the sponsor pays, or why not."""

    words: Annotated[
        str, Prose(_("What do you confirm, or why not?"), _("For instance: the hours, and 200 for travel"), longest=LONGEST_WHY)
    ]


@form("charter.seat", title=_("Ask for a seat"), submit=_("Ask"))
class SeatDraft(Draft):
    """A line for whoever gives it."""

    line: Annotated[
        str, Line(_("A line about you"), _("For instance: I did ten such interviews. Only its leads read this."), longest=LONGEST_LINE)
    ]


@form("charter.report_draft", title=_("Report"), submit=_("Tell everybody"))
class ReportDraft(Draft):
    """How it goes."""

    done: Annotated[str, Prose(_("Done"), _("For instance: five interviews"), longest=LONGEST_WHY)]
    learned: Annotated[str, Prose(_("Learned"), _("For instance: most time goes into searching"), longest=LONGEST_WHY)] = ""
    stuck: Annotated[str, Prose(_("Stuck"), _("For instance: no date with the night shift yet"), longest=LONGEST_WHY)] = ""
    ask: Annotated[str, Prose(_("Our ask of the community"), _("For instance: who knows the head of ward 3?"), longest=LONGEST_WHY)] = ""


@form("charter.report_answer", title=_("Your answer"), submit=_("Tell the team"))
class ReportAnswerDraft(Draft):
    """What a member answers to a report."""

    words: Annotated[
        str, Prose(_("In your words"), _("For instance: ask the day shift, too. Only the team reads this."), longest=LONGEST_WHY)
    ]


@form("charter.changed_draft", title=_("What changed"), submit=_("Tell who answered"))
class ChangedDraft(Draft):
    """What the team says to those who answered."""

    changed: Annotated[str, Prose(_("What do you change, or answer?"), _("For instance: we asked the day shift, too"), longest=LONGEST_WHY)]


@form("charter.results_draft", title=_("Bring back results"), submit=_("Tell everybody"))
class ResultsDraft(Draft):
    """What was found, and what stays."""

    found: Annotated[str, Prose(_("What we found"), _("For instance: a list of five points halves the time"), longest=3000)]
    asset: Annotated[str, Line(_("What stays for everybody"), _("For instance: the checklist"), longest=LONGEST_LINE)] = ""
    links: Annotated[str, Prose(_("Where it is"), _("Links, one a line, for instance: https://example.org/list"), longest=1000)] = ""
    adopted: Annotated[str, Prose(_("Where it was adopted"), _("For instance: wards 3 and 4"), longest=1000)] = ""
    presents: Annotated[bool, Toggle(_("We offer to present it"))] = False


@form("charter.close_draft", title=_("Close it"), submit=_("Thank everybody"))
class CloseDraft(Draft):
    """What was learned."""

    lessons: Annotated[
        str, Prose(_("What did you learn about working like this?"), _("For instance: begin with the night shift"), longest=LONGEST_WHY)
    ]


@form("charter.support_draft", title=_("Ask for support"), submit=_("Ask"))
class SupportDraft(Draft):
    """What the team needs help with."""

    words: Annotated[str, Prose(_("What is in the way?"), _("For instance: we have no room on Tuesdays"), longest=LONGEST_WHY)]


@form("charter.times", title=_("Find a time"), submit=_("Ask the team"))
class TimesDraft(Draft):
    """The times of which the team chooses."""

    first_on: Annotated[date, Day(_("First: which day?"))]
    first_at: Annotated[time, Hour(_("First: at what time?"), _("In your own time zone, which the poll names."))]
    second_on: Annotated[date, Day(_("Second: which day?"))]
    second_at: Annotated[time, Hour(_("Second: at what time?"))]
    third_on: Annotated[date | None, Day(_("Third: which day?"), _("You can leave it empty."))] = None
    third_at: Annotated[time, Hour(_("Third: at what time?"))] = time(16)
    days: Annotated[int, Number(_("Days to answer"), _("For instance: 3"), least=1, most=14)] = 3


@form("charter.meeting_draft", title=_("When the team meets"), submit=_("Tell the team"))
class MeetingDraft(Draft):
    """When, for how long, how often, where."""

    on: Annotated[date, Day(_("On which day?"), _("The first one, where it repeats."))]
    at: Annotated[time, Hour(_("When does it begin?"), _("In your own time zone. Everybody sees it in theirs."))]
    minutes: Annotated[str, Choice(_("How long?"), options=LENGTH_OPTIONS)] = "60"
    weeks: Annotated[str, Choice(_("How often?"), options=WEEKS_OPTIONS)] = "0"
    last_on: Annotated[date | None, Day(_("Repeats until"), _("Left empty, it goes on as long as the team does."))] = None
    link: Annotated[str, Line(_("Where, or a link"), _("For instance: https://example.org/room, or room 12"), longest=LONGEST_LINE)] = ""


@form("charter.supporter_draft", title=_("Who supports teams"), submit=_("Name them"))
class SupporterDraft(Draft):
    """The person whom teams reach when they ask for support."""

    person: Annotated[str, Choice(_("Who supports teams?"), _("A team that asks for support reaches this person; or the leads."))] = NOBODY


@form("charter.note_draft", title=_("Keep it for the team"), submit=_("Keep it"))
class NoteDraft(Draft):
    """A note or a decision, for a team."""

    charter: Annotated[str, Choice(_("For which team?"), _("The team and those who lead it read this, and nobody else."))]
    words: Annotated[str, Prose(_("What is kept?"), _("For instance: we meet on Tuesdays at four"), longest=LONGEST_NOTE)]
    sort: Annotated[str, Choice(_("What is it?"), options=SORT_OPTIONS)] = Sort.NOTE.value


@form("charter.hand_over_draft", title=_("Hand it over"), submit=_("Hand it over"))
class HandOverDraft(Draft):
    """To whom."""

    to: Annotated[str, Choice(_("To whom?"))]
