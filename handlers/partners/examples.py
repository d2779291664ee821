"""Examples of what partners see, for the gallery and its tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import partial

from bot.chat.form import Form, opened
from bot.chat.message import Message, Option
from bot.chat.text import Mention, Moment
from bot.core.feature import View
from handlers.partners import company_views, lead_views, my_things, relay_views, views
from handlers.partners.lead_views import Preview, Shown
from handlers.partners.payloads import AgreementDraft, AskAgreement, AskFix, EveningDraft, FixDraft, NeverDraft, ReplyDraft, ReplyTo
from handlers.partners.rules import Why
from handlers.partners.seating import Audit
from handlers.partners.store import Agreement
from handlers.partners.views import Introduction, Somebody, Standing

TITLE = "First steps in learning together"
LAYLA, WEI = Somebody(2, "ليلى حداد", "done"), Somebody(3, "王小明", "not yet", date(2026, 4, 2))
MEETING = (Mention("Ann Keller"), Mention("ليلى حداد"))
HOURS = ((time(14), time(18)), (time(20), time(21)))
PEOPLE = (Option("2", "ليلى حداد"), Option("3", "王小明"))
AGREED = Agreement("Two lines here, and a call on Fridays", "After lunch", "Frank, with a smile")


def introduction() -> Message:
    """A pair."""
    return views.introduction(Introduction(7, TITLE, (LAYLA,), ("questions", "listening"), HOURS, 0, meeting=MEETING))


def trio() -> Message:
    """A trio with nothing in common."""
    return views.introduction(Introduction(7, TITLE, (LAYLA, WEI), (), (), 1, is_new_third=True))


def evening() -> Message:
    """The evening line of a pair and of a trio."""
    pair = Standing(7, 17, TITLE, "done", (LAYLA,), AGREED, HOURS, meeting=MEETING)
    return views.evening((pair, Standing(8, 18, "Public speaking", "resting", (LAYLA, WEI), AGREED, ())))


def mine() -> Message:
    """My partner, agreed and not, at home and away."""
    agreed = Standing(7, 17, TITLE, "not yet", (LAYLA,), AGREED, HOURS, meeting=MEETING)
    return views.mine((agreed, Standing(8, 18, "Public speaking", "done", (WEI,), Agreement(), ((time(0), time(0)),))), time(17))


def things() -> Message:
    """What stands at the top of the front door."""
    return Message(TITLE, my_things.shown(Standing(7, 17, TITLE, "not yet", (LAYLA,), AGREED, HOURS)))


def preview() -> Message:
    """A preview before the first round."""
    groups = (
        Shown(("Ann Keller", "ليلى حداد"), ((Why.SHARED_GOAL, 2), (Why.SHARED_HOURS, 6), (Why.DIFFERENT_UNIT, 0), (Why.NOT_MET, 0))),
        Shown(("Bob O'Brien", "王小明", "Priya Raman"), ((Why.FIXED, 0), (Why.SAME_LANGUAGE, 0), (Why.MET_IN, 3))),
    )
    at = Moment(datetime(2026, 3, 23, 15, 0, tzinfo=UTC), zone="Europe/Berlin")
    return lead_views.preview(Preview(5, TITLE, groups, ("अनिल शर्मा",), at, has_fixed=True))


def preview_the_same() -> Message:
    """A preview that was matched again, and came out as before."""
    groups = (Shown(("Ann Keller", "Bob O'Brien"), ((Why.NOT_MET, 0),)),)
    return lead_views.preview(Preview(5, TITLE, groups, (), None, has_fixed=False, is_same=True))


def preview_anew() -> Message:
    """A preview of many, midway, after something has changed."""
    many = tuple(Shown((f"Member {n}", f"Partner {n}"), ((Why.SHARED_HOURS, 4),)) for n in range(30))
    return lead_views.preview(Preview(5, TITLE, many, (), None, has_fixed=False, has_changed=True))


def audit() -> Message:
    """Two rounds."""
    pairs = (("Ann Keller", "ليلى حداد"), ("Bob O'Brien", "王小明", "Priya Raman"))
    first = Audit(1, 4711, 1, 1, 0, is_reproducible=True, groups=pairs)
    return lead_views.audit(TITLE, (first, Audit(2, 1, 900, 0, 3, is_reproducible=None, groups=())), 0)


def reply_form() -> Form:
    """The form that writes to a partner."""
    return opened(ReplyDraft, values={"text": "Half a thought"}, subject=ReplyTo(7, 2))


def agreement_form() -> Form:
    """The form about how we go about it."""
    values = {"medium": AGREED.medium, "time": AGREED.time, "tone": AGREED.tone}
    return opened(AgreementDraft, values=values, subject=AskAgreement(7))


def never_form() -> Form:
    """The private list."""
    return opened(NeverDraft, values={"people": ["3"]}, options={"people": PEOPLE})


def fix_form() -> Form:
    """A pair by hand."""
    return opened(FixDraft, options={"one": PEOPLE, "other": PEOPLE}, subject=AskFix(5))


VIEWS = (
    View("introduction", introduction),
    View("introduction, three", trio),
    View("evening", evening),
    View("mine", mine),
    View("mine, no challenge", views.no_challenge),
    View("mine, not asked", lambda: views.with_settings(views.asked_whether(TITLE, 17))),
    View("my things", things),
    View("cheered", lambda: views.cheered(7, (LAYLA,))),
    View("asked how", lambda: views.asked_how(7, (LAYLA, WEI))),
    View("words", lambda: relay_views.words("It went well today.\nAnd yours?", 7, (LAYLA,))),
    View("words to two", lambda: relay_views.words("It went well today.\nAnd yours?", 7, (LAYLA, WEI))),
    View("words taken back", lambda: relay_views.taken_back(LAYLA.name)),
    View("words followed", lambda: relay_views.follows((LAYLA,))),
    View("words edited too long", lambda: relay_views.edit_too_long("A long day. " * 300)),
    View("took back", relay_views.took_back),
    View("took back already", relay_views.is_taken_back),
    View("words not sent", lambda: relay_views.not_sent(LAYLA.name, "And another thing.")),
    View("words not sent, too late", lambda: relay_views.not_sent("", "And another thing.")),
    View("words refused", lambda: relay_views.refused(LAYLA.name, "And another thing.", stands=False)),
    View("change refused", lambda: relay_views.refused(LAYLA.name, "And another thing.", stands=True)),
    View("no files", lambda: relay_views.no_files("picture.png", (LAYLA,))),
    View("chat opened", lambda: relay_views.conversation_opened((LAYLA, WEI))),
    View("chat, greeting", lambda: relay_views.greeting((LAYLA.name, WEI.name, "Bob O'Brien"))),
    View("chat, none", lambda: relay_views.no_conversation(7, (LAYLA,))),
    View("reacted", lambda: relay_views.reacted(LAYLA.name, ("thumbs up", "party parrot"), "It went well today.")),
    View("reacted no more", lambda: relay_views.reacted_no_more(LAYLA.name, "It went well today.")),
    View("cheer given", lambda: views.given((LAYLA,), "cheers")),
    View("cheer given, two", lambda: views.given((LAYLA, WEI), "cheers")),
    View("question given", lambda: views.given((LAYLA,), "questions")),
    View("words given", lambda: relay_views.on_its_way((LAYLA,), 3)),
    View("words given, one away", lambda: relay_views.on_its_way((LAYLA, WEI), 3)),
    View("enough cheers", lambda: views.enough("cheers")),
    View("enough questions", lambda: views.enough("questions")),
    View("enough words", lambda: views.enough("messages", "And another thing.")),
    View("words too long", lambda: relay_views.too_long("A long day. " * 300)),
    View("agreed", lambda: views.agreed(AGREED, 7)),
    View("agreed, told", lambda: views.agreed(AGREED, 7, LAYLA.name)),
    View("agreed on nothing", lambda: views.agreed(Agreement(), 7)),
    View("evening saved", lambda: views.evening_saved(time(18, 30))),
    View("never saved", lambda: views.never_saved(["王小明"])),
    View("never saved, nobody", lambda: views.never_saved(())),
    View("never, nobody there", views.nobody_yet),
    View("entry", lambda: views.entry(date(2026, 3, 29), "I asked one question more than usual.", 7, (LAYLA,))),
    View("entry of before", lambda: views.entry_of_before(LAYLA.name, date(2026, 3, 29), "I asked one question more.")),
    View("entry gone", lambda: views.entry_gone(LAYLA.name)),
    View("parted", lambda: company_views.parted(TITLE, LAYLA.name, 17, is_seeking=True)),
    View("parted, not seeking", lambda: company_views.parted(TITLE, LAYLA.name, 17, is_seeking=False)),
    View("left", lambda: company_views.left(TITLE, LAYLA.name, 17, is_seeking=True)),
    View("declined", lambda: company_views.declined(is_seeking=True)),
    View("away", lambda: company_views.away(TITLE, WEI.name, date(2026, 4, 2), 17)),
    View("back", lambda: company_views.back(TITLE, WEI.name)),
    *(View(f"waiting, {why}", partial(company_views.waiting, TITLE, why, 17)) for why in company_views.REASONS),
    View("ask third", lambda: company_views.ask_third(TITLE, WEI.name, 9)),
    View("third settled", company_views.third_settled),
    View("third, no", lambda: company_views.third_answered(is_yes=False, joins=False)),
    View("third, one yes", lambda: company_views.third_answered(is_yes=True, joins=False)),
    View("third, joins", lambda: company_views.third_answered(is_yes=True, joins=True)),
    View("silent", lambda: company_views.silent(TITLE, WEI.name, 9)),
    View("silent myself", lambda: company_views.silent_self(TITLE, 9)),
    View("very silent", lambda: company_views.very_silent(TITLE, WEI.name, 9)),
    *(View(f"chosen, {choice}", partial(company_views.chosen, choice)) for choice in ("stay", "third", "alone", "lead")),
    View("question settled", company_views.settled),
    View("tell the lead", lambda: company_views.tell_lead(LAYLA.name, TITLE)),
    View("wished", lambda: company_views.wished(TITLE, wants=True, on=date(2026, 3, 23))),
    View("wished, begun", lambda: company_views.wished(TITLE, wants=True, on=None)),
    View("wished none", lambda: company_views.wished(TITLE, wants=False, on=None)),
    View("seeking", lambda: company_views.seeking(TITLE)),
    View("preview", preview),
    View("preview, anew", preview_anew),
    View("preview, the same again", preview_the_same),
    View("preview, nobody", lambda: lead_views.preview(Preview(5, TITLE, (), (), None, has_fixed=False))),
    View("matching", lambda: lead_views.matching(TITLE, 900, 5)),
    View("sent", lambda: lead_views.sent(TITLE, 17, 12)),
    View("sent, nobody", lambda: lead_views.sent(TITLE, 17, 0)),
    View("sent already", lambda: lead_views.sent_already(TITLE)),
    View("over", lambda: lead_views.over(TITLE)),
    View("audit", audit),
    View("audit, nothing", lambda: lead_views.audit(TITLE, (), 0)),
    View("reply form", reply_form),
    View("agreement form", agreement_form),
    View("evening form", lambda: opened(EveningDraft)),
    View("never form", never_form),
    View("fix form", fix_form),
)
