"""What people see of a request as a whole: its card, what holds, how it is opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Items, Message, Paragraph, Quote
from bot.chat.text import Label, Moment, Strong, Words
from bot.lean import dataclass
from handlers.opinions.payloads import (
    AskQuestion,
    Manage,
    NextStatement,
    Ratify,
    See,
    SeeDraft,
    SeeMap,
    Sign,
    Suggest,
    TakeOver,
    TakeResponse,
    TellLesson,
    WriteStatement,
)
from handlers.opinions.requests import Request
from handlers.opinions.rules import Audience, Phase, Size, Way, phases
from handlers.opinions.words import GOES, OTHERWISE, PASSES, PHASES, until


@dataclass(frozen=True, slots=True)
class Standing:
    """A request as it stands: how many took part and could, who speaks for us, the number of the newest draft, and what groups do."""

    request: Request
    took_part: int = 0
    invited: int = 0
    speaker: Label = ""
    version: int | None = None
    drafting_group: str = ""
    invited_group: str = ""


NOW: dict[Phase, Phrase] = {
    Phase.INFORM: _("Read what it is about, and ask what is unclear. Statements come next."),
    Phase.STATEMENTS: _("Say what this changes in your practice, and answer what others say, one statement at a time."),
    Phase.MAP: _("See where we agree and where we differ. Statements that need more voices can still be answered."),
    Phase.DRAFT: _("The response is being written. Read the draft, and suggest other words."),
    Phase.RATIFY: _("Read the response and vote on it. Nobody sees a ballot before the vote closes."),
    Phase.SEND: _("The vote is over. The response is on its way."),
    Phase.OUTCOME: _("The response was sent. All who took part hear what comes of it."),
}
ASKABLE = (Phase.STATEMENTS, Phase.MAP, Phase.DRAFT, Phase.RATIFY)  # while the first phase lasts the question stands there already
QUICK_NOW = _("Choose your answer and say why. Nobody sees the answers before it closes.")
NEEDS_ME = _("This needs your voice: you have not taken part in this phase yet.")
HAS_MINE = _("You have taken part in this phase. Thank you.")
WAYS: dict[Way, Phrase] = {
    Way.OURS: _("It goes out in our name."),
    Way.ANNEX: _("It was not ratified, and is sent with the dissent annex, as was agreed at opening."),
    Way.SIGNATORIES: _("It was not ratified, and is sent in the names of those who sign it, as was agreed at opening."),
    Way.NOT_SENT: _("It was not ratified, and is not sent."),
}


def what_now(request: Request) -> Phrase:
    """What one can do now, in a sentence or two."""
    return QUICK_NOW if request.size is Size.QUICK and request.phase is Phase.STATEMENTS else NOW[request.phase]


def for_whom(request: Request) -> Phrase:
    """Who asks."""
    return _("We ask ourselves.") if request.is_ours else _("Asked by {asker}.", asker=request.asker)


def promise(request: Request) -> Words:
    """Who may see what; it stands there before the first answer."""
    if request.is_anonymous:
        return _("Confidential until sent, anonymous after: nobody can find out who said what.")
    if request.size is Size.QUICK:
        return _("Nobody sees who answered what. Your words are printed as you choose.")
    return _("With names: statements show who wrote them. Ballots and answers to statements stay unseen.")


def bar(standing: Standing) -> Words:
    """When the response speaks for us, and what happens otherwise."""
    request = standing.request
    quorum = request.promises.quorum.of(standing.invited)
    takes = n_("{count} person has to vote", "{count} people have to vote", quorum)
    return (PASSES[request.rule], "; ", takes, "; ", OTHERWISE[request.fallback])


def way_ahead(request: Request) -> Iterator[tuple[Phase, Words]]:
    """The phases with their ends; the one where we are is marked."""
    for phase in phases(request.size):
        name = phase_name(request, phase)
        at = request.ends.get(phase)
        ends: Words = (" ", _("until {moment}", moment=Moment(at))) if at is not None else ""
        is_here = phase is request.phase
        yield phase, (Strong(_("You are here: {phase}", phase=name)) if is_here else name, ends)


def phase_name(request: Request, phase: Phase) -> Phrase:
    """A phase by its name."""
    return _("One poll and why") if request.size is Size.QUICK and phase is Phase.STATEMENTS else PHASES[phase]


def told(standing: Standing, *, with_dates: bool = True) -> Words:
    """Everything that holds beside the three things that were asked, in one sentence."""
    request = standing.request
    names = _("anonymous after it is sent") if request.is_anonymous else _("with names")
    pace = (_("rapid, with a lower bar"), "; ") if request.is_rapid else ()
    said: list[Words] = [GOES[request.size], "; ", *pace, invited(standing), ", ", names, "; "]
    said += [_("{group} drafts it", group=standing.drafting_group), "; "] if standing.drafting_group else []
    said += [_("{name} speaks for us", name=standing.speaker), *(("; ", bar(standing)) if request.size is not Size.QUICK else ())]
    for phase, at in sorted(request.ends.items(), key=lambda end: end[1]) if with_dates else ():
        said += ["; ", until(phase, Moment(at), is_quick=request.size is Size.QUICK)]
    return (*said, ".")


def invited(standing: Standing) -> Phrase:
    """Who is invited, within that sentence."""
    match standing.request.audience:
        case Audience.EVERYBODY:
            return n_("{count} person is invited", "all {count} of us are invited", standing.invited)
        case Audience.GROUP:
            return n_(
                "the {count} person of {group} is invited",
                "the {count} people of {group} are invited",
                standing.invited,
                group=standing.invited_group,
            )
        case Audience.NAMED:
            return n_("{count} person is invited by name", "{count} people are invited by name", standing.invited)


def only_some(standing: Standing) -> tuple[Block, ...]:
    """That not everybody is asked, where it is so."""
    match standing.request.audience:
        case Audience.EVERYBODY:
            return ()
        case Audience.GROUP:
            said: Phrase = _("This asks the people of {group}. Everybody can read along.", group=standing.invited_group)
        case Audience.NAMED:
            said = n_(
                "This asks {count} person by name. Everybody can read along.",
                "This asks {count} people by name. Everybody can read along.",
                standing.invited,
            )
    return (Paragraph(said),)


def invitation(standing: Standing) -> Message:
    """Somebody hears that they are among those who are invited."""
    request = standing.request
    said = _("You are invited to say what you think.")
    return Message(
        _("You are invited: {question}", question=request.question),
        (
            Heading(request.question),
            Paragraph((said, " ", for_whom(request))),
            *happened(request),
            Paragraph(told(standing)),
            Buttons((*likely(standing), Button(_("What holds, and what I said"), See(request.id)))),
            Footnote(promise(request)),
        ),
    )


# -- the card ------------------------------------------------------------------------------------------------------------


def card(standing: Standing, *, waits_for_me: bool | None = None) -> Message:
    """The living card in a place; to whoever is asked it says whether it waits for them, unless the request is anonymous."""
    request = standing.request
    mine: tuple[Block, ...] = ()
    if waits_for_me is not None and not request.is_anonymous:
        mine = (Paragraph(Strong(NEEDS_ME if waits_for_me else HAS_MINE)),)
    summary = _("Opinion request: {question}", question=request.question)
    if request.phase in {Phase.ENDED, Phase.CANCELLED}:
        return over(request)
    return Message(
        summary,
        (
            Heading(request.question),
            Paragraph(for_whom(request)),
            *_background(standing),
            *only_some(standing),
            Items(tuple(words for _phase, words in way_ahead(request)), ordered=True),
            *_sent(request),
            Paragraph((what_now(request), *_took_part(standing))),
            *mine,
            Buttons(tuple(_buttons(standing))),
            Footnote(promise(request)),
        ),
        personal=None if request.is_anonymous else See(request.id),
    )


def _background(standing: Standing) -> tuple[Block, ...]:
    """What happened; while people read what it is about, also everything that holds."""
    request = standing.request
    what = happened(request)
    return (*what, Paragraph(told(standing))) if request.phase is Phase.INFORM else what


def happened(request: Request) -> tuple[Block, ...]:
    """The background, where somebody gave one."""
    return (Quote(request.background),) if request.background else ()


def _took_part(standing: Standing) -> tuple[Words, ...]:
    if not standing.took_part:
        return ()
    return (" ", n_("{count} person has taken part.", "{count} people have taken part.", standing.took_part))


def _sent(request: Request) -> tuple[Block, ...]:
    blocks: tuple[Block, ...] = ()
    if request.phase is Phase.SEND and request.decision is not None:
        blocks = (Paragraph(WAYS[Way(request.decision)]),)
    if request.phase is Phase.OUTCOME:
        blocks = (Paragraph(_("What we will do differently:")), Quote(request.will_do)) if request.is_ours else ()
        blocks = blocks or (Paragraph(_("Sent to:")), Quote(request.sent_to))
    return blocks


def _buttons(standing: Standing) -> Iterator[Button]:
    request = standing.request
    yield from likely(standing)
    if request.phase in ASKABLE:
        yield Button(_("Ask what is unclear"), AskQuestion(request.id), asks=True)
    yield Button(_("What holds, and what I said"), See(request.id))


def likely(standing: Standing) -> Iterator[Button]:
    """What one can do in a phase."""
    request = standing.request
    is_quick = request.size is Size.QUICK
    match request.phase:
        case Phase.INFORM:
            yield Button(_("Ask what is unclear"), AskQuestion(request.id), "primary", asks=True)
        case Phase.STATEMENTS if is_quick:
            yield Button(_("Answer and say why"), Ratify(request.id), "primary", asks=True)
        case Phase.STATEMENTS:
            yield Button(_("Answer statements"), NextStatement(request.id), "primary")
            yield Button(_("Write a statement"), WriteStatement(request.id), asks=True)
        case Phase.MAP:
            yield Button(_("See the map"), SeeMap(request.id), "primary")
            yield Button(_("Answer statements"), NextStatement(request.id))
        case Phase.DRAFT:
            yield Button(_("See the draft"), SeeDraft(request.id), "primary")
            if standing.version is not None:
                yield Button(_("Suggest other words"), Suggest(request.id, standing.version), asks=True)
        case Phase.RATIFY:
            yield Button(_("Vote on the response"), Ratify(request.id), "primary", asks=True)
            yield Button(_("Read the response"), SeeDraft(request.id))
        case Phase.SEND:
            if request.decision == Way.SIGNATORIES.value:
                yield Button(_("Sign it"), Sign(request.id), "primary", asks=True)
            yield Button(_("Read the response"), SeeDraft(request.id))
        case Phase.OUTCOME:
            yield Button(_("The response as files"), TakeResponse(request.id))
            yield Button(_("What changed for me"), TellLesson(request.id), asks=True)
        case _:
            return


def over(request: Request) -> Message:
    """The card of what is over."""
    if request.phase is Phase.CANCELLED:
        said = _("This request was called off. What was said in it is gone.")
        rest: tuple[Block, ...] = (Quote(request.reason),) if request.reason else ()
    elif request.sent_at is None:
        said, rest = _("This request is over, and nothing was sent."), ()
    else:
        said, rest = _("This request is over."), tuple(_outcome(request))
    files = (Buttons((Button(_("The response as files"), TakeResponse(request.id)),)),) if request.item is not None else ()
    return Message(_("Over: {question}", question=request.question), (Heading(request.question), Paragraph(said), *rest, *files))


def _outcome(request: Request) -> Iterator[Block]:
    named = (
        (_("What they answered:"), request.answer),
        (_("What we will do differently:"), request.will_do),
        (_("What we did:"), request.did),
    )
    for label, text in named:
        if text:
            yield Paragraph(Strong(label))
            yield Quote(text)


def seen(standing: Standing, mine: Sequence[Words], *, may_manage: bool, is_asked: bool = True) -> Message:
    """All of it for one person: what holds, what they said, and what they can do."""
    request = standing.request
    if request.phase in {Phase.ENDED, Phase.CANCELLED}:
        return over(request)
    what = happened(request)
    said: tuple[Block, ...] = (Heading(_("What you said"), 2), Items(tuple(mine))) if mine else ()
    manage = (Button(_("Look after it"), Manage(request.id)),) if may_manage else ()
    return Message(
        _("Opinion request: {question}", question=request.question),
        (
            Heading(request.question),
            Paragraph(for_whom(request)),
            *what,
            Paragraph(told(standing)),
            Paragraph((Strong(_("You are here: {phase}.", phase=phase_name(request, request.phase))), " ", what_now(request))),
            *said,
            Buttons((*(likely(standing) if is_asked else ()), *manage)),
            Footnote(promise(request)),
        ),
    )


# -- what comes ----------------------------------------------------------------------------------------------------------


def moved(standing: Standing) -> Message:
    """A place hears that the next phase has begun, since an edited card notifies nobody."""
    request = standing.request
    ends: Words = (" ", _("Until {moment}.", moment=Moment(request.until))) if request.until is not None else ""
    said = _("Now: {phase}.", phase=phase_name(request, request.phase))
    way = (Paragraph(WAYS[Way(request.decision)]),) if request.phase is Phase.SEND and request.decision else ()
    return Message(
        _("{phase}: {question}", phase=phase_name(request, request.phase), question=request.question),
        (Paragraph((Strong(request.question), " ", said, ends)), *way, Paragraph(what_now(request)), Buttons(tuple(likely(standing)))),
    )


def reminder(standing: Standing) -> Message:
    """Brought back to mind, to those who have not taken part in this phase."""
    return Message(_("Your voice: {question}", question=standing.request.question), needs_voice(standing))


def needs_voice(standing: Standing) -> tuple[Block, ...]:
    """A request that needs somebody's voice, at the top of the front door."""
    request = standing.request
    ends: Words = (" ", _("Until {moment}.", moment=Moment(request.until))) if request.until is not None else ""
    return (Paragraph((Strong(request.question), " ", what_now(request), ends)), Buttons(tuple(likely(standing))))


def has_voice(request: Request) -> Message:
    """What stands in the place of a reminder once it is done."""
    said = _("You took part: {question}", question=request.question)
    return Message(said, (Paragraph(said),))


def past_it(request: Request) -> Message:
    """A press that came after its phase."""
    said = _("This has moved on, so nothing was changed. What was said until then stands.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Buttons((Button(_("See where it is"), See(request.id)),))))


def orphaned(request: Request) -> Message:
    """Whoever looked after it has left."""
    said = _("Whoever looked after this request has left. One of you can take it on.")
    return Message(
        said, (Paragraph((Strong(request.question), " ", said)), Buttons((Button(_("Take it on"), TakeOver(request.id), "primary"),)))
    )
