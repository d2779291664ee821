"""The learning agenda: open questions that anyone adds or backs, and what came of each."""

from bot.chat.language import _
from bot.core.feature import Door, Feature, Keeps, OnAction, OnForm
from handlers.agenda import flows, store, views
from handlers.agenda.flows import QuestionShown, tell
from handlers.agenda.rows import BackingRow, QuestionRow
from handlers.agenda.store import Question, question
from handlers.agenda.views import OpenQuestion

feature = Feature(
    name="agenda",
    doors=(Door("agenda", _("See what we want to find out together"), flows.door, _("Learning agenda")),),
    actions=(
        OnAction(views.Browse, flows.browse),
        OnAction(views.Add, flows.ask),
        OnAction(views.OpenQuestion, flows.open_question),
        OnAction(views.Back, flows.back),
        OnAction(views.Settle, flows.ask_came_of),
    ),
    forms=(OnForm(views.QuestionDraft, flows.add, about=views.Add), OnForm(views.CameOfDraft, flows.settle, about=views.Settle)),
    keeps={
        "agenda": Keeps(
            _("The questions that you added to the learning agenda. The words are encrypted."),
            _("Everybody in the community sees the questions, not who added them."),
            store.export_added,
            (QuestionRow,),
        ),
        "agenda_backed": Keeps(
            _("Which questions of the learning agenda you back."),
            _("Nobody; everybody sees how many back a question."),
            store.export_backed,
            (BackingRow,),
        ),
    },
)

__all__ = ["OpenQuestion", "Question", "QuestionShown", "feature", "question", "tell"]
