"""What people see of charters, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import Paper, View
from handlers.charters import examples, team_examples

VIEWS: tuple[View, ...] = (*examples.VIEWS, *team_examples.VIEWS)
PAPERS: tuple[Paper, ...] = examples.PAPERS
