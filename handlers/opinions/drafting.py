"""The response as it is written: a first draft from what was said, versions with their changes, suggestions, a test by gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.chat.errors import CardOutOfDate, FieldErrors, UserError
from bot.chat.language import _
from bot.chat.message import Message, Option
from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.chat.text import clean_line, clean_prose
from bot.core.context import Context
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.core.ports import SentFile
from bot.people import store as people
from handlers.opinions import (
    audience,
    cards,
    charting,
    composing,
    contributions,
    draft_views,
    gradients,
    quick_views,
    ratifying,
    seats,
    sending,
    store,
    taking_part,
    views,
)
from handlers.opinions.composing import Sentence, Source
from handlers.opinions.forms import DeclineDraft, LevelDraft, SuggestionDraft, TextDraft
from handlers.opinions.payloads import BeginTest, EditDraft, GiveLevel, SeeChanges, SeeDraft, SeeSuggestions, SettleSuggestion, Suggest
from handlers.opinions.requests import About, Contribution, Request, State, Version
from handlers.opinions.rules import Phase, Size
from handlers.opinions.stewarding import said_key

FULL = 3000  # characters of one field
EDITABLE = (Phase.DRAFT, Phase.SEND)  # while nobody votes on it


class NotNow(UserError):
    """A text that is being voted on, or was sent."""

    def __init__(self) -> None:
        super().__init__(_("This response cannot be changed now: it is being voted on, or was sent. Nothing was changed."))


# -- the first draft -----------------------------------------------------------------------------------------------------


def keep_map(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Keep the map, and begin the draft where it is time for it."""
    request = store.request(ctx, given["request"], lock=True)
    if request is None or request.phase not in {Phase.MAP, Phase.DRAFT}:
        return
    store.keep_map(ctx, request.id, result["map"])
    charting.paint(ctx, request)
    if request.phase is Phase.DRAFT and store.newest_version(ctx, request.id) is None:
        draft_first(ctx, request)


def draft_first(ctx: Context, request: Request) -> None:
    """Compose it from what all agree on and why; whoever looks after it goes on from there."""
    found = charting.map_of(ctx, request)
    known = charting.statements(ctx, request)
    if found is None or not known:
        cards.tell_owner(ctx, request, draft_views.nothing_said(request), "draft")
        return
    sources = {number: Source(number, each.text, _reasons(each)) for number, each in known.items()}
    _begin(ctx, request, composing.composed(request.question, found, sources, ctx.community.language))


def _reasons(statement: Contribution) -> tuple[str, ...]:
    return tuple(text for name in ("reason", "evidence") if (text := statement.more.get(name)))


def draft_quick(ctx: Context, request: Request) -> None:
    """Result, reasons and dissent of a quick request, as a draft."""
    counts = ratifying.counts(ctx, request)
    if not sum(counts):
        cards.tell_owner(ctx, request, draft_views.nothing_said(request), "draft")
        return
    labels = [say_label(label, ctx.community.language) for label in ratifying.choices(request)]
    result = quick_views.result(request, labels, counts)
    _begin(ctx, request, [Sentence(say_label(line, ctx.community.language), paragraph=number) for number, line in enumerate(result)])
    cards.tell_places(ctx, quick_views.quick_result(request, ratifying.choices(request), counts))


def _begin(ctx: Context, request: Request, sentences: Sequence[Sentence]) -> None:
    version = store.add_version(ctx, request.id, sentences, None)
    cards.tell_owner(ctx, request, draft_views.first(request, version), "draft")
    cards.show(ctx, request)


# -- reading and editing -------------------------------------------------------------------------------------------------


def see(ctx: Context, payload: SeeDraft) -> Reply:
    """The newest version, with what each sentence rests on."""
    request = taking_part.known(ctx, payload.request)
    return Say(_shown(ctx, request))


def _shown(ctx: Context, request: Request) -> Message:
    may_manage = taking_part.may_manage(ctx, request)
    version = store.newest_version(ctx, request.id) if may_manage else store.response(ctx, request)
    if version is None:
        return draft_views.no_draft(request, may_manage=may_manage)
    waiting = len(contributions.of_request(ctx, request.id, About.SUGGESTION, State.OPEN)) if request.is_running else 0
    texts = {number: each.text for number, each in charting.statements(ctx, request).items()}
    is_closed_poll = request.size is Size.QUICK and request.phase in EDITABLE
    reasons = sending.reasons(ctx, request, sending.Names(ctx).plain) if is_closed_poll else ()
    return draft_views.draft(request, version, texts, waiting, reasons, may_manage=may_manage)


