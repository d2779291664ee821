"""What people see of the learning agenda."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Draft, Line, Prose, form
from bot.chat.language import _, n_
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Strong, clean_line
from handlers.agenda.rules import PAGE
from handlers.agenda.store import Question

ON_BUTTON = 20


@action("agenda.list")
class Browse(Action):
    """The open questions, or those of which something came, a page at a time."""

    settled: bool = False
    page: int = 0


@action("agenda.add")
class Add(Action):
    """Add a question."""


@action("agenda.open")
class OpenQuestion(Action):
    """One question, and what can be done with it."""

    question: int


@action("agenda.back")
class Back(Action):
    """Say that it matters to me, too, or no more."""

    question: int
    backs: bool


@action("agenda.settle")
class Settle(Action):
    """Say what came of it."""

    question: int


@form("agenda.question", title=_("Add a question"), submit=_("Add it"))
class QuestionDraft(Draft):
    """An open question."""

    text: Annotated[str, Line(_("What do you want us to find out?"), _("For instance: How do we hand over in ten minutes?"), longest=300)]


@form("agenda.came_of", title=_("What came of it"), submit=_("Tell them"))
class CameOfDraft(Draft):
    """What came of a question."""

    words: Annotated[
        str, Prose(_("What came of it?"), _("For instance: a checklist that three teams use. All who back it hear."), longest=1000)
    ]


def listed(questions: Sequence[Question], *, settled: bool = False, page: int = 0) -> Message:
    """The agenda."""
    heading = _("Learning agenda")
    add = Button(_("Add a question"), Add(), "primary", asks=True)
    other = Button(_("Open questions") if settled else _("What came of others"), Browse(not settled))
    if not questions:
        open_words = _("No open question yet. What would you like us to find out together?")
        nothing = _("Nothing here yet. What comes of a question is kept here.") if settled else open_words
        return Message(heading, (Heading(heading), Paragraph(nothing), Buttons((add, other))))
    blocks: list[Block] = [Heading(heading)]
    for each in questions[page * PAGE : (page + 1) * PAGE]:
        backed = n_("{count} person backs it.", "{count} people back it.", each.backers)
        blocks.append(Paragraph((Strong(each.text), "\n", backed)))
        label = _("See {text}", text=clean_line(each.text, ON_BUTTON))
        blocks.append(Buttons((Button(label, OpenQuestion(each.id)),)))
    turning = [Button(_("Back"), Browse(settled, page - 1))] if page else []
    turning += [Button(_("More"), Browse(settled, page + 1))] if (page + 1) * PAGE < len(questions) else []
    return Message(heading, (*blocks, Buttons((*turning, add, other))))


def whole(question: Question, *, backs: bool, may_settle: bool) -> Message:
    """One question, and what can be done with it."""
    backed = n_("{count} person backs it.", "{count} people back it.", question.backers)
    came: tuple[Block, ...] = (Heading(_("What came of it"), 2), Quote(question.came_of)) if question.came_of else ()
    back = (
        Button(_("Back it no more"), Back(question.id, backs=False))
        if backs
        else Button(_("Back it"), Back(question.id, backs=True), "primary")
    )
    settle = (Button(_("Say what came of it"), Settle(question.id), asks=True),) if may_settle else ()
    return Message(
        _("Learning agenda: {text}", text=question.text),
        (Heading(question.text), Paragraph(backed), *came, Buttons((back, *settle, Button(_("Learning agenda"), Browse())))),
    )


def told(question: Question) -> Message:
    """All who back a question hear what came of it."""
    return Message(
        _("What came of it: {text}", text=question.text),
        (
            Heading(_("What came of it")),
            Paragraph(Strong(question.text)),
            Quote(question.came_of),
            Buttons((Button(_("See the question"), OpenQuestion(question.id)),)),
            Footnote(_("This came because you back this question.")),
        ),
    )


def settled(question: Question, heard: int) -> Message:
    """The receipt of saying what came of it."""
    said = n_("{count} person who backs it hears of it.", "{count} people who back it hear of it.", heard)
    words = said if heard else _("Kept with the question.")
    return Message(words, (Paragraph((Strong(question.text), " ", words)), Buttons((Button(_("Learning agenda"), Browse()),))))


EXAMPLE = Question(7, "How do we hand over in ten minutes?", backers=4)
SETTLED = Question(8, "Which meetings do we need?", "Two of five. The others became notes.", is_settled=True, backers=9)
