"""What people see of endings, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import Paper, View
from handlers.endings import examples

VIEWS: tuple[View, ...] = examples.VIEWS
PAPERS: tuple[Paper, ...] = examples.PAPERS