def open_text(ctx: Context, payload: EditDraft) -> Reply:
    """Open the form with the text as it stands."""
    request = _editable(ctx, payload.request)
    version = store.newest_version(ctx, request.id)
    text = composing.written(version.sentences) if version is not None else ""
    about = EditDraft(request.id, version.number if version is not None else 0)
    cut = text.rfind("\n", 0, FULL) if len(text) > FULL else len(text)
    return ctx.open(TextDraft, values={"text": text[:cut], "more": text[cut:].strip()}, subject=about, intro=request.question)


def save_text(ctx: Context, draft: TextDraft, subject: EditDraft) -> Reply:
    """Keep it as a new version; what somebody else saved meanwhile is not overwritten unseen."""
    request = _editable(ctx, subject.request)
    newest = store.newest_version(ctx, request.id)
    if (newest.number if newest is not None else 0) != subject.number:
        raise FieldErrors({"": _("Somebody saved another version meanwhile. Copy your text, see theirs, and edit again.")})
    text = f"{draft.text}\n\n{draft.more}" if draft.more else draft.text
    version = _save(ctx, request, text, newest)
    return Say(draft_views.saved(request, version))


def take_file(ctx: Context, file: SentFile) -> Reply:
    """A Markdown file is the next version of the one response that its sender writes now."""
    mine = [each for each in store.running(ctx) if each.phase in EDITABLE and _writes(ctx, each)]
    if len(mine) != 1:
        return Say(draft_views.no_single_draft(len(mine)))
    try:
        text = clean_prose(file.content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Say(draft_views.unreadable(file.name))
    if not text:
        return Say(draft_views.unreadable(file.name))
    request = _editable(ctx, mine[0].id)
    return Say(draft_views.saved(request, _save(ctx, request, text, store.newest_version(ctx, request.id))))


def _writes(ctx: Context, request: Request) -> bool:
    return request.owner == ctx.actor.id or ctx.actor.id in audience.heads(ctx, request)


def _save(ctx: Context, request: Request, text: str, newest: Version | None) -> Version:
    sentences = composing.read(text)
    if newest is not None and sentences == newest.sentences:
        return newest
    version = store.add_version(ctx, request.id, sentences, ctx.actor.id)
    if newest is not None:
        close_test(ctx, request)
    cards.show(ctx, request)
    return version


def _editable(ctx: Context, request_id: int) -> Request:
    request = taking_part.managed(ctx, request_id)
    if request.phase not in EDITABLE:
        raise NotNow
    return request


def see_changes(ctx: Context, payload: SeeChanges) -> Reply:
    """What changed from the version before to this one."""
    request = taking_part.known(ctx, payload.request)
    return Say(draft_views.changes(request, payload.number, changed(ctx, request, payload.number)))


def changed(ctx: Context, request: Request, number: int) -> Sequence[composing.Change]:
    """What became of each sentence between a version and the one before it."""
    known = {each.number: each for each in store.versions(ctx, request.id)}
    if number not in known:
        raise CardOutOfDate
    before = known[number - 1].sentences if number - 1 in known else ()
    return composing.changes(before, known[number].sentences)


# -- suggestions ---------------------------------------------------------------------------------------------------------


def open_suggestion(ctx: Context, payload: Suggest) -> Reply:
    """Open the form of a suggestion to the version that stands."""
    request = taking_part.asked(ctx, payload.request)
    version = store.newest_version(ctx, request.id)
    if request.phase is not Phase.DRAFT or version is None:
        return Say(views.past_it(request))
    return ctx.open(SuggestionDraft, subject=Suggest(request.id, version.number), intro=request.question)


def sentences(ctx: Context, subject: Any) -> Options:
    """The sentences of the version that was seen."""
    if not isinstance(subject, Suggest):
        return {"sentence": ()}
    version = next((each for each in store.versions(ctx, subject.request) if each.number == subject.number), None)
    found = version.sentences if version is not None else ()
    return {"sentence": tuple(Option(str(number), clean_line(each.text, 300)) for number, each in enumerate(found))}


def suggest(ctx: Context, draft: SuggestionDraft, subject: Suggest) -> Reply:
    """Keep a suggestion, and tell whoever looks after it."""
    request = taking_part.locked(ctx, subject.request)
    version = next((each for each in store.versions(ctx, request.id) if each.number == subject.number), None)
    if request.phase is not Phase.DRAFT or version is None:
        raise FieldErrors({"": _("The draft is being voted on meanwhile. You can attach your suggestion to your ballot.")})
    seat = seats.take(ctx, request)
    before = version.sentences[int(draft.sentence)].text
    words = {"text": draft.text, "before": before, "reason": draft.why}
    suggestion = contributions.add(ctx, request, seat, About.SUGGESTION, words, State.OPEN)
    waiting = len(contributions.of_request(ctx, request.id, About.SUGGESTION, State.OPEN))
    cards.tell_owner(ctx, request, draft_views.suggestions_wait(request, waiting), "suggestions")
    return Say(draft_views.suggested(request, suggestion))


def see_suggestions(ctx: Context, payload: SeeSuggestions) -> Reply:
    """The suggestions that wait for an answer."""
    request = taking_part.managed(ctx, payload.request)
    waiting = contributions.of_request(ctx, request.id, About.SUGGESTION, State.OPEN)
    return Say(draft_views.suggestions(request, waiting))


def settle_suggestion(ctx: Context, payload: SettleSuggestion) -> Reply:
    """Accept it at once, or ask why not."""
    request, suggestion = _suggestion(ctx, payload)
    if suggestion.state is not State.OPEN:
        return see_suggestions(ctx, SeeSuggestions(request.id))
    if not payload.accepts:
        return ctx.open(DeclineDraft, subject=payload, intro=suggestion.text)
    version = store.newest_version(ctx, request.id)
    after = composing.replaced(version.sentences, suggestion.more["before"], suggestion.text) if version is not None else None
    if after is None:
        return Say(draft_views.sentence_gone(request, suggestion))
    made = store.add_version(ctx, request.id, after, ctx.actor.id)
    close_test(ctx, request)
    _tell_suggester(ctx, request, contributions.change(ctx, suggestion, State.ACCEPTED))
    cards.show(ctx, request)
    return Say(draft_views.saved(request, made))


def decline(ctx: Context, draft: DeclineDraft, subject: SettleSuggestion) -> Reply:
    """Decline a suggestion with a reason."""
    request, suggestion = _suggestion(ctx, subject)
    if suggestion.state is not State.OPEN:
        raise FieldErrors({"": _("This suggestion was answered meanwhile.")})
    _tell_suggester(ctx, request, contributions.change(ctx, suggestion, State.DECLINED, note=draft.reason))
    return Say(draft_views.declined(request))


def _suggestion(ctx: Context, payload: SettleSuggestion) -> tuple[Request, Contribution]:
    suggestion = contributions.contribution(ctx, payload.suggestion)
    if suggestion is None or suggestion.about is not About.SUGGESTION:
        raise CardOutOfDate
    return _editable(ctx, suggestion.request), suggestion


def _tell_suggester(ctx: Context, request: Request, suggestion: Contribution) -> None:
    person = contributions.writer_of(ctx, suggestion)
    writer = people.members(ctx.session, [person]).get(person) if person is not None else None
    if writer is not None:
        ctx.post(writer, draft_views.suggestion_settled(request, suggestion), kind=Kind.NEWS, key=said_key(suggestion))


# -- gradients -----------------------------------------------------------------------------------------------------------


def test(ctx: Context, payload: BeginTest) -> Reply:
    """Ask everybody blind how much they agree with the version that stands; a second press tells the result."""
    request = _editable(ctx, payload.request)
    version = store.newest_version(ctx, request.id)
    if version is None or request.phase is not Phase.DRAFT:
        return Say(views.past_it(request))
    if version.is_tested:
        close_test(ctx, request)
        return Say(_shown(ctx, request))
    if version.levels is None:
        store.mark_tested(ctx, version, None)
        cards.tell_places(ctx, draft_views.to_test(request))
    return Say(draft_views.test_begun(request))


def open_level(ctx: Context, payload: GiveLevel) -> Reply:
    """Open the form of a level."""
    request = taking_part.asked(ctx, payload.request)
    version = store.newest_version(ctx, request.id)
    if version is None or not version.is_tested or request.phase is not Phase.DRAFT:
        return Say(views.past_it(request))
    return ctx.open(LevelDraft, subject=payload, intro=draft_views.shortened(version))


def give_level(ctx: Context, draft: LevelDraft, subject: GiveLevel) -> Reply:
    """Count a level in place of an earlier one."""
    request = taking_part.locked(ctx, subject.request)
    version = store.newest_version(ctx, request.id)
    if version is None or not version.is_tested or request.phase is not Phase.DRAFT:
        raise FieldErrors({"": _("This test is over, so nothing was changed.")})
    seat = seats.take(ctx, request)
    sheet = seats.sheet(ctx, request.id, seat)
    sheet.levels[version.number] = int(draft.level)
    seats.write(ctx, request.id, seat, sheet)
    return Say(draft_views.level_given(request, int(draft.level)))


def close_test(ctx: Context, request: Request) -> None:
    """Count the levels of versions that are tested, and tell the places."""
    for version in store.versions(ctx, request.id):
        if version.is_tested:
            levels = [sheet.levels[version.number] for _seat, sheet in seats.sheets(ctx, request.id) if version.number in sheet.levels]
            found = gradients.gradients(levels)
            store.mark_tested(ctx, version, found.counts)
            cards.tell_places(ctx, draft_views.tested(request, found))
