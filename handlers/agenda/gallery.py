"""What people see of agenda, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.chat.form import opened
from bot.core.feature import View
from handlers.agenda import views

VIEWS: tuple[View, ...] = (
    View("list", lambda: views.listed((views.EXAMPLE,))),
    View("list, empty", lambda: views.listed(())),
    View("list, settled", lambda: views.listed((views.SETTLED,), settled=True)),
    View("list, settled, empty", lambda: views.listed((), settled=True)),
    View("question", lambda: views.whole(views.EXAMPLE, backs=False, may_settle=True)),
    View("question, backed", lambda: views.whole(views.SETTLED, backs=True, may_settle=False)),
    View("question form", lambda: opened(views.QuestionDraft, subject=views.Add())),
    View("came of form", lambda: opened(views.CameOfDraft, subject=views.Settle(7), intro=views.EXAMPLE.text)),
    View("told", lambda: views.told(views.SETTLED)),
    View("settled", lambda: views.settled(views.SETTLED, 9)),
)
