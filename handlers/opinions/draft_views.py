"""What people see of the map and of the draft: its sentences and what they rest on, versions, suggestions, a test by gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Count, File, Footnote, Heading, Items, Message, Paragraph, Quote, Tally
from bot.chat.text import Emphasis, Strong, Words
from bot.papers.document import Quotation, Section
from bot.people import disclosure
from handlers.opinions import views
from handlers.opinions.composing import Change, How
from handlers.opinions.gradients import LEVELS, NAMES, Gradients
from handlers.opinions.payloads import (
    BeginTest,
    EditDraft,
    GiveLevel,
    Manage,
    MoveOn,
    NewRound,
    NextStatement,
    Ratify,
    SeeChanges,
    SeeDraft,
    SeeMap,
    SeeSuggestions,
    SettleSuggestion,
    Suggest,
    TakePicture,
    TakeResponse,
)
from handlers.opinions.requests import Contribution, Request, State, Version
from handlers.opinions.response import as_text
from handlers.opinions.rules import Phase, Size

LONGEST_INTRO = 2000
SENTENCES = 30  # on one card; the files have all
HOW: dict[How, Phrase] = {
    How.ADDED: _("New:"),
    How.TAKEN_OUT: _("Taken out:"),
    How.CHANGED: _("Changed:"),
}


# -- map -----------------------------------------------------------------------------------------------------------------


def map_of(request: Request, blocks: Sequence[Block]) -> Message:
    """The map in plain words."""
    further = (Button(_("Answer statements"), NextStatement(request.id)),) if request.phase is Phase.MAP else ()
    buttons = (Button(_("Get the picture as a file"), TakePicture(request.id)), *further)
    return Message(
        _("Map of opinions: {question}", question=request.question),
        (Heading(_("Map of opinions")), Paragraph(Strong(request.question)), *blocks, Buttons(buttons), Footnote(views.promise(request))),
    )


def map_in_place(request: Request, blocks: Sequence[Block]) -> Message:
    """The map as it stands in a place."""
    further = (Button(_("Answer statements"), NextStatement(request.id)),) if request.phase is Phase.MAP else ()
    buttons = (Button(_("Read the map in words"), SeeMap(request.id), "primary"), *further)
    return Message(
        _("The map of opinions is here: {question}", question=request.question),
        (Heading(_("Map of opinions")), Paragraph(Strong(request.question)), *blocks, Buttons(buttons), Footnote(views.promise(request))),
    )


def map_gone(request: Request) -> Message:
    """What stands in a place instead of a map that went with its request."""
    said = _("The map of opinions went with its request.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)),))


def no_map(request: Request) -> Message:
    """The map is not there yet."""
    said = _("The map is not drawn yet. It is there some moments after statements close.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Buttons((Button(_("Look again"), SeeMap(request.id)),))))


def drawing() -> Message:
    """The picture is being drawn."""
    said = _("I am drawing it. The picture comes to you in our own chat in a moment.")
    return Message(said, (Paragraph(said),))


def drawn(question: str, file: File, alt: str, table: Sequence[Block]) -> Message:
    """The picture, with its words and its numbers."""
    blocks = (Heading(_("Map of opinions")), Paragraph(Strong(question)), Paragraph(alt), *table, file)
    return Message(_("Map of opinions: {question}", question=question), blocks)


# -- the draft -----------------------------------------------------------------------------------------------------------


def draft(
    request: Request, version: Version, texts: Mapping[int, str], waiting: int, reasons: Sequence[Section] = (), *, may_manage: bool
) -> Message:
    """A version, each sentence with the statements that it rests on; in a quick request with the reasons that go with it."""
    shown: list[Words] = [_sentence(each.text, each.rests_on) for each in version.sentences[:SENTENCES]]
    more = len(version.sentences) - SENTENCES
    rest = (Paragraph(n_("The file has {count} more sentence.", "The file has {count} more sentences.", more)),) if more > 0 else ()
    used = sorted({number for each in version.sentences for number in each.rests_on if number in texts})
    sources = tuple((Strong(f"S{number}"), " ", texts[number]) for number in used)
    behind: tuple[Block, ...] = (Heading(_("What it rests on"), 2), Items(sources)) if sources else ()
    return Message(
        _("The response: {question}", question=request.question),
        (
            Heading(request.question),
            Paragraph(Emphasis(_("Version {number}", number=version.number))),
            *_not_voted_on(request, version),
            Items(tuple(shown), ordered=True),
            *rest,
            *behind,
            *_reasons(reasons),
            *_test(request, version),
            Buttons(tuple(_for_all(request, version))),
            *((Buttons(tuple(_for_owner(request, version, waiting))),) if may_manage and request.is_running else ()),
        ),
    )


def _not_voted_on(request: Request, version: Version) -> tuple[Block, ...]:
    """Words that came after the vote do not go out by themselves."""
    voted = request.voted
    if voted is None or voted == version.number:
        return ()
    said = _(
        "Version {number} has not been voted on. Version {voted} is sent, unless all vote again.",
        number=version.number,
        voted=voted,
    )
    return (Paragraph(said),)


def _reasons(sections: Sequence[Section]) -> Iterator[Block]:
    """Reasons and dissent as they will be printed, word for word."""
    for section in sections:
        yield Heading(section.heading, 2)
        for part in section.parts:
            if isinstance(part, Section):
                yield from (Paragraph(Strong(part.heading)), *_quoted(part))
        yield from _quoted(section)


def _quoted(section: Section) -> Iterator[Block]:
    for part in section.parts:
        if isinstance(part, Quotation):
            yield Quote(part.words)
            if part.by is not None:
                yield Paragraph(Emphasis(("— ", part.by)))


def _sentence(text: str, rests_on: Sequence[int]) -> Words:
    return (text, " ", Emphasis(f"[{', '.join(f'S{number}' for number in rests_on)}]")) if rests_on else text


def _for_all(request: Request, version: Version) -> Iterator[Button]:
    if request.phase is Phase.DRAFT:
        yield Button(_("Suggest other words"), Suggest(request.id, version.number), "primary", asks=True)
    if request.phase is Phase.DRAFT and version.is_tested:
        yield Button(_("Say how much I agree"), GiveLevel(request.id), asks=True)
    if request.phase is Phase.RATIFY:
        yield Button(_("Vote on the response"), Ratify(request.id), "primary", asks=True)
    if version.number > 1:
        yield Button(_("See what changed"), SeeChanges(request.id, version.number))
    yield Button(_("Get it as files"), TakeResponse(request.id))


def _for_owner(request: Request, version: Version, waiting: int) -> Iterator[Button]:
    if request.phase in {Phase.DRAFT, Phase.SEND}:
        yield Button(_("Edit the response"), EditDraft(request.id, version.number), asks=True)
    if waiting:
        yield Button(_("Answer suggestions"), SeeSuggestions(request.id))
    if request.phase is Phase.DRAFT:
        yield Button(_("End the test") if version.is_tested else _("Test how much all agree"), BeginTest(request.id))
        to_vote = request.size is not Size.QUICK
        yield Button(_("Put it to the vote") if to_vote else _("It is ready to send"), MoveOn(request.id, request.phase.value))
    if request.phase is Phase.SEND and request.size is not Size.QUICK:
        yield Button(_("Vote on it anew"), NewRound(request.id), asks=True)
    yield Button(_("Look after it"), Manage(request.id))


def _test(request: Request, version: Version) -> Iterator[Block]:
    if version.levels is not None:
        yield from _levels(request, Gradients(version.levels))
    elif version.is_tested:
        yield Paragraph(_("This version is being tested: how much does everybody agree? Answers are blind until it ends."))


def no_draft(request: Request, *, may_manage: bool) -> Message:
    """There is no draft yet."""
    said = _("There is no draft yet.")
    write = (Buttons((Button(_("Write the response"), EditDraft(request.id, 0), asks=True),)),) if may_manage else ()
    return Message(said, (Paragraph((Strong(request.question), " ", said)), *write))


def nothing_said(request: Request) -> Message:
    """Nobody said anything in time."""
    said = _("Nobody has answered yet, so there is nothing to make a draft of. You can write one yourself, give more time, or call it off.")
    buttons = (Button(_("Write the response"), EditDraft(request.id, 0), asks=True), Button(_("Look after it"), Manage(request.id)))
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Buttons(buttons)))


def first(request: Request, version: Version) -> Message:
    """Whoever looks after it gets the first draft."""
    said = _("Here is a first draft, made of what people said. Make it yours.")
    buttons = (
        Button(_("See the draft"), SeeDraft(request.id), "primary"),
        Button(_("Edit the response"), EditDraft(request.id, version.number), asks=True),
    )
    file = _("You can also send me a Markdown file here.")
    return Message(
        _("A first draft: {question}", question=request.question),
        (Paragraph((Strong(request.question), " ", said, " ", file)), Quote(shortened(version)), Buttons(buttons)),
    )


def shortened(version: Version) -> str:
    """The text of a version as far as there is room above a form."""
    text = as_text(version.sentences)
    return text if len(text) <= LONGEST_INTRO else text[: LONGEST_INTRO - 1].rstrip() + "…"


def saved(request: Request, version: Version) -> Message:
    """The receipt of a new version."""
    said = _("Saved as version {number}.", number=version.number)
    buttons = [Button(_("See the draft"), SeeDraft(request.id)), Button(_("See what changed"), SeeChanges(request.id, version.number))]
    unvoted = _not_voted_on(request, version)
    if unvoted:
        buttons.append(Button(_("Vote on it anew"), NewRound(request.id), asks=True))
    return Message(said, (Paragraph((Strong(request.question), " ", said)), *unvoted, Buttons(tuple(buttons))))


def no_single_draft(count: int) -> Message:
    """A Markdown file that is for no response, or for one of several."""
    said = _("A Markdown file would be the text of a response that you are writing. You are writing none now; nothing was changed.")
    if count:
        said = _("You are writing several responses now, so I cannot tell which one this is. Please use the button on its draft.")
    return Message(said, (Paragraph(said),))


def unreadable(name: str) -> Message:
    """A file without text."""
    said = _("I cannot read text in {name}. Please send it as UTF-8; nothing was changed.", name=name)
    return Message(said, (Paragraph(said),))


def changes(request: Request, number: int, found: Sequence[Change]) -> Message:
    """What changed from one version to the next."""
    blocks = tuple(change_blocks(found)) or (Paragraph(_("Nothing changed.")),)
    back = Buttons((Button(_("See the draft"), SeeDraft(request.id)),))
    return Message(
        _("What changed: {question}", question=request.question),
        (Heading(_("What changed in version {number}", number=number)), *blocks, back),
    )


def change_blocks(found: Sequence[Change]) -> Iterator[Block]:
    """What became of the sentences that are not as they were."""
    for how, group in groupby(found, lambda change: change.how):
        together = [change for change in group if how is not How.KEPT]
        if how is How.CHANGED:
            for change in together:
                yield from (Paragraph(Strong(HOW[how])), Quote(change.before), Paragraph(_("It says now:")), Quote(change.after))
        elif together:
            text = "\n".join(change.before or change.after for change in together)
            yield from (Paragraph(Strong(HOW[how])), Quote(text if len(text) <= LONGEST_INTRO else text[: LONGEST_INTRO - 1] + "…"))


# -- suggestions ---------------------------------------------------------------------------------------------------------


def suggested(request: Request, suggestion: Contribution) -> Message:
    """The receipt of a suggestion."""
    said = _("Your suggestion is in. You hear whether it is taken, and why if not.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Quote(suggestion.text)))


def suggestions_wait(request: Request, waiting: int) -> Message:
    """Whoever looks after it hears of suggestions."""
    said = n_("{count} suggestion waits for your answer.", "{count} suggestions wait for your answer.", waiting)
    look = Buttons((Button(_("Answer suggestions"), SeeSuggestions(request.id), "primary"),))
    return Message(said, (Paragraph((Strong(request.question), " ", said)), look))


def suggestions(request: Request, waiting: Sequence[Contribution]) -> Message:
    """The suggestions that wait for an answer."""
    if not waiting:
        none = _("No suggestion waits for an answer.")
        return Message(none, (Paragraph(none), Buttons((Button(_("See the draft"), SeeDraft(request.id)),))))
    blocks: list[Block] = []
    for each in waiting[:10]:
        blocks += [Paragraph(_("Instead of:")), Quote(each.more["before"]), Paragraph(_("Somebody suggests:")), Quote(each.text)]
        blocks += [Paragraph((_("Because:"), " ", each.more["reason"]))] if each.more.get("reason") else []
        blocks.append(
            Buttons(
                (
                    Button(_("Accept"), SettleSuggestion(each.id, accepts=True), "primary"),
                    Button(_("Decline"), SettleSuggestion(each.id, accepts=False), asks=True),
                )
            )
        )
    return Message(_("Suggestions: {question}", question=request.question), (Heading(request.question), *blocks))


def suggestion_settled(request: Request, suggestion: Contribution) -> Message:
    """A suggester hears what became of it, and why."""
    accepted = suggestion.state is State.ACCEPTED
    said = _("Your suggestion is in the response now.") if accepted else _("Your suggestion was not taken.")
    why: tuple[Block, ...] = (Paragraph(_("The reason:")), Quote(suggestion.more["note"])) if suggestion.more.get("note") else ()
    look = Buttons((Button(_("See the draft"), SeeDraft(request.id)),))
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Quote(suggestion.text), *why, look))


def sentence_gone(request: Request, suggestion: Contribution) -> Message:
    """The sentence of a suggestion does not stand there any more."""
    said = _("The sentence that this was about says something else by now. Work it in by hand, or decline it with that reason.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Quote(suggestion.text)))


def declined(request: Request) -> Message:
    """The receipt of declining."""
    said = _("Declined. Whoever suggested it hears your reason.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Further suggestions"), SeeSuggestions(request.id)),))))


# -- gradients -----------------------------------------------------------------------------------------------------------


def to_test(request: Request) -> Message:
    """The places are asked how much they agree."""
    said = _("How much do you agree with the draft as it stands? Nobody sees an answer before the test ends.")
    buttons = (
        Button(_("Say how much I agree"), GiveLevel(request.id), "primary", asks=True),
        Button(_("See the draft"), SeeDraft(request.id)),
    )
    return Message(_("A test: {question}", question=request.question), (Paragraph((Strong(request.question), " ", said)), Buttons(buttons)))


def test_begun(request: Request) -> Message:
    """The receipt of a test."""
    said = _("Everybody is asked. Press End the test on the draft when you want to see the result.")
    return Message(said, (Paragraph(said), Buttons((Button(_("See the draft"), SeeDraft(request.id)),))))


def level_given(request: Request, level: int) -> Message:
    """The private receipt of a level."""
    said = _("Counted. You can change it until the test ends.")
    change = Buttons((Button(_("Change it"), GiveLevel(request.id), asks=True),))
    return Message(said, (Paragraph((said, " ", Strong(NAMES[level]))), change))


def tested(request: Request, found: Gradients) -> Message:
    """What a test came to."""
    return Message(
        _("How much we agree: {question}", question=request.question),
        (Heading(_("How much we agree")), Paragraph(Strong(request.question)), *_levels(request, found)),
    )


def _levels(request: Request, found: Gradients) -> Iterator[Block]:
    yield Paragraph(n_("{count} person answered the test.", "{count} people answered the test.", found.voters))
    if not found.voters:
        return
    if request.is_anonymous and not disclosure.may_show(found.voters, request.k):
        yield Paragraph(disclosure.fewer_than(request.k))
        return
    tally = dict(zip(LEVELS, found.counts, strict=True))
    told = disclosure.told(tally, found.voters, request.k, is_exclusive=True) if request.is_anonymous else disclosure.Told(tally)
    if not told.is_exact:
        for level in told.nearly_all:
            yield Paragraph((_("All or nearly all said:"), " ", NAMES[level]))
        return
    yield Tally(tuple(Count(NAMES[level], count) for level, count in tally.items()), found.voters)
    if found.is_split:
        yield Paragraph(_("Opinions are split: a quarter or more stand at each end."))
    elif found.mean is not None:
        yield Paragraph(_("On average {mean}, where 1 is whole-hearted and 8 is a block.", mean=f"{found.mean:.1f}"))
